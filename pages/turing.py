"""Turing patterns: the field to paint on, the map to move in, the theory beside the measurement."""

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.turing import KINDS, LETTERS, PLANAR, RINGS, Turing
from engine.exhibits.turing.models import Model
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.readings import SKEWNESS, WAVELENGTHS
from engine.exhibits.turing.show import CODE
from engine.exhibits.turing.words import RING_WORDS, WORDS
from ui import charts, theme
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import Bind, Brush, Radius, field, figure, readout

RING = "ring-1952"
STARTS = {"centre": "a square", "noise": "noise", "spots": "dots", "word": "a word", "disc": "a disc",
          "wave": "a torn wave", "skate": "a U"}  # fmt: skip
LABELS = {
    "model": {name: model.label for name, model in PLANAR.items()} | {RING: "Ring of 1952"},
    "size": {size: f"{size} × {size}" for size in ("128", "256", "512", "1024")},
    "boundary": {"no-flux": "no flux"},
    "start": {name: f"begun from {words}" for name, words in STARTS.items()},
}
KIND_COLORS = ["#9aa3af", *theme.CATEGORIES[:3], theme.CATEGORIES[4], "rgba(0,0,0,0)"]
LINES = {
    "measured_wavelength": charts.Line("measured", theme.CATEGORIES[0]),
    "predicted_wavelength": charts.Line("predicted", theme.CATEGORIES[1], "dash"),
    "contrast": charts.Line("contrast (std of u)", theme.CATEGORIES[2], apart=True),
}
GUIDE = Guide(
    see="Two substances react and spread over a square; the colour is how much of one of them there is.",
    do="Paint into the picture, drag a slider or the black dot on the map, or follow a numbered experiment.",
    notice="Nobody draws the pattern: spots or stripes of one width appear by themselves.",
)


