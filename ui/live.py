"""Live views: a field, a figure, a cloud of points, the control panel and the *Try this* cards.

Each is a Streamlit component whose JavaScript, in ``assets/js``, hangs on the run's own socket. Streamlit places
them; neither frames nor drags pass through it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from engine.exhibit import Exhibit
from engine.params import Params
from engine.run import Run
from ui import theme

LOADER = """
export default function (component) {
  const url = new URL(component.data.base + "/live/assets/js/" + component.data.module, location.origin);
  const ready = import(url).then((module) => module.default(component));
  return () => ready.then((done) => done && done());
}
"""
_component = st.components.v2.component("morphogen_live", js=LOADER, isolate_styles=False)


@dataclass(frozen=True)
class Handle:
    """A run as a page sees it: which, in what role, and the parameters it was drawn with."""

    run: Run
    token: str
    owner: bool
    joined: bool = False  # through a link to the run itself, which the address bar then keeps

    @property
    def kind(self) -> type[Exhibit]:
        """The exhibit's class."""
        return self.run.kind

    @property
    def params(self) -> Params:
        """The run's parameters now."""
        return self.run.params


@dataclass(frozen=True)
class Bind:
    """Ties something in the stream to a place in a figure.

    Args:
        name: an array, or ``metric:x`` or ``word:x`` for a single value.
        to: path in the figure, such as ``data.0.y``.
        source: ``frame``, ``scene`` or ``history``.
        column: for an array of rows, take only this column.
    """

    name: str
    to: str
    source: Literal["frame", "scene", "history"] = "frame"
    column: int | None = None


@dataclass(frozen=True)
class Card:
    """A *Try this*: parameters to set and what to look for.

    Args:
        title, text: what it is called and what to look for.
        values: parameters that differ from the defaults.
        fresh: start anew; otherwise what is on screen goes on with the new live values.
    """

    title: str
    text: str
    values: Mapping[str, Any]
    fresh: bool = True


def base_path() -> str:
    """The server's base URL path, empty or beginning with a slash."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def _mount(handle: Handle, module: str, key: str, **data: Any) -> None:
    common = {"base": base_path(), "module": module, "run": handle.run.id, "token": handle.token}
    _component(key=f"{handle.kind.slug}-{key}", data={**common, **data}, on_changed_change=lambda: None)


def field(
    handle: Handle,
    channels: Mapping[str, str],
    *,
    alt: str,
    key: str = "field",
    tools: Sequence[Mapping[str, Any]] = (),
    brush: Mapping[str, float] | None = None,
    relief: bool = False,
    wrap: bool = False,
    aspect: str = "1",
    spotlight: str = "",
) -> None:
    """A 2D array, or two, as a picture to paint on.

    Args:
        channels: frame arrays (H, W) with ranges, and what to call them; the first is shown first.
        alt: the picture in words.
        tools: ``{"label", "event"}`` per brush; the view adds ``x, y, x0, y0`` (fractions) and ``radius`` (cells).
        brush: ``min``, ``max``, ``step`` and ``value`` of the radius.
        relief: offer a 3D view.
        wrap: the field is periodic.
        aspect: CSS aspect ratio, width / height.
        spotlight: an array to show instead whenever a frame has it.
    """
    _mount(
        handle,
        "field.js",
        key,
        channels=list(channels),
        labels=list(channels.values()),
        maps={name: theme.color_map(name) for name in theme.COLOR_MAPS},
        alt=alt,
        tools=[dict(tool) for tool in tools],
        brush=dict(brush or {}),
        relief=relief,
        wrap=wrap,
        aspect=aspect,
        spotlight=spotlight,
    )


def figure(
    handle: Handle,
    fig: go.Figure,
    binds: Sequence[Bind],
    *,
    alt: str,
    key: str,
    height: int = 240,
    zoom: bool = False,
    pick: tuple[str, str] | None = None,
    frames_per_s: float = 10,
) -> None:
    """A Plotly figure fed from the stream.

    Args:
        fig: the figure as authored; the colours ``theme.TEXT`` and ``theme.BACKGROUND`` follow the page.
        binds: what goes where.
        alt: the figure in words.
        height: in pixels.
        zoom: whether it can be zoomed; the zoom survives updates.
        pick: names of two live parameters that a click or drag in the figure moves to its x and y.
        frames_per_s: redraw at most that often; a Plotly figure costs some 10 ms each time.
    """
    knobs = handle.kind.Params.knobs()
    picked = {axis: asdict(knobs[name]) for axis, name in zip("xy", pick, strict=True)} if pick else None
    _mount(
        handle,
        "figure.js",
        key,
        figure=fig.to_json(),
        bindings=[{"from": bind.source, "name": bind.name, "to": bind.to, "column": bind.column} for bind in binds],
        alt=alt,
        height=height,
        zoom=zoom,
        pick=picked,
        pause_ms=1000 / frames_per_s,
    )


def cloud(handle: Handle, sets: Sequence[Mapping[str, Any]], *, alt: str, key: str = "cloud") -> None:
    """Points in space.

    Args:
        sets: per set of points ``array`` (N, 3) in the frame or scene, ``color``, ``size`` and, optionally,
            ``colors``, an array (N, 3) of uint8.
        alt: the picture in words.
    """
    _mount(handle, "cloud.js", key, sets=[dict(each) for each in sets], alt=alt)


def readout(
    handle: Handle, metrics: Mapping[str, tuple[str, str, str]], words: Sequence[str] = (), *, key: str
) -> None:
    """Numbers and sentences of the newest frame.

    Args:
        metrics: per metric its label, unit and one sentence of help.
        words: names of the frame's words to show below.
    """
    rows = [
        {"name": name, "label": label, "unit": unit, "help": about} for name, (label, unit, about) in metrics.items()
    ]
    _mount(handle, "readout.js", key, metrics=rows, words=list(words))


def controls(handle: Handle) -> None:
    """The transport bar, the run's status, and its live parameters."""
    schema = handle.kind.Params.schema_for_browser()
    setup = {knob["name"]: getattr(handle.params, knob["name"]) for knob in schema if knob["kind"] == "setup"}
    _mount(
        handle,
        "controls.js",
        "controls",
        slug=handle.kind.slug,
        knobs=[knob for knob in schema if knob["kind"] == "live"],
        setup=setup,
        defaults=handle.kind.Params().model_dump(),
        watch=handle.run.viewer_token,
        joined=handle.joined,
        address=handle.owner and not handle.joined,
    )


def cards(handle: Handle, tries: Sequence[Card]) -> None:
    """*Try this*: links that set parameters and say what to look for."""
    params = handle.kind.Params
    made = []
    for card in tries:
        wanted = params(**card.values)
        values = wanted.model_dump() if card.fresh else dict(card.values)
        made.append(
            {"title": card.title, "text": card.text, "query": wanted.to_query(), "values": values, "fresh": card.fresh}
        )
    _mount(handle, "cards.js", "cards", cards=json.loads(json.dumps(made)))
