"""Clouds of points from meshes, drawn evenly by area, and the sets of shapes to learn from and to be tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np

from engine.exhibits.completion.families import FAMILIES, Mesh, make
from engine.progress import tell

Split = Literal["train", "held-out"]


def sample(mesh: Mesh, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points on a mesh, each square inch as likely as the other.

    One uniform number is drawn in each of ``count`` equal shares of the area, which picks the triangle; in it a point
    is (1 - sqrt(u)) a + sqrt(u) (1 - v) b + sqrt(u) v c. The points come in random order.

    Open3D's sampler is quicker still, but does not tell on which triangle, so of which part, a point lies.

    Returns:
        points (count, 3) float32, and for each the number (count,) int32 of its part.

    Raises:
        ValueError: the mesh has no area.
    """
    until = np.cumsum(mesh.areas(), dtype=np.float64)  # (f,)
    if not (len(until) and np.isfinite(until[-1]) and until[-1] > 0):
        raise ValueError("The mesh has no area to draw points from.")
    share = (rng.permutation(count) + rng.random(count)) / count
    picked = np.searchsorted(until, share * until[-1], side="right").clip(max=len(until) - 1)  # (count,)
    a, b, c = (mesh.vertices[mesh.triangles[picked, corner]] for corner in range(3))  # (count, 3) each
    root, v = np.sqrt(rng.random((count, 1))), rng.random((count, 1))
    return ((1 - root) * a + root * (1 - v) * b + root * v * c).astype(np.float32), mesh.parts[picked]


@dataclass(frozen=True)
class Shapes:
    """A set of shapes as clouds.

    Attributes:
        points: (N, n, 3) float32, each shape normalised.
        parts: (N, n) int32, the part of every point, as its family counts them.
        family: (N,) int64, the shape's place in ``names``.
        names: of the families.
    """

    points: np.ndarray
    parts: np.ndarray
    family: np.ndarray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.points)


class Collection:
    """A set of shapes that grows: the same families by turns, every shape from a generator of its own.

    So the shapes are the same however they were asked for, and those of the two splits never share a generator.

    Args:
        families: names of the families, by turns.
        most: how many shapes there is room for.
        points: of every cloud.
        seed: another seed, other shapes.
        split: ``train`` or ``held-out``.

    Raises:
        ValueError: a family is unknown, or there is none.
    """

    def __init__(self, families: Sequence[str], most: int, points: int, *, seed: int, split: Split = "train") -> None:
        unknown = [name for name in families if name not in FAMILIES]
        if unknown or not families:
            raise ValueError(f"Unknown families {unknown}; there are {', '.join(FAMILIES)}.")
        self.names, self.most, self.seed, self.split = tuple(families), most, seed, split
        self.points = np.zeros((most, points, 3), np.float32)
        self.parts = np.zeros((most, points), np.int32)
        self.family = np.arange(most, dtype=np.int64) % len(self.names)
        self.count = 0

    def __len__(self) -> int:
        return self.count

    def grow(self, count: int) -> None:
        """Draw further shapes, as many as there is room for."""
        for number in range(self.count, min(self.count + count, self.most)):
            rng = self._rng(number)
            mesh = make(self.names[self.family[number]], rng)
            self.points[number], self.parts[number] = sample(mesh, self.points.shape[1], rng)
            self.count = number + 1

    def mesh(self, number: int) -> Mesh:
        """The mesh that shape ``number`` was sampled from."""
        return make(self.names[self.family[number]], self._rng(number))

    def shapes(self) -> Shapes:
        """All that are there now, without a copy."""
        there = slice(self.count)
        return Shapes(self.points[there], self.parts[there], self.family[there], self.names)

    def _rng(self, number: int) -> np.random.Generator:
        name = self.names[self.family[number]]
        which = (crc32(self.split.encode()), crc32(name.encode()), number // len(self.names))
        return np.random.default_rng([self.seed, *which])


def dataset(families: Sequence[str], per_family: int, points: int, seed: int, split: Split = "train") -> Shapes:
    """``per_family`` shapes of every family, by turns; a listener is told how far it has come.

    Raises:
        ValueError: see :class:`Collection`.
        GivenUp: nobody wants them any more.
    """
    found = Collection(families, per_family * len(families), points, seed=seed, split=split)
    for turn in range(per_family):
        tell(turn / per_family, "drawing shapes")
        found.grow(len(families))
    return found.shapes()
