"""Densities of samples, by Gaussian smoothing onto the cells of a line or a square."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor


class Cells:
    """The cells of [-extent, extent] along each axis, and the probability of each.

    Args:
        along: how many, along each axis.
        smooth: standard deviation of the Gaussian that smooths samples into a density; default one cell.
    """

    def __init__(self, extent: float, along: int, dimension: int, smooth: float | None = None) -> None:
        self.extent, self.along, self.dimension = extent, along, dimension
        self.size = 2 * extent / along
        self.smooth = smooth or self.size
        self.axis = (-extent + self.size * (np.arange(along) + 0.5)).astype(np.float32)

    def centres(self) -> np.ndarray:
        """Of all cells, (along^d, d); in the plane row by row from the top."""
        if self.dimension == 1:
            return self.axis[:, None]
        x, y = np.meshgrid(self.axis, self.axis[::-1])
        return np.stack([x.ravel(), y.ravel()], 1)

    def density(self, samples: np.ndarray) -> np.ndarray:
        """Probability of every cell, from samples (n, d) each smoothed into a Gaussian.

        Shapes:
            Returns (along,) or (along, along), rows from the top; the sum falls short of 1 by what lies outside.
        """
        at = torch.as_tensor(samples, dtype=torch.float32)
        shares = [self._share(at[:, axis : axis + 1]) for axis in range(self.dimension)]  # (n, along) each
        if self.dimension == 1:
            return np.asarray(shares[0].mean(0))
        return np.asarray((shares[1].T @ shares[0]).flip(0) / len(at))

    def _share(self, coordinate: Tensor) -> Tensor:
        apart = (torch.from_numpy(self.axis) - coordinate) / self.smooth
        return (-0.5 * apart.square()).exp() * (self.size / (self.smooth * math.sqrt(2 * math.pi)))
