"""From the plane of the two players to the picture and back.

The picture is the square [-1, 1] x [-1, 1]. *Linear*: u = w / extent. *Logarithmic*: the angle stays, and the radius
becomes (log10 r - LOW) / (HIGH - LOW), so that every ring outwards is ten times as far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LOW, HIGH = -6.0, 4.0  # powers of ten at the centre and at the rim of the logarithmic picture
GRID = 17  # arrows along each side


@dataclass(frozen=True)
class Projection:
    """A way to look at the plane.

    Args:
        extent: half the width of the linear picture.
        logarithmic: the other kind.
    """

    extent: float
    logarithmic: bool = False

    def to_picture(self, w: np.ndarray) -> np.ndarray:
        """(..., 2) in the plane to (..., 2) in the picture."""
        with np.errstate(all="ignore"):
            if not self.logarithmic:
                return w / self.extent
            r = np.hypot(w[..., 0], w[..., 1])
            rho = np.clip((np.log10(r) - LOW) / (HIGH - LOW), 0.0, None)
            return w * (np.where(r > 0, rho / r, 0.0))[..., None]

    def to_plane(self, u: np.ndarray) -> np.ndarray:
        """The inverse of :meth:`to_picture`."""
        if not self.logarithmic:
            return u * self.extent
        rho = np.hypot(u[..., 0], u[..., 1])
        r = 10.0 ** (LOW + rho * (HIGH - LOW))
        return u * np.where(rho > 0, r / np.maximum(rho, 1e-12), 0.0)[..., None]

    def push(self, w: np.ndarray, v: np.ndarray) -> np.ndarray:
        """How a velocity v at w looks in the picture, (..., 2), up to a common factor."""
        if not self.logarithmic:
            return v
        r2 = np.maximum((w**2).sum(axis=-1, keepdims=True), 1e-300)
        radial = (w * v).sum(axis=-1, keepdims=True) / r2 * w
        rho = np.maximum((np.log10(r2) / 2 - LOW) / (HIGH - LOW), 0.0)
        return (radial / (np.log(10.0) * (HIGH - LOW)) + rho * (v - radial)) / np.sqrt(r2)

    def arrows(self, field: Callable[..., tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """The vector field on a grid, (GRID^2, 4): x, y, dx, dy in the picture; length goes with the root of speed."""
        side = np.linspace(-1, 1, GRID + 1)[:-1] + 1 / GRID
        u = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
        w = self.to_plane(u)
        with np.errstate(all="ignore"):
            d = self.push(w, np.stack(np.broadcast_arrays(*field(w[:, 0], w[:, 1])), axis=-1))
            size = np.hypot(d[:, 0], d[:, 1])
            top = float(np.nanmax(np.where(np.isfinite(size), size, np.nan)))
            d = d / size[:, None] * (1.7 / GRID * np.sqrt(size / max(top, 1e-300)))[:, None]
        return np.hstack([u, np.nan_to_num(d, nan=0.0, posinf=0.0, neginf=0.0)]).astype(np.float32)

    def ticks(self) -> tuple[np.ndarray, list[str]]:
        """Marks outwards from the centre: where in the picture, (N,), and what they say."""
        if self.logarithmic:
            powers = np.arange(LOW + 2, HIGH, 2)
            return ((powers - LOW) / (HIGH - LOW)).astype(np.float32), [f"{10.0**power:g}" for power in powers]
        step = 10.0 ** np.floor(np.log10(self.extent))
        step = step if self.extent / step >= 2 else step / 2
        marks = step * np.arange(1, int(self.extent / step) + 1)
        marks = marks[:: 2 if len(marks) > 5 else 1]
        return (marks / self.extent).astype(np.float32), [f"{mark:g}" for mark in marks]
