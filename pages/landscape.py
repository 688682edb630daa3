"""Loss landscapes: the plane around a network that learns, what the network says, curvature, curves and averages."""

from collections.abc import Callable

import streamlit as st

from engine.exhibits.landscape import CODE, FORMATS, FORMULAS, LABELS, NAMES, RACERS, Landscape, file_of
from engine.exhibits.landscape.params import LandscapeParams, Study
from ui import charts, theme
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Button,
    Column,
    Contours,
    Layer,
    Metric,
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
GUIDE = Guide(
    see="A network learns; the coloured trail is its way. All its weights are squeezed into a plane: dark where the "
    "training loss is high. The picture sharpens while you look.",
    do="Drag in the picture to put the weights elsewhere, and see what the network would say there.",
    notice="The real way does not lie in the picture: how far it is off is said beside. When the network has left the "
    "picture, a new plane is laid around it.",
)
HAND = [
    Metric("loss", "training loss", "Of the network as it is, over all training samples"),
    Metric("error", "test error", "Share of wrong answers on samples it has never seen"),
    Metric("hand_loss", "loss at your hand", "Training loss with the weights that your hand has dragged to"),
    Metric("hand_error", "test error there", "Share of wrong answers with those weights"),
    Metric("off", "off the plane", "Distance of the weights from the plane that is shown; its half width is beside"),
    Metric("half", "half width", "Of the picture, as a distance between weights"),
    Metric("explained", "explained", "Share of the variance of the way so far that lies in this plane"),
]
CURVATURE = [
    Metric("sharpness", "λ max", "Largest eigenvalue of the Hessian of the training loss, followed by power iteration"),
    Metric("limit", "2/η", "Steps of full gradient descent overshoot ever farther where the curvature is larger"),
    Metric("trace", "trace", "Sum of all eigenvalues, by Hutchinson's estimate: the mean over random probes"),
]
WAY = [
    Metric("barrier_line", "barrier, straight", "How far the loss rises on the straight line between the networks"),
    Metric("barrier_curve", "barrier, curve", "How far it rises on the curve"),
]
AVERAGE = [
    Metric("error", "last, test error", "Of the weights as they are"),
    Metric("error_swa", "mean, test error", "Of the mean of the weights at the ends of cycles"),
    Metric("loss_swa", "mean, training loss", "Of that mean"),
]
COLUMNS = [
    Column("loss", "loss", "Training loss, over all training samples"),
    Column("error", "test error", "Share of wrong answers on samples never seen", 3),
    Column("off", "off the plane", "Distance from the plane that is shown"),
]
LOSSES = {
    "loss": charts.Line("training loss", theme.CATEGORIES[0]),
    "error": charts.Line("test error", theme.CATEGORIES[1], apart=True),
}
BUTTONS = [
    Button("let go", {"kind": "release"}),
    Button("learn on from here", {"kind": "jump"}),
    Button("save weights", {"kind": "save"}),
    Button("new plane", {"kind": "lay"}),
]
WORDS = """
**The plane.** A network with $P$ weights walks in $P$ dimensions. A plane shows two of them: $c$ is its centre, $u$
and $v$ its directions, $a$ and $b$ the picture's coordinates. *Random* directions are made as long, filter by filter,
as the network's own weights $c_j$; otherwise a network with larger weights would look flatter for no reason. The
plane of the *trajectory* holds its two principal components: it explains much of any long walk, also of a random one.
*Curvature* takes the two sharpest directions, *three* whatever three weights you like.

**Sharpness.** Where the loss curves more than $2/\\eta$, full gradient descent overshoots. It does not avoid such
places: $\\lambda_{\\max}$ rises until it is there, and stays (*edge of stability*). A Hessian $H$ of $P^2$ numbers is
never written down: $Hv$ is the derivative of the gradient along $v$.

**Two networks** that learnt apart have a barrier between them on the straight line. The curve $\\phi$ from $u$ to $w$
has one control point $\\theta$, which learns to lower the mean loss along it. **The mean** $m$ of $n$ weights that a
cyclic rate meets, and of the next, $w$: stochastic weight averaging.
"""


def layers(study: Study) -> list[Layer]:
    """The landscape, and the ways in it."""
    colors = tuple(COLORS[name] for name in NAMES[study])
    mark = {"connect": theme.PRIOR, "average": theme.PRIOR}.get(study, "")
    return [
        Surface(array="relief", scale=theme.Scale(theme.color_map("Ink")[:40]), label="height"),
        Surface(array="errors", scale=ERROR, toggle="test error", shown=False),
        Contours(array="heights", levels="levels", alpha=0.3),
        Paths(at="path", palette=(theme.PRIOR,), width=3, fade=False, ends=0),
        Paths(at="trails", palette=colors, width=2.5, fade=False, ends=9),
        Points(at="marks", size=7, color=mark or theme.PRIOR, edge=True),
        Points(at="hand", size=8, color=theme.TEXT, hollow=True, width=2.5),
    ]


