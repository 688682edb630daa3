"""Optimisers: the race on the plane, the losses, who is where; inside one of them, and what theory says."""

import streamlit as st

from engine.exhibits.optimisers import CODE, FORMULAS, LABELS, RACERS, WORDS, Optimisers, surface_of
from engine.exhibits.optimisers.params import OptimisersParams
from engine.exhibits.optimisers.readings import LAMPS, THEORY
from ui import charts, lessons, theme
from ui.charts import Axis
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Arrows,
    Brush,
    Column,
    Contours,
    Layer,
    Mark,
    Paths,
    Points,
    Row,
    Segments,
    Surface,
    Table,
    Touch,
    field,
    plane,
    readout,
)  # fmt: skip

COLORS = {racer.name: theme.CATEGORIES[i % len(theme.CATEGORIES)] for i, racer in enumerate(RACERS)}
PALETTE = tuple(COLORS.values())
BASIN_SCALE = theme.Scale([theme.color_map("Grey")[50]] + [
    [int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in theme.CATEGORIES[:9]
], strength=0.45)  # fmt: skip
LAYERS: list[Layer] = [
    Surface(array="relief", scale=theme.Scale(theme.color_map("Ink")[:34]), label="height"),
    Surface(array="basins", scale=BASIN_SCALE, toggle="basins", shown=False, alpha=0.5),
    Contours(array="heights", levels="levels", alpha=0.35),
    Points(at="minima", size=4, hollow=True, width=1.5, alpha=0.8),
    Paths(at="trails", palette=PALETTE, mask="racing", width=2, fade=False),
    Segments(at="probes", palette=PALETTE, mask="racing", width=2, dash=(3, 4), ends=4),
    Arrows(at="velocities", color=theme.TEXT, width=2, toggle="last step", shown=False),
    Arrows(at="gradients", color=theme.GRADIENT, width=2, toggle="downhill"),
    Points(at="start", size=5, hollow=True, width=1.5),
]
LINES = {f"curve_{racer.name}": charts.Line(racer.label, COLORS[racer.name]) for racer in RACERS}
GUIDE = Guide(
    see="A landscape seen from above: dark is high. Height is the error (loss); each coloured trail is one method (an "
    "optimiser) on its way to a lower place.",
    do="Click or drag to start everybody from there; drag the learning rate, the size of their steps.",
    notice="The steepest way down is seldom the shortest: some swing across the valley, some roll along it; beyond the "
    "mark at 2 on the learning rate gradient descent may fly away.",
)
COLUMNS = [
    Column("loss", "loss", "The loss where it stands now"),
    Column("distance", "distance", "From the nearest minimum; without one, no number"),
]


def rates(run: Handle[OptimisersParams]) -> None:
    """How fast momentum converges, over rate and momentum: a map to move in while they race."""
    charts.factors(
        run, ("map_rate", "map_mu", "map"), ("marks", "marks_up"), ("rate", "mu"), ("rate_now", "mu_now"), key="rates",
        titles=("learning rate η / safe rate", "momentum μ"), ranges=((0, 4), (0, 0.99)),
        alt="Factor per step of momentum at the nearest minimum, over rate and momentum; the dot is where the run is.",
    )  # fmt: skip
    theme.key((theme.CATEGORIES[1], "factor 1: outside it diverges"), after="· dotted: η = 1/β and 2/β",
              before=run.to_owner("Click or drag to move."))  # fmt: skip


def picture(run: Handle[OptimisersParams]) -> None:
    """The plane to touch; where the surface is painted by hand, to paint on."""
    surface, painted, radius = surface_of(run.params), run.params.surface == "painted", 0.45
    brushes = [
        Brush("dig", {"kind": "lower"}, radius),
        Brush("raise", {"kind": "raise"}, radius),
        Brush("start here", {"kind": "start"}, 0.1),
    ]
    hint = "Click or drag to start everybody from there; or arrow keys and Enter."
    if painted:
        hint = "Choose a brush and paint; with the last one everybody starts from where you touch."
    plane(
        run, LAYERS, bounds=surface.bounds, key=f"plane-{run.params.surface}", hint=hint,
        touch=None if painted else Touch({"kind": "start"}), brushes=brushes if painted else (),
        alt=f"Contours of the loss over {' and '.join(surface.axes)}; trails show how every optimiser moves.",
    )  # fmt: skip


def main() -> None:
    """Draw the page."""
    run = open_page(Optimisers, GUIDE, labels={"surface": LABELS})
    surface = surface_of(run.params)
    with stage(run) as place:
        with place.picture:
            picture(run)
            marks = [Mark(COLORS[racer.name], racer.label, row, "racing") for row, racer in enumerate(RACERS)]
            readout(run, caption=marks, key="caption")
        with place.beside:
            rows = [Row(racer.name, racer.label, COLORS[racer.name]) for racer in RACERS]
            readout(run, words=["verdict", "rate", "basins"], key="verdict")
            charts.curves(
                run, charts.over("curve_at", LINES, named=False), Axis("step since the start", log=True),
                Axis("loss above the lowest", log=True, marks=6), key="losses", left=58,
                alt="Loss of every racer over the steps, on logarithmic axes.",
            )  # fmt: skip
            readout(run, table=Table(rows, COLUMNS, "status", "racing"), key="race")
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Theory")
        st.caption("What is sure of gradient descent, what happened, and how fast momentum would be.")
        readout(run, THEORY, lamps=LAMPS, key="theory")
        rates(run)
    with right:
        st.header("In three dimensions")
        st.caption("Press 3D, then drag to turn it.")
        name = f"relief-{run.params.surface}"
        alt = "The surface as heights; 3D turns it into relief."
        field(run, {"heights": "height"}, alt=alt, relief=True, key=name, height=24)
    st.header("Inside one of them")
    inside(run)
    left, right = st.columns(2, gap="medium")
    with left:
        lessons.chain(run)
    with right:
        lessons.functions(run)
    words = f"{surface.note}\n\n$$\n{FORMULAS}\n$$\n{WORDS}"
    mathematics(surface.equation, words, surface.formula, *CODE)
    references(Optimisers)


def inside(run: Handle[OptimisersParams]) -> None:
    """The memory of the chosen optimiser over all steps."""
    readout(run, words=["inside"], key="inside")
    shown = {
        "momentum": ("momentum", "Running mean of gradients, or velocity", False),
        "second": ("second moment", "Running mean, or sum, of squared gradients", True),
        "effective": ("effective step", "What multiplies the gradient, or its mean", True),
    }
    drawn = [
        charts.OverTime(
            name, title, {f"{name}_{axis}": charts.Line(axis, theme.CATEGORIES[i]) for i, axis in enumerate("xy")},
            f"{alt}, over all steps.", log=log, height=200,
        )
        for name, (title, alt, log) in shown.items()
    ]  # fmt: skip
    charts.side_by_side(run, drawn, gap="small")


main()
