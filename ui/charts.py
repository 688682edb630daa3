"""Figures that many pages need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ui.mount import Handle
from ui.views.figure import Bind, figure

UPPER, LOWER = (0.42, 1.0), (0.0, 0.28)
"""Where the panels of a chart of two quantities are, as shares of its height."""


@dataclass(frozen=True)
class Line:
    """A metric over time.

    Args:
        label: what it is called, where its curve ends.
        apart: another quantity than the others: in a panel of its own, below them.
        whole: it is counted in whole numbers.
    """

    label: str
    color: str
    dash: str = "solid"
    apart: bool = False
    whole: bool = False


def over_time(
    handle: Handle[Any],
    lines: Mapping[str, Line],
    *,
    alt: str,
    key: str,
    title: str,
    height: int = 240,
    log: bool = False,
    zoom: bool = True,
    from_zero: bool = False,
) -> None:
    """Metrics over all steps so far.

    Args:
        lines: by metric.
        alt: the chart in words.
        title: of the axis of heights; a panel below is called by its curve.
        height: in pixels.
        log: logarithmic heights. zoom: can be zoomed. from_zero: the axes begin at 0.
    """
    fig, binds = go.Figure(), []
    for index, (name, line) in enumerate(lines.items()):
        look = {"color": line.color, "width": 2, "dash": line.dash}
        fig.add_scatter(x=[], y=[], name=line.label, mode="lines", yaxis="y2" if line.apart else "y", line=look)
        binds += [Bind("step", f"data.{index}.x", "history"), Bind(name, f"data.{index}.y", "history")]
    axes(fig, "step", title)
    if any(line.apart for line in lines.values()):
        fig.update_layout(xaxis={"anchor": "y2"}, yaxis={"domain": UPPER}, yaxis2={"domain": LOWER, "nticks": 3})
    fig.update_yaxes(rangemode="tozero" if from_zero else "normal")
    if log:
        fig.update_yaxes(type="log", exponentformat="power")
    for line in lines.values():
        if line.whole:
            fig.update_layout({"yaxis2" if line.apart else "yaxis": {"tickformat": "d"}})
    figure(handle, fig, binds, alt=alt, key=key, height=height, zoom=zoom, frames_per_s=3, settles=True)


def axes(fig: go.Figure, x: str, y: str, **more: Any) -> None:
    """Name the axes."""
    fig.update_layout(xaxis={"title": {"text": x}}, yaxis={"title": {"text": y}}, **more)


def columns(array: str, trace: int) -> list[Bind]:
    """Bind a trace to an array of rows (x, y)."""
    return [Bind(array, f"data.{trace}.{axis}", column=column) for column, axis in enumerate("xy")]
