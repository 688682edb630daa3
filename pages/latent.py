"""Latent spaces: the plane of codes and what the decoder makes of it, a finger on it, walks, drawings, instruments."""

from dataclasses import replace
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.latent import CODE, LABELS, LAMPS, LATEX, WORDS, Latent, at_work, parse_picture
from engine.exhibits.latent.data import class_names, extent_of, named
from engine.exhibits.latent.headings import head
from engine.exhibits.latent.params import LatentParams
from engine.exhibits.latent.readings import readings
from engine.runtime.commands import PokeIt
from ui import charts, theme
from ui.asking import ask, from_file, press
from ui.charts import Line, OverTime
from ui.mount import Handle
from ui.page import Guide, closer, mathematics, open_page, references, stage
from ui.views import (
    Arrows,
    Bind,
    Brush,
    Ellipses,
    Images,
    Layer,
    Mark,
    Mesh,
    Node,
    Note,
    Number,
    Panel,
    Paths,
    Points,
    Points3,
    Radius,
    Segments,
    Touch,
    Wire,
    diagram,
    field,
    figure,
    plane,
    readout,
    space,
    tiles,
)  # fmt: skip

COLORS = theme.CATEGORIES
PENALTIES = {
    "vae": Line("KL", COLORS[3], apart=True), "sparse": Line("|z|", COLORS[4], apart=True),
    "contractive": Line("‖∂z/∂x‖²", COLORS[4], apart=True), "wae-mmd": Line("MMD²", COLORS[6], apart=True),
    "wae-gan": Line("−log D", COLORS[4], apart=True),
}  # fmt: skip
TOOLS = [
    Brush("decode here", {"kind": "finger"}, 0.05), Brush("walk from", {"kind": "from"}, 0.1),
    Brush("walk to", {"kind": "to"}, 0.1),
]  # fmt: skip
ON_PAD = (("clear", "Clear the pad", None), ("example", "Take the example", "That from which the walk begins."))
PENS = {"draw": "draw", "rub": "rub out", "smear": "smear"}
GRADIENTS, DECODED = ("gradients", "learn"), ("decode", "losses", "gradients", "learn")
AFTER = ("reparameterise", *DECODED)
SLOW = ("encode", "draw", *AFTER)
RINGS = [Ellipses(mean="prior_mean", cov="prior_cov", deviations=deviations, color=theme.PRIOR, width=1.3, alpha=0.8,
                  toggle="prior") for deviations in (1.0, 2.0, 3.0)]  # fmt: skip


def of_codes(p: LatentParams) -> list[Layer]:
    """The codes, the prior and the hand; in slow motion one example on its way."""
    cloud, images = p.model == "vae", p.of_images
    layers: list[tuple[Layer, bool]] = [
        *((ring, True) for ring in RINGS),
        (Points(at="codes", size=2.4, classes="labels", names="classes", alpha=0.85, toggle="codes"), True),
        (Ellipses(mean="cloud_mean", cov="cloud_cov", classes="cloud_labels", width=1.2, alpha=0.9, toggle="clouds"),
         cloud),
        (Segments(at="way", width=2, dash=(5, 4), toggle="walk"), True),
        (Points(at="ends", size=6, hollow=True, width=2, toggle="walk"), True),
        (Points(at="mine", size=8, color=theme.GRADIENT, edge=True), True),
        (Points(at="finger", size=5, edge=True), True),
        (Images(array="touched", at="touched_at", size="tile", scale=theme.INK), images),
        (Points(at="one_mean", size=6, edge=True, phases=SLOW), True),
        (Segments(at="one_noise", width=2, color=theme.PRIOR, phases=AFTER), True),
        (Points(at="one_at", size=7, color=theme.PRIOR, edge=True, phases=AFTER), True),
        (Ellipses(mean="one_mean", cov="one_cov", width=2.5, phases=SLOW), cloud),
        (Images(array="one_in", at="one_in_at", size="tile", scale=theme.INK, phases=SLOW), images),
        (Images(array="one_out", at="one_out_at", size="tile", scale=theme.INK, phases=DECODED), images),
        (Arrows(at="one_at", along="one_downhill", length="saturating", color=theme.GRADIENT, width=3,
                phases=GRADIENTS), p.model != "pca"),
    ]  # fmt: skip
    return [layer for layer, there in layers if there]


