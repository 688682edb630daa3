"""Figures that many pages need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ui.mount import Handle
from ui.views.figure import Bind, figure


@dataclass(frozen=True)
class Line:
    """A metric over time: what it is called, its colour, how it is dashed, and on which side its axis stands."""

    label: str
    color: str
    dash: str = "solid"
    right: bool = False


def over_time(
    handle: Handle[Any],
    lines: Mapping[str, Line],
    *,
    alt: str,
    key: str,
    title: str,
    title_right: str = "",
    height: int = 240,
    log: bool = False,
    zoom: bool = True,
    from_zero: bool = False,
) -> None:
    """Metrics over all steps so far.

    Args:
        lines: by metric.
        alt: the chart in words.
        title, title_right: of the axes of heights.
        height: in pixels.
        log: logarithmic heights. zoom: can be zoomed. from_zero: the axes begin at 0.
    """
    fig, binds = go.Figure(), []
    for index, (name, line) in enumerate(lines.items()):
        look = {"color": line.color, "width": 2, "dash": line.dash}
        fig.add_scatter(x=[], y=[], name=line.label, mode="lines", yaxis="y2" if line.right else "y", line=look)
        binds += [Bind("step", f"data.{index}.x", "history"), Bind(name, f"data.{index}.y", "history")]
    mode = "tozero" if from_zero else "normal"
    axes(fig, "step", title)
    fig.update_yaxes(rangemode=mode)
    if log:
        fig.update_yaxes(type="log", exponentformat="power")
    if any(line.right for line in lines.values()):
        fig.update_layout(
            margin={"r": 46},
            yaxis2={"title": {"text": title_right}, "overlaying": "y", "side": "right", "showgrid": False,
                    "rangemode": "tozero", "tickmode": "auto", "nticks": 6},
        )  # fmt: skip
    figure(handle, fig, binds, alt=alt, key=key, height=height, zoom=zoom, frames_per_s=3)


def axes(fig: go.Figure, x: str, y: str, **more: Any) -> None:
    """Name the axes."""
    fig.update_layout(xaxis={"title": {"text": x}}, yaxis={"title": {"text": y}}, **more)


def columns(array: str, trace: int) -> list[Bind]:
    """Bind a trace to an array of rows (x, y)."""
    return [Bind(array, f"data.{trace}.{axis}", column=column) for column, axis in enumerate("xy")]
