"""How two nodes are related: how much one feels of the other, how far apart they are for a current, and by colours."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.network import Hop, Network, Ways
from engine.exhibits.messages.wiring import Wiring

SAME = 1e-5  # states nearer to each other than this share of the largest are one


def sensitivity(network: Network, x: Tensor, wiring: Wiring, ways: Ways, node: int) -> np.ndarray:
    """How much the last state of a node feels of the first state of every other: |d h_v^L / d h_u^0|, Frobenius: (n,).

    References:
        U. Alon, E. Yahav, "On the bottleneck of graph neural networks", ICLR 2021; J. Topping et al., ICLR 2022.
    """
    start = last = x
    for part, found in network.walk(x, wiring, ways):
        if part == "embed":
            assert isinstance(found, Tensor)
            start = last = found
        elif part == "update":
            assert isinstance(found, Hop) and found.after is not None
            last = found.after
    squares = torch.zeros(len(x), device="cpu")
    for number in last[node]:
        (slope,) = torch.autograd.grad(number, start, retain_graph=True, allow_unused=True, materialize_grads=True)
        squares += slope.square().sum(1)
    return squares.sqrt().numpy()


def resistance(graph: Graph, a: int, b: int) -> float:
    """Effective resistance between two nodes if every link is a resistor of 1 ohm; NaN where no current can flow.

        R = (e_a - e_b)^T L^+ (e_a - e_b), L the Laplacian

    References:
        M. Black et al., "Understanding oversquashing in GNNs through the lens of effective resistance", ICML 2023.
    """
    if graph.distances(a)[b] == graph.n:
        return float("nan")
    A = graph.adjacency().astype(np.float64)
    current = np.zeros(graph.n)
    current[a] += 1
    current[b] -= 1
    potential = np.linalg.lstsq(np.diag(A.sum(1)) - A, current, rcond=None)[0]
    return float(current @ potential)


def refined(graph: Graph, x: np.ndarray, rounds: int) -> np.ndarray:
    """Weisfeiler and Leman's colours: (n,), numbered as they are met.

    At first nodes that are known alike have one colour; in each round nodes keep it in common if they also have as many
    neighbours of every colour.

    Args:
        x: (n, d), what is known of the nodes. rounds: at most; it ends when no colour splits.
    """
    colours = _numbered([row.tobytes() for row in np.ascontiguousarray(x)])
    around: list[list[int]] = [[] for _ in range(graph.n)]
    for a, b in graph.pairs.tolist():
        around[a].append(b)
        around[b].append(a)
    for _ in range(rounds):
        finer = _numbered([(colours[i], *sorted(colours[around[i]])) for i in range(graph.n)])
        if finer.max(initial=0) == colours.max(initial=0):
            break
        colours = finer
    return colours


def partition(states: np.ndarray) -> int:
    """How many different states there are, (n, d), up to rounding."""
    if not len(states) or not np.isfinite(states).all():
        return 0
    along = np.random.default_rng(0).standard_normal(states.shape[1])  # different states differ in almost any direction
    line = np.sort(states.astype(np.float64) @ along)
    return 1 + int((np.diff(line) > SAME * max(float(np.abs(line).max()), 1e-12)).sum())


def _numbered(keys: list[object] | list[bytes] | list[tuple[int, ...]]) -> np.ndarray:
    found: dict[object, int] = {}
    return np.array([found.setdefault(key, len(found)) for key in keys], np.int64)
