"""Message passing: the graph, hop by hop, its matrix, its states in the plane, and what smoothing does to them."""

from dataclasses import replace

import streamlit as st

from engine.exhibits.messages import AT_A_GLANCE, BY_PRODUCTS, CODE, IN_FULL, RULES, TASKS, Messages, about, nodes_of
from engine.exhibits.messages.params import MessagesParams
from engine.exhibits.messages.readings import NUMBERS, OF_TASK, SMOOTHING
from engine.exhibits.messages.words import DO, LABELS, NOTICE, SEE, WORDS
from engine.frames import decode
from ui import charts, theme
from ui.charts import Axis, Curve, Line
from ui.graphfiles import graph_files
from ui.graphlayers import ABSENT, CLASSES, HIDDEN, LOOKED, layers, lettered
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import Brush, Button, Layer, Mark, Points, Touch, field, plane, readout

BRUSHES = [
    Brush("look at", {"kind": "look"}, 0.03), Brush("tell or hide class", {"kind": "label"}, 0.03),
    Brush("move", {"kind": "move"}, 0.03), Brush("add a node", {"kind": "add"}, 0.03),
    Brush("link or part two", {"kind": "link"}, 0.03), Brush("delete", {"kind": "delete"}, 0.03),
]  # fmt: skip
LOSS = {"loss": Line("loss", theme.CATEGORIES[5], apart=True)}
SHARES = {
    "test_accuracy": Line("unknown guessed right", theme.CATEGORIES[0]),
    "alone_accuracy": Line("without links (MLP)", theme.CATEGORIES[1]),
}
MISSES = {
    "error": Line("off by", theme.CATEGORIES[0]),
    "alone_error": Line("without links (MLP)", theme.CATEGORIES[1]),
    "error_of_the_mean": Line("always the mean", theme.CATEGORIES[2], dash="dash"),
}


def guide(run: Handle[MessagesParams]) -> Guide:
    """What the head of the page says of the graph at hand."""
    shown, task = run.run.published.scene, run.params.task
    graph = decode(shown.blob)[0].words["about"] if shown else about(run.params)
    see = SEE[task].format(marked="ring" if lettered(run.params) else "dot")
    return Guide(see=f"{graph} {see}", do=DO, notice=NOTICE[task])


def picture(run: Handle[MessagesParams]) -> None:
    """The graph to touch, and what its marks mean."""
    params = run.params
    plane(
        run, layers(params), key=f"graph-{params.task}-{params.graph}-{nodes_of(params)}-{params.layers > 0}",
        brushes=BRUSHES, buttons=[Button("Shuffle the nodes", {"kind": "shuffle"})], kin="nodes",
        hint="Choose what a touch does. To link two nodes touch both, or drag.",
        alt="A graph whose nodes show two colours: the rim what is true, the filling what the network takes it for.",
    )  # fmt: skip
    looked = Mark(LOOKED, "looked at; halo: whom it hears")
    marks = [Mark(theme.BACKGROUND, f"{'ring' if lettered(params) else 'dot in the middle'}: it is known"), looked]
    if params.task == "links":
        marks = [Mark(HIDDEN, "hidden link"), Mark(ABSENT, "never linked"), looked]
    readout(run, key="caption", caption=marks)


def energy(run: Handle[MessagesParams]) -> None:
    """How rough the states are after each hop, beside what theory says of linear graph convolution."""
    drawn = [
        Curve("hops", "energy", Line("this network", theme.CATEGORIES[0]), dots=6),
        Curve("hops", "energy_theory", Line("λ₂² a hop", theme.CATEGORIES[1], "dash")),
    ]
    hops = Axis("hop", every=max(1, -(-run.params.layers // 6)))
    charts.curves(
        run, drawn, hops, Axis("Dirichlet energy / size²", log=True, marks=5), key="energy", height=230,
        alt="Dirichlet energy of the states after each hop, and the rate at which linear graph convolution "
        "loses it.",
    )  # fmt: skip


def beside(run: Handle[MessagesParams]) -> None:
    """How well it does, and the arithmetic of one node."""
    readout(run, NUMBERS | OF_TASK[run.params.task], key="numbers")
    number = run.params.task in ("diameter", "triangles")
    charts.over_time(
        run, (MISSES if number else SHARES) | LOSS, key=f"history-{number}", title="off by" if number else "right",
        height=220, from_zero=True, alt="How right it is about the unknown, and the loss, over all steps.",
    )  # fmt: skip
    readout(run, words=AT_A_GLANCE, key="arithmetic")
    with st.expander("Number by number"):
        readout(run, words=IN_FULL, key="in-full")
    with st.expander("Product by product"):
        st.caption("One number of every vector. Which one: *Number written out*, under *More controls*.")
        readout(run, words=[BY_PRODUCTS], key="by-products")
    if run.owner:
        graph_files(run)


def below(run: Handle[MessagesParams]) -> None:
    """The graph as a matrix, its states as points, and what hops do to them."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        st.header("As a matrix")
        st.caption("Row by row, what each node takes from every other. Point at it to see which nodes these are.")
        field(
            run, {"matrix": "weight"}, key="matrix", smooth=False, height=20, touch=Touch({"kind": "row"}, tap=True),
            kin="nodes", lines="row_of",
            alt="Matrix of how much each node counts for each other; nodes stand class by class.",
        )  # fmt: skip
    with middle:
        st.header("As points")
        st.caption("The last states in the plane in which they differ most, turned to lie like the picture.")
        points: list[Layer] = [
            Points(at="embedding", classes="truth", palette=CLASSES, size=6, edge=True, names="names")
        ]
        if run.params.task != "links":
            points.append(Points(at="embedding", mask="wrong", size=9, hollow=True, width=1.5, toggle="mistaken"))
        plane(
            run, points, key=f"embedding-{run.params.task}", height=20, kin="nodes",
            touch=Touch({"kind": "point"}, pick="embedding", tap=True),
            alt="The last state of every node as a point, coloured by its true class.",
        )  # fmt: skip
    with right:
        st.header("What hops do")
        st.caption("How much neighbours still differ after each hop; who can be told from whom.")
        energy(run)
        readout(run, SMOOTHING, key="smoothing")


def main() -> None:
    """Draw the page."""
    run = open_page(Messages, labels=LABELS)
    run = replace(run, guide=guide(run))
    with stage(run) as place:
        with place.picture:
            picture(run)
        with place.beside:
            beside(run)
    below(run)
    rule, task = RULES[run.params.rule], TASKS[run.params.task]
    latex = rf"\begin{{gathered}} {rule.latex} \\[0.6em] {task.latex} \end{{gathered}}"
    mathematics(latex, WORDS, rule, task.loss, *CODE)
    references(Messages)


main()