def of_data(extent: float) -> list[Layer]:
    """Points of the plane, what they are rebuilt as, and the latent plane bent."""
    walk: dict[str, Any] = {"ends": 0, "fade": False, "toggle": "walk"}
    return [
        Points(at="points", size=1.8, classes="labels", alpha=0.6, toggle="data"),
        Points(at="outputs", size=1.6, color=theme.GENERATED, toggle="generated"),
        Mesh(at="lattice", color=theme.PRIOR, alpha=0.8, toggle="latent grid"),
        Paths(at="walk_latent", palette=(theme.GENERATED,), width=3, **walk),
        Paths(at="walk_pixel", palette=(theme.TEXT,), width=1.5, **walk),
        Points(at="touched", size=6, edge=True),
        Note(text="the data, and what comes out", at=(-0.96 * extent, 0.9 * extent), size=12),
    ]


def latent_plane(run: Handle[LatentParams]) -> None:
    """The codes on their plane, and a finger on it."""
    p = run.params
    plane(
        run, of_codes(p), bounds="reach", key=f"codes-{p.model}-{p.data}", brushes=TOOLS,
        alt="Codes of all examples, coloured by class, with the rings of the prior; a dot where the finger is.",
    )  # fmt: skip


def picture(run: Handle[LatentParams]) -> None:
    """The codes, in space where they are three numbers, else on a plane; and what the colours mean."""
    p = run.params
    if p.k == 3:
        panel = Panel([Points3(at="cloud", classes="labels", size=0.05)])
        space(run, [panel], key="cloud", aspect=1, alt="The codes of all examples in space, coloured by class.")
    else:
        latent_plane(run)
    classes = [Mark(color, name) for color, name in zip(COLORS, class_names(*named(p)), strict=False)]
    readout(run, caption=[*classes, Mark(theme.PRIOR, "goal (prior)")], key="caption")


def decoder(run: Handle[LatentParams]) -> None:
    """What the decoder makes of the plane: images in a grid, or the data plane with a bent lattice."""
    p = run.params
    if not p.of_images:
        extent = extent_of(p)
        plane(
            run, of_data(extent), bounds=(-extent, extent, -extent, extent), key=f"data-{p.data}", height=20,
            touch=Touch({"kind": "point"}),
            alt="The data, what they are rebuilt as, and the latent plane as the decoder bends it.",
        )  # fmt: skip
        return
    label, alt = "decoded: codes from all over the plane", "What the decoder makes of a grid of codes."
    tiles(run, "manifold", label, 15, alt, colours=True, touch=Touch({"kind": "tile"}), height=20)
    rows, alt = 3 if p.model == "denoising" else 2, "Ten examples it has not learnt from, above, and what comes out."
    tiles(run, "wall", "held-out examples", 10, alt, rows="wall_rows", aspect=10 / rows, height=20)


def networks(run: Handle[LatentParams]) -> None:
    """The two networks at work, what goes wrong, and the numbers."""
    p = run.params
    cloud, code = p.model == "vae", "z" if p.model == "vae" else "m"
    mean = Node("m", "μ, σ", (142, 64), 46, COLORS[2], "pill")
    latent = Node(code, "latent z", (202 if cloud else 162, 64), 62, theme.PRIOR, "pill")
    nodes = [
        Node("x", "real x", (2, 64), 50, theme.REAL, "pill"), Node("E", "encoder", (64, 64), 66, COLORS[7]),
        *([mean, Node("e", "noise ε", (202, 8), 62, theme.PRIOR, "pill")] if cloud else []), latent,
        Node("D", "decoder", (276, 64), 66, COLORS[9]),
        Node("y", "generated y", (268, 8), 82, theme.GENERATED, "pill"),
        Node("loss", "losses", (360, 8), 46, theme.GRADIENT, "pill"),
    ]  # fmt: skip
    wires = [("x", "E"), ("E", "m"), (code, "D"), ("D", "y"), ("y", "loss"), *([("m", "z"), ("e", "z")] * cloud)]
    sums = [Number("rebuilt", (376, 56), "rebuild")]
    if p.model in PENALTIES:
        sums.append(Number("penalty", (176 if cloud else 193, 112), PENALTIES[p.model].label))
    diagram(
        run, nodes, [Wire(*ends) for ends in wires], size=(408, 118), lit=at_work(cloud), backwards=("gradients",),
        numbers=sums, key=f"d-{p.model}",
        alt="x goes through the encoder to its code, and through the decoder to the output y; losses come of it.",
    )  # fmt: skip
    lamps = {name: lamp for name, lamp in LAMPS.items() if cloud or name == "hollow"}
    readout(run, readings(p), lamps=lamps, key=f"numbers-{p.model}-{p.data}")


