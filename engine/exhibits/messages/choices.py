"""What is chosen before anybody has chosen: who is known, and who is looked at."""

from __future__ import annotations

from collections.abc import Callable

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


def whole_graphs(graph: Graph, wanted: Callable[[int], int], random: np.random.Generator) -> np.ndarray:
    """All nodes of some of the separate graphs: (n,).

    Args:
        wanted: how many of so many graphs whose first nodes are of one class.
    """
    members, first = np.unique(graph.member, return_index=True)
    truth, known = graph.truth[first], list[int]()
    for each in np.unique(truth):
        mine = random.permutation(members[truth == each])
        known.extend(mine[: max(1, wanted(len(mine)))])
    return np.isin(graph.member, known)


def far_apart(graph: Graph) -> tuple[int, int]:
    """The node farthest from the first, and the first."""
    away = graph.distances(0)
    return int(np.where(away < graph.n, away, -1).argmax()), 0


def typical(graph: Graph) -> int:
    """A node with about three neighbours, whose arithmetic can be read."""
    return int(np.abs(graph.degree - 3).argmin()) if graph.n else 0
