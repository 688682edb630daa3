"""Loss landscapes: the plane around a network that learns, what the network says, curvature, curves and averages."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from engine.exhibits.landscape import CODE, FORMATS, FORMULAS, LABELS, NAMES, RACERS, WORDS, Landscape, file_of
from engine.exhibits.landscape.params import LandscapeParams, Study
from engine.exhibits.landscape.readings import AVERAGE, CURVATURE, FOLDS, NUMBERS, WAY
from engine.exhibits.landscape.tasks import IMAGES
from ui import charts, theme
from ui.charts import Line
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Button,
    Column,
    Contours,
    Layer,
    Panel,
    Paths,
    Paths3,
    Points,
    Row,
    Surface,
    Surface3,
    Table,
    Touch,
    field,
    plane,
    readout,
    space,
)  # fmt: skip

ERROR = theme.Scale(theme.color_map("Inferno")[::-1], strength=0.85)
COLORS = {"network": theme.GRADIENT, "network A": theme.CATEGORIES[0], "network B": theme.CATEGORIES[1]} | dict(
    zip(NAMES["race"], theme.CATEGORIES, strict=False)
)
SEEN = {
    "train": "A network learns by going downhill: dark means high error (loss). The line is its path, the dot where it "
    "is now.",
    "race": "Five copies of one network learn by going downhill, each by a rule of its own: dark means high error, "
    "lines are their paths.",
    "connect": "Two networks learn apart, each going downhill: dark means high error. Then a curve between them is "
    "bent around the hill that lies on the straight way.",
    "average": "A network learns by going downhill: dark means high error, the line is its path. The green dot is "
    "the mean of places where it has been.",
}
DO = "Drag in the picture to put the network elsewhere, and see what it would answer there."
NOTICE = (
    "In truth there is a direction for every weight, often thousands. The picture is their flat shadow; “off the "
    "plane” tells how far from it the network really is."
)
COLUMNS = [
    Column("loss", "loss", "Training loss, over all training samples"),
    Column("error", "test error", "Share of wrong answers on samples never seen", 3),
    Column("off", "off the plane", "Distance from the plane that is shown"),
]
BUTTONS = [
    Button("back to the path", {"kind": "release"}),
    Button("learn from here", {"kind": "jump"}),
    Button("keep these weights", {"kind": "save"}),
]


def layers(study: Study) -> list[Layer]:
    """The landscape, and the ways in it."""
    return [
        Surface(array="relief", scale=theme.Scale(theme.color_map("Ink")[:40]), label="height"),
        Surface(array="errors", scale=ERROR, toggle="test error", shown=False),
        Contours(array="heights", levels="levels", alpha=0.3),
        Paths(at="path", palette=(theme.PRIOR,), width=3, fade=False, ends=0),
        Paths(at="trails", palette=tuple(COLORS[name] for name in NAMES[study]), width=2.5, fade=False, ends=9),
        Points(at="marks", size=7, color=theme.PRIOR, edge=True),
        Points(at="hand", size=8, color=theme.TEXT, hollow=True, width=2.5),
    ]


def answers(run: Handle[LandscapeParams]) -> None:
    """What the network says, as it is or where the hand is."""
    readout(run, words=["looked"], key="looked")
    if run.params.data in IMAGES:
        field(
            run, {"confusion": "share of the class"}, key="answers", height=15, smooth=False, rows="classes",
            columns="classes", alt="Of each digit, how often which answer is given on the test set.",
        )  # fmt: skip
        return
    shown = [
        Surface(array="response", scale=theme.between(theme.CATEGORIES[0], theme.CATEGORIES[1])),
        Contours(array="response", levels="border", width=2),
        Points(at="points", classes="labels", palette=theme.CATEGORIES[:2], size=2, edge=True),
    ]
    alt = "The two classes, and where in the plane the network answers which; the line is its border."
    plane(run, shown, bounds="extent", key="answers", height=15, alt=alt)
    readout(run, FOLDS, key="folds")


def beside(run: Handle[LandscapeParams]) -> None:
    """How far it is, who is where, and what belongs to the study."""
    study = run.params.study
    readout(run, words=["verdict", "progress", *["weighed"] * run.params.large], key="verdict")
    if study == "race":
        rows = [Row(name, label, COLORS[name]) for name, label in RACERS.items()]
        readout(run, table=Table(rows, COLUMNS, "status"), key="race")
    readout(run, NUMBERS, key="numbers")
    if study == "connect":
        lines = {"line": Line("straight", theme.GRADIENT), "curve": Line("curve", theme.PRIOR)}
        alt = "Training loss from network to network, along the straight line and along the curve."
        charts.curves(run, charts.over("way", lines), "from A to B", "training loss", alt=alt, key="way", height=180)
        readout(run, WAY, key="barriers")
    elif study == "average":
        lines = {"error": Line("last", theme.GRADIENT), "error_swa": Line("mean", theme.PRIOR)}
        alt = "Test error of the last weights and of their mean, over all steps."
        charts.over_time(run, lines, key="average", title="test error", height=180, zoom=False, alt=alt)
        readout(run, AVERAGE, key="averages")
    elif study == "train":
        lines = {
            "sharpness": Line("sharpest", theme.CATEGORIES[5]),
            "limit": Line("limit 2/η", theme.CATEGORIES[1], "dash"),
        }
        alt = "The largest curvature over all steps, and two over the learning rate."
        charts.over_time(run, lines, key="sharpness", title="curvature", height=180, zoom=False, alt=alt)
        readout(run, CURVATURE, words=["felt"] if run.params.large else [], key="curvature")


def relief(run: Handle[LandscapeParams]) -> None:
    """The same in three dimensions."""
    st.header("In three dimensions")
    st.caption("Height is the logarithm of the loss. Drag to turn it.")
    shown = [
        Surface3(vertices="vertices", triangles="triangles"),
        Paths3(at="ways", color=COLORS[NAMES[run.params.study][0]]),
    ]
    space(run, [Panel(shown)], key="relief", height=24, alt="The landscape as a relief, and the way over it.")


def downloads(run: Handle[LandscapeParams]) -> None:
    """The landscape as a file, written when it is asked for: from what was shown last."""
    st.header("Take it with you")
    st.caption("The landscape as it is now: NPZ for NumPy, VTK for ParaView, a picture, or a page to turn it in.")

    def written(ending: str) -> Callable[[], bytes]:
        return lambda: file_of(shown.blob, ending) if (shown := run.run.published.frame) else b""

    for column, ending in zip(st.columns(4), FORMATS, strict=True):
        column.download_button(
            ending.upper(), written(ending), f"landscape.{ending}", key=ending, on_click="ignore", width="stretch"
        )


def main() -> None:
    """Draw the page."""
    run = open_page(Landscape, labels=LABELS)
    run = replace(run, guide=Guide(SEEN[run.params.study], DO, NOTICE))
    with stage(run) as place:
        with place.picture:
            plane(
                run, layers(run.params.study), bounds=(-1, 1, -1, 1), key=f"plane-{run.params.study}",
                touch=Touch({"kind": "walk"}), buttons=BUTTONS,
                alt="Contours of the training loss over a plane of weights; trails show how the weights move.",
            )  # fmt: skip
            readout(run, caption=[], key="caption")
        with place.beside:
            beside(run)
            answers(run)
    st.header("Over time")
    error = Line("test error", theme.CATEGORIES[1], apart=True)
    lines = {"loss": Line("training loss", theme.CATEGORIES[0]), "error": error}
    alt = "Training loss and test error over all steps."
    charts.over_time(run, lines, key="history", title="training loss", from_zero=True, alt=alt)
    left, right = st.columns(2, gap="medium")
    with left:
        relief(run)
    with right:
        downloads(run)
    mathematics(FORMULAS, WORDS, *CODE)
    references(Landscape)


main()
