"""Densities of samples on a lattice, and what follows from a pair of them: the optimal discriminator, its value, JS."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

LOG2 = math.log(2.0)
TINY = 1e-300


class Lattice:
    """The cells of the picture, [-extent, extent] along each axis.

    Args:
        cells: along each axis.
        width: standard deviation of the Gaussian that smooths samples into a density; default one cell.
    """

    def __init__(self, extent: float, cells: int, dimension: int, width: float | None = None) -> None:
        self.extent, self.cells, self.dimension = extent, cells, dimension
        self.cell = 2 * extent / cells
        self.width = width or self.cell
        self.axis = (-extent + self.cell * (np.arange(cells) + 0.5)).astype(np.float32)

    def points(self) -> np.ndarray:
        """Centres of all cells, (cells^d, d); in the plane row by row from the top."""
        if self.dimension == 1:
            return self.axis[:, None]
        x, y = np.meshgrid(self.axis, self.axis[::-1])
        return np.stack([x.ravel(), y.ravel()], 1)

    def density(self, samples: np.ndarray) -> np.ndarray:
        """Probability of every cell, from samples (n, d) each smoothed into a Gaussian.

        Shapes:
            Returns (cells,) or (cells, cells), rows from the top; the sum falls short of 1 by what lies outside.
        """
        at = torch.as_tensor(samples, dtype=torch.float32)
        along = [self._along(at[:, axis : axis + 1]) for axis in range(self.dimension)]  # (n, cells) each
        if self.dimension == 1:
            return np.asarray(along[0].mean(0))
        return np.asarray((along[1].T @ along[0]).flip(0) / len(at))

    def _along(self, coordinate: Tensor) -> Tensor:
        apart = (torch.from_numpy(self.axis) - coordinate) / self.width
        return (-0.5 * apart.square()).exp() * (self.cell / (self.width * math.sqrt(2 * math.pi)))


def optimal_discriminator(p: np.ndarray, p_G: np.ndarray, floor: float = 1e-6) -> np.ndarray:
    """D*(x) = p(x) / (p(x) + p_G(x)); one half where there is next to nothing of either."""
    return np.asarray((p + floor) / (p + p_G + 2 * floor))


def value(p: np.ndarray, p_G: np.ndarray, D: np.ndarray) -> float:
    """V(D) = sum p log D + sum p_G log(1 - D), which D* maximises."""
    D = np.clip(D, TINY, 1 - 1e-16)  # 0 log 0 = 0
    return float((p * np.log(D) + p_G * np.log1p(-D)).sum())


def jensen_shannon(p: np.ndarray, p_G: np.ndarray) -> float:
    """JS = log 2 + V(D*) / 2, between 0 and log 2, in nats.

    Args:
        p, p_G: probabilities of the same cells; what they lack of 1 lies in one more, outside.
    """
    p, p_G = (np.append(each.ravel().astype(np.float64), max(0.0, 1.0 - float(each.sum()))) for each in (p, p_G))
    both = p + p_G
    D = np.divide(p, both, out=np.full_like(p, 0.5), where=both > 0)
    return LOG2 + 0.5 * value(p, p_G, D)
