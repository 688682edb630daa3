"""What is chosen before anybody has chosen: who is known, and who is looked at."""

from __future__ import annotations

import numpy as np

from engine.exhibits.messages.graph import Graph


def first_labels(graph: Graph, count: int) -> np.ndarray:
    """The best connected ``count`` nodes of every class: (n,).

    Among equals those come first that have more links within the class, and then those in the middle of their order.
    """
    known = np.zeros(graph.n, bool)
    inside = graph.with_pairs(graph.pairs[graph.truth[graph.pairs[:, 0]] == graph.truth[graph.pairs[:, 1]]]).degree
    for each in range(graph.classes):
        mine = np.flatnonzero(graph.truth == each)
        aside = np.abs(np.arange(len(mine)) - len(mine) // 2)
        known[mine[np.lexsort((aside, -inside[mine], -graph.degree[mine]))[:count]]] = True
    return known


def typical(graph: Graph) -> int:
    """A node with about three neighbours, whose arithmetic can be read."""
    return int(np.abs(graph.degree - 3).argmin()) if graph.n else 0
