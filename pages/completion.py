"""Point-cloud completion: a shape to rub at, what the network makes of it, more of them side by side, instruments."""

import streamlit as st

from engine.exhibits.completion import CODE, LABELS, LATEX, PARTS, SHOWN_FAMILIES, VIEWS, WORDS, Completion
from engine.exhibits.completion.params import CompletionParams
from engine.exhibits.completion.readings import HERE, MORE
from ui import charts, theme
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.shapefiles import own_shape
from ui.views import (
    Column,
    Mark,
    Node,
    Number,
    Panel,
    Paths3,
    Points3,
    Row,
    Surface3,
    Table,
    Touch3,
    Wire,
    diagram,
    readout,
    space,
)  # fmt: skip
from ui.views.space import Layer3

PROXY, MADE, TRUTH = (theme.CATEGORIES[index] for index in (1, 7, 3))
GIVEN = theme.NEUTRAL
WAY = theme.CATEGORIES[5]
PARTS_OF_TRUTH = tuple(theme.CATEGORIES[index] for index in (8, 2, 4, 5, 9))
RUBBER = 26.0  # pixels
EYE = (1.85, 1.15, 2.2)
NAMES = {
    "centres": "centres", "proxies": "proxies", "encode": "encoder", "queries": "queries", "decode": "decoder",
    "fold": "folding", "coarse": "coarse", "first fold": "folding",
}  # fmt: skip
LABEL: dict[str, dict[str, str]] = {
    "model": {str(name): label for name, label in LABELS.items()},
    "start": {"trained": "taught before", "nothing": "random weights"},
    "view": {"mixed": "mixed views", **VIEWS},
}  # fmt: skip
TINTS = {"centres": PROXY, "proxies": PROXY, "encode": theme.CATEGORIES[7], "decode": theme.CATEGORIES[9]}
GUIDE = Guide(
    see="Part of a shape is hidden. Blue is what the network guesses to be there: it has never seen this very shape.",
    do="Tick “erase” and rub part of the shape away, or move the camera: it is completed anew at once. Click on a "
    "small shape for another.",
    notice="It does not patch holes: it knows what chairs and mugs are like, and adds what is missing.",
)
ROWS = [
    Row("network", "the network", MADE), Row("nearest", "nearest shape it knows", theme.CATEGORIES[2]),
    Row("input", "nothing added", GIVEN),
]  # fmt: skip
COLUMNS = [
    Column("unseen", "unseen part", "How far the unseen part is off: Chamfer distance, on average over held-out "
           "shapes, one of each family; the radius of a shape is 1"),
    Column("cd_l1", "whole shape", "Chamfer distance L1: mean distance to the nearest point, there and back"),
    Column("f_score", "F-score", "Harmonic mean of the shares of points that are right and that are found, to 0.05"),
]  # fmt: skip
LINES = {
    "unseen": charts.Line("network", MADE),
    "unseen_nearest": charts.Line("nearest", theme.CATEGORIES[2], "dash"),
    "unseen_input": charts.Line("nothing added", theme.TEXT, "dot"),
}


def layers(model: str, size: float) -> list[Layer3]:
    """What can be shown of a shape."""
    coarse = "queries: first guesses" if model == "pointr" else "coarse points"
    proxies = [
        Points3(at="picked", color=PROXY, size=2.2 * size),
        Points3(at="centres", color=PROXY, size=2.2 * size, toggle="proxies: key points", shown=False),
        Points3(at="attending", colors="attention", size=3 * size, toggle="attention among them", shown=False),
        Points3(at="looked", color=theme.TEXT, size=4 * size, toggle="attention among them", shown=False),
    ]
    return [
        Points3(at="input", color=GIVEN, size=size, toggle="given"),
        Points3(at="completed", color=MADE, size=size, toggle="added", eased=True),
        Points3(at="truth", color=TRUTH, size=0.8 * size, toggle="truth", shown=False),
        Points3(at="truth", classes="parts", names="parts", palette=PARTS_OF_TRUTH, size=1.2 * size, toggle="parts",
                shown=False),
        *(proxies if model == "pointr" else []),
        Points3(at="coarse", color=WAY, size=1.8 * size, toggle=coarse, shown=False),
        Points3(at="completed", colors="heat", size=1.6 * size, toggle="error", shown=False, eased=True),
        Points3(at="moving", color=WAY, size=2 * size),
        Surface3(vertices="vertices", triangles="triangles", alpha=0.85),
        Paths3(at="bonds", color=WAY, alpha=0.7),
    ]  # fmt: skip


