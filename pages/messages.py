"""Message passing: the graph, hop by hop, its matrix, its states in the plane, and what smoothing does to them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.messages import CODE, FAMILIES, RULES, Messages, as_graphml, as_list, parse_graph
from engine.exhibits.messages.params import MessagesParams
from engine.frames import decode
from engine.runtime.commands import CommandError, PokeIt
from ui import charts, theme
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Bind,
    Brush,
    Button,
    Images,
    Layer,
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

LABELS = {
    "graph": {name: family.label for name, family in FAMILIES.items()},
    "rule": {name: rule.label for name, rule in RULES.items()},
    "features": {
        "identity": "which one it is", "hint": "a faint hint of its class", "degree": "how many neighbours it has",
        "constant": "nothing, all are alike", "random": "noise",
    },
    "norm": {"none": "none", "layer": "layer norm", "pair": "PairNorm"},
    "aggregate": {"usual": "as usual for the rule"},
    "squash": {"relu": "ReLU", "none": "none: linear"},
}  # fmt: skip
CLASSES = theme.CATEGORIES[:5]
TRAVEL = ("message",)
HOP = ("embed", "message", "gather", "update")
SPEED = ("", "read", "learn")
SIGNED = theme.between(theme.REAL, theme.GRADIENT, 1.0)
TONE = theme.VIRIDIS
LOOKED = theme.CATEGORIES[8]


def layers(nodes: int, links: int, hops: int) -> list[Layer]:
    """The picture of a graph, the finer the more there is in it; without hops nothing travels."""
    r = 9.0 if nodes <= 40 else 6.5 if nodes <= 120 else 3.2
    small = nodes <= 120
    gap = 0.8 if small else 0.0  # between filling and rim
    travelling: list[Layer] = [
        Travellers(at="flow", values="flow_tone", scale=TONE, size=3.2 if small else 1.4, phases=TRAVEL),
        Travellers(at="parcel_flow", array="parcels", size=0.075, scale=SIGNED, phases=TRAVEL),
    ]  # fmt: skip
    return [
        Points(at="at", size=3.0 * r, sizes="reach", color=LOOKED, alpha=0.22, toggle="what it hears of"),
        Points(at="at", size=3.0 * r, sizes="felt", color=theme.CATEGORIES[5], alpha=0.35, toggle="what it feels"),
        Links(nodes="at", pairs="pairs", alpha=0.25, width=1.2 if small else 0.6),
        Links(nodes="at", pairs="pairs", weight="strength", alpha=0.6, width=5 if small else 2.5,
              toggle="how much links count", shown=links <= 200),
        Points(at="at", classes="truth", palette=CLASSES, size=r + 2.2, toggle="true class (rim)"),
        Points(at="at", size=r + 0.4, color=theme.BACKGROUND),
        Points(at="at", classes="prediction", sizes="confidence", palette=CLASSES, size=r - gap, toggle="prediction",
               phases=SPEED),
        Points(at="at", values="tone", scale=TONE, size=r - gap, phases=HOP),
        Points(at="at", mask="known", size=max(r - 5.5, 1.6), color=theme.BACKGROUND),
        Points(at="at", classes="wl", size=r - gap, toggle="Weisfeiler-Leman colours", shown=False),
        Points(at="other", size=r + 5.5, hollow=True, width=1.5, color=LOOKED, dash=(3, 3)),
        Points(at="looked", size=r + 5.5, hollow=True, width=2.5, color=LOOKED),
        Points(at="tied", size=r + 7, hollow=True, width=2.5, color=theme.CATEGORIES[2]),
        Images(at="vectors_at", array="vectors", size=0.07, scale=SIGNED, toggle="states as vectors", shown=False),
        *(travelling if hops else []),
        Points(at="at", size=r, alpha=0.0, names="names"),
        Note(word="note"),
    ]  # fmt: skip


def guide(run: Handle[MessagesParams]) -> Guide:
    """What the head of the page says of the graph at hand."""
    shown = run.run.published.scene
    about = decode(shown.blob)[0].words["about"] if shown else FAMILIES[run.params.graph].about
    return Guide(
        see=f"{about} The rim of a node is its true class, the filling what the network thinks, the fuller the surer. "
        "Only the nodes with a dot in the middle are told to it.",
        do="Press Slow motion to see messages travel along the links, hop by hop; click a node to read its arithmetic.",
        notice="The few known nodes teach it about the others, because what they say spreads along the links.",
    )


BRUSHES = [
    Brush("look at", {"kind": "look"}, 0.03), Brush("tell or hide class", {"kind": "label"}, 0.03),
    Brush("move", {"kind": "move"}, 0.03), Brush("add a node", {"kind": "add"}, 0.03),
    Brush("link or part two", {"kind": "link"}, 0.03), Brush("delete", {"kind": "delete"}, 0.03),
]  # fmt: skip
NUMBERS = [
    Metric("test_accuracy", "right of the unknown", "Share of the nodes it was not told whose class it gets right",
           missing="all are known"),
    Metric("train_accuracy", "right of the known", "The same of those it was told", missing="none is known"),
    Metric("alone_accuracy", "MLP beside", "Share of the unknown that the same network without edges gets right",
           missing="is not trained"),
    Metric("confidence_mean", "confidence", "Mean probability of the class that a node is taken for"),
]  # fmt: skip
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
           missing="tick “Measure what it feels”"),
    Metric("shuffled", "after a shuffle", "Largest change of a score when the nodes were numbered anew; only rounding",
           missing="press “Shuffle the nodes”"),
    Metric("apart", "readouts apart", "How far the mean states of the first two separate graphs differ, as a share of "
           "the largest number in a state", missing="only one graph"),
    Metric("homophily_now", "homophily", "Share of links between nodes of one class", missing="no links"),
]  # fmt: skip
LINES = {
    "test_accuracy": charts.Line("right of the unknown", theme.CATEGORIES[0]),
    "alone_accuracy": charts.Line("MLP beside", theme.CATEGORIES[1]),
    "loss": charts.Line("loss", theme.CATEGORIES[5], apart=True),
}
WORDS = """
Every node has a **state**, a vector $h_i$. In a **hop** each node sends a *message* along each of its links, *gathers*
what arrives by a sum, a mean or a maximum, and *updates* its state. After $L$ hops a node has heard of all nodes at
most $L$ links away: its **receptive field**. The last state is read by a linear map; the loss is the cross-entropy of
the few nodes whose class is known, and its gradient reaches all weights through the same links, backwards.

