"""Where the nodes of a graph are drawn: by forces, by eigenvectors, or on a circle. Always within [-1, 1]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.exhibits.messages.graph import Graph

EDGE = 0.93  # the outermost node
STEPS = 150
SMALL = 12  # nodes; so few have soon found their places
IN_A_ROW = 3  # separate graphs, at most; more fill a square
APART = 2.6  # centres of separate graphs beside each other, in units of their own half width


def circle(graph: Graph) -> np.ndarray:
    """On a circle, class by class: (n, 2)."""
    order = np.argsort(graph.truth, kind="stable")
    turn = np.empty(graph.n)
    turn[order] = 2 * np.pi * np.arange(graph.n) / max(graph.n, 1)
    return _fitted(np.stack([np.cos(turn), np.sin(turn)], 1))


def spectral(graph: Graph) -> np.ndarray:
    """By the two eigenvectors of I - D^-1/2 A D^-1/2 next to the first, over the root of the degree: (n, 2)."""
    if graph.n < 3:
        return circle(graph)
    A, degree = graph.adjacency().astype(np.float64), np.maximum(graph.degree, 1)
    root = np.sqrt(degree)
    _, vectors = np.linalg.eigh(np.eye(graph.n) - A / np.outer(root, root))
    at = vectors[:, 1:3] / root[:, None]
    at *= np.where(at[np.abs(at).argmax(0), [0, 1]] < 0, -1, 1)  # an eigenvector's sign means nothing: fix it
    return _fitted(at)


def forces(graph: Graph) -> np.ndarray:
    """Links pull, nodes push each other away, and all are drawn to the middle (Fruchterman and Reingold): (n, 2)."""
    n = graph.n
    if n < 2:
        return np.zeros((n, 2), np.float32)
    at = _start(graph).astype(np.float32)
    A, length = graph.adjacency(), 1.6 / np.sqrt(n)
    steps = STEPS if n <= 300 else STEPS // 5  # what is large takes long, and is not read node by node
    steps = steps if n > SMALL else STEPS // 2
    for step in range(steps):
        way = at[:, None] - at[None]  # (n, n, 2)
        away = np.maximum(np.sqrt((way**2).sum(-1)), 1e-3)
        strength = (length / away) ** 2 - A * away / length
        push = (way * strength[..., None]).sum(1) - 0.6 * at
        size = np.maximum(np.linalg.norm(push, axis=1, keepdims=True), 1e-9)
        heat = 0.12 * (1 - step / steps)
        at = at + push / size * np.minimum(size * length, heat)
    return _fitted(at)


def _start(graph: Graph) -> np.ndarray:
    """By eigenvectors, a little shaken, so that nodes that these cannot tell apart part company."""
    shaken = np.random.default_rng(0).uniform(-0.05, 0.05, (graph.n, 2))
    return spectral(graph) + shaken


def _fitted(at: np.ndarray) -> np.ndarray:
    if not len(at):
        return np.zeros((0, 2), np.float32)
    middle, half = (at.max(0) + at.min(0)) / 2, np.maximum(np.ptp(at, axis=0) / 2, 1e-6)
    if half.min() < 0.05 * half.max():  # a line stays one
        half[:] = half.max()
    return (EDGE * (at - middle) / half).astype(np.float32)


def levels(graph: Graph) -> np.ndarray:
    """Parents above their children, a node as deep as its longest way from the top: (n, 2)."""
    below: list[list[int]] = [[] for _ in range(graph.n)]
    for parent, child in graph.pairs.tolist():
        below[parent].append(child)
    deep, across = _depths(graph), np.full(graph.n, np.nan)
    column = iter(range(graph.n))

    def place(node: int) -> float:
        if np.isnan(across[node]):
            across[node] = 0.0  # so that a circle, which a hand may draw, ends
            under = [place(child) for child in below[node]]
            across[node] = np.mean(under) if under else next(column)
        return float(across[node])

    for node in np.argsort(deep, kind="stable").tolist():
        place(node)
    for level in set(deep.tolist()):
        row = np.flatnonzero(deep == level)
        row = row[np.argsort(across[row], kind="stable")]
        steps = np.arange(len(row))
        across[row] = np.maximum.accumulate(across[row] - steps) + steps  # at least 1 apart
    return _fitted(np.stack([across, -deep.astype(float)], 1))


def _depths(graph: Graph) -> np.ndarray:
    """The longest way from the top to every node, (n,)."""
    deep = np.zeros(graph.n, np.int64)
    for _ in range(graph.n):
        before = deep.copy()
        np.maximum.at(deep, graph.pairs[:, 1], deep[graph.pairs[:, 0]] + 1)
        if (deep == before).all():
            break
    return deep


LAYOUTS: dict[str, Callable[[Graph], np.ndarray]] = {"forces": forces, "spectral": spectral, "circle": circle}


def placed(graph: Graph, layout: str) -> np.ndarray:
    """The nodes of a graph, (n, 2): separate graphs beside each other, upright ones by levels in place of forces."""
    place = levels if layout == "forces" and graph.alphabet.upright else LAYOUTS[layout]
    members = np.unique(graph.member)
    if len(members) <= 1:
        return place(graph)
    columns = len(members) if len(members) <= IN_A_ROW else int(np.ceil(np.sqrt(len(members))))
    at = np.zeros((graph.n, 2), np.float32)
    for number, each in enumerate(members):
        mine = graph.member == each
        at[mine] = place(graph.part(mine)) + APART * np.array([number % columns, -(number // columns)], np.float32)
    return _centred(at, columns, -(-len(members) // columns))


def _centred(at: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Graphs in columns and rows, all as large, none stretched."""
    wide, tall = (APART * (count - 1) for count in (columns, rows))
    return ((at - [wide / 2, -tall / 2]) * EDGE / (max(wide, tall) / 2 + 1)).astype(np.float32)
