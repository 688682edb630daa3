"""A finite set of points, the data of a run, that may be drawn upon."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import State
from engine.kit.generators import portable, restore
from engine.kit.planar import SOURCES

MOST_POINTS = 5000


class PointSet:
    """N points, fixed but for their noise and what a person draws.

    ``points`` (N, d) and ``labels`` (N,) are host memory; :meth:`batch` and :meth:`first` answer tensors on the device.

    Args:
        source: name in ``SOURCES``.
        count: N.
        noise: standard deviation of the Gaussian noise on every coordinate.
        device: where batches are wanted.
    """

    def __init__(
        self, source: str, count: int, noise: float, rng: np.random.Generator, device: torch.device | str = "cpu"
    ) -> None:
        self.source, self.device = SOURCES[source], device
        self.version = 0  # goes up whenever the points change
        self.allocated = 0  # goes up when they come to lie in other memory
        self.untouched = True  # nobody has drawn yet: the points lie where the source puts them
        self._points = self._labels = torch.empty(0, device=device)
        clean, labels = self.source.sample(count, rng)
        self._put(clean, rng.standard_normal(clean.shape), labels, noise)
        self._rng = rng

    def _put(self, clean: np.ndarray, wobble: np.ndarray, labels: np.ndarray, noise: float) -> None:
        self.clean, self.wobble = clean.astype(np.float32), wobble.astype(np.float32)  # (N, d)
        self.labels = labels.astype(np.int64)  # (N,)
        self._labels = torch.from_numpy(self.labels).to(self.device)
        self._points = torch.empty(self.clean.shape, dtype=torch.float32, device=self.device)
        self.allocated += 1
        self.set_noise(noise)

    def set_noise(self, noise: float) -> None:
        """Move every point along its own wobble."""
        self.noise = noise
        self.version += 1
        self.points = self.clean + np.float32(noise) * self.wobble  # (N, d)
        self._points.copy_(torch.from_numpy(self.points).to(self.device))

    def __len__(self) -> int:
        return len(self.clean)

    def batch(self, size: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """``size`` points drawn with replacement, and their labels; ``rng`` is of the same device."""
        index = torch.randint(len(self), (size,), generator=rng, device=self.device)
        return self._points[index], self._labels[index]

    def first(self, count: int) -> tuple[Tensor, Tensor]:
        """So many points and their labels, always the first ones, again and again if there are too few."""
        index = torch.arange(count, device=self.device) % len(self)
        return self._points[index], self._labels[index]

    def spread(self) -> float:
        """Root of the sum of the variances along the axes."""
        return float(torch.from_numpy(self.points).std(0, correction=0).norm())

    def add(self, points: np.ndarray) -> None:
        """Take in further points (n, d), as many as there is room for."""
        points = points[: max(0, MOST_POINTS - len(self))]
        self.untouched = False
        clean, wobble = np.concatenate([self.clean, points]), np.concatenate([self.wobble, np.zeros_like(points)])
        self._put(clean, wobble, np.concatenate([self.labels, np.zeros(len(points), np.int64)]), self.noise)

    def spray(self, start: np.ndarray, end: np.ndarray, radius: float, count: int) -> None:
        """Add points scattered about the stroke from ``start`` (2,) to ``end`` (2,)."""
        along = self._rng.uniform(0, 1, (count, 1))
        self.add(start + along * (end - start) + 0.5 * radius * self._rng.standard_normal((count, 2)))

    def erase(self, start: np.ndarray, end: np.ndarray, radius: float) -> None:
        """Points nearer than ``radius`` to the stroke go."""
        way, at = end - start, self.points - start
        along = np.clip(at @ way / max(way @ way, 1e-12), 0, 1)[:, None]
        self._keep(np.hypot(*(at - along * way).T) > radius)

    def clear(self) -> None:
        """All points go."""
        self._keep(np.zeros(len(self), bool))

    def _keep(self, mask: np.ndarray) -> None:
        self.untouched = False
        self._put(self.clean[mask], self.wobble[mask], self.labels[mask], self.noise)

    def state_dict(self) -> State:
        """The points, and the generator of what will be sprayed."""
        return {
            "clean": self.clean,
            "wobble": self.wobble,
            "labels": self.labels,
            "untouched": self.untouched,
            "rng": portable(self._rng),
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``, with the present noise."""
        self._put(np.array(state["clean"]), np.array(state["wobble"]), np.array(state["labels"]), self.noise)
        self.untouched = bool(state["untouched"])
        restore(self._rng, state["rng"])
