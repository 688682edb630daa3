"""What a completion has to beat: the shape learnt from that lies nearest to what is seen."""

from __future__ import annotations

import numpy as np
import torch
from scipy.ndimage import distance_transform_edt

from engine.exhibits.completion.distances import chamfer

SIDE = 16
"""Cells along an edge of the cube [-1, 1]³ in which distances to every shape are kept."""

PROBES, CANDIDATES = 256, 12


class Nearest:
    """The nearest of many shapes to a cloud: the one on which the cloud's points lie best, on average.

    Args:
        points: (S, n, 3) float32, the shapes, in the unit sphere.

    For every shape a coarse grid keeps how far each cell is from it. A cloud reads its points' cells in all grids, and
    among the few best shapes the true distances decide.
    """

    def __init__(self, points: np.ndarray) -> None:
        self.points = points
        self._fields = np.stack([_field(cloud) for cloud in points])  # (S, SIDE³)

    def __len__(self) -> int:
        return len(self.points)

    def find(self, inputs: np.ndarray) -> np.ndarray:
        """(B,) int64: for each cloud of (B, m, 3) the shape with the least mean distance to its points."""
        return np.array([self._one(cloud) for cloud in inputs], np.int64)

    def _one(self, cloud: np.ndarray) -> int:
        probes = cloud[np.linspace(0, len(cloud) - 1, min(PROBES, len(cloud))).astype(int)]  # (p, 3)
        rough = self._fields[:, _cell(probes)].mean(1)  # (S,)
        best = np.argsort(rough, kind="stable")[:CANDIDATES]
        many = torch.from_numpy(np.ascontiguousarray(probes)).expand(len(best), -1, -1)
        apart, _ = chamfer(many, torch.from_numpy(self.points[best]))  # (CANDIDATES, p)
        return int(best[int(apart.sqrt().mean(1).argmin())])


def _cell(points: np.ndarray) -> np.ndarray:
    """(n,) the cell of each point; outside the cube that of the border."""
    place = ((points + 1) * (SIDE / 2)).astype(np.int64).clip(0, SIDE - 1)  # (n, 3)
    return np.asarray((place[:, 0] * SIDE + place[:, 1]) * SIDE + place[:, 2])


def _field(cloud: np.ndarray) -> np.ndarray:
    """(SIDE³,) float32: distance from each cell to the nearest that holds a point."""
    empty = np.ones(SIDE**3, bool)
    empty[_cell(cloud)] = False
    away = distance_transform_edt(empty.reshape(SIDE, SIDE, SIDE))
    return (away.ravel() * (2 / SIDE)).astype(np.float32)
