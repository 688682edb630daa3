"""GAN training: the samples on what D says of the plane, the two networks, what goes wrong, and presets to try."""

from functools import partial
from typing import Any

import streamlit as st

from engine.exhibits.gan import CODE, LAMPS, OBJECTIVES, SOURCES, Gan, parse_points
from engine.exhibits.gan.mathematics import LATEX, WORDS
from engine.exhibits.gan.params import GanParams
from engine.exhibits.gan.readings import READINGS, THETA
from engine.runtime.commands import PokeIt, Reset
from ui import charts, theme
from ui.asking import ask, from_file
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Area,
    Arrows,
    Bounds,
    Brush,
    Button,
    Curve,
    Layer,
    Levels,
    Mark,
    Mesh,
    Node,
    Note,
    Number,
    Points,
    Segments,
    Surface,
    Wire,
    diagram,
    plane,
    readout,
)  # fmt: skip
from ui.words import source_of

LABELS = {
    "data": {name: source.label for name, source in SOURCES.items()},
    "objective": {name: objective.label for name, objective in OBJECTIVES.items()},
}
BRUSHES: list[tuple[str, dict[str, Any], float]] = [
    ("draw", {"kind": "spray", "count": 8}, 0.06),
    ("draw broadly", {"kind": "spray", "count": 20}, 0.18),
    ("erase", {"kind": "erase"}, 0.12),
]
LEARNING = ("generate", "score", "teach D", "gradients", "teach G")  # phases that know generated samples
D_SAYS = theme.between(theme.GENERATED, theme.REAL)
PUSHES: Any = {"length": "saturating", "color": theme.GRADIENT, "width": 1.3}
PLANE = [
    Surface(array="surface", scale=D_SAYS, label="surface", toggle="background"),
    Mesh(at="manifold", color=theme.PRIOR, fill=theme.GENERATED, alpha=0.75, toggle="latent grid", shown=False),
    Points(at="real", size=1.7, color=theme.REAL, palette=(theme.REAL,), classes="labels", chosen="label", alpha=0.7,
           toggle="real"),
    Points(at="fakes", size=2.4, color=theme.GENERATED, edge=True, toggle="generated", phases=("", "teach G")),
    Arrows(at="fakes", along="arrows", **PUSHES, toggle="where D pushes", phases=("",)),
    Points(at="batch_x", size=4.5, color=theme.REAL, edge=True, phases=("sample", "score")),
    Points(at="batch_x", size=3, color=theme.REAL, edge=True, phases=("generate", "teach D", "gradients", "teach G")),
    Points(at="batch_Gz", size=4.5, color=theme.GENERATED, edge=True, phases=("generate", "score")),
    Points(at="batch_Gz", size=3, color=theme.GENERATED, edge=True, phases=("teach D", "gradients", "teach G")),
    Arrows(at="batch_Gz", along="batch_arrows", **PUSHES, phases=LEARNING),
    Note(word="note"),
]  # fmt: skip
DOT = 1.1
PICTURES: dict[str, tuple[Layer, ...]] = {
    "z": (Points(at="z", size=DOT, color=theme.PRIOR),),
    "G": (Mesh(at="manifold", color=theme.PRIOR, fill=theme.GENERATED, alpha=0.8),),
    "fake": (Points(at="fakes", size=DOT, color=theme.GENERATED),),
    "x": (Points(at="real", size=DOT, color=theme.REAL),),
    "D": (Surface(array="surface", scale=D_SAYS),),
}  # fmt: skip
ON_A_LINE: dict[str, tuple[Layer, ...]] = {
    "z": (Points(at="z", size=DOT, color=theme.PRIOR),), "G": (Segments(at="line_map", color=theme.PRIOR),),
    "fake": (Area(x="line_x", array="curve_pG", base=0.05, scale=0.8, color=theme.GENERATED),),
    "x": (Area(x="line_x", array="curve_p", base=0.05, scale=0.8, color=theme.REAL),),
    "D": (Curve(x="line_x", array="curve_D", base=0.05, scale=0.8, color=theme.CRITIC, width=2),),
}  # fmt: skip


