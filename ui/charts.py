"""Figures that many pages need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
        x, y: the arrays, of ``source``; columns: which ones, of arrays of rows; of_x: whose x is, if another's.
        line: how it is drawn, and what it is called.
        dots: the size of a dot at every point; 0 for none.
        joined: whether a line joins the points.
        named: whether it bears its name. down_to_last: whether what lies between it and the curve before is filled.
    """

    x: str
    y: str
    line: Line
    source: Source = "frame"
    columns: tuple[int | None, int | None] = (None, None)
    of_x: Source | None = None
    dots: float = 0
    joined: bool = True
    named: bool = True
    down_to_last: bool = False

    def draw(self, fig: go.Figure) -> list[Bind]:
        """Draw it; answers what feeds it."""
        look: dict[str, Any] = {"mode": "+".join(["lines"] * self.joined + ["markers"] * bool(self.dots))}
        if self.dots:
            look["marker"] = {"size": self.dots, "color": self.line.color}
        if self.down_to_last:
            look |= {"fill": "tonexty", "fillcolor": f"{self.line.color}33"}
        if not (self.named and self.line.label):
            look["showlegend"] = False
        fig.add_scatter(x=[], y=[], line=self.line.look(), name=self.line.label or None, hoverinfo="skip", **look)
        last, (of_x, of_y) = len(fig.data) - 1, self.columns
        return [
            Bind(self.x, f"data.{last}.x", self.of_x or self.source, column=of_x),
            Bind(self.y, f"data.{last}.y", self.source, column=of_y),
        ]


@dataclass(frozen=True)
class Axis:
    """An axis of a chart.

    Args:
        range: from where to where; or the array of the scene that says so; else it follows its data.
        log: logarithmic, with a number at every power of ten; or, if ``fine``, between them too.
        from_zero: it begins at 0.
        every: a whole number at every so many. marks: else about how many numbers stand at it.
    """

    title: str
    range: tuple[float, float] | str | None = None
    log: bool = False
    fine: bool = False
    from_zero: bool = False
    every: int | None = None
    marks: int | None = None

    def look(self) -> dict[str, Any]:
        """As Plotly has it."""
        look: dict[str, Any] = {"title": {"text": self.title}}
        if isinstance(self.range, tuple):
            look["range"] = list(self.range)
        if self.log:
            look |= {"type": "log", "exponentformat": "power"}
            if self.fine:
                look |= {"dtick": "D2", "tickfont": {"size": 9}}
            elif not self.marks:
                look["dtick"] = 1
        if self.every:
            look |= {"tickformat": "d", "dtick": self.every}
        if self.from_zero:
            look["rangemode"] = "tozero"
        return look | ({"nticks": self.marks} if self.marks else {})


@dataclass(frozen=True)
class Dot:
    """Where the run is, on a map of two parameters or among curves: the metrics that say so, and whose they are."""

    x: str
    y: str
    of_x: Source = "scene"
    of_y: Source = "scene"

    def draw(self, fig: go.Figure) -> list[Bind]:
        """Draw it; answers what feeds it."""
        marker = {"size": 13, "color": theme.TEXT, "line": {"width": 2, "color": theme.BACKGROUND}}
        fig.add_scatter(x=[0], y=[0], mode="markers", hoverinfo="skip", showlegend=False, marker=marker)
        last = len(fig.data) - 1
        return [
            Bind(self.x, f"data.{last}.x", self.of_x, "metric"),
            Bind(self.y, f"data.{last}.y", self.of_y, "metric"),
        ]


def over(x: str, lines: Mapping[str, Line], source: Source = "frame", **more: Any) -> list[Curve]:
    """Several arrays over one."""
    return [Curve(x, name, line, source, **more) for name, line in lines.items()]


def curves(
    handle: Handle[Any], drawn: Iterable[Curve | Drawn], x: Axis | str, y: Axis | str, *, alt: str, key: str,
    height: int = 200, dot: Dot | None = None, left: int | None = None, frames_per_s: float = 4,
) -> None:  # fmt: skip
    """Arrays over arrays.

    Args:
        x, y: the axes, or what stands at them.
        dot: where the run is among them.
        left: pixels that the numbers at the axis of heights need, where they are long or short.
    """
    fig = go.Figure()
    binds = [bind for each in (*drawn, *([dot] if dot else [])) for bind in each.draw(fig)]
    for name, axis in (("xaxis", x), ("yaxis", y)):
        axis = Axis(axis) if isinstance(axis, str) else axis
        fig.update_layout({name: axis.look()})
        if isinstance(axis.range, str):
            binds.append(Bind(axis.range, f"layout.{name}.range", "scene"))
    if left:
        fig.update_layout(margin={"l": left})
    if not any(trace.name and trace.showlegend is not False for trace in fig.data):
        fig.update_layout(margin={"t": 6})
    figure(handle, fig, binds, alt=alt, key=key, height=height, frames_per_s=frames_per_s)


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
    binds += Dot(*now, "frame", "frame").draw(fig)
    x, y = (Axis(title, range).look() for title, range in zip(titles, ranges, strict=True))
    fig.update_layout(margin={"t": 6}, xaxis=x, yaxis=y, showlegend=False)
    figure(handle, fig, binds, key=key, height=230, pick=pick, frames_per_s=10, alt=alt)


@dataclass(frozen=True)
class Drawn:
    """A curve that stands, or bars: its name, its colour, x (n,) and heights (n,), and on which panel it is."""

    label: str
    color: str
    x: Iterable[float | None]
    y: Iterable[float | None]
    panel: int = 0
    bars: bool = False
    width: float = 2

    def draw(self, fig: go.Figure) -> list[Bind]:
        """Draw it; nothing feeds it."""
        common = {
            "x": list(self.x), "y": list(self.y), "name": self.label, "legendgroup": self.label,
            "xaxis": f"x{self.panel + 1}", "yaxis": f"y{self.panel + 1}",
            "showlegend": self.panel == 0 and not self.bars,
        }  # fmt: skip
        if self.bars:
            fig.add_bar(marker={"color": self.color}, **common)
        else:
            fig.add_scatter(mode="lines", line={"color": self.color, "width": self.width}, hoverinfo="name", **common)
        return []


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
        each.draw(fig)
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
