r"""A surface painted by hand: dabs, each a smooth hill or dent, over a shallow bowl."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.optimisers.surfaces.base import Surface

HALF, MOST = 3.0, 120
HEIGHT = 0.25  # of a dab
HIGHEST = 5.0  # however often a place is dabbed
LATEX = r"0.05(x^2 + y^2) + \sum_k a_k e^{-\frac{(x - p_k)^2 + (y - q_k)^2}{2 r_k^2}}"


def first_dabs(random: np.random.Generator) -> np.ndarray:
    """A few dents and hills to begin with: (5, 4), places p and q, heights a, radii r."""
    places = random.uniform(-0.8 * HALF, 0.8 * HALF, (5, 2))
    heights = np.array([-1.2, -0.9, -0.6, 0.8, 0.6])
    return np.column_stack([places, heights, random.uniform(0.5, 0.9, 5)])


def dabbed(dabs: np.ndarray, x: float, y: float, radius: float, sign: int) -> np.ndarray:
    """The dabs after one more. One that falls on another of its radius and sign makes it higher; when there are too
    many the faintest goes.

    Shapes:
        dabs: (n, 4). Returns (m, 4), n <= m + 1 <= MOST + 1.
    """
    dabs = dabs.copy()
    away = np.hypot(dabs[:, 0] - x, dabs[:, 1] - y)
    same = (away < radius / 2) & (np.sign(dabs[:, 2]) == sign) & np.isclose(dabs[:, 3], radius)
    if same.any():
        row = int(np.flatnonzero(same)[np.argmin(away[same])])
        dabs[row, 2] = np.clip(dabs[row, 2] + sign * HEIGHT, -HIGHEST, HIGHEST)
        return dabs
    dabs = np.vstack([dabs, [x, y, sign * HEIGHT, radius]])
    if len(dabs) > MOST:
        dabs = np.delete(dabs, int(np.argmin(np.abs(dabs[:-1, 2]))), axis=0)
    return dabs


def painted(dabs: np.ndarray) -> Surface:
    """The surface that the dabs make: smooth everywhere, so that every optimiser has its derivatives.

    Shapes:
        dabs: (n, 4): places p and q, height a, radius r.
    """
    p, q, a, r = (torch.tensor(column, device="cpu") for column in dabs.T)

    def dabs_over_a_bowl(x: Tensor, y: Tensor) -> Tensor:
        away = (x[..., None] - p) ** 2 + (y[..., None] - q) ** 2
        return 0.05 * (x**2 + y**2) + (a * torch.exp(-away / (2 * r**2))).sum(dim=-1)

    return Surface(
        label="Painted by hand",
        latex=LATEX,
        note="Every dab is a hill or a dent of height a and radius r at (p, q). Paint while they race.",
        formula=dabs_over_a_bowl,
        half=HALF,
        start=(-2.2, 2.2),
        names={"p": dabs[:, 0], "q": dabs[:, 1], "a": dabs[:, 2], "r": dabs[:, 3], "ranges": {"k": len(dabs)}},
    )