def boxes(line: bool, extent: float) -> list[Node]:
    """The networks and what passes between them, each with its own small picture."""
    pictures = ON_A_LINE if line else PICTURES
    bounds: dict[str, Bounds | str] = {name: (-extent, extent, 0, 1) if line else "extent" for name in pictures}
    bounds |= {"z": (-1, 1, -1, 1)} | ({"G": (-extent, extent, 0.04, 0.27)} if line else {})

    def box(name: str, label: str, at: tuple[float, float], color: str, shows: str = "") -> Node:
        return Node(name, label, at, 86, color, height=100, picture=pictures[name], bounds=bounds[name],
                    shows="" if line else shows)  # fmt: skip

    return [
        box("z", "noise z", (2, 130), theme.PRIOR),
        box("G", "generator G", (106, 130), theme.GENERATED, "latent grid"),
        box("fake", "generated", (210, 130), theme.GENERATED, "generated"),
        box("x", "real x", (210, 4), theme.REAL, "real"),
        box("D", "D’s verdict", (326, 32), theme.CRITIC, "background"),
        Node("loss", "losses", (335, 174), 68, theme.GRADIENT, "pill", shows="" if line else "where D pushes"),
    ]  # fmt: skip


WIRES = [Wire("z", "G"), Wire("G", "fake"), Wire("fake", "D"), Wire("x", "D"), Wire("D", "loss")]
NUMBERS = [
    Number("D_real", (360, 24), "of real"), Number("D_fake", (360, 150), "of generated"),
    Number("gradient", (149, 122), "gradient"), Number("loss_D", (340, 224), "D"), Number("loss_G", (393, 224), "G"),
]  # fmt: skip
LIT = {
    "sample": ["z", "x"],
    "generate": ["z", "G", "z-G", "fake", "G-fake"],
    "score": ["x", "fake", "x-D", "fake-D", "D", "loss"],
    "teach D": ["D", "loss"],
    "gradients": ["D", "fake", "fake-D"],
    "teach G": ["G", "G-fake", "fake", "fake-D"],
}
LOSSES = {"loss_D": charts.Line("discriminator D", theme.CRITIC), "loss_G": charts.Line("generator G", theme.GENERATED)}
LINES = {
    "js": charts.Line("JS divergence (nats)", theme.CATEGORIES[5]),
    "w1": charts.Line("Wasserstein-1", theme.CATEGORIES[0]),
    "quality": charts.Line("share of high quality", theme.CATEGORIES[2]),
    "modes": charts.Line("modes covered", theme.CATEGORIES[1], apart=True, whole=True),
}
GUIDE = Guide(
    see="A generative adversarial network (GAN): one network, the generator G, makes orange fakes of the blue, real "
    "points; a second, the discriminator D, judges: where the ground is blue it takes points for real, where orange "
    "for fake, where white it cannot tell.",
    do="Change how fast each network learns, or its goal, while they learn; or draw data of your own.",
    notice="D's arrows push orange towards blue. Does orange reach every blue clump (mode)? Covering only some of them "
    "is called mode collapse.",
)


LINE = [
    Area(x="line_x", array="curve_p", base=0.34, scale=0.6, color=theme.REAL, width=2, toggle="real"),
    Area(x="line_x", array="curve_pG", base=0.34, scale=0.6, color=theme.GENERATED, width=2, toggle="generated"),
    Curve(x="line_x", array="curve_optimal", base=0.34, scale=0.6, color=theme.CRITIC, width=1.4, dash=(4, 4)),
    Curve(x="line_x", array="curve_D", base=0.34, scale=0.6, color=theme.CRITIC, width=2.4),
    Levels(at="line_levels", dash=()),
    Segments(at="line_map", color=theme.PRIOR),
    Segments(at="line_fakes", color=theme.GENERATED, alpha=0.5, toggle="generated"),
    Arrows(at="line_pushed", along="line_pushes", **PUSHES, toggle="where D pushes"),
    Note(word="note"),
]  # fmt: skip


