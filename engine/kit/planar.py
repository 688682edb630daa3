"""Where data come from: distributions in the plane and on the line, each in a few lines of NumPy.

A source answers ``n`` noiseless points and the label of each; :mod:`engine.kit.pointset` adds the noise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

Points = tuple[np.ndarray, np.ndarray]
"""Points (n, d) float64 and labels (n,) int64."""


@dataclass(frozen=True)
class Source:
    """A distribution.

    Args:
        label: what it is called.
        sample: draws n noiseless points.
        extent: the picture shows [-extent, extent] along each axis.
        modes: where noiseless samples lie if only in a few places, (m, d).
        classes: how many labels there are.
    """

    label: str
    sample: Callable[[int, np.random.Generator], Points]
    extent: float = 1.6
    modes: np.ndarray | None = None
    classes: int = 1
    dimension: int = 2


def around(modes: np.ndarray) -> Callable[[int, np.random.Generator], Points]:
    """Each mode with the same probability."""

    def sample(n: int, rng: np.random.Generator) -> Points:
        labels = rng.integers(len(modes), size=n)
        return modes[labels], labels

    return sample


def line(n: int, rng: np.random.Generator) -> Points:
    """A straight stretch: one-dimensional data in the plane."""
    t = rng.uniform(-1, 1, n)
    return np.stack([t, 0.5 * t], 1), np.zeros(n, np.int64)


def upright_line(n: int, rng: np.random.Generator) -> Points:
    """(0, z) with z ~ U[-1, 1]: the lecture's example, where the generator can only shift a parallel line."""
    return np.stack([np.zeros(n), rng.uniform(-1, 1, n)], 1), np.zeros(n, np.int64)


def moons(n: int, rng: np.random.Generator) -> Points:
    """Two half circles that interlock."""
    labels, angle = rng.integers(2, size=n), rng.uniform(0, math.pi, n)
    sign = 1 - 2 * labels
    return np.stack([sign * np.cos(angle) - 0.5 * sign, sign * (np.sin(angle) - 0.25)], 1) * 0.85, labels


def spiral(n: int, rng: np.random.Generator) -> Points:
    """Two arms that wind about each other."""
    labels, t = rng.integers(2, size=n), np.sqrt(rng.uniform(0.02, 1, n))
    angle = 3.0 * math.pi * t + math.pi * labels
    return 1.3 * t[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), labels


def swiss_roll(n: int, rng: np.random.Generator) -> Points:
    """One long arm, rolled up."""
    t = 1.5 * math.pi * (1 + 2 * rng.uniform(0, 1, n))
    return 0.095 * t[:, None] * np.stack([np.cos(t), np.sin(t)], 1), np.zeros(n, np.int64)


def checkerboard(n: int, rng: np.random.Generator) -> Points:
    """The eight black squares of a board of sixteen."""
    labels = rng.integers(8, size=n)
    row, half = labels // 2, labels % 2
    corner = np.stack([2 * half + row % 2, row], 1) - 2.0
    return 0.65 * (corner + rng.uniform(0, 1, (n, 2))), labels


def heart(n: int, rng: np.random.Generator) -> Points:
    """Something to begin a drawing with."""
    t = rng.uniform(0, 2 * math.pi, n)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([x, y + 2], 1) / 15, np.zeros(n, np.int64)


RING = np.array([[math.cos(math.pi * k / 4), math.sin(math.pi * k / 4)] for k in range(8)])
GRID = np.array(list(product((-4, -2, 0, 2, 4), repeat=2))) / 2.828
BELL, BELLS = np.array([[0.6]]), np.array([[-1.0], [-0.1], [1.1]])

SOURCES: dict[str, Source] = {
    "ring": Source("ring of 8 Gaussians", around(RING), 1.6, RING, 8),
    "grid": Source("grid of 25 Gaussians", around(GRID), 2.0, GRID, 25),
    "line": Source("line", line),
    "parallel-lines": Source("two parallel lines", upright_line),
    "moons": Source("two moons", moons, classes=2),
    "spiral": Source("spiral", spiral, classes=2),
    "swiss-roll": Source("Swiss roll", swiss_roll),
    "checkerboard": Source("checkerboard", checkerboard, classes=8),
    "draw": Source("draw your own", heart),
    "bell-1d": Source("1D: one Gaussian", around(BELL), 2.0, BELL, dimension=1),
    "bells-1d": Source("1D: three Gaussians", around(BELLS), 2.0, BELLS, 3, dimension=1),
}