def square(run: Handle[TuringParams]) -> None:
    """The two fields as a picture to paint on."""
    size = int(run.params.size)
    kinds = ("activator", "inhibitor", "erase")
    brushes = [
        Brush(label, {"kind": "paint", "what": what})
        for label, what in zip((*_model(run).brushes, "erase"), kinds, strict=True)
    ]
    field(
        run,
        substances(run),
        alt="The concentration of one substance over the square; in slow motion, the part of the step being added.",
        brushes=brushes,
        radius=Radius(max(3, size // 40), 1, min(64, size // 8)),
        spotlight="part",
        relief=True,
        wrap=run.params.boundary == "periodic",
        key=f"square-{run.params.size}-{run.params.boundary}",
    )


def ring(run: Handle[TuringParams]) -> None:
    """The cells of the ring, as they stand now and as they have come to stand."""
    fig = go.Figure(
        go.Scatterpolar(
            r=[], theta=[], mode="markers", hovertemplate="X = %{marker.color:.3f}<extra></extra>",
            marker={"size": 17, "color": [], "colorscale": "Viridis", "colorbar": {"title": "X", "thickness": 12}},
        )
    )  # fmt: skip
    hidden = {"visible": False}
    fig.update_layout(
        polar={"radialaxis": {**hidden, "range": [0, 1.15]}, "angularaxis": hidden, "bgcolor": "rgba(0,0,0,0)"},
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
    )
    binds = [
        Bind("u", "data.0.marker.color"),
        Bind("ring_angle", "data.0.theta", "scene"),
        Bind("ring_radius", "data.0.r", "scene"),
    ]
    figure(run, fig, binds, alt="The cells of the ring, coloured by X.", key="ring", height=250, frames_per_s=30)
    field(
        run,
        {"kymograph": "X: around the ring →, time ↓"},
        alt="X in every cell, cells from left to right, time from top to bottom.",
        key="kymograph",
        aspect=16 / 9,
    )


def plane(run: Handle[TuringParams]) -> None:
    """The map of two parameters, to move in."""
    model = _model(run)
    knobs = Turing.Params.knobs()
    x, y = (knobs[name] for name in model.plane)
    view = (
        ([0.036, 0.07], [0, 0.115]) if model.name == "gray-scott" else ([x.minimum, x.maximum], [y.minimum, y.maximum])
    )
    fig = go.Figure()
    binds = [
        Bind("map_x", "data.0.x", "scene"),
        Bind("map_y", "data.0.y", "scene"),
        Bind("map_class", "data.0.z", "scene"),
    ]
    scale = [[edge / len(KINDS), color] for i, color in enumerate(KIND_COLORS) for edge in (i, i + 1)]
    fig.add_heatmap(
        z=[[0]], x=[0], y=[0], zmin=-0.5, zmax=len(KINDS) - 0.5, colorscale=scale, showscale=False, opacity=0.55,
        hoverinfo="skip",
    )  # fmt: skip
    starts = []
    if model.name == "gray-scott":
        starts = [(float(card.values["gs_k"]), float(card.values["gs_F"]), card) for card in LETTERS]
        fig.add_scatter(
            x=[], y=[], text=[], mode="text", textfont={"size": 13}, hovertext=[card.text for card in LETTERS],
            hovertemplate="%{text}: %{hovertext}<extra></extra>",
        )  # fmt: skip
        binds += [
            Bind("map_k", "data.1.x", "scene"), Bind("map_F", "data.1.y", "scene"),
            Bind("map_names", "data.1.text", "scene", "words"),
        ]  # fmt: skip
        edges = {
            "saddle": charts.Line("", theme.TEXT, "dot", width=1),
            "hopf": charts.Line("", theme.TEXT, "dash", width=1),
        }
        for of, line in edges.items():
            binds += charts.Curve(f"{of}_k", f"{of}_F", line, "scene").draw(fig)
    binds += charts.Dot("point_x", "point_y").draw(fig)
    fig.update_layout(
        margin={"t": 4}, showlegend=False, xaxis={"title": {"text": x.label}, "range": view[0]},
        yaxis={"title": {"text": y.label}, "range": view[1]},
    )  # fmt: skip
    figure(
        run, fig, binds, key=f"plane-{model.label}", height=232, pick=model.plane, starts=starts, frames_per_s=30,
        alt=f"Map of {x.label} and {y.label}; the dot is where the run is. Use their sliders to move it by keyboard.",
    )  # fmt: skip
    hint, after = "Click or drag to move.", ""
    if model.name == "gray-scott":
        hint = "Drag to move; click a letter (Pearson's and Munafo's classes) to start anew there."
        after = "· the state rich in v: none right of the dots, oscillates below the dashes"
    theme.key(*zip(KIND_COLORS[:5], KINDS[:5], strict=True), before=run.to_owner(hint), after=after)


def dispersion(run: Handle[TuringParams]) -> None:
    """Which waves grow, and which are there, on one axis of wavenumbers."""
    fig = go.Figure()
    line = {"shape": "spline", "width": 2}
    fig.add_scatter(x=[], y=[], name="growth Re λ(k)", line={"color": theme.CATEGORIES[1], **line}, hoverinfo="skip")
    fig.add_scatter(
        x=[], y=[], name="picture's power", yaxis="y2", fill="tozeroy", mode="lines",
        line={"color": theme.CATEGORIES[0], "width": 1.5}, hoverinfo="skip",
    )  # fmt: skip
    fig.add_scatter(x=[], y=[0, 0], name="unstable", line={"color": theme.CATEGORIES[3], "width": 7}, hoverinfo="skip")
    binds = [
        Bind("dispersion_k", "data.0.x", "scene"), Bind("dispersion_growth", "data.0.y", "scene"),
        Bind("spectrum_k", "data.1.x"), Bind("spectrum_power", "data.1.y"),
        Bind("band", "data.2.x", "scene"), Bind("growth_range", "layout.yaxis.range", "scene"),
    ]  # fmt: skip
    if run.params.model == RING:
        fig.add_scatter(
            x=[], y=[], mode="markers", name="waves that fit", marker={"color": theme.CATEGORIES[1], "size": 6}
        )
        binds += [Bind("modes_k", "data.3.x", "scene"), Bind("modes_growth", "data.3.y", "scene")]
    fig.update_layout(
        xaxis={"title": {"text": "wavenumber k (radians per cell)"}, "range": [0, 1.6]},
        yaxis={"title": {"text": "growth rate"}, "zeroline": True},
        yaxis2={"overlaying": "y", "side": "right", "visible": False, "range": [0, 1.6]},
    )  # fmt: skip
    alt = "Growth rate of every wave in linear theory, over it the power spectrum of the picture."
    figure(run, fig, binds, alt=alt, key="dispersion", height=188)


def competition(run: Handle[TuringParams]) -> None:
    """How tall spots and stripes stand near onset, and which of them hold; the dot is this run."""
    spots, stripes = theme.CATEGORIES[1:3]
    lines = {
        "spots": charts.Line("spots or holes", spots), "stripes": charts.Line("stripes", stripes),
        "spots_lost": charts.Line("", spots, "dot"), "stripes_lost": charts.Line("", stripes, "dot"),
        "threshold": charts.Line("", spots, "dot"),
    }  # fmt: skip
    drawn = charts.over("amplitude_d", {f"amplitude_{name}": line for name, line in lines.items()}, "scene")
    charts.curves(
        run, drawn, charts.Axis("d = D of what holds down / D of the activator", "amplitude_range"),
        charts.Axis("contrast (std of u)", from_zero=True), dot=charts.Dot("ratio", "contrast", of_y="frame"),
        key="competition", height=260, frames_per_s=10,
        alt="Contrast of spots and of stripes by theory over the ratio of the diffusivities; the dot is this run.",
    )  # fmt: skip
    theme.key(
        (spots, "spots or holes"), (stripes, "stripes"), (theme.TEXT, "this run"),
        after="· dotted: there, but overcome by the other or, below onset, the height a seed must have",
    )  # fmt: skip


def substances(run: Handle[TuringParams]) -> dict[str, str]:
    """What the two fields are fields of, in the words of the brushes."""
    model = _model(run)
    names = [label.split()[-1] for label in model.brushes]
    of_u, of_v = names if model.activator == "u" else names[::-1]
    return {"u": f"{of_u} u", "v": f"{of_v} v"}


def _model(run: Handle[TuringParams]) -> Model:
    return RINGS[run.params.ring_reaction] if run.params.model == RING else PLANAR[run.params.model]


def main() -> None:
    """Draw the page."""
    run = open_page(Turing, GUIDE, labels=LABELS)
    is_ring = run.params.model == RING
    with stage(run) as place:
        with place.picture:
            if is_ring:
                ring(run)
            else:
                square(run)
            readout(run, caption=[], key="caption")
        with place.beside:
            plane(run)
            dispersion(run)
            readout(run, WAVELENGTHS, words=["theory", "facts"])
    st.header("Over time")
    charts.over_time(
        run, LINES, key="history", title="wavelength (cells)", height=280, from_zero=True,
        alt="Wavelength and contrast over all steps.",
    )  # fmt: skip
    if not is_ring:
        if run.params.through_time:
            field(
                run, {"kymograph": "u in the middle row →, time ↓"}, key="through-time", aspect=16 / 9, height=22,
                alt="The middle row of the square, from left to right, as it changes from top to bottom.",
            )  # fmt: skip
        st.header("Spots or stripes?")
        competition(run)
        readout(run, SKEWNESS, words=["competition"], key="competition-words")
    model = _model(run)
    words = f"{model.note}\n{RING_WORDS if is_ring else WORDS}"
    mathematics(model.latex, words, model.reaction, model.jacobian, *CODE)
    references(Turing)


main()
