"""Latent spaces: the plane of codes and what the decoder makes of it, a finger on it, walks, drawings, instruments."""

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.latent import CODE, LABELS, LAMPS, LATEX, WORDS, Latent, parse_picture
from engine.exhibits.latent.data import dataset
from engine.exhibits.latent.params import LatentParams
from engine.exhibits.latent.readings import readings
from engine.runtime.commands import CommandError, PokeIt
from ui import charts, theme
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Arrows,
    Bind,
    Brush,
    Ellipses,
    Images,
    Lamp,
    Layer,
    Mark,
    Mesh,
    Metric,
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
)  # fmt: skip

ENCODER, DECODER = theme.CATEGORIES[7], theme.CATEGORIES[9]
PENALTIES = {
    "vae": ("KL", theme.CATEGORIES[3]), "sparse": ("|z|", theme.CATEGORIES[4]),
    "contractive": ("‖∂z/∂x‖²", theme.CATEGORIES[4]), "wae-mmd": ("MMD²", theme.CATEGORIES[6]),
    "wae-gan": ("−log D", theme.CATEGORIES[4]),
}  # fmt: skip
PAPER = theme.INK
GUIDE = Guide(
    see="Each point is an image, squeezed into a short code by one network. Colours say which digit it is. "
    "The grid beside it: what a second network makes of the codes in every part of the plane.",
    do="Drag a finger over the plane and watch its image; change β, the pull towards the green rings.",
    notice="Nobody tells it the digits' names, and yet like comes to lie beside like, with smooth ways between.",
)
OF_POINTS = Guide(
    see="Every point of the data (beside it, smaller) as a code. Colours say which part of the data it is from; "
    "the green grid over the data is the plane of codes as the decoder bends it.",
    do="Drag a finger over the codes and see where it leads in the data; click in the data to see its code.",
    notice="Where codes are few the grid is only guessed at: there the network has never been asked for anything.",
)
TOOLS = [
    Brush("decode here", {"kind": "finger"}, 0.05),
    Brush("walk from", {"kind": "from"}, 0.1),
    Brush("walk to", {"kind": "to"}, 0.1),
]
PENS = {"draw": "draw", "rub": "rub out", "smear": "smear"}
CODES: list[Layer] = [
    *(Ellipses(mean="prior_mean", cov="prior_cov", deviations=deviations, color=theme.PRIOR, width=1.3, alpha=0.8,
               toggle="prior") for deviations in (1.0, 2.0, 3.0)),
    Points(at="codes", size=2.4, classes="labels", names="classes", alpha=0.85, toggle="codes"),
]  # fmt: skip
CLOUDS = Ellipses(mean="cloud_mean", cov="cloud_cov", classes="cloud_labels", width=1.2, alpha=0.9, toggle="clouds")
HAND: list[Layer] = [
    Segments(at="way", width=2, dash=(5, 4), toggle="walk"),
    Points(at="ends", size=6, hollow=True, width=2, toggle="walk"),
    Points(at="mine", size=8, color=theme.GRADIENT, edge=True),
    Points(at="finger", size=5, edge=True),
]
FINGER = Images(array="touched", at="touched_at", size="tile", scale=PAPER)
SLOW = ("encode", "draw", "reparameterise", "decode", "losses", "gradients", "learn")
AFTER = ("reparameterise", "decode", "losses", "gradients", "learn")
STEP: list[Layer] = [
    Points(at="one_mean", size=6, edge=True, phases=SLOW),
    Segments(at="one_noise", width=2, color=theme.PRIOR, phases=AFTER),
    Points(at="one_at", size=7, color=theme.PRIOR, edge=True, phases=AFTER),
]
DOWNHILL = Arrows(at="one_at", along="one_downhill", length="saturating", color=theme.GRADIENT, width=3,
                  phases=("gradients", "learn"))  # fmt: skip
