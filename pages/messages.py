"""Message passing: the graph, hop by hop, its matrix, its states in the plane, and what smoothing does to them."""

from dataclasses import replace

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.messages import AT_A_GLANCE, CODE, IN_FULL, RULES, TASKS, Messages, family_of, nodes_of
from engine.exhibits.messages.params import OF_MANY, MessagesParams
from engine.exhibits.messages.words import DO, LABELS, NOTICE, SEE, WORDS
from engine.frames import decode
from ui import charts, theme
from ui.graphfiles import graph_files
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Bind,
    Brush,
    Button,
    Images,
    Layer,
    Letters,
    Links,
    Mark,
    Metric,
    Note,
    Points,
    Touch,
    Travellers,
    field,
    figure,
    plane,
    readout,
)  # fmt: skip

CLASSES = theme.CATEGORIES[:5]
TRAVEL = ("message",)
HOP = ("embed", "message", "gather", "update")
SPEED = ("", "read", "learn")
SIGNED = theme.between(theme.REAL, theme.GRADIENT, 1.0)
TONE = theme.VIRIDIS
LOOKED, FELT, WAITING = theme.CATEGORIES[8], theme.CATEGORIES[5], theme.CATEGORIES[2]
HIDDEN, ABSENT = theme.CATEGORIES[2], theme.CATEGORIES[3]
BRUSHES = [
    Brush("look at", {"kind": "look"}, 0.03), Brush("tell or hide class", {"kind": "label"}, 0.03),
    Brush("move", {"kind": "move"}, 0.03), Brush("add a node", {"kind": "add"}, 0.03),
    Brush("link or part two", {"kind": "link"}, 0.03), Brush("delete", {"kind": "delete"}, 0.03),
]  # fmt: skip
NUMBERS = [
    Metric("test_accuracy", "right of the unknown", "Share of what it was not told that it gets right",
           missing="all are known"),
    Metric("train_accuracy", "right of the known", "The same of what it was told", missing="none is known"),
    Metric("alone_accuracy", "MLP beside", "Share of the unknown that the same network without edges gets right",
           missing="is not trained"),
]  # fmt: skip
SURE = Metric("confidence_mean", "confidence", "Mean probability of the class that something is taken for")
ERRORS = [
    Metric("error", "off by", "How far the answer is from the truth, on average over the unknown graphs",
           missing="all are known"),
    Metric("error_of_the_mean", "the mean is off by", "The same for who always answers the mean of the known graphs",
           missing="all are known"),
]  # fmt: skip
AUC = Metric("auc", "hidden before absent", "How often a hidden link is held likelier than a pair that never was one "
             "(area under the ROC curve); 0.5 is a coin", missing="no link is hidden")  # fmt: skip
OWN = {"nodes": [SURE], "graphs": [SURE], "links": [AUC], "diameter": ERRORS, "triangles": ERRORS}
SMOOTHING = [
    Metric("rate", "energy per hop", "By what the last hop has multiplied the Dirichlet energy of states of size 1",
           missing="no two hops to compare"),
    Metric("rate_theory", "λ₂²", "What linear graph convolution multiplies it by in the end: the square of the second "
           "largest |eigenvalue| of the propagation"),
    Metric("wl_classes", "WL colours", "Different colours after as many rounds of Weisfeiler and Leman as there are "
           "hops"),
    Metric("state_classes", "different states", "Nodes whose last states differ by more than rounding"),
    Metric("sensitivity", "feels of the other", "Frobenius norm of the derivative of the last state of the node looked "
           "at by the first state of the one looked at before", missing="tick “Measure what it feels”"),
    Metric("resistance", "resistance to it", "Between the two, if every link is a resistor of 1 Ω", "Ω",
           missing="tick “Measure what it feels”, of two nodes that a way joins"),
    Metric("shuffled", "after a shuffle", "Largest change of a score when the nodes were numbered anew; only rounding",
           missing="press “Shuffle the nodes”"),
    Metric("apart", "readouts apart", "How far the mean states of two separate graphs differ, as a share of the "
           "largest number in a state", missing="there are not two graphs"),
    Metric("homophily_now", "homophily", "Share of links between nodes of one class", missing="no links"),
]  # fmt: skip
LINES = {
    "test_accuracy": charts.Line("right of the unknown", theme.CATEGORIES[0]),
    "alone_accuracy": charts.Line("MLP beside", theme.CATEGORIES[1]),
    "loss": charts.Line("loss", theme.CATEGORIES[5], apart=True),
}


