"""A Plotly figure, authored in Python and fed from the stream in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from engine.exhibit import Card
from ui import theme
from ui.mount import Handle, Need, mount


@dataclass(frozen=True)
class Bind:
    """Ties something in the stream to a place in a figure.

    Args:
        name: of the array, metric or word.
        to: path in the figure, such as ``data.0.y``.
        source: ``frame``, ``scene`` or ``history``.
        what: ``words`` is a word taken apart at its commas.
        column: for an array of rows, take only this column.
    """

    name: str
    to: str
    source: Literal["frame", "scene", "history"] = "frame"
    what: Literal["array", "metric", "word", "words"] = "array"
    column: int | None = None

    def need(self) -> Need:
        """What it reads."""
        return Need(self.name, "word" if self.what == "words" else self.what, self.source)


def figure(
    handle: Handle[Any],
    fig: go.Figure,
    binds: Sequence[Bind],
    *,
    alt: str,
    key: str,
    height: int = 240,
    zoom: bool = False,
    pick: tuple[str, str] | None = None,
    starts: Sequence[tuple[float, float, Card]] = (),
    frames_per_s: float = 10,
    settles: bool = False,
) -> None:
    """A Plotly figure fed from the stream, in the house's layout: curves that have names bear them where they end.

    Args:
        fig: the figure as authored; colours of ``theme`` follow the page's light or dark. An axis of heights that is
            given no range follows its data, without jumping.
        binds: what goes where.
        alt: the figure in words.
        height: in pixels.
        zoom: whether it can be zoomed; the zoom survives updates.
        pick: names of two live parameters that a click or drag in the figure moves to its x and y.
        starts: places (x, y) in it where a click, instead of moving there, starts the run anew with a card's values.
        settles: heights are those after the start, where the start is far off all that came later.
        frames_per_s: redraw at most that often; a Plotly figure costs some 10 ms each time.
    """
    knobs = handle.kind.Params.knobs()
    picked = {axis: asdict(knobs[name]) for axis, name in zip("xy", pick, strict=True)} if pick else None
    fig.update_layout(template=theme.TEMPLATE)
    mount(
        handle, "figure", key, needs=[bind.need() for bind in binds], figure=fig.to_json(),
        binds=[asdict(bind) for bind in binds], alt=alt, height=height, zoom=zoom, pick=picked,
        starts=[{"x": x, "y": y, "values": dict(card.values)} for x, y, card in starts],
        pause_ms=1000 / frames_per_s, settles=settles,
    )  # fmt: skip
