"""What a run is about: the graph its parameters ask for, what is known of it, and the question asked."""

from __future__ import annotations

import numpy as np

from engine.exhibit import State
from engine.exhibits.messages.board import Board
from engine.exhibits.messages.choices import far_apart, first_labels, typical, whole_graphs
from engine.exhibits.messages.families import COLLECTIONS, FAMILIES, Family, Wish, block_pairs, redrawn
from engine.exhibits.messages.features import SPARE
from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.layout import placed
from engine.exhibits.messages.links import LinkPrediction, split
from engine.exhibits.messages.params import OF_MANY, MessagesParams
from engine.exhibits.messages.tasks import GraphClasses, GraphNumber, NodeClasses, Task

TASKS: dict[str, type[Task]] = {
    "nodes": NodeClasses, "links": LinkPrediction, "graphs": GraphClasses, "diameter": GraphNumber,
    "triangles": GraphNumber,
}  # fmt: skip
"""The questions by name."""


def family_of(params: MessagesParams) -> Family:
    """The kind of graph, or of graphs, that is asked for."""
    return COLLECTIONS[params.collection] if params.task in OF_MANY else FAMILIES[params.graph]


def about(params: MessagesParams, own: bool = False) -> str:
    """What there is to see of the graph: nodes, links, and, where it is asked for, the class.

    Args:
        own: it came from a file.
    """
    family = family_of(params)
    seen, kinds = ("A graph of your own.", "its class") if own else (family.about, family.kinds)
    return f"{seen} The rim tells {kinds}." if params.task in ("nodes", "graphs") else seen


def nodes_of(params: MessagesParams) -> int:
    """How many nodes there will be, at most."""
    if params.task in OF_MANY:
        return 12 * params.graphs if COLLECTIONS[params.collection].sized else 300
    return params.size if FAMILIES[params.graph].sized else 500 if params.graph == "formulas" else 100


def wish_of(params: MessagesParams) -> Wish:
    """What its family may vary."""
    return Wish(params.size, params.degree, params.blocks, params.homophily, params.graphs)


class Question:
    """What is asked of the nodes, links or members of a graph.

    For links, ``hidden`` and ``absent`` (k, 2) are the pairs of slots that are asked for.
    """

    def __init__(self, params: MessagesParams, seed: int) -> None:
        self.params, self.seed = params, seed
        self.hidden = self.absent = np.empty((0, 2), np.int64)

    def graph(self) -> Graph:
        """The graph that the parameters ask for."""
        wish = wish_of(self.params)
        graph = family_of(self.params).make(wish, np.random.default_rng(self.seed))
        if self.params.task not in OF_MANY and self.params.graph == "blocks":
            graph = graph.with_pairs(block_pairs(wish, self.seed))
        return graph

    def board(self, graph: Graph, layout: str) -> Board:
        """A graph as it is laid out and told at first."""
        at = placed(graph, layout)
        told = self.told(graph)
        looked = far_apart(told) if self.params.graph == "barbell" else (typical(told), 0)
        many = self.params.task in OF_MANY
        return Board(told, at, self._labelled(told), graph.n + SPARE, *looked, whole=many, seed=self.seed)

    def _labelled(self, graph: Graph) -> np.ndarray:
        p, random = self.params, np.random.default_rng([self.seed, 3])
        if p.task in OF_MANY:
            return whole_graphs(graph, lambda count: round(p.known * count), random)
        if p.task == "links":
            return np.zeros(graph.n, bool)
        if graph.alphabet.upright:  # a part of a formula says little without the rest
            return whole_graphs(graph, lambda count: p.labels, random)
        return first_labels(graph, p.labels)

    def told(self, graph: Graph) -> Graph:
        """The part of a graph that is told: for link prediction some links are not."""
        if self.params.task == "links":
            graph, self.hidden, self.absent = split(graph, self.params.known, self.seed)
        return graph

    def redrawn(self, graph: Graph, params: MessagesParams) -> Graph:
        """The graph of another homophily, as far as it is told."""
        return self.told(redrawn(graph, wish_of(params), self.seed))

    def task(self) -> Task:
        """The question, for one network."""
        match self.params.task:
            case "links":
                return LinkPrediction(self.hidden, self.absent, self.seed)
            case "graphs":
                return GraphClasses()
            case "diameter" | "triangles":
                return GraphNumber(self.params.task)
            case _:
                return NodeClasses()

    def state_dict(self) -> State:
        """The pairs that are asked for."""
        return {"hidden": self.hidden, "absent": self.absent}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.hidden, self.absent = np.array(state["hidden"]), np.array(state["absent"])
