"""How far apart two distributions are, from their probabilities on the same cells or from samples."""

from __future__ import annotations

import numpy as np
import ot
import torch


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    """JS(p, q) = KL(p | m) / 2 + KL(q | m) / 2 with m = (p + q) / 2, between 0 and log 2, in nats.

    Args:
        p, q: probabilities of the same cells; what they lack of 1 lies in one more, outside.
    """
    p, q = _complete(p), _complete(q)
    m = 0.5 * (p + q)
    return 0.5 * (kullback_leibler(p, m) + kullback_leibler(q, m))


def _complete(p: np.ndarray) -> np.ndarray:
    """With one more cell for what is missing; rounding may have brought a little more than 1 together."""
    p = p.ravel().astype(np.float64)
    return np.append(p, max(0.0, 1.0 - p.sum())) / max(1.0, p.sum())


def kullback_leibler(p: np.ndarray, q: np.ndarray) -> float:
    """KL(p | q) = sum p log(p / q), in nats; 0 log 0 = 0, and infinite where q lacks what p has."""
    some = p > 0
    with np.errstate(divide="ignore"):
        return float((p[some] * np.log(p[some] / q[some])).sum())


def distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|x_i - y_j| in double precision; x (n, d), y (m, d), returns (n, m)."""
    return torch.cdist(torch.as_tensor(x).double(), torch.as_tensor(y).double()).numpy()


def wasserstein(cost: np.ndarray) -> float:
    """The exact Wasserstein-1 distance of two samples whose distances are ``cost``, (n, m).

    W1 = min over T of sum_ij T_ij cost_ij,  T >= 0,  sum_j T_ij = 1 / n,  sum_i T_ij = 1 / m,

    a linear program, solved by POT's network simplex.
    """
    n, m = cost.shape
    return float(ot.emd2(np.full(n, 1 / n), np.full(m, 1 / m), cost))