def on_the_line(run: Handle[GanParams], extent: float) -> None:
    """The picture of the lectures: densities and D above, below them the lines from z to x."""
    names = [Note(text=name, at=(-0.97 * extent, y), italic=True) for name, y in (("x", 0.275), ("z", 0.065))]
    plane(
        run, [*LINE, *names], bounds=(-extent, extent, 0, 1), key="line",
        alt="Above, the densities of real and generated samples, and D; below, lines from noise z to samples x.",
    )  # fmt: skip


def samples(run: Handle[GanParams], data: str) -> None:
    """Real and generated samples on what D says of the plane, or of the line."""
    if SOURCES[data].dimension == 1:
        on_the_line(run, SOURCES[data].extent)
        return
    extent = SOURCES[data].extent
    brushes = [Brush(label, event, share * extent) for label, event, share in BRUSHES] if data == "draw" else []
    plane(
        run, PLANE, bounds="extent", key=f"samples-{data}", brushes=brushes,
        buttons=[Button("Clear", {"kind": "clear"})] if brushes else [],
        alt="Real samples in blue, generated ones in orange, on what the discriminator says of every place.",
    )  # fmt: skip


def networks(run: Handle[GanParams], data: str) -> None:
    """The two networks at work, what goes wrong, and how far the distributions are apart."""
    source, shifts = SOURCES[data], data == "parallel-lines"
    diagram(
        run, boxes(source.dimension == 1, source.extent), WIRES, size=(418, 234), key=f"networks-{source.dimension}",
        numbers=NUMBERS, lit=LIT, backwards=("gradients", "teach G"),
        alt="Noise z goes through G to G(z); D judges it beside real x; losses come of it.",
    )  # fmt: skip
    readout(run, READINGS | (THETA if shifts else {}), lamps=LAMPS, key=f"readout-{shifts}")
    charts.over_time(run, LOSSES, key="losses", title="loss", height=200, zoom=False, alt="Both losses over all steps.")


def upload(run: Handle[GanParams]) -> None:
    """Points from a file, as real samples."""
    with st.expander("Load your own points from a CSV file"):
        about = "Two columns, x and y, one point a row; they are scaled to fill the picture."
        from_file(run, about, ["csv", "txt", "tsv"], partial(take, run), key="points")


def take(run: Handle[GanParams], blob: bytes) -> str:
    """Make the points of a file the real samples; answers what there is to say of them."""
    points = parse_points(blob)
    if run.params.model_dump()["data"] != "draw":
        ask(run, Reset(values={"data": "draw"}))
    ask(run, PokeIt(event={"kind": "points", "points": points.tolist()}))
    return f"{len(points)} points are the real samples now."


def objectives(current: str) -> None:
    """The losses of every objective, as formulas and as the code that runs."""
    st.subheader("The objectives")
    labels = {objective.label: objective for objective in OBJECTIVES.values()}
    for tab, objective in zip(st.tabs(list(labels), default=OBJECTIVES[current].label), labels.values(), strict=True):
        formula, code = tab.columns(2)
        formula.latex(objective.latex)
        code.code(source_of(objective.loss_D) + "\n\n" + source_of(objective.loss_G))


def main() -> None:
    """Draw the page."""
    run = open_page(Gan, GUIDE, labels=LABELS)
    params = run.params.model_dump()
    with stage(run) as place:
        with place.picture:
            samples(run, params["data"])
            line = [Mark(theme.CRITIC, "D, dashed the optimal D*")] if SOURCES[params["data"]].dimension == 1 else []
            readout(run, caption=line, key="caption")
        with place.beside:
            networks(run, params["data"])
            if run.owner:
                upload(run)
    st.header("Over time")
    charts.over_time(
        run, LINES, key="history", title="distance, share", height=280, from_zero=True,
        alt="Divergence, Wasserstein distance, modes covered and share of high-quality samples over all steps.",
    )  # fmt: skip
    mathematics(LATEX, WORDS, *CODE)
    objectives(params["objective"])
    references(Gan)


main()
