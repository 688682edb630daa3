"""What is encoded: images, shapes of known factors, or points of the plane. Everybody gets the same examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.latent import shapes
from engine.exhibits.latent.params import LatentParams
from engine.kit.images import ARCHIVES, archived, digits
from engine.kit.planar import SOURCES

HOLD_OUT = 5  # every so many'th example is never learnt from
POINTS = 1500  # of the plane
WOBBLE = 0.03  # noise on each of their coordinates
ALONG = 8  # pieces into which a roll without labels is cut, to be coloured
SHOWN, READ = 1800, 12_000  # images of an archive that are shown, and that are read; the others are only learnt from
KINDS = ("ellipse", "bar", "triangle")


@dataclass(frozen=True)
class Dataset:
    """Examples, none of which may be written to.

    Args:
        x: (N, d) float32, those that are shown; of images between 0 and 1.
        labels: (N,) int64, which class each belongs to; classes: how many there are.
        shape: (h, w) of an image; empty for points of the plane.
        classed: what the classes are called, one for each.
        more: (M, d) and (M,), further examples and their classes, which are learnt from and not shown.
        name: of the set.
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
    more: tuple[Tensor, Tensor] | None = None
    name: str = ""

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

    @cached_property
    def learnt_from(self) -> tuple[Tensor, Tensor]:
        """All examples to learn from, shown or not, and their labels."""
        parts = [self.part(test=False), *([self.more] if self.more else [])]
        x, labels = (torch.cat(each) for each in zip(*parts, strict=True))
        return x, labels


def named(params: LatentParams) -> tuple[str, str]:
    """What of ``params`` says which examples: the set, and of shapes what varies."""
    return params.data, params.shapes_vary if params.data == "shapes" else ""


def dataset(params: LatentParams) -> Dataset:
    """The examples that ``params`` names.

    Raises:
        Refused: they are to be had elsewhere, and cannot be fetched.
    """
    return make(*named(params))


def extent_of(params: LatentParams) -> float:
    """Of points of the plane: the picture shows [-extent, extent]."""
    return SOURCES[params.data].extent


def class_names(name: str, vary: str) -> tuple[str, ...]:
    """What the classes of a set are called."""
    if name == "digits":
        return tuple("0123456789")
    if name in ARCHIVES:
        return ARCHIVES[name].classes
    if name == "shapes":
        factor = _told_apart_by(vary)
        return KINDS if factor == "kind" else _numbered(factor, len(shapes.VARY[vary][factor]))
    return _numbered("part", SOURCES[name].classes if SOURCES[name].classes > 1 else ALONG)


def _numbered(word: str, count: int) -> tuple[str, ...]:
    return tuple(f"{word} {i + 1}" for i in range(count))


def _told_apart_by(vary: str) -> str:
    """Which factor of the shapes their classes are: the kind, or the last."""
    factors = list(shapes.VARY[vary])
    return "kind" if "kind" in factors else factors[-1]


@lru_cache(maxsize=8)
def make(name: str, vary: str) -> Dataset:
    """A set by its name; everybody shares it."""
    return replace(_made(name, vary), name=name)


def _made(name: str, vary: str) -> Dataset:
    classed = class_names(name, vary)
    if name == "digits":
        images, labels = digits()
        return _of(images, labels, classed)
    if name in ARCHIVES:
        images, labels = archived(name, READ)
        return replace(_of(images[:SHOWN], labels[:SHOWN], classed), more=_tensors(images[SHOWN:], labels[SHOWN:]))
    if name == "shapes":
        images, factors, names = shapes.everything(vary)
        of_images = _of(images, factors[:, names.index(_told_apart_by(vary))], classed)
        return replace(of_images, factors=torch.from_numpy(factors), names=names)
    source, rng = SOURCES[name], np.random.default_rng(0)
    clean, labels = source.sample(POINTS, rng)
    if source.classes == 1:
        labels = _along(clean)
    points = clean + WOBBLE * rng.standard_normal(clean.shape)
    return replace(_of(points, labels, classed), extent=source.extent)


def _along(points: np.ndarray) -> np.ndarray:
    """As many pieces of a roll, from the inside outwards."""
    rank = np.hypot(*points.T).argsort().argsort()
    return rank * ALONG // len(points)


def _of(examples: np.ndarray, labels: np.ndarray, classed: tuple[str, ...]) -> Dataset:
    """Of images (N, h, w), or of points (N, 2)."""
    return Dataset(*_tensors(examples, labels), tuple(examples.shape[1:]) if examples.ndim == 3 else (), classed)


def _tensors(examples: np.ndarray, labels: np.ndarray) -> tuple[Tensor, Tensor]:
    x = np.array(examples.reshape(len(examples), -1), np.float32)
    return torch.from_numpy(x), torch.from_numpy(np.array(labels, np.int64))
