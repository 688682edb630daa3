"""What the spectrum of a graph says of smoothing: energies by hop, and the rate at which they must fall."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
import torch
from scipy.sparse.linalg import eigsh
from torch import Tensor

from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.wiring import Wiring

DENSE = 300  # nodes up to which all eigenvalues are computed
ONE = 1e-6  # an eigenvalue nearer to 1 than that is 1
TINY = 1e-12


def dirichlet(h: Tensor, wiring: Wiring) -> Tensor:
    """Dirichlet energy: how much neighbours differ.

        E = 1/2 sum_ij A_ij |h_i / sqrt(1 + d_i) - h_j / sqrt(1 + d_j)|^2

    Shapes:
        h (n, d), returns ().

    References:
        C. Cai, Y. Wang, "A note on over-smoothing for graph neural networks", 2020.
    """
    scaled = h / (1 + wiring.degree).sqrt()[:, None]
    m = wiring.links  # every link counts twice in the sum
    return (scaled.index_select(0, wiring.source[:m]) - scaled.index_select(0, wiring.target[:m])).square().sum()


def roughness(h: Tensor, wiring: Wiring) -> float:
    """The Dirichlet energy of states of size one: E / |h|^2; 0 where all is 0."""
    size = float(h.square().sum())
    return float(dirichlet(h, wiring)) / size if size > TINY else 0.0


def propagation(graph: Graph) -> sparse.csr_array:
    """S = D^-1/2 (A + I) D^-1/2 with D the degrees of A + I, (n, n)."""
    a, b = graph.pairs.T
    root = 1 / np.sqrt(1.0 + graph.degree)
    loops = np.arange(graph.n)
    rows, columns = np.concatenate([a, b, loops]), np.concatenate([b, a, loops])
    return sparse.csr_array((root[rows] * root[columns], (rows, columns)), shape=(graph.n, graph.n))


def second_eigenvalue(graph: Graph) -> float:
    """The largest |eigenvalue| of S below 1, 0 if there is none; 1 itself is one for every connected part.

    Linear graph convolution multiplies what is not yet smooth by at most this in every hop, so energies, which are
    squares, come to fall by its square.
    """
    if graph.n < 2:
        return 0.0
    S = propagation(graph)
    if graph.n <= DENSE:
        values = np.linalg.eigvalsh(S.toarray())
    else:
        parts = sparse.csgraph.connected_components(S)[0]
        count = min(parts + 2, graph.n - 1)
        start = np.random.default_rng(0).standard_normal(graph.n)
        values = eigsh(S, k=count, which="LM", v0=start, return_eigenvectors=False)
    below = np.abs(values)[np.abs(values) < 1 - ONE]
    return float(below.max(initial=0.0))


def energies(states: list[Tensor], wiring: Wiring) -> np.ndarray:
    """The roughness of h^0 ... h^L, (L + 1,)."""
    return np.array([roughness(h, wiring) for h in states], np.float32)


def apart(h: Tensor, wiring: Wiring) -> float:
    """How far the readouts (means of states) of two separate graphs differ, as a share of the largest number among the
    states; NaN unless there are two.
    """
    readouts = wiring.pooled(h)
    if len(readouts) != 2:
        return float("nan")
    return float((readouts[0] - readouts[1]).abs().max() / h.abs().max().clamp(min=TINY))


@torch.no_grad()
def smoothed(h: Tensor, wiring: Wiring, hops: int) -> list[Tensor]:
    """h, S h, ... S^hops h: linear graph convolution without weights."""
    states = [h]
    for _ in range(hops):
        states.append(
            wiring.total(wiring.symmetric[:, None] * states[-1].index_select(0, wiring.source), wiring.target)
        )
    return states