def filling(task: str, r: float, gap: float) -> list[Layer]:
    """Rims and fillings of nodes: what is true, and what the network says."""
    rim, inside, ground = r + 2.2, r - gap, Points(at="at", size=r + 0.4, color=theme.BACKGROUND)
    tone = Points(at="at", values="tone", scale=TONE, size=inside, phases=HOP)
    if task == "links":
        return [ground, replace(tone, phases=None)]
    if task in ("diameter", "triangles"):
        return [
            Points(at="at", values="right_value", scale=TONE, size=rim, toggle="truth"), ground,
            Points(at="at", values="guess_value", scale=TONE, size=inside, phases=SPEED), tone,
        ]  # fmt: skip
    return [
        Points(at="at", classes="truth", palette=CLASSES, size=rim, toggle="truth"), ground,
        Points(at="at", classes="prediction", sizes="confidence", palette=CLASSES, size=inside, phases=SPEED), tone,
    ]  # fmt: skip


def lines(params: MessagesParams, small: bool, letters: bool) -> list[Layer]:
    """Links: those there are, how much they count, and those that are asked for."""
    wide, bonds = 1.2 if small else 0.6, letters and params.task in OF_MANY
    weighed = small and not letters and params.task != "links"
    found: list[Layer] = [
        Links(nodes="at", pairs="pairs", weight="bonds", alpha=0.45, width=5) if bonds
        else Links(nodes="at", pairs="pairs", alpha=0.25, width=wide),
        Links(nodes="at", pairs="pairs", weight="strength", alpha=0.6, width=5 if small else 2.5,
              toggle="weights", shown=weighed),
    ]  # fmt: skip
    if params.task == "links":
        found += [
            Links(nodes="at", pairs="absent_pairs", weight="absent_belief", color=ABSENT, alpha=0.8, width=3,
                  dash=(4, 3), toggle="never linked"),
            Links(nodes="at", pairs="hidden_pairs", weight="hidden_belief", color=HIDDEN, width=4, toggle="hidden"),
        ]  # fmt: skip
    return found


def lettered(params: MessagesParams) -> bool:
    """Whether nodes bear signs: the elements of molecules, the signs of formulas."""
    return params.collection == "molecules" if params.task in OF_MANY else params.graph.startswith("formulas")


def layers(params: MessagesParams) -> list[Layer]:
    """The picture of a graph, the finer the more there is in it; without hops nothing travels."""
    nodes, pooled, letters = nodes_of(params), params.task in OF_MANY, lettered(params)
    r = 9.0 if nodes <= 40 else 6.5 if nodes <= 120 or letters else 4.2 if pooled else 3.2
    small = nodes <= 120
    known = Points(at="at", mask="known", size=r + 3.2, hollow=True) if letters else Points(
        at="at", mask="known", size=max(r - 5.5, 1.6), color=theme.BACKGROUND)  # fmt: skip
    travelling: list[Layer] = [
        Travellers(at="flow", values="flow_tone", scale=TONE, size=3.2 if small else 1.4, phases=TRAVEL),
        Travellers(at="parcel_flow", array="parcels", size=0.075, scale=SIGNED, phases=TRAVEL),
    ]  # fmt: skip
    return [
        Points(at="at", size=3.0 * r, sizes="reach", color=LOOKED, alpha=0.22, toggle="hears of"),
        Points(at="at", size=3.0 * r, sizes="felt", color=FELT, alpha=0.35, toggle="feels"),
        *lines(params, small, letters),
        *filling(params.task, r, 0.8 if small else 0.0),
        known,
        Points(at="at", classes="wl", size=r, toggle="WL colours", shown=False),
        *([Letters(at="at", letters="symbols", size=9)] if letters else []),
        Points(at="other", size=r + 5.5, hollow=True, width=1.5, color=LOOKED, dash=(3, 3)),
        Points(at="looked", size=r + 5.5, hollow=True, width=2.5, color=LOOKED),
        Points(at="tied", size=r + 7, hollow=True, width=2.5, color=WAITING),
        Images(at="vectors_at", array="vectors", size=0.07, scale=SIGNED, toggle="vectors", shown=False),
        *(travelling if params.layers else []),
        Points(at="at", size=r, alpha=0.0, names="names"),
        Note(word="note"),
    ]  # fmt: skip


