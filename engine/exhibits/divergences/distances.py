r"""How far apart two distributions are: Kullback-Leibler, Jensen-Shannon, Wasserstein.

    KL(p || q) = E_p log p/q
    JS(p, q)   = KL(p || m)/2 + KL(q || m)/2,   m = (p + q)/2,   at most log 2
    W(p, q)    = least mean distance that mass must be carried to turn p into q; on a line  int |F - G|

Two parallel lines (0, z) and (theta, z) with z uniform share no point unless theta = 0, so for theta != 0

    KL = infinity,   JS = log 2,   W = |theta|:

only W has a slope that says where to go. Two Gaussians of width sigma a distance theta apart overlap, and there
KL = theta^2 / (2 sigma^2) and W = |theta|; JS has no closed form. Here all three are integrated numerically.

References:
    Arjovsky, Chintala & Bottou, "Wasserstein GAN", ICML 2017, example 1.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

LATEX = {
    "KL": r"\mathbb E_p \log\tfrac pq",
    "JS": r"\tfrac12\mathrm{KL}(p\,\|\,m)+\tfrac12\mathrm{KL}(q\,\|\,m)",
    "m": r"\tfrac{p+q}2",
}

POINTS = 801  # of the quadrature
TAILS = 9.0  # it reaches so many widths beyond both means


class Distances(NamedTuple):
    """Of two distributions: the three numbers, in nats and in units of the axis."""

    kl: float
    js: float
    w: float


def of_lines(theta: float) -> Distances:
    """Of the parallel lines (0, z) and (theta, z), in closed form."""
    if theta == 0:
        return Distances(0.0, 0.0, 0.0)
    return Distances(math.inf, math.log(2), abs(theta))


def of_gaussians(theta: float, sigma: float) -> Distances:
    """Of N(0, sigma^2) and N(theta, sigma^2), by the trapezoidal rule."""
    x = np.linspace(min(0.0, theta) - TAILS * sigma, max(0.0, theta) + TAILS * sigma, POINTS)
    log_p, log_q = log_normal(x, 0.0, sigma), log_normal(x, theta, sigma)
    F, G = ndtr(x / sigma), ndtr((x - theta) / sigma)
    return Distances(kl(x, log_p, log_q), js(x, log_p, log_q), float(np.trapezoid(np.abs(F - G), x)))


def log_normal(x: np.ndarray, mean: float, sigma: float) -> np.ndarray:
    """Log of the density of N(mean, sigma^2)."""
    return -0.5 * ((x - mean) / sigma) ** 2 - math.log(sigma * math.sqrt(2 * math.pi))


def kl(x: np.ndarray, log_p: np.ndarray, log_q: np.ndarray) -> float:
    """Int p log(p/q) dx, from log-densities so that thin tails do no harm."""
    return float(np.trapezoid(np.exp(log_p) * (log_p - log_q), x))


def js(x: np.ndarray, log_p: np.ndarray, log_q: np.ndarray) -> float:
    """Half the KL of each to the mixture m."""
    log_m = np.logaddexp(log_p, log_q) - math.log(2)
    return 0.5 * kl(x, log_p, log_m) + 0.5 * kl(x, log_q, log_m)
