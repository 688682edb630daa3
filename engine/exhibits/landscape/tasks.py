"""What is learnt: handwritten digits, or points in the plane of two classes, in part for training, in part to test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from engine.kit.images import archived, digits
from engine.kit.planar import SOURCES

Data = Literal["digits", "moons", "spiral", "mnist"]
IMAGES = ("digits", "mnist")
MNIST = 4000  # of its digits are taken
POINTS, NOISE = 600, 0.12  # of the two classes in the plane
TEST = 0.2  # of all samples


@dataclass(frozen=True)
class Task:
    """Samples and their classes; the first ``train`` rows are for training, the others to test.

    Shapes:
        x: (N, d) float32. y: (N,) int64. true: (N,), what y was before some labels were made wrong.
    """

    x: Tensor
    y: Tensor
    true: Tensor
    train: int
    classes: int

    @property
    def inputs(self) -> int:
        """Numbers per sample."""
        return self.x.shape[1]

    @property
    def tested(self) -> slice:
        """The rows that are not trained on."""
        return slice(self.train, None)


@cache
def _images(data: Data) -> tuple[np.ndarray, np.ndarray]:
    """(n, pixels) float32 between 0 and 1, and their classes, (n,)."""
    images, classes = digits() if data == "digits" else archived(data, MNIST)
    return images.reshape(len(images), -1).astype(np.float32), classes


def task(data: Data, *, samples: int, wrong: float, rng: np.random.Generator, device: str = "cpu") -> Task:
    """Data of that name, shuffled.

    Args:
        samples: for training, at most; a fifth of all there are is kept to test.
        wrong: share of the training labels that is drawn anew.

    Raises:
        Refused: the data are to be had elsewhere, and cannot be fetched.
    """
    if data in IMAGES:
        x, y = _images(data)
        order = rng.permutation(len(x))
        x, y = x[order], y[order]
    else:
        places, y = SOURCES[data].sample(POINTS, rng)
        x = (places + NOISE * rng.standard_normal(places.shape)).astype(np.float32)
    classes, test = int(y.max()) + 1, round(TEST * len(x))
    train = min(samples, len(x) - test)
    keep = np.r_[:train, len(x) - test : len(x)]
    true, y = y[keep], y[keep].copy()
    blurred = np.flatnonzero(rng.random(train) < wrong)
    y[blurred] = rng.integers(classes, size=len(blurred))
    here, labels, before = (torch.from_numpy(array).to(device) for array in (x[keep], y, true))
    return Task(here, labels, before, train, classes)
