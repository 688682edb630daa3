r"""The test functions of the textbooks, with their windows and starts."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.exhibits.optimisers.surfaces.base import Surface


def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    """A bent valley, steep across and almost flat along: (1 - x)^2 + 100 (y - x^2)^2."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def beale(x: Tensor, y: Tensor) -> Tensor:
    """Flat in the middle, walls in the corners."""
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def himmelblau(x: Tensor, y: Tensor) -> Tensor:
    """Four valleys as deep as each other: (x^2 + y - 11)^2 + (x + y^2 - 7)^2."""
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def rastrigin(x: Tensor, y: Tensor) -> Tensor:
    """A bowl full of dents, one for each pair of whole numbers."""
    return 20 + x**2 - 10 * torch.cos(2 * math.pi * x) + y**2 - 10 * torch.cos(2 * math.pi * y)


def styblinski_tang(x: Tensor, y: Tensor) -> Tensor:
    """Four valleys of three depths."""
    return (x**4 - 16 * x**2 + 5 * x) / 2 + (y**4 - 16 * y**2 + 5 * y) / 2


ROSENBROCK = Surface(
    label="Rosenbrock",
    latex=r"(1 - x)^2 + 100(y - x^2)^2",
    note="The minimum (1, 1) lies in a bent valley. To find the valley is easy, to walk along it is not.",
    formula=rosenbrock,
    centre=(0.0, 0.5),
    half=2.0,
    start=(-1.4, 1.9),
)
BEALE = Surface(
    label="Beale",
    latex=r"(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
    note="The minimum (3, 0.5) lies at the end of a plain; in the corners are walls, so steep that a gradient there "
    "throws far.",
    formula=beale,
    half=4.5,
    start=(0.8, 1.4),
)
HIMMELBLAU = Surface(
    label="Himmelblau",
    latex=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    note="Four minima of the same depth, 0. Which one is found depends on the start and on who looks.",
    formula=himmelblau,
    half=6.0,
    start=(-0.4, -1.0),
)
RASTRIGIN = Surface(
    label="Rastrigin",
    latex=r"20 + x^2 - 10\cos(2\pi x) + y^2 - 10\cos(2\pi y)",
    note="The deepest of all its dents is in the middle. Whoever only follows the slope stays in the next one.",
    formula=rastrigin,
    half=5.12,
    start=(3.6, 2.7),
)
STYBLINSKI_TANG = Surface(
    label="Styblinski-Tang",
    latex=r"\frac{x^4 - 16x^2 + 5x}{2} + \frac{y^4 - 16y^2 + 5y}{2}",
    note="Four minima; the deepest is at (−2.9035, −2.9035), −39.166 for each coordinate.",
    formula=styblinski_tang,
    half=4.5,
    start=(0.4, 0.6),
)