Because sums do not care for the order of their terms, numbering the nodes otherwise changes nothing but the numbering.
That is also the limit: where refining colours by the colours of the neighbours (Weisfeiler and Leman) cannot tell two
graphs apart, none of these rules can.

**Oversmoothing.** Graph convolution averages neighbours. Without weights and nonlinearity every hop multiplies by
$S = \\hat D^{-1/2}(A+I)\\hat D^{-1/2}$, whose largest eigenvalue is 1 and belongs to states in which neighbours agree.
What they disagree about, the Dirichlet energy, shrinks in the end by $\\lambda_2^2$ a hop.
"""


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


def picture(run: Handle[MessagesParams]) -> None:
    """The graph to touch, and what its colours mean."""
    nodes, links = expected(run.params)
    key = f"graph-{run.params.graph}-{nodes}-{run.params.layers > 0}"
    plane(
        run, layers(nodes, links, run.params.layers), key=key, brushes=BRUSHES,
        buttons=[Button("Shuffle the nodes", {"kind": "shuffle"})],
        hint="Choose what a touch does. To link two nodes drag from one to the other, or touch both.",
        alt="A graph whose nodes show two colours: the rim its true class, the filling what the network takes it for.",
    )  # fmt: skip
    readout(
        run, key="caption",
        caption=[Mark(theme.BACKGROUND, "dot in the middle: its class is known"), Mark(LOOKED, "the node looked at")],
    )  # fmt: skip


def expected(params: MessagesParams) -> tuple[int, int]:
    """Nodes and links, about."""
    if not FAMILIES[params.graph].sized:
        return 40, 200
    degree = params.degree if params.graph in ("blocks", "scale-free") else 3
    return params.size, round(params.size * degree / 2)


def files(run: Handle[MessagesParams]) -> None:
    """A graph from a file, or the present one into a file."""
    with st.expander("Load or save a graph"):
        blob = st.file_uploader(
            "A list of links, two names a line, or GraphML, where an attribute “class” is taken for the class. Without "
            "classes, communities are looked for.", type=["csv", "txt", "tsv", "graphml", "xml"],
            key=f"graph {run.run.id}",
        )  # fmt: skip
        if blob is not None and st.session_state.get("graph taken") != (run.run.id, blob.file_id):
            st.session_state["graph taken"] = (run.run.id, blob.file_id)
            load(run, blob.getvalue())
        for label, name, write in (("As a list", "graph.tsv", as_list), ("As GraphML", "graph.graphml", as_graphml)):
            st.download_button(label, partial(saved, run, write), name, on_click="ignore", key=name)


def load(run: Handle[MessagesParams], blob: bytes) -> None:
    """Begin anew with the graph of a file, or say what is wrong with it."""
    try:
        read = parse_graph(blob)
        event = {"kind": "graph", "names": list(read.names), "pairs": read.pairs, "truth": read.truth()}
        run.run.submit(PokeIt(event=event)).result(timeout=20)
    except (ValueError, CommandError, TimeoutError) as error:
        st.error(str(error) or "The run is busy; try again in a moment.", icon=":material/error:")
    else:
        said = f"{len(read.names)} nodes, {len(read.pairs)} links{read.left_out()}."
        st.success(said, icon=":material/check:")


def saved(run: Handle[MessagesParams], write: Callable[..., str]) -> str:
    """The graph on screen, written."""
    published = run.run.published.scene
    if published is None:
        return ""
    scene = decode(published.blob)[0]
    return write(scene.words["plain_names"].split("\n"), scene.arrays["pairs"], scene.arrays["truth"])


def main() -> None:
    """Draw the page."""
    run = open_page(Messages, labels=LABELS)
    run = replace(run, guide=guide(run))
    with stage(run) as place:
        with place.picture:
            picture(run)
        with place.beside:
            readout(run, NUMBERS, key="numbers")
            charts.over_time(
                run, LINES, key="history", title="share", height=220, from_zero=True,
                alt="Share of unknown nodes that are right, and the loss, over all steps.",
            )  # fmt: skip
            readout(run, words=["told_before", "told_messages", "told_gathered", "told_after"], key="arithmetic")
            if run.owner:
                files(run)
    left, middle, right = st.columns(3, gap="medium")
    with left:
        st.header("As a matrix")
        st.caption("Row by row, what each node takes from every other. Click a row to look at its node.")
        field(
            run, {"matrix": "weight"}, key="matrix", smooth=False, height=20, touch=Touch({"kind": "row"}),
            alt="Matrix of how much each node counts for each other; nodes stand class by class.",
        )  # fmt: skip
    with middle:
        st.header("As points")
        st.caption("The last states in the plane in which they differ most, turned to lie like the picture.")
        plane(
            run,
            [
                Points(at="embedding", classes="truth", palette=CLASSES, size=6, edge=True, names="names"),
                Points(at="embedding", mask="wrong", size=9, hollow=True, width=1.5, toggle="mistaken"),
            ],
            key="embedding", height=20, alt="The last state of every node as a point, coloured by its true class.",
        )  # fmt: skip
    with right:
        st.header("What hops do")
        st.caption("How much neighbours still differ after each hop; who can be told from whom.")
        energy(run)
        readout(run, SMOOTHING, key="smoothing")
    rule = RULES[run.params.rule]
    mathematics(rule.latex, WORDS, rule, *CODE)
    references(Messages)


main()
