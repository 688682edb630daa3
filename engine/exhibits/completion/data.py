"""What is learnt from and what is held out, made once in a process; and what is seen of it."""

from __future__ import annotations

import threading
from functools import lru_cache

import numpy as np

from engine.exhibits.completion.families import FAMILIES
from engine.exhibits.completion.partial import Erasure, Kind, Sights, erase
from engine.exhibits.completion.sampling import Collection, Shapes
from engine.progress import tell

PER_FAMILY = 40  # shapes to learn from
HELD_OUT = 4  # of every family
DATA_SEED = 0
"""The shapes are always the same ones, so what a trained network has not seen stays unseen."""

MIXED: tuple[Kind, ...] = ("camera", "half-space", "holes", "rings")
ALL = PER_FAMILY * len(FAMILIES)
_lock = threading.RLock()


@lru_cache(maxsize=3)
def _growing(points: int) -> Collection:
    return Collection(tuple(FAMILIES), ALL, points, seed=DATA_SEED, split="train")


def training_shapes(points: int) -> np.ndarray:
    """The shapes to learn from, (S, points, 3); a listener is told how far they have come.

    Raises:
        GivenUp: nobody wants them any more.
    """
    shapes = _growing(points)
    while len(shapes) < ALL:
        tell(len(shapes) / ALL, "drawing shapes")
        with _lock:
            shapes.grow(20)
    return shapes.points


@lru_cache(maxsize=3)
def _sights(points: int) -> Sights:
    return Sights(training_shapes(points), seed=DATA_SEED)


@lru_cache(maxsize=3)
def held_out(points: int) -> Shapes:
    """Shapes of all families that are never learnt from."""
    shapes = Collection(tuple(FAMILIES), HELD_OUT * len(FAMILIES), points, seed=DATA_SEED, split="held-out")
    with _lock:
        shapes.grow(shapes.most)
    return shapes.shapes()


def batch(
    shapes: np.ndarray, size: int, points: int, view: str, missing: float, noise: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """What is seen of shapes drawn at random, and these shapes.

    Each loses between half of ``missing`` and one and a half of it, 0.9 at most.

    Args:
        view: a kind of erasure, or ``mixed`` for all by chance. points: that are seen of each.

    Shapes:
        shapes (S, n, 3), all to learn from; returns (size, points, 3) and (size, n, 3).
    """
    rows = rng.integers(len(shapes), size=size)
    truth, sights = shapes[rows], _sights(shapes.shape[1])
    seen = np.empty((size, points, 3), np.float32)
    for row in range(size):
        kind: Kind = MIXED[rng.integers(len(MIXED))] if view == "mixed" else view  # type: ignore[assignment]
        how = Erasure(kind=kind, missing=min(0.9, missing * rng.uniform(0.5, 1.5)), noise=noise)
        with _lock:  # what a camera sees is found once, and kept for all runs
            seen[row] = erase(truth[row : row + 1], how, rng, points, sights, rows[row : row + 1])[0][0]
    return seen, truth