def picture(run: Handle[LandscapeParams]) -> None:
    """The landscape to walk in."""
    plane(
        run, layers(run.params.study), bounds=(-1, 1, -1, 1), key=f"plane-{run.params.study}",
        touch=Touch({"kind": "walk"}), buttons=BUTTONS, hint="Drag to put the weights elsewhere.",
        alt="Contours of the training loss over a plane of weights; trails show how the weights move.",
    )  # fmt: skip


def answers(run: Handle[LandscapeParams]) -> None:
    """What the network says, as it is or where the hand is."""
    readout(run, words=["looked"], key="looked")
    if run.params.data == "digits":
        field(
            run, {"confusion": "share of the class"}, key="answers", height=15, smooth=False, rows="classes",
            columns="classes", alt="Of each digit, how often which answer is given on the test set.",
        )  # fmt: skip
        return
    plane(
        run,
        [Surface(array="response", scale=theme.between(theme.CATEGORIES[0], theme.CATEGORIES[1])),
         Contours(array="response", levels="border", width=2),
         Points(at="points", classes="labels", palette=theme.CATEGORIES[:2], size=2, edge=True)],
        bounds="extent", key="answers", height=15,
        alt="The two classes, and where in the plane the network answers which; the line is its border.",
    )  # fmt: skip


def beside(run: Handle[LandscapeParams]) -> None:
    """How far it is, who is where, and what belongs to the study."""
    study = run.params.study
    readout(run, words=["verdict"], key="verdict")
    if study == "race":
        rows = [Row(name, label, COLORS[name]) for name, label in RACERS.items()]
        readout(run, table=Table(rows, COLUMNS, "status"), key="race")
    readout(run, HAND, key="hand")
    if study == "connect":
        lines = {"line": charts.Line("straight", theme.GRADIENT), "curve": charts.Line("curve", theme.PRIOR)}
        charts.arrays(
            run,
            "way",
            lines,
            key="way",
            titles=("from A to B", "training loss"),
            height=180,
            alt="Training loss from network to network, along the straight line and along the curve.",
        )
        readout(run, WAY, key="barriers")
    elif study == "average":
        lines = {"error": charts.Line("last", theme.GRADIENT), "error_swa": charts.Line("mean", theme.PRIOR)}
        charts.over_time(
            run,
            lines,
            key="average",
            title="test error",
            height=180,
            zoom=False,
            alt="Test error of the last weights and of their mean, over all steps.",
        )
        readout(run, AVERAGE, key="averages")
    elif study == "train":
        lines = {
            "sharpness": charts.Line("λ max", theme.CATEGORIES[5]),
            "limit": charts.Line("2/η", theme.GRADIENT, "dash"),
        }
        charts.over_time(
            run,
            lines,
            key="sharpness",
            title="curvature",
            height=180,
            log=True,
            zoom=False,
            alt="The largest curvature over all steps, and two over the learning rate.",
        )
        readout(run, CURVATURE, key="curvature")


def relief(run: Handle[LandscapeParams]) -> None:
    """The same in three dimensions."""
    st.header("In three dimensions")
    st.caption("Height is the logarithm of the loss. Drag to turn it.")
    colors = [COLORS[name] for name in NAMES[run.params.study]]
    space(
        run, [Panel([Surface3(vertices="vertices", triangles="triangles"), Paths3(at="ways", color=colors[0])])],
        key="relief", alt="The landscape as a relief, and the way over it.", height=24,
    )  # fmt: skip


def downloads(run: Handle[LandscapeParams]) -> None:
    """The landscape as a file."""
    st.header("Take it with you")
    st.caption("The landscape as it is now: NPZ for NumPy, VTK for ParaView, a picture, or a page to turn it in.")
    for column, ending in zip(st.columns(4), FORMATS, strict=True):
        column.download_button(
            ending.upper(),
            _data(run, ending),
            f"landscape.{ending}",
            key=f"file-{ending}",
            on_click="ignore",
            width="stretch",
        )


def _data(run: Handle[LandscapeParams], ending: str) -> Callable[[], bytes]:
    """Written when it is asked for: from what was shown last."""

    def written() -> bytes:
        shown = run.run.published.frame
        return file_of(shown.blob, ending) if shown else b""

    return written


def main() -> None:
    """Draw the page."""
    run = open_page(Landscape, GUIDE, labels=LABELS)
    with stage(run) as place:
        with place.picture:
            picture(run)
            readout(run, words=["progress"], caption=[], key="caption")
        with place.beside:
            beside(run)
            answers(run)
    st.header("Over time")
    charts.over_time(
        run, LOSSES, key="history", title="training loss", from_zero=True,
        alt="Training loss and test error over all steps.",
    )  # fmt: skip
    left, right = st.columns(2, gap="medium")
    with left:
        relief(run)
    with right:
        downloads(run)
    mathematics(run, FORMULAS, WORDS, *CODE)
    references(Landscape)


main()