STEP_IMAGES: list[Layer] = [
    Images(array="one_in", at="one_in_at", size="tile", scale=PAPER, phases=SLOW),
    Images(array="one_out", at="one_out_at", size="tile", scale=PAPER,
           phases=("decode", "losses", "gradients", "learn")),
]  # fmt: skip
ELLIPSE = Ellipses(mean="one_mean", cov="one_cov", width=2.5, phases=SLOW)


def latent_plane(run: Handle[LatentParams]) -> None:
    """The codes on their plane, and a finger on it."""
    p = run.params
    layers = [*CODES, *([CLOUDS] if p.model == "vae" else []), *HAND, *([FINGER] if p.of_images else []), *STEP]
    layers += [*([ELLIPSE] if p.model == "vae" else []), *(STEP_IMAGES if p.of_images else [])]
    layers += [DOWNHILL] if p.model != "pca" else []
    plane(
        run, layers, bounds="reach", key=f"codes-{p.model}-{p.data}", brushes=TOOLS,
        alt="Codes of all examples, coloured by class, with the rings of the prior; a dot where the finger is.",
    )  # fmt: skip


def tiles(run: Handle[LatentParams], array: str, label: str, in_a_row: int, alt: str, **more: Any) -> None:
    """A stack of small images."""
    key = f"{array}-{in_a_row}-{more.get('aspect', 1):g}"
    field(run, {array: label}, stack=in_a_row, smooth=False, key=key, alt=alt, **more)


def decoder(run: Handle[LatentParams]) -> None:
    """What the decoder makes of the plane: images in a grid, or the data plane with a bent lattice."""
    p = run.params
    if p.of_images:
        label, alt = "decoded: the prior's quantiles .05 to .95", "What the decoder makes of a grid of codes."
        tiles(run, "manifold", label, 15, alt, touch=Touch({"kind": "tile"}), height=20)
        alt = "Ten examples it has not learnt from, above, and what comes out of it, below."
        rows = 3 if p.model == "denoising" else 2
        tiles(run, "wall", "held-out examples", 10, alt, rows="wall_rows", aspect=10 / rows, height=20)
        return
    extent = dataset(p).extent
    layers: list[Layer] = [
        Points(at="points", size=1.8, classes="labels", alpha=0.6, toggle="data"),
        Points(at="outputs", size=1.6, color=theme.GENERATED, toggle="generated"),
        Mesh(at="lattice", color=theme.PRIOR, alpha=0.8, toggle="latent grid"),
        Paths(at="walk_latent", palette=(theme.GENERATED,), width=3, ends=0, fade=False, toggle="walk"),
        Paths(at="walk_pixel", palette=(theme.TEXT,), width=1.5, ends=0, fade=False, toggle="walk"),
        Points(at="touched", size=6, edge=True),
        Note(text="the data, and what comes out", at=(-0.96 * extent, 0.9 * extent), size=12),
    ]
    plane(
        run, layers, bounds=(-extent, extent, -extent, extent), key=f"data-{p.data}", touch=Touch({"kind": "point"}),
        height=20, alt="The data, what they are rebuilt as, and the latent plane as the decoder bends it.",
    )  # fmt: skip


def picture(run: Handle[LatentParams]) -> None:
    """The codes: in space where they are three numbers, else on a plane."""
    if run.params.k == 3:
        panel = Panel([Points3(at="cloud", classes="labels", size=0.05)])
        space(run, [panel], key="cloud", aspect=1, alt="The codes of all examples in space, coloured by class.")
    else:
        latent_plane(run)


