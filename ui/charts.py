"""Figures that many pages need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from ui import theme
from ui.mount import Handle
from ui.views.figure import Bind, figure

GAP = 0.1  # between panels side by side, as a share of the figure: room for an axis's numbers and title
Source = Literal["frame", "scene"]
UPPER, LOWER = (0.42, 1.0), (0.0, 0.28)
"""Where the panels of a chart of two quantities are, as shares of its height."""


@dataclass(frozen=True)
class Line:
    """A metric over time.

    Args:
        label: what it is called, where its curve ends.
        apart: another quantity than the others: in a panel of its own, below them.
        whole: it is counted in whole numbers.
        width: in pixels.
    """

    label: str
    color: str
    dash: str = "solid"
    apart: bool = False
    whole: bool = False
    width: float = 2

    def look(self) -> dict[str, Any]:
        """As Plotly has it."""
        return {"color": self.color, "width": self.width, "dash": self.dash}


@dataclass(frozen=True)
class Curve:
    """One array of the frame or the scene over another.

    Args:
        x, y: the arrays.
        line: how it is drawn, and what it is called.
        columns: which ones, of arrays of rows.
        more: what else Plotly is told of the trace.
    """

    x: str
    y: str
    line: Line
    source: Source = "frame"
    columns: tuple[int | None, int | None] = (None, None)
    more: Mapping[str, Any] = field(default_factory=dict)


def draw(fig: go.Figure, *curves: Curve) -> list[Bind]:
    """Draw curves; answers what feeds them."""
    binds = []
    for curve in curves:
        more = {"mode": "lines", "hoverinfo": "skip", "name": curve.line.label or None, **curve.more}
        fig.add_scatter(x=[], y=[], line=curve.line.look(), **more)
        for axis, array, column in zip("xy", (curve.x, curve.y), curve.columns, strict=True):
            binds.append(Bind(array, f"data.{len(fig.data) - 1}.{axis}", curve.source, column=column))
    return binds


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
        fig.add_scatter(x=[], y=[], name=line.label, mode="lines", yaxis="y2" if line.apart else "y", line=line.look())
        binds += [Bind("step", f"data.{index}.x", "history"), Bind(name, f"data.{index}.y", "history")]
    axes(fig, "step", title)
    if any(line.apart for line in lines.values()):
        fig.update_layout(xaxis={"anchor": "y2"}, yaxis={"domain": UPPER}, yaxis2={"domain": LOWER, "nticks": 3})
    fig.update_yaxes(rangemode="tozero" if from_zero else "normal", exponentformat="power")
    if log:
        fig.update_yaxes(type="log", exponentformat="power")
    for line in lines.values():
        if line.whole:
            fig.update_layout({"yaxis2" if line.apart else "yaxis": {"tickformat": "d"}})
    figure(handle, fig, binds, alt=alt, key=key, height=height, zoom=zoom, frames_per_s=3, settles=True)


@dataclass(frozen=True)
class OverTime:
    """Metrics over all steps so far, as :func:`over_time` takes them."""

    key: str
    title: str
    lines: Mapping[str, Line]
    alt: str
    height: int = 240
    log: bool = False
    from_zero: bool = False


def side_by_side(handle: Handle[Any], charts: Sequence[OverTime], gap: Literal["small", "medium"] = "medium") -> None:
    """Metrics over time, each chart in a column of its own."""
    for column, chart in zip(st.columns(len(charts), gap=gap), charts, strict=True):
        with column:
            over_time(handle, chart.lines, key=chart.key, title=chart.title, alt=chart.alt, height=chart.height,
                      log=chart.log, from_zero=chart.from_zero)  # fmt: skip


def arrays(
    handle: Handle[Any], x: str, lines: Mapping[str, Line], *, alt: str, key: str, titles: tuple[str, str],
    height: int = 200, log: str = "", named: bool = True,
) -> None:  # fmt: skip
    """Arrays of the frame over another one.

    Args:
        x: the array that all share. lines: by array.
        titles: of both axes. log: the axes that are logarithmic, such as ``xy``.
        named: whether the colours are explained here.
    """
    fig = go.Figure()
    binds = draw(fig, *(Curve(x, name, line, more={"showlegend": named}) for name, line in lines.items()))
    axes(fig, *titles)
    if not named:
        fig.update_layout(margin={"t": 6, "l": 58})
    if "x" in log:
        fig.update_xaxes(type="log", exponentformat="power", dtick=1)
    if "y" in log:
        fig.update_yaxes(type="log", exponentformat="power", nticks=6)
    figure(handle, fig, binds, alt=alt, key=key, height=height, frames_per_s=4)


def factors(
    handle: Handle[Any], cells: tuple[str, str, str], marks: tuple[str, str], pick: tuple[str, str],
    now: tuple[str, str], *, alt: str, key: str, titles: tuple[str, str],
    ranges: tuple[tuple[float, float], tuple[float, float]],
) -> None:  # fmt: skip
    """A map of factors per step over two live parameters, to move in; a line where the factor is 1.

    Args:
        cells: arrays of the scene: x (n,), y (m,) and the factors (m, n). marks: of dotted lines, x and y.
        pick: the two parameters. now: metrics that say where they are.
        titles, ranges: of both axes.
    """
    fig = go.Figure()
    fig.add_heatmap(
        x=[0], y=[0], z=[[0]], zmin=0.5, zmax=1.0, colorscale="Viridis", hoverinfo="skip",
        colorbar={"thickness": 10, "title": {"text": "factor<br>per step"}},
    )  # fmt: skip
    fig.add_contour(
        x=[0], y=[0], z=[[0]], contours={"start": 1, "end": 1, "size": 1, "coloring": "none"}, showscale=False,
        line={"color": theme.CATEGORIES[1], "width": 3}, hoverinfo="skip",
    )  # fmt: skip
    fig.add_scatter(x=[], y=[], mode="lines", line={"color": theme.TEXT, "width": 1, "dash": "dot"}, hoverinfo="skip")
    binds = [
        Bind(name, f"data.{trace}.{to}", "scene") for trace in (0, 1) for name, to in zip(cells, "xyz", strict=True)
    ]
    binds += [Bind(name, f"data.2.{to}", "scene") for name, to in zip(marks, "xy", strict=True)]
    binds += here(fig, *now, of_x="frame", of_y="frame")
    axes(fig, *titles, showlegend=False)
    fig.update_layout(margin={"t": 6}, xaxis={"range": ranges[0]}, yaxis={"range": ranges[1]})
    figure(handle, fig, binds, key=key, height=230, pick=pick, frames_per_s=10, alt=alt)


@dataclass(frozen=True)
class Drawn:
    """A curve that stands, or bars: its name, its colour, x (n,) and heights (n,), and on which panel it is."""

    label: str
    color: str
    x: Iterable[float]
    y: Iterable[float]
    panel: int = 0
    bars: bool = False


def standing(
    handle: Handle[Any], drawn: Sequence[Drawn], *, alt: str, key: str, titles: Sequence[tuple[str, str]],
    log: bool = False, height: int = 260,
) -> None:  # fmt: skip
    """Curves that do not move, on panels side by side; a click on a name hides it and shows it.

    Args:
        titles: of the axes of every panel. log: logarithmic heights.
    """
    fig, wide = go.Figure(), 1 / len(titles)
    for each in drawn:
        common = {
            "x": list(each.x), "y": list(each.y), "name": each.label, "legendgroup": each.label,
            "xaxis": f"x{each.panel + 1}", "yaxis": f"y{each.panel + 1}",
            "showlegend": each.panel == 0 and not each.bars,
        }  # fmt: skip
        if each.bars:
            fig.add_bar(marker={"color": each.color}, **common)
        else:
            fig.add_scatter(mode="lines", line={"color": each.color, "width": 2}, hoverinfo="name", **common)
    for panel, (x, y) in enumerate(titles, 1):
        at = {"domain": [(panel - 1) * wide + (GAP if panel > 1 else 0), panel * wide], "anchor": f"y{panel}"}
        heights: dict[str, Any] = {"title": {"text": y}, "anchor": f"x{panel}", "autorange": True}
        if log:
            heights |= {"type": "log", "exponentformat": "power"}
        fig.update_layout({f"xaxis{panel}": {"title": {"text": x}, **at}, f"yaxis{panel}": heights})
    figure(handle, fig, [], alt=alt, key=key, height=height)


def axes(fig: go.Figure, x: str, y: str, **more: Any) -> None:
    """Name the axes."""
    fig.update_layout(xaxis={"title": {"text": x}}, yaxis={"title": {"text": y}}, **more)


def here(fig: go.Figure, x: str, y: str, *, of_x: Source = "scene", of_y: Source = "scene") -> list[Bind]:
    """A dot where the run is: on a map of two parameters, or among curves.

    Args:
        x, y: the metrics that say where; of_x, of_y: whose they are.
    """
    marker = {"size": 13, "color": theme.TEXT, "line": {"width": 2, "color": theme.BACKGROUND}}
    fig.add_scatter(x=[0], y=[0], mode="markers", hoverinfo="skip", marker=marker)
    last = len(fig.data) - 1
    return [Bind(x, f"data.{last}.x", of_x, "metric"), Bind(y, f"data.{last}.y", of_y, "metric")]


def columns(array: str, trace: int) -> list[Bind]:
    """Bind a trace to an array of rows (x, y)."""
    return [Bind(array, f"data.{trace}.{axis}", column=column) for column, axis in enumerate("xy")]
