"""Graphs that are not the same but look so from every node: twins for the colours of Weisfeiler and Leman.

References:
    M. Sato, "A survey on the expressive power of graph neural networks", 2020.
"""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np

from engine.exhibits.messages.graph import Graph, linked


def rings(*sizes: int) -> nx.Graph:
    """Separate rings."""
    return nx.disjoint_union_all([nx.cycle_graph(size) for size in sizes])


def decalin() -> nx.Graph:
    """Two rings of six carbons that share a bond."""
    graph = nx.cycle_graph(10)
    graph.add_edge(0, 5)
    return graph


def bicyclopentyl() -> nx.Graph:
    """Two rings of five carbons joined by a bond."""
    graph = rings(5, 5)
    graph.add_edge(0, 5)
    return graph


def torus(*steps: tuple[int, int]) -> nx.Graph:
    """Sixteen places (a, b) modulo 4, each linked with those so many steps away, forth and back."""
    places = [(a, b) for a in range(4) for b in range(4)]
    links = [((a, b), ((a + i) % 4, (b + j) % 4)) for a, b in places for i, j in steps]
    return nx.convert_node_labels_to_integers(nx.Graph(links))


def rook() -> nx.Graph:
    """The squares of a board of 4 x 4, linked where a rook can go."""
    return torus((0, 1), (0, 2), (1, 0), (2, 0))


def shrikhande() -> nx.Graph:
    """As many links, and as many neighbours in common, as the rook's graph, but another graph."""
    return torus((0, 1), (1, 0), (1, 1))


PAIRS: dict[str, Callable[[], tuple[nx.Graph, nx.Graph]]] = {
    "twins": lambda: (rings(6), rings(3, 3)),
    "twins-prism": lambda: (nx.complete_bipartite_graph(3, 3), nx.circular_ladder_graph(3)),
    "twins-molecules": lambda: (decalin(), bicyclopentyl()),
    "twins-regular": lambda: (rook(), shrikhande()),
}


def twins(name: str, random: np.random.Generator) -> Graph:
    """Both of a pair; the class of a node says of which it is."""
    one, other = (nx.convert_node_labels_to_integers(graph) for graph in PAIRS[name]())
    n = one.number_of_nodes()
    pairs = np.concatenate([np.array(one.edges), np.array(other.edges) + n])
    truth = np.repeat([0, 1], [n, other.number_of_nodes()])
    return linked(tuple(str(node + 1) for node in range(len(truth))), pairs, truth, random, truth)
