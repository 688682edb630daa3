"""From distributions and plans to what the page shows of them, y upwards from -1 to 1."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.exhibit import Frame
from engine.exhibits.divergences.distances import (
    Distances,
    log_normal,
    of_gaussians,
    of_lines,
    slopes_of_gaussians,
    slopes_of_lines,
)
from engine.exhibits.divergences.params import REACH

WIDE = 4.0  # half the width of the picture of two distributions, in units of theta
BINS = 8  # the width of the picture of two histograms, in bins
GAP = 0.16  # half the height of the band between the histograms, where earth is carried


def distributions(theta: float, sigma: float, width: float, lines: Distances, gaussians: Distances) -> Frame:
    """Lines in the upper half of the picture, densities in the lower: *p* at 0, *q* at theta, x from -WIDE to WIDE.

    Shapes:
        real, generated: (1, 4), segments. carried: (9, 4), dashes between them.
        density_p, density_q: (161,), from -WIDE to WIDE in even steps, in units of the greater one's height.
        now_theta, now_value: (4,), where the distances are on their curves.
    """
    z = np.linspace(0.15, 0.9, 9)
    x = np.linspace(-WIDE, WIDE, 161)
    peak = log_normal(np.zeros(1), 0.0, min(sigma, width))[0]
    arrays = {
        "real": [[0.0, 0.1, 0.0, 0.95]],
        "generated": [[theta, 0.1, theta, 0.95]],
        "carried": np.stack([np.zeros(9), z, np.full(9, theta), z], axis=-1),
        "density_p": np.exp(log_normal(x, 0.0, sigma) - peak),
        "density_q": np.exp(log_normal(x, theta, width) - peak),
        "now_theta": np.full(4, theta),
        "now_value": [lines.js, lines.w, gaussians.js, gaussians.w],
    }
    metrics = {"theta": theta}
    for name, found in (("lines", lines), ("gaussians", gaussians)):
        metrics |= {f"{which}_{name}": float(value) for which, value in found._asdict().items()}
    metrics |= _slopes(theta, sigma, width)
    words = {"kl_lines": kl_word(lines.kl), "rkl_lines": kl_word(lines.rkl), "verdict": _verdict(theta, lines)}
    return Frame(_single(arrays), metrics, words)


def _slopes(theta: float, sigma: float, width: float) -> dict[str, float]:
    """What a generator feels who moves theta, as ``slope_{which}_{lines or gaussians}``."""
    found = {"lines": slopes_of_lines(theta), "gaussians": slopes_of_gaussians(theta, sigma, width)}
    return {f"slope_{which}_{name}": value for name, each in found.items() for which, value in each._asdict().items()}


def histograms(bars: np.ndarray, plan: np.ndarray, carried: float | None) -> Frame:
    """Bars of *p* upwards and of *q* downwards, the flows between them, and the earth on its way; x from 0 to BINS.

    Args:
        carried: the share of the way that the earth has gone; None to show none.

    Shapes:
        bars (2, BINS), plan (BINS, BINS), from bin of p to bin of q.
        bars_p, bars_q: (BINS,). flows: (BINS^2, 5), from, to and mass. earth: (BINS^2, 3), place and mass.
    """
    middles = np.arange(BINS) + 0.5
    source, target = (side.ravel() for side in np.meshgrid(middles, middles, indexing="ij"))
    mass, share, rows = plan.ravel(), carried or 0.0, np.ones(BINS**2)
    place = (1 - share) * source + share * target
    arrays = {
        "bars_p": bars[0],
        "bars_q": bars[1],
        "plan": plan,
        "flows": np.stack([source, GAP * rows, target, -GAP * rows, mass], axis=-1),
        "earth": np.stack([place, GAP * (1 - 2 * share) * rows, mass * (carried is not None)], axis=-1),
    }
    return Frame(_single(arrays))


def curves(sigma: float, width: float) -> Frame:
    """The distances over theta, and their slopes: ``lines_{which}`` and ``gaussians_{which}``, with ``_slope``."""
    theta = np.sort(np.append(np.linspace(-REACH, REACH, 121), [-1e-3, 1e-3]))  # JS jumps at 0
    kinds = {
        "gaussians": [of_gaussians(float(each), sigma, width) for each in theta],
        "gaussians_slope": [slopes_of_gaussians(float(each), sigma, width) for each in theta],
        "lines": [of_lines(round(float(each), 9)) for each in theta],
        "lines_slope": [slopes_of_lines(round(float(each), 9)) for each in theta],
    }
    arrays: dict[str, Any] = {"theta": theta}
    for kind, found in kinds.items():
        whose, _, slope = kind.partition("_")
        for name in Distances._fields:
            values = np.array([getattr(each, name) for each in found])
            arrays[f"{whose}_{name}" + ("_slope" if slope else "")] = np.where(np.isinf(values), np.nan, values)
    return Frame(_single(arrays))


def kl_word(kl: float) -> str:
    """KL as a word: a number cannot say that it is infinite."""
    return "∞" if math.isinf(kl) else f"{kl:.3g}"


def _verdict(theta: float, lines: Distances) -> str:
    if theta == 0:
        return "θ = 0: the lines lie on each other, and every distance between them is 0."
    sign = "left" if theta > 0 else "right"
    return (
        f"For the lines JS is {lines.js:.3f} = log 2 wherever θ is: no slope. W = {lines.w:.2f} falls by "
        f"as much as θ moves to the {sign}. The Gaussians' JS has a slope worth the name only while they overlap."
    )


def carrying(bars: np.ndarray, cost: float) -> str:
    """What the cheapest plan costs, in a sentence."""
    for name, heights in zip("pq", bars, strict=True):
        if heights.sum() <= 0:
            return f"Histogram {name} is empty: drag one of its bars up."
    return f"The cheapest way costs {cost:.3f} bins: so far is a grain of earth carried on average."


def _single(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: np.asarray(array, np.float32) for name, array in arrays.items()}
