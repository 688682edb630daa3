"""What is encoded: digits, shapes of known factors, or points of the plane. Everybody gets the same examples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.latent import shapes
from engine.exhibits.latent.params import LatentParams
from engine.kit.images import digits
from engine.kit.planar import SOURCES

HOLD_OUT = 5  # every so many'th example is never learnt from
POINTS = 1500  # of the plane
WOBBLE = 0.03  # noise on each of their coordinates
ALONG = 8  # pieces into which a roll without labels is cut, to be coloured


@dataclass(frozen=True)
class Dataset:
    """Examples, none of which may be written to.

    Args:
        x: (N, d) float32; of images between 0 and 1.
        labels: (N,) int64, which class each belongs to; classes: how many there are.
        shape: (h, w) of an image; empty for points of the plane.
        classed: what the classes are called, one for each.
        factors: (N, f) int64, the number of the value that each known factor has; names: what they are called.
        extent: of points: the picture shows [-extent, extent].
    """

    x: Tensor
    labels: Tensor
    shape: tuple[int, ...]
    classed: tuple[str, ...]
    factors: Tensor | None = None
    names: tuple[str, ...] = ()
    extent: float = 1.6

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.classed)

    @property
    def size(self) -> int:
        """Numbers in one example, d."""
        return self.x.shape[1]

    @property
    def images(self) -> bool:
        """Whether the examples are images."""
        return bool(self.shape)

    @property
    def held_out(self) -> Tensor:
        """(N,) bool: which are for testing alone."""
        return torch.arange(len(self.x), device="cpu") % HOLD_OUT == HOLD_OUT - 1

    def part(self, *, test: bool) -> tuple[Tensor, Tensor]:
        """The examples to learn from, or those held out, and their labels."""
        chosen = self.held_out if test else ~self.held_out
        return self.x[chosen], self.labels[chosen]


def named(params: LatentParams) -> tuple[str, str]:
    """What of ``params`` says which examples: the set, and of shapes what varies."""
    return params.data, params.shapes_vary if params.data == "shapes" else ""


def dataset(params: LatentParams) -> Dataset:
    """The examples that ``params`` names."""
    return make(*named(params))


@lru_cache(maxsize=8)
def make(name: str, vary: str) -> Dataset:
    """A set by its name; everybody shares it."""
    if name == "digits":
        images, labels = digits()
        classed = tuple(str(digit) for digit in range(10))
        return _of(images.reshape(len(images), -1), labels, shape=images.shape[1:], classed=classed)
    if name == "shapes":
        images, factors, names = shapes.everything(vary)
        column = names.index("kind") if "kind" in names else len(names) - 1  # the classes are the kinds, or the last
        kinds = ("ellipse", "bar", "triangle")
        values = shapes.VARY[vary][names[column]]
        classed = kinds if names[column] == "kind" else tuple(f"{names[column]} {i + 1}" for i in range(len(values)))
        return _of(images.reshape(len(images), -1), factors[:, column], shape=images.shape[1:], classed=classed,
                   factors=torch.from_numpy(factors), names=names)  # fmt: skip
    source, rng = SOURCES[name], np.random.default_rng(0)
    clean, labels = source.sample(POINTS, rng)
    if source.classes == 1:
        labels = _along(clean)
    classed = tuple(f"part {i + 1}" for i in range(int(labels.max()) + 1))
    return _of(clean + WOBBLE * rng.standard_normal(clean.shape), labels, classed=classed, extent=source.extent)


def _along(points: np.ndarray) -> np.ndarray:
    """As many pieces of a roll, from the inside outwards."""
    rank = np.hypot(*points.T).argsort().argsort()
    return rank * ALONG // len(points)


def _of(x: np.ndarray, labels: np.ndarray, *, classed: tuple[str, ...], shape: tuple[int, ...] = (),
        factors: Tensor | None = None, names: tuple[str, ...] = (), extent: float = 1.6) -> Dataset:  # fmt: skip
    x_, y_ = torch.from_numpy(np.array(x, np.float32)), torch.from_numpy(np.array(labels, np.int64))
    return Dataset(x_, y_, tuple(shape), classed, factors, names, extent)
