r"""Surfaces that show one thing each: a bowl of chosen condition, a saddle for three legs, a plateau with a cliff."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.exhibits.optimisers.surfaces.base import Surface


def quadratic(kappa: float, degrees: float) -> Surface:
    """A bowl, kappa times as steep along one axis as along the other, turned by an angle."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def bowl(x: Tensor, y: Tensor) -> Tensor:
        along, across = cos * x + sin * y, cos * y - sin * x
        return along**2 / 2 + kappa * across**2 / 2

    return Surface(
        label="Quadratic",
        latex=r"\tfrac12(c x + s y)^2 + \tfrac12\kappa(c y - s x)^2",
        note="c and s are cosine and sine of the angle; the condition number κ is the ratio of the two curvatures. "
        "Gradient descent needs about κ steps where momentum needs √κ.",
        formula=bowl,
        half=3.0,
        start=(-2.3, 1.9),
        names={"c": cos, "s": sin, "kappa": kappa},
    )


def monkey_saddle(x: Tensor, y: Tensor) -> Tensor:
    """Down in three directions, up in three: x^3 - 3 x y^2."""
    return x**3 - 3 * x * y**2


def cliff(x: Tensor, y: Tensor) -> Tensor:
    """A plateau that ends in a cliff, and a dell at its foot."""
    return 1 / (1 + torch.exp(-10 * x)) + 0.01 * (x + 1.5) ** 2 + 0.05 * y**2


MONKEY = Surface(
    label="Monkey saddle",
    latex=r"x^3 - 3x y^2",
    note="Down for two legs and a tail. In the middle gradient and curvature are both 0: Newton likes it there. There "
    "is no minimum, so whoever gets away falls for ever.",
    formula=monkey_saddle,
    half=2.0,
    start=(1.2, 0.15),
)
CLIFF = Surface(
    label="Plateau with a cliff",
    latex=r"\frac{1}{1 + e^{-10x}} + 0.01(x + 1.5)^2 + 0.05y^2",
    note="On the plateau there is hardly a gradient, at the cliff a large one. The steepest place sets the safe rate, "
    "the flattest the time.",
    formula=cliff,
    half=3.0,
    start=(2.3, 1.6),
)
