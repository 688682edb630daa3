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
from engine.runtime.run import Run
from ui import theme

LOADER = """
export default function (component) {
  const load = (name) => import(new URL(component.data.base + "/live/assets/js/" + name, location.origin));
  load("live.js"); // which every view imports: fetched beside it, not after it
  const ready = load(component.data.module).then((module) => module.default(component));
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
        address=handle.owner,
    )


def cards(handle: Handle) -> None:
    """*Try this*: the exhibit's cards, links that set parameters and say what to look for."""
    st.header("Try this")
    params = handle.kind.Params
    made = []
    for card in handle.kind.cards:
        wanted = params(**card.values)
        values = wanted.model_dump() if card.fresh else dict(card.values)
        made.append(
            {"title": card.title, "text": card.text, "query": wanted.to_query(), "values": values, "fresh": card.fresh}
        )
    _mount(handle, "cards.js", "cards", cards=json.loads(json.dumps(made)))


def plane(
    handle: Handle,
    layers: Sequence[Mapping[str, Any]],
    *,
    alt: str,
    key: str,
    aspect: str = "1",
    hint: str = "",
    touch: Mapping[str, Any] | None = None,
    rows: Sequence[Mapping[str, str]] = (),
    columns: Sequence[Mapping[str, Any]] = (),
    status: str = "",
) -> None:
    """A plane on a canvas, [-1, 1] each way, to be touched.

    Args:
        layers: what is drawn over one another: ``{"kind", "array", "color", ...}``, kinds as in ``assets/js/phase.js``.
        alt: the picture in words.
        aspect: CSS aspect ratio, width / height.
        hint: a sentence below the picture.
        touch: the event sent as a poke when the picture is touched, to which ``x, y`` and, from where a drag began,
            ``x0, y0`` are added.
        rows: of a table below, ``{"name", "label", "color"}``.
        columns: ``{"name", "label", "help", "digits"}``; a cell shows the metric ``column_row``.
        status: prefix of the words in the last column.
    """
    _mount(
        handle,
        "phase.js",
        key,
        layers=[dict(each) for each in layers],
        alt=alt,
        aspect=aspect,
        hint=hint,
        touch=dict(touch) if touch else None,
        rows=[dict(each) for each in rows],
        columns=[dict(each) for each in columns],
        status=status,
    )


def wall(handle: Handle, array: str, label: str, *, alt: str, key: str, aspect: str, spotlight: str = "") -> None:
    """A 2D array of signed numbers as a picture, on a colour scale with its neutral colour at zero.

    Args:
        array: frame array (H, W) with a range symmetrical about zero.
        label: what to call it.
        alt: the picture in words.
        aspect: CSS aspect ratio, width / height.
        spotlight: an array to show instead whenever a frame has it.
    """
    maps = {"Blue to red": theme.REAL, "Purple to orange": "#5e3c99"}
    ends = {"Blue to red": theme.GRADIENT, "Purple to orange": theme.GENERATED}
    _mount(
        handle,
        "field.js",
        key,
        channels=[array],
        labels=[label],
        maps={name: _through_white(low, ends[name]) for name, low in maps.items()} | {"Grey": theme.color_map("Grey")},
        alt=alt,
        tools=[],
        brush={},
        relief=False,
        wrap=False,
        aspect=aspect,
        spotlight=spotlight,
    )


def _through_white(low: str, high: str, levels: int = 65) -> list[list[int]]:
    """A colour map from one colour through near white to another, as rows of (red, green, blue)."""
    stops = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in (low, "#f7f7f4", high)]
    places = [2 * index / (levels - 1) for index in range(levels)]
    pairs = [(stops[min(int(place), 1)], stops[min(int(place), 1) + 1], place - min(int(place), 1)) for place in places]
    return [[round(a + share * (b - a)) for a, b in zip(one, other, strict=True)] for one, other, share in pairs]


def samples(
    handle: Handle, *, alt: str, key: str = "samples", dimension: int = 2, tools: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Real and generated samples on what the discriminator says of the plane, or of the line.

    Args:
        alt: the picture in words.
        dimension: of the samples, 1 or 2.
        tools: ``{"label", "event"}`` per brush; the view adds ``x`` and ``y``, fractions of the picture.
    """
    colors = {"real": theme.REAL, "generated": theme.GENERATED, "critic": theme.CRITIC}
    colors |= {"gradient": theme.GRADIENT, "prior": theme.PRIOR}
    marks = {"real": theme.REAL, "fakes": theme.GENERATED, "arrows": theme.GRADIENT, "manifold": theme.PRIOR}
    brushes = [dict(tool) for tool in tools]
    _mount(handle, "plane.js", key, alt=alt, dimension=dimension, tools=brushes, colors=colors, marks=marks)


def players(handle: Handle, lamps: Sequence[Mapping[str, str]], *, alt: str, key: str = "players") -> None:
    """Generator and discriminator as a diagram that lights up in slow motion, and lamps for what goes wrong.

    Args:
        lamps: ``{"name", "label", "help"}``; a lamp is lit while the metric of its name is 1.
    """
    colors = {"z": theme.PRIOR, "G": theme.GENERATED, "fake": theme.GENERATED, "x": theme.REAL, "D": theme.CRITIC}
    colors |= {"loss": theme.GRADIENT}
    _mount(handle, "networks.js", key, alt=alt, lamps=[dict(lamp) for lamp in lamps], colors=colors)