def over_time(run: Handle[LatentParams]) -> None:
    """Losses, errors with PCA's floor, and how well codes tell classes apart."""
    p = run.params
    losses = {"loss": Line("whole loss", theme.TEXT), "rebuilt": Line("rebuilding", COLORS[8])}
    errors = {"mse": Line("learnt from", COLORS[7]), "mse_test": Line("held out", COLORS[7], "dot"),
              "floor": Line("PCA’s floor", theme.TEXT, "dash")}  # fmt: skip
    classes = {"neighbours": Line("neighbours agree", COLORS[0]), "probe": Line("linear probe", COLORS[2])}
    classes |= {"confident": Line("samples recognised", COLORS[5])} if p.of_images else {}
    classes |= {"holes": Line("in holes", COLORS[1], "dot")}
    if p.model in PENALTIES:
        losses["penalty"] = PENALTIES[p.model]
    charts.side_by_side(run, [
        OverTime("losses", "nats", losses, "The losses over all steps."),
        OverTime("errors", "squared error", errors, "Squared error over all steps, and the floor that PCA sets.",
                 from_zero=True),
        OverTime("classes", "share", classes, "How well codes tell classes apart, and how much of the prior is empty.",
                 from_zero=True),
    ])  # fmt: skip


def walk(run: Handle[LatentParams]) -> None:
    """From one example to another: through the codes, and through the pixels."""
    if run.owner:
        st.caption("Choose both ends on the plane above, with “walk from” and “walk to”: the nearest example is taken.")
    for name, title in (("walk_latent", "through the codes, decoded"), ("walk_pixel", "through the pixels, blended")):
        tiles(run, name, title, 12, f"A walk between two examples, {title}.", aspect=12, height=6)


def traverse(run: Handle[LatentParams]) -> None:
    """One number of the code at a time."""
    k = run.params.k
    left, right = st.columns([0.55, 0.45], gap="medium")
    with left:
        alt = "Rows: one number of the code goes from low to high while the others stay."
        tiles(run, "traversals", "one number at a time, from low to high", 9, alt, aspect=9 / k, rows="units",
              height=max(5, min(3.4 * k, 30)))  # fmt: skip
    with right:
        fig = go.Figure(go.Bar(x=[], y=[], marker={"color": COLORS[2]}, hoverinfo="skip"))
        charts.axes(fig, "number of the code", "KL in nats" if run.params.model == "vae" else "variance")
        binds = [Bind("numbers", "data.0.x"), Bind("units", "data.0.y")]
        figure(run, fig, binds, key="units", height=240, frames_per_s=3, alt="What each number of the code is worth.")


def samples(run: Handle[LatentParams]) -> None:
    """Drawn from the prior, and from a Gaussian that fits the codes."""
    both = {"from_prior": "draws of N(0, 1)", "from_fitted": "draws of a Gaussian fitted to the codes"}
    for place, (name, title) in zip(st.columns(2, gap="medium"), both.items(), strict=True):
        with place:
            tiles(run, name, f"decoded {title}", 10, f"Samples: decoded {title}.", aspect=2.5)


def draw(run: Handle[LatentParams]) -> None:
    """A pad to draw on, or to put a picture on, and what becomes of it."""
    left, right = st.columns([0.4, 0.6], gap="medium")
    with left:
        field(
            run, {"drawing": "drawing pad"}, brushes=[Brush(label, {"kind": kind}) for kind, label in PENS.items()],
            radius=Radius(2, 1, 6, 0.5), smooth=False, key="pad", height=20, alt="A pad to draw on.",
        )  # fmt: skip
    with right:
        if run.owner:
            st.caption(
                "Draw an example of your own, or take one and smear it: the orange dot on the plane is its code."
            )
            for place, (kind, label, about) in zip(st.columns(2), ON_PAD, strict=True):
                place.button(label, on_click=press, args=(run, {"kind": kind}), help=about)
        alt = "What is seen of the drawing, what comes out, the nearest example."
        tiles(run, "mine_seen", "from left to right", 3, alt, aspect=3, height=9, columns="seen_names")
        if run.owner:
            about = "Or load a picture: one thing on it, dark on light or light on dark."
            from_file(run, about, None, partial(load, run), key="picture")


def load(run: Handle[LatentParams], blob: bytes) -> str:
    """Put the picture of a file on the pad."""
    ask(run, PokeIt(event={"kind": "picture", "levels": parse_picture(blob).ravel().tolist()}))
    return "Your picture is on the pad."


CLOSER = {"Draw your own": draw, "Walk": walk, "One number at a time": traverse, "Samples": samples}


def main() -> None:
    """Draw the page."""
    run = open_page(Latent, labels=LABELS)
    run = replace(run, guide=Guide(*head(run.params)))
    with stage(run) as place:
        with place.picture:
            picture(run)
        with place.beside:
            decoder(run)
            networks(run)
    if run.params.k == 3:
        st.header("On a plane")
        latent_plane(run)
    st.header("Over time")
    over_time(run)
    if run.params.of_images:
        closer(run, CLOSER)
    mathematics(LATEX, WORDS, *CODE)
    references(Latent)


main()
