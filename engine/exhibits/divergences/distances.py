r"""How far apart two distributions are, and which slope that gives a generator who can move the second one.

    KL(p || q) = E_p log p/q                   reverse KL: KL(q || p)
    JS(p, q)   = KL(p || m)/2 + KL(q || m)/2,  m = (p + q)/2,   at most log 2
    TV(p, q)   = 1/2 int |p - q|,              at most 1
    H^2(p, q)  = 1 - int sqrt(p q),            at most 1 (Hellinger, squared)
    W(p, q)    = least mean distance that mass must be carried to turn p into q; on a line  int |F - G|
    MMD^2(p,q) = E k(x, x') + E k(y, y') - 2 E k(x, y),   x ~ p, y ~ q,   k(x, y) = exp(-|x - y|^2 / 2)

Two parallel lines (0, z) and (theta, z) with z uniform on [0, 1] share no point unless theta = 0, so for theta != 0

    KL = infinity both ways,   JS = log 2,   TV = H^2 = 1,   W = |theta|,   MMD^2 = 2 C (1 - exp(-theta^2 / 2)):

only W and MMD have a slope, and that of MMD fades beyond the width 1 of its kernel. Two Gaussians overlap, and there
everything has a slope. Of N(0, s^2) and N(theta, t^2)

    KL = log t/s + (s^2 + theta^2) / 2 t^2 - 1/2,
    H^2 = 1 - sqrt(2 s t / (s^2 + t^2)) exp(-theta^2 / 4(s^2 + t^2)),
    MMD^2 = g(2 s^2) + g(2 t^2) - 2 g(s^2 + t^2) exp(-theta^2 / 2(1 + s^2 + t^2)),       g(v) = 1 / sqrt(1 + v);

W = E|theta + (t - s) z| with z ~ N(0, 1), and TV is half the mass that changes sides where p and q cross; for t = s
they are |theta| and 2 Phi(|theta| / 2s) - 1. JS has no closed form. KL and JS are integrated here.

References:
    Arjovsky, Chintala & Bottou, "Wasserstein GAN", ICML 2017, example 1; Gretton, Borgwardt, Rasch, Schoelkopf &
    Smola, "A kernel two-sample test", JMLR 13, 2012 (MMD).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

LATEX = {
    "KL": r"\mathbb E_p \log\tfrac pq",
    "JS": r"\tfrac12\mathrm{KL}(p\,\|\,m)+\tfrac12\mathrm{KL}(q\,\|\,m)",
    "m": r"\tfrac{p+q}2",
    "TV": r"\tfrac12\int |p-q|",
    "H2": r"1-\int \sqrt{p\,q}",
    "MMD2": r"\mathbb E\,k(x,x')+\mathbb E\,k(y,y')-2\,\mathbb E\,k(x,y)",
    "k": r"e^{-\lVert x-y\rVert^2/2}",
}

POINTS = 1601  # of the quadrature
TAILS = 9.0  # it reaches so many widths beyond both means


class Distances(NamedTuple):
    """Of two distributions, or their slopes in theta: in nats, and W in units of the axis."""

    kl: float
    js: float
    w: float
    rkl: float
    tv: float
    h2: float
    mmd: float


def of_lines(theta: float) -> Distances:
    """Of the parallel lines (0, z) and (theta, z), in closed form."""
    if theta == 0:
        return Distances(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    mmd = -2 * LINE * math.expm1(-(theta**2) / 2)
    return Distances(math.inf, math.log(2), abs(theta), math.inf, 1.0, 1.0, mmd)


def slopes_of_lines(theta: float) -> Distances:
    """Their slopes in theta: none where a divergence is infinite; at theta = 0 only MMD has one."""
    none = math.nan
    mmd = 2 * LINE * theta * math.exp(-(theta**2) / 2)
    if theta == 0:
        return Distances(none, none, none, none, none, none, mmd)
    return Distances(none, 0.0, math.copysign(1.0, theta), none, 0.0, 0.0, mmd)


LINE = math.sqrt(2 * math.pi) * math.erf(math.sqrt(0.5)) + 2 * math.expm1(-0.5)
"""C = E exp(-(z - z')^2 / 2) for z, z' uniform on [0, 1]: the kernel along a line."""


def of_gaussians(theta: float, sigma: float, width: float | None = None) -> Distances:
    """Of p = N(0, sigma^2) and q = N(theta, width^2), KL and JS by the trapezoidal rule.

    Args:
        width: of q; as wide as p if not given.
    """
    t = width or sigma
    x, log_p, log_q = _on_a_line(theta, sigma, t)
    return Distances(
        kl(x, log_p, log_q),
        js(x, log_p, log_q),
        wasserstein(theta, sigma, t),
        kl(x, log_q, log_p),
        tv(theta, sigma, t),
        1 - _affinity(theta, sigma, t),
        mmd2(theta, sigma, t),
    )


def slopes_of_gaussians(theta: float, sigma: float, width: float | None = None) -> Distances:
    """Their slopes in theta: what a generator feels that moves q. Where TV and W have a kink, at theta = 0, 0.

    As dq/dtheta = -dq/dx, JS has the slope int dq/dtheta log(q/m) / 2, TV the sum of q over the places where p and q
    cross, less where q falls below p, and W the share of mass that is carried up less what is carried down.
    """
    t = width or sigma
    x, log_p, log_q = _on_a_line(theta, sigma, t)
    log_m = np.logaddexp(log_p, log_q) - math.log(2)
    along = np.exp(log_q) * (x - theta) / t**2  # dq/dtheta
    rises = [(place, 1 if rising else -1) for place, rising in crossings(theta, sigma, t)]
    spread = 1 + sigma**2 + t**2
    return Distances(
        kl=theta / t**2,
        js=float(np.trapezoid(along * (log_q - log_m), x)) / 2,
        w=2 * float(ndtr(theta / abs(t - sigma))) - 1 if t != sigma else float(np.sign(theta)),
        rkl=theta / sigma**2,
        tv=float(sum(sign * np.exp(log_normal(np.array(place), theta, t)) for place, sign in rises)),
        h2=_affinity(theta, sigma, t) * theta / (2 * (sigma**2 + t**2)),
        mmd=2 * theta / spread**1.5 * math.exp(-(theta**2) / (2 * spread)),
    )


def _on_a_line(theta: float, sigma: float, width: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places from end to end of both, and both log-densities there."""
    low, high = min(-TAILS * sigma, theta - TAILS * width), max(TAILS * sigma, theta + TAILS * width)
    x = np.linspace(low, high, POINTS)
    return x, log_normal(x, 0.0, sigma), log_normal(x, theta, width)


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


def wasserstein(theta: float, sigma: float, width: float) -> float:
    """E|theta + (t - s) z|, z ~ N(0, 1): the cheapest plan keeps the order, and carries s z to theta + t z."""
    apart = abs(width - sigma)
    if not apart:
        return abs(theta)
    ahead = theta * (2 * float(ndtr(theta / apart)) - 1)
    return ahead + apart * math.sqrt(2 / math.pi) * math.exp(-(theta**2) / (2 * apart**2))


def tv(theta: float, sigma: float, width: float) -> float:
    """Int |p - q| / 2: half of what the masses of both differ by in every stretch between two crossings."""
    ends = [-math.inf, *(place for place, _ in crossings(theta, sigma, width)), math.inf]
    ahead = [float(ndtr(end / sigma) - ndtr((end - theta) / width)) for end in ends]
    return 0.5 * sum(abs(after - before) for before, after in pairwise(ahead))


def crossings(theta: float, sigma: float, width: float) -> list[tuple[float, bool]]:
    """Where N(theta, width^2) crosses N(0, sigma^2), upwards and whether it comes from below: the roots of a parabola.

    log q - log p = a x^2 + b x + c with a = (1/s^2 - 1/t^2)/2, b = theta/t^2, c = log s/t - theta^2 / 2 t^2.
    """
    a, b = (1 / sigma**2 - 1 / width**2) / 2, theta / width**2
    c = math.log(sigma / width) - theta**2 / (2 * width**2)
    if abs(a) * sigma**2 < 1e-9:  # as wide as each other: one crossing, half way
        return [(theta / 2, theta > 0)] if theta else []
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    places = sorted(((-b - root) / (2 * a), (-b + root) / (2 * a)))
    return [(places[0], a < 0), (places[1], a > 0)]


def mmd2(theta: float, sigma: float, width: float) -> float:
    """MMD^2 with the Gaussian kernel of width 1: g(2 s^2) + g(2 t^2) - 2 g(s^2 + t^2) exp(-theta^2 / 2(1 + s^2 + t^2)).

    The last is written as 2 g - 2 g (1 - exp), so that nothing cancels where both are alike.
    """
    own = 1 / math.sqrt(1 + 2 * sigma**2) + 1 / math.sqrt(1 + 2 * width**2)
    spread = 1 + sigma**2 + width**2
    return own - 2 / math.sqrt(spread) - 2 / math.sqrt(spread) * math.expm1(-(theta**2) / (2 * spread))


def _affinity(theta: float, sigma: float, width: float) -> float:
    """Int sqrt(p q) dx, the Bhattacharyya coefficient."""
    both = sigma**2 + width**2
    return math.sqrt(2 * sigma * width / both) * math.exp(-(theta**2) / (4 * both))
