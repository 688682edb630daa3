"""Inputs of unit norm, and what to answer to them."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.kit import images as pictures

TEACHER_WIDTH = 64


def make(params: PatternParams, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets.

    Shapes:
        X (n, side^2) with rows of norm 1, Y (n, d_out).
    """
    images, classes = SOURCES[params.data](params.n, int(params.side), params.outputs, rng)
    X = images.reshape(params.n, -1)
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    return X, _targets(params, X, classes, rng)


def _targets(params: PatternParams, X: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n, d_out = params.n, params.outputs
    if params.targets == "random":
        return rng.standard_normal((n, d_out)) / d_out**0.5
    if params.targets == "teacher":
        U = rng.standard_normal((TEACHER_WIDTH, X.shape[1]))
        V = rng.choice([-1.0, 1.0], (d_out, TEACHER_WIDTH))
        return np.maximum(X @ U.T, 0) @ V.T / (d_out * TEACHER_WIDTH) ** 0.5
    if params.targets == "shuffled":
        classes = rng.permutation(classes)
    return np.eye(d_out)[classes % d_out] if d_out > 1 else np.where(classes % 2, 1.0, -1.0)[:, None]


def digits(n: int, side: int, d_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits of 8 by 8 pixels, resized by linear interpolation, and which digits they are."""
    everything, labels = pictures.digits()
    pick = rng.permutation(len(everything))[:n]
    return ndimage.zoom(everything[pick], (1, side / 8, side / 8), order=1), labels[pick]


def smooth(n: int, side: int, d_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """White noise blurred over a tenth of the side, with edges that meet; classes as in :func:`linear_classes`."""
    noise = rng.standard_normal((n, side, side))
    images = ndimage.gaussian_filter(noise, (0, side / 10, side / 10), mode="wrap")
    return images, linear_classes(images, d_out, rng)


def gratings(n: int, side: int, d_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Plane waves of 1 to 4 cycles; the class is the orientation, in d_out steps (two for a single output)."""
    angle, phase = rng.uniform(0, np.pi, n), rng.uniform(0, 2 * np.pi, n)
    k = 2 * np.pi * rng.uniform(1, 4, n) / side
    i, j = np.mgrid[:side, :side]
    along = np.cos(angle)[:, None, None] * j + np.sin(angle)[:, None, None] * i
    images = np.cos(k[:, None, None] * along + phase[:, None, None])
    return images, np.floor(angle / np.pi * max(2, d_out)).astype(np.int64)


def gaussian(n: int, side: int, d_out: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """White noise; classes as in :func:`linear_classes`."""
    images = rng.standard_normal((n, side, side))
    return images, linear_classes(images, d_out, rng)


def linear_classes(images: np.ndarray, d_out: int, rng: np.random.Generator) -> np.ndarray:
    """Which of d_out random linear functions (two for a single output) is largest."""
    functions = rng.standard_normal((images[0].size, max(2, d_out)))
    return np.argmax(images.reshape(len(images), -1) @ functions, axis=1)


SOURCES = {"digits": digits, "smooth": smooth, "gratings": gratings, "gaussian": gaussian}


def span(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of the inputs in an orthonormal basis of their span: X = coordinates @ basis.

    The flow moves every u_j by sums of the x_p, so within that span: training there is the same training, at the
    cost of the inputs' rank (at most 64 for resized digits) and not of the number of their pixels.

    Shapes:
        X (n, d_in). Returns (n, r) and (r, d_in), the directions of largest variance first.
    """
    left, values, right = np.linalg.svd(X, full_matrices=False)
    rank = int((values > 1e-7 * values[0]).sum())
    return left[:, :rank] * values[:rank], right[:rank]