def picture(run: Handle[CompletionParams]) -> None:
    """The shape to rub at, and below it all held-out shapes as they are completed."""
    p = run.params
    size = {"tiny": 0.06, "small": 0.05, "published": 0.02}[p.size]
    space(
        run, [Panel(layers(p.model, size))], key=f"cloud-{p.model}-{p.size}", camera=EYE, aspect=1.25,
        touch=Touch3("truth", {"kind": "touch"}, erase=RUBBER),
        alt="A shape: in grey the points that are seen, in blue what the network adds.",
    )  # fmt: skip
    small = [
        Panel(
            [
                Points3(at=f"in{number}", color=GIVEN, size=2 * size),
                Points3(at=f"out{number}", color=MADE, size=2 * size, eased=True),
            ],
            name,
        )
        for number, name in enumerate(SHOWN_FAMILIES, 1)
    ]
    with st.container(key="row"):
        space(
            run, small, key=f"strip-{p.size}", camera=EYE, aspect=len(small), height=7, touch=Touch3(choose="shape"),
            alt="Six held-out shapes as they are completed; a click chooses one.",
        )  # fmt: skip
    readout(run, caption=[Mark(GIVEN, "given to the network"), Mark(MADE, "added by the network")], key="caption")


def network(run: Handle[CompletionParams]) -> None:
    """The parts of the network; in slow motion the one at work lights up."""
    parts = PARTS[run.params.model]
    width, gap = 62, 8
    names = ["sample", *parts]
    nodes = [Node("sample", "input", (2, 4), 46, GIVEN, "pill")]
    nodes += [
        Node(part, NAMES[part], (56 + (width + gap) * (index % 3), 4 + 48 * (index // 3)), width, TINTS.get(part, MADE))
        for index, part in enumerate(parts)
    ]
    loss = 56 + (width + gap) * 3
    low = 4 + 48 * ((len(parts) - 1) // 3)
    nodes.append(Node("losses", "losses", (loss, low), 60, theme.GRADIENT, "pill"))
    wires = [Wire(a, b) for a, b in zip([*names], [*parts, "losses"], strict=True)]
    lit = {name: [name] for name in [*names, "losses"]} | {"learn": ["losses", *parts]}
    numbers = [Number("J1", (loss + 30, low + 44), "J₁")]
    if run.params.model != "folding":
        numbers.append(Number("J0", (loss + 30, low - 8 if low > 30 else low + 58), "J₀"))
    diagram(
        run, nodes, wires, size=(loss + 66, low + 52), lit=lit, backwards=("learn",), numbers=numbers,
        key=f"parts-{run.params.model}", alt="The parts of the network one after the other, and the losses at its end.",
    )  # fmt: skip


def main() -> None:
    """Draw the page."""
    run = open_page(Completion, GUIDE, labels=LABEL)
    with stage(run, aspect=1.1) as place:
        with place.picture:
            picture(run)
        with place.beside:
            readout(run, HERE, table=Table(ROWS, COLUMNS), words=["shape", "start", "surface"], key="numbers")
            network(run)
            charts.over_time(
                run, LINES, key="history", title="off, unseen part", height=210, from_zero=True,
                alt="Chamfer distance of the unseen part over all steps, beside both baselines.",
            )  # fmt: skip
            if run.owner:
                own_shape(run)
    st.header("Over time")
    left, right = st.columns(2, gap="medium")
    with left:
        losses = {"J1": charts.Line("J₁", MADE), "J0": charts.Line("J₀", WAY)}
        charts.over_time(run, losses, key="losses", title="loss of the batch", alt="Both losses over all steps.")
    with right:
        whole = {
            "cd_l1": charts.Line("Chamfer L1", MADE), "emd": charts.Line("earth mover’s", PROXY),
            "f_score": charts.Line("F-score", theme.CATEGORIES[2], apart=True),
        }  # fmt: skip
        charts.over_time(run, whole, key="whole", title="distance", from_zero=True,
                         alt="Distances of whole shapes, and the F-score, over all steps.")  # fmt: skip
    readout(run, MORE, key="more")
    mathematics(LATEX, WORDS, *CODE)
    references(Completion)


main()