def networks(run: Handle[LatentParams]) -> None:
    """The two networks at work, what goes wrong, and the numbers."""
    p = run.params
    cloud = p.model == "vae"
    nodes = [
        Node("x", "real x", (2, 64), 50, theme.REAL, "pill"), Node("E", "encoder", (64, 64), 66, ENCODER),
        Node("m", "μ, σ", (142, 64), 46, theme.CATEGORIES[2], "pill") if cloud
        else Node("m", "latent z", (162, 64), 62, theme.PRIOR, "pill"),
        *([Node("e", "noise ε", (202, 8), 62, theme.PRIOR, "pill"),
           Node("z", "latent z", (202, 64), 62, theme.PRIOR, "pill")] if cloud else []),
        Node("D", "decoder", (276, 64), 66, DECODER), Node("y", "generated y", (268, 8), 82, theme.GENERATED, "pill"),
        Node("loss", "losses", (360, 8), 46, theme.GRADIENT, "pill"),
    ]  # fmt: skip
    code = "z" if cloud else "m"
    wires = [Wire("x", "E"), Wire("E", "m"), Wire(code, "D"), Wire("D", "y"), Wire("y", "loss")]
    wires += [Wire("m", "z"), Wire("e", "z")] if cloud else []
    lit = {
        "sample": ["x"], "encode": ["x", "x-E", "E", "E-m", "m"], "draw": ["e"] if cloud else [],
        "reparameterise": ["m", "e", "m-z", "e-z", "z"] if cloud else [],
        "decode": [code, f"{code}-D", "D", "D-y", "y"], "losses": ["x", "y", "m", "y-loss", "loss"],
        "gradients": ["loss", "y-loss", "y", "D-y", "D", f"{code}-D", code, "E-m", "E", "m"]
        + (["m-z"] if cloud else []),
        "learn": ["E", "D"],
    }  # fmt: skip
    sums = [Number("rebuilt", (376, 56), "rebuild")]
    if p.model in PENALTIES:
        sums.append(Number("penalty", (176 if cloud else 193, 112), PENALTIES[p.model][0]))
    diagram(
        run, nodes, wires, size=(408, 118), lit=lit, backwards=("gradients",), numbers=sums, key=f"d-{p.model}",
        alt="x goes through the encoder to its code, and through the decoder to the output y; losses come of it.",
    )  # fmt: skip
    lamps = [Lamp(name, lamp.label, lamp.definition) for name, lamp in LAMPS.items() if cloud or name == "hollow"]
    numbers = [Metric(name, *reading) for name, reading in readings(p).items()]
    readout(run, numbers, lamps=lamps, key=f"numbers-{p.model}-{p.data}")


def over_time(run: Handle[LatentParams]) -> None:
    """Losses, errors with PCA's floor, and how well codes tell classes apart."""
    lines = {"loss": charts.Line("whole loss", theme.TEXT), "rebuilt": charts.Line("rebuilding", theme.CATEGORIES[8])}
    if run.params.model in PENALTIES:
        label, color = PENALTIES[run.params.model]
        lines["penalty"] = charts.Line(label, color, apart=True)
    errors = {
        "mse": charts.Line("learnt from", theme.CATEGORIES[7]),
        "mse_test": charts.Line("held out", theme.CATEGORIES[7], "dot"),
        "floor": charts.Line("PCA’s floor", theme.TEXT, "dash"),
    }
    classes = {
        "neighbours": charts.Line("neighbours agree", theme.CATEGORIES[0]),
        "probe": charts.Line("linear probe", theme.CATEGORIES[2]),
        "confident": charts.Line("samples recognised", theme.CATEGORIES[5]),
        "holes": charts.Line("in holes", theme.CATEGORIES[1], "dot"),
    }
    if not run.params.of_images:
        del classes["confident"]
    left, middle, right = st.columns(3, gap="medium")
    with left:
        charts.over_time(run, lines, key="losses", title="nats", alt="The losses over all steps.")
    with middle:
        charts.over_time(run, errors, key="errors", title="squared error", from_zero=True,
                         alt="Squared error over all steps, and the floor that PCA sets.")  # fmt: skip
    with right:
        charts.over_time(run, classes, key="classes", title="share", from_zero=True,
                         alt="How well codes tell classes apart, and how much of the prior is empty.")  # fmt: skip