def guide(run: Handle[MessagesParams]) -> Guide:
    """What the head of the page says of the graph at hand."""
    shown, task = run.run.published.scene, run.params.task
    about = decode(shown.blob)[0].words["about"] if shown else family_of(run.params).about
    return Guide(see=f"{about} {SEE[task]}", do=DO, notice=NOTICE[task])


def picture(run: Handle[MessagesParams]) -> None:
    """The graph to touch, and what its marks mean."""
    params = run.params
    plane(
        run, layers(params), key=f"graph-{params.task}-{params.graph}-{nodes_of(params)}-{params.layers > 0}",
        brushes=BRUSHES, buttons=[Button("Shuffle the nodes", {"kind": "shuffle"})], kin="nodes",
        hint="Choose what a touch does. To link two nodes touch both, or drag.",
        alt="A graph whose nodes show two colours: the rim what is true, the filling what the network takes it for.",
    )  # fmt: skip
    looked = Mark(LOOKED, "the node looked at")
    marks = [Mark(theme.BACKGROUND, f"{'ring' if lettered(params) else 'dot in the middle'}: it is known"), looked]
    if params.task == "links":
        marks = [Mark(HIDDEN, "hidden link"), Mark(ABSENT, "never linked"), looked]
    readout(run, key="caption", caption=marks)


def energy(run: Handle[MessagesParams]) -> None:
    """How rough the states are after each hop, beside what theory says of linear graph convolution."""
    fig = go.Figure()
    fig.add_scatter(x=[], y=[], name="this network", mode="lines+markers", line={"color": theme.CATEGORIES[0]})
    fig.add_scatter(x=[], y=[], name="λ₂² a hop", mode="lines", line={"color": theme.CATEGORIES[1], "dash": "dash"})
    charts.axes(fig, "hop", "Dirichlet energy / size²")
    fig.update_yaxes(type="log", exponentformat="power", nticks=5)
    fig.update_xaxes(tickformat="d", dtick=max(1, -(-run.params.layers // 6)))
    binds = [Bind("hops", f"data.{trace}.x") for trace in (0, 1)]
    binds += [Bind("energy", "data.0.y"), Bind("energy_theory", "data.1.y")]
    figure(
        run, fig, binds, key="energy", height=230, frames_per_s=4,
        alt="Dirichlet energy of the states after each hop, and the rate at which linear graph convolution loses it.",
    )  # fmt: skip


def beside(run: Handle[MessagesParams]) -> None:
    """How well it does, and the arithmetic of one node."""
    readout(run, NUMBERS + OWN[run.params.task], key="numbers")
    charts.over_time(
        run, LINES, key="history", title="share", height=220, from_zero=True,
        alt="Share of the unknown that is right, and the loss, over all steps.",
    )  # fmt: skip
    readout(run, words=AT_A_GLANCE, key="arithmetic")
    with st.expander("Number by number"):
        readout(run, words=IN_FULL, key="in-full")
    if run.owner:
        graph_files(run)


def below(run: Handle[MessagesParams]) -> None:
    """The graph as a matrix, its states as points, and what hops do to them."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        st.header("As a matrix")
        st.caption("Row by row, what each node takes from every other. Point at it to see which nodes these are.")
        field(
            run, {"matrix": "weight"}, key="matrix", smooth=False, height=20, touch=Touch({"kind": "row"}),
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
