"""Walls of filters, and two things beside each other."""

from __future__ import annotations

import numpy as np

SHOWN = 64
"""Filters on a wall."""


def wall(images: np.ndarray, edge: float, gap: int = 1) -> np.ndarray:
    """Images in a square arrangement, with lines of value ``edge`` between them.

    Shapes:
        images (k, h, w), k a square number. Returns (rows h + (rows - 1) gap, the same for columns).
    """
    k, height, width = images.shape
    rows = round(k**0.5)
    padded = np.full((rows, height + gap, rows, width + gap), edge, np.float32)
    padded[:, :height, :, :width] = images.reshape(rows, rows, height, width).transpose(0, 2, 1, 3)
    return padded.reshape(rows * (height + gap), rows * (width + gap))[:-gap, :-gap]


def beside(left: np.ndarray, right: np.ndarray, edge: float, gap: int) -> np.ndarray:
    """Two pictures of one height, with a bar of value ``edge`` between them."""
    bar = np.full((left.shape[0], gap), edge, np.float32)
    return np.concatenate([left, bar, right], axis=1, dtype=np.float32)


def reach(*arrays: np.ndarray) -> float:
    """Three times the largest root mean square: a colour scale that single outliers do not stretch."""
    flat = [array.ravel() for array in arrays]
    largest = max(float(np.einsum("i,i->", array, array) / array.size) ** 0.5 for array in flat)
    return max(3 * largest, 1e-9) if np.isfinite(largest) else 1.0
