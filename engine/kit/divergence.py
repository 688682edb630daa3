"""How far apart two distributions are, from their probabilities on the same cells or from samples."""

from __future__ import annotations

import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.special import digamma

NEIGHBOURS = 10
"""Of a sample's own kind: enough that the estimate of two times 2,000 samples has a standard deviation below 0.01."""


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> float:
    """JS(p, q) = KL(p | m) / 2 + KL(q | m) / 2 with m = (p + q) / 2, between 0 and log 2, in nats.

    Args:
        p, q: probabilities of the same cells; what they lack of 1 lies in one more, outside.
    """
    p, q = _complete(p), _complete(q)
    m = 0.5 * (p + q)
    return 0.5 * (kullback_leibler(p, m) + kullback_leibler(q, m))


class Neighbourhoods:
    """Samples of one kind, and for each the distance of its k-th neighbour of that kind: what an estimate of JS needs
    to know of either kind, and can keep of one that does not change.

    Args:
        samples: (n, d), at least two of them.
        neighbours: k; where several samples lie at the same distance, more.

    Attributes:
        far: (n,), a hair more than that distance. k: (n,), how many neighbours lie as near.
    """

    def __init__(self, samples: np.ndarray, neighbours: int = NEIGHBOURS) -> None:
        self.samples = samples.astype(np.float64)
        self.tree = cKDTree(self.samples)
        k = min(neighbours, len(samples) - 1)
        nearest, next_one = self.tree.query(self.samples, [k + 1, k + 2])[0].T  # the first is the sample itself
        self.far = nearest * (1 + 1e-9)
        self.k = np.full(len(samples), k)
        if len(equals := np.flatnonzero(next_one <= self.far)):
            self.k[equals] = self.tree.query_ball_point(self.samples[equals], self.far[equals], return_length=True) - 1

    def count(self, of: Neighbourhoods) -> np.ndarray:
        """How many of these samples lie in each neighbourhood of ``of``: (n,)."""
        found: np.ndarray = self.tree.query_ball_point(of.samples, of.far, return_length=True)
        return found


def jensen_shannon_of_samples(x: np.ndarray, y: np.ndarray, neighbours: int = NEIGHBOURS) -> float:
    """JS of the distributions of two samples, in nats, from what the nearest neighbours of every sample are: see
    :func:`jensen_shannon_of_kinds`.

    Args:
        x, y: as many of the longer one as of the shorter are looked at, the first ones.
        neighbours: k; where several samples lie at the same distance, more.

    Shapes:
        x: (n, d). y: (m, d). Returns NaN for less than two samples of a kind.
    """
    n = min(len(x), len(y))
    if n < 2:
        return float("nan")
    return jensen_shannon_of_kinds(Neighbourhoods(x[:n], neighbours), Neighbourhoods(y[:n], neighbours))


def jensen_shannon_of_kinds(x: Neighbourhoods, y: Neighbourhoods) -> float:
    """JS of the distributions of two kinds of samples, as many of either, in nats.

    JS is the information that a sample's place carries about its kind, I(place; kind) with both kinds equally likely:

        JS = psi(2 n) - psi(n) + mean psi(k) - mean psi(m),

    where psi is the digamma function and m counts the samples of either kind within the distance of the k-th neighbour
    of one's own kind. The distance follows the density, so that no scale is smoothed away: of two times 2,000 samples
    of Gaussians the estimate is within 0.03 of the integral, however narrow they are.

    References:
        B. Ross, "Mutual information between discrete and continuous data sets", PLoS ONE 9, 2014.
    """
    n = len(x.samples)
    surplus = [digamma(own.k) - digamma(own.k + other.count(own)) for own, other in ((x, y), (y, x))]
    return float(np.clip(digamma(2 * n) - digamma(n) + np.mean(surplus), 0, np.log(2)))


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
    import ot  # imports much

    n, m = cost.shape
    return float(ot.emd2(np.full(n, 1 / n), np.full(m, 1 / m), cost))


def wasserstein_floor(real: np.ndarray, size: int, pairs: int = 4) -> float:
    """W1 between two batches of ``size`` of the same distribution: what is left of the distance at equality.

    Args:
        pairs: the mean over so many pairs, always the same ones. Batches are disjoint where there are samples enough,
            else drawn with replacement.

    Shapes:
        real: (n, d).
    """
    rng, enough = np.random.default_rng(0), len(real) >= 2 * size
    found = []
    for _ in range(pairs):
        batches = real[rng.choice(len(real), 2 * size, replace=not enough)]
        found.append(wasserstein(distances(batches[:size], batches[size:])))
    return float(np.mean(found))