def walk(run: Handle[LatentParams]) -> None:
    """From one example to another: through the codes, and through the pixels."""
    st.caption(
        "Choose both ends on the plane above, with its brushes “walk from” and “walk to”: the nearest example is taken."
    )
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
        fig = go.Figure(go.Bar(x=[], y=[], marker={"color": theme.CATEGORIES[2]}, hoverinfo="skip"))
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
    """A pad to draw on, and what becomes of it."""
    left, right = st.columns([0.4, 0.6], gap="medium")
    with left:
        brushes = [Brush(label, {"kind": kind}) for kind, label in PENS.items()]
        field(
            run, {"drawing": "drawing pad"}, brushes=brushes, radius=Radius(2, 1, 6, 0.5), smooth=False, key="pad",
            height=20, alt="A pad to draw on.",
        )  # fmt: skip
    with right:
        st.caption("Draw an example of your own, or take one and smear it: the orange dot on the plane is its code.")
        clear, take = st.columns(2)
        clear.button("Clear the pad", on_click=touch, args=(run, "clear"), disabled=not run.owner)
        take.button("Take the example", on_click=touch, args=(run, "example"), disabled=not run.owner,
                    help="That from which the walk begins.")  # fmt: skip
        alt = "What is seen of the drawing, what comes out, the nearest example."
        tiles(run, "mine_seen", "from left to right", 3, alt, aspect=3, height=9, columns="seen_names")
        upload(run)


def touch(run: Handle[LatentParams], kind: str) -> None:
    """Do something to the pad, and say so if that is impossible."""
    if wrong := send(run, {"kind": kind}):
        st.toast(wrong, icon=":material/error:")


def send(run: Handle[LatentParams], event: dict[str, Any]) -> str:
    """Poke the run and wait; answers what was wrong, if anything was."""
    try:
        run.run.submit(PokeIt(event=event)).result(timeout=10)
    except (CommandError, TimeoutError) as error:
        return str(error) or "The run is busy; try again in a moment."
    return ""


def upload(run: Handle[LatentParams]) -> None:
    """A picture from a file, on the pad."""
    blob = st.file_uploader("Or load a picture: one digit or shape, dark on light or light on dark.",
                            key=f"picture {run.run.id}", disabled=not run.owner)  # fmt: skip
    if blob is None or st.session_state.get("picture taken") == (run.run.id, blob.file_id):
        return
    st.session_state["picture taken"] = (run.run.id, blob.file_id)
    try:
        wrong = send(run, {"kind": "picture", "levels": parse_picture(blob.getvalue()).ravel().tolist()})
    except ValueError as error:
        wrong = str(error)
    if wrong:
        st.error(wrong, icon=":material/error:")


CLOSER = {"Draw your own": draw, "Walk": walk, "One number at a time": traverse, "Samples": samples}


def main() -> None:
    """Draw the page."""
    run = open_page(Latent, GUIDE, labels=LABELS)
    p = run.params
    if not p.of_images:
        run = replace(run, guide=OF_POINTS)
    with stage(run) as place:
        with place.picture:
            picture(run)
            classes = [Mark(theme.CATEGORIES[i], name) for i, name in enumerate(dataset(p).classed[:10])]
            readout(run, caption=[*classes, Mark(theme.PRIOR, "prior")], key="caption")
        with place.beside:
            decoder(run)
            networks(run)
    if p.k == 3:
        st.header("On a plane")
        latent_plane(run)
    st.header("Over time")
    over_time(run)
    if p.of_images:
        st.header("Closer")
        first = next(iter(CLOSER))
        chosen = st.segmented_control("Look at", list(CLOSER), default=first, label_visibility="collapsed")
        CLOSER[chosen or first](run)
    mathematics(LATEX, WORDS, *CODE)
    references(Latent)


main()
