"""Many small graphs of which something is asked as a whole: shapes of several kinds, and graphs of no kind at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import networkx as nx
import numpy as np

from engine.exhibits.messages.graph import Alphabet, Graph, beside, linked

SMALLEST, LARGEST = 6, 11  # nodes
ALIKE = Alphabet(("node",))

Draw = Callable[[int, np.random.Generator], nx.Graph]


def random_tree(n: int, random: np.random.Generator) -> nx.Graph:
    """Every node but the first is linked with one that came before it."""
    return nx.Graph([(int(random.integers(node)), node) for node in range(1, n)])


def random_graph(n: int, random: np.random.Generator) -> nx.Graph:
    """A random tree and up to n further links."""
    graph = random_tree(n, random)
    for a, b in random.integers(n, size=(int(random.integers(n + 1)), 2)).tolist():
        if a != b:
            graph.add_edge(a, b)
    return graph


def ring(n: int, random: np.random.Generator) -> nx.Graph:
    """Every node has two neighbours."""
    return nx.cycle_graph(n)


SHAPES: dict[str, Draw] = {
    "ring": ring,
    "tree": random_tree,
    "ladder": lambda n, random: nx.ladder_graph(n // 2),
    "wheel": lambda n, random: nx.wheel_graph(n),
    "two crowds": lambda n, random: nx.barbell_graph(n // 2, 0),
}
WIDTHS: dict[str, Draw] = {
    "path": lambda n, random: nx.path_graph(n), "ring": ring, "tree": random_tree, "tangle": random_graph,
}  # fmt: skip
"""From as wide as can be to narrow."""


def _small(graph: nx.Graph, name: str, truth: int, random: np.random.Generator) -> Graph:
    plain = nx.convert_node_labels_to_integers(graph)
    n = plain.number_of_nodes()
    names = tuple(f"{name}: {node + 1}" for node in range(n))
    return replace(linked(names, np.array(plain.edges), np.full(n, truth), random), alphabet=ALIKE)


def _size(random: np.random.Generator) -> int:
    return int(random.integers(SMALLEST, LARGEST + 1))


def in_turn(kinds: Mapping[str, Draw], count: int, random: np.random.Generator) -> Graph:
    """So many graphs, of all kinds in turn; the class is the kind."""
    names, found = list(kinds), []
    for number in range(count):
        name = names[number % len(names)]
        found.append(_small(kinds[name](_size(random), random), f"{name} {number + 1}", number % len(names), random))
    return beside(found, random)


def random_graphs(count: int, random: np.random.Generator) -> Graph:
    """So many random graphs; the class says whether there is a triangle."""
    found = []
    for number in range(count):
        graph = random_graph(_size(random), random)
        found.append(_small(graph, f"graph {number + 1}", int(any(nx.triangles(graph).values())), random))
    return beside(found, random)


def diameter(graph: Graph) -> int:
    """The longest of all shortest ways between two nodes, in links; where parts are not joined, within a part."""
    away = np.array([graph.distances(node) for node in range(graph.n)]).reshape(graph.n, graph.n)
    return int(away[away < graph.n].max(initial=0))


def triangles(graph: Graph) -> int:
    """How many three nodes are all linked: trace A^3 / 6."""
    A = graph.adjacency().astype(np.int64)
    return int(np.trace(A @ A @ A)) // 6
