r"""The earth mover's distance between two histograms, and the plan that attains it.

    EMD(p, q) = min over T of sum_ij T_ij |i - j|,   T >= 0,   sum_j T_ij = p_i,   sum_i T_ij = q_j

T_ij is how much is carried from bin i of p to bin j of q: a linear program in n^2 unknowns. On a line many plans cost
the same; a trace of (i - j)^2 in the objective picks the one whose routes do not cross, which is optimal for every
convex cost and so for |i - j| itself.

References:
    Rubner, Tomasi & Guibas, "The earth mover's distance as a metric for image retrieval", IJCV 40 (2000).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

LATEX = {"W": r"\min_{T\ge0,\;T\mathbf 1=p,\;T^\top\mathbf 1=q}\;\textstyle\sum_{ij}T_{ij}\,|i-j|"}
TRACE = 1e-3


def ground_cost(bins: int) -> np.ndarray:
    """|i - j|, (bins, bins)."""
    at = np.arange(bins, dtype=float)
    return np.abs(at[:, None] - at[None, :])


def earth_movers(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, float]:
    """The cheapest plan between two histograms and its cost, in bins.

    Args:
        p, q: (n,), heights of at least 0; each is divided by its sum.

    Returns:
        The plan, (n, n), and its cost; zeros and NaN if a histogram is empty.
    """
    n = len(p)
    if p.sum() <= 0 or q.sum() <= 0:
        return np.zeros((n, n)), float("nan")
    C = ground_cost(n)
    leaving = np.kron(np.eye(n), np.ones((1, n)))  # sum_j T_ij, (n, n^2)
    arriving = np.kron(np.ones((1, n)), np.eye(n))  # sum_i T_ij
    totals = np.concatenate([p / p.sum(), q / q.sum()])
    found = linprog((C + TRACE * C**2).ravel(), A_eq=np.vstack([leaving, arriving]), b_eq=totals, method="highs")
    T = np.maximum(found.x, 0.0).reshape(n, n)
    return T, float((T * C).sum())
