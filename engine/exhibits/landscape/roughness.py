"""How restless a landscape is, and how folded the answers of a network."""

from __future__ import annotations

import numpy as np

from engine.exhibits.landscape.survey import LOWEST

TINY = 1e-12


def roughness(loss: np.ndarray) -> float:
    """How restless a landscape is: the root mean square of the second differences of its log, over that of the first.

    A tilted plane has 0; noise from place to place more than 1. It asks neither how high nor how wide.

    Shapes:
        loss: (n, n).
    """
    heights = np.log10(np.maximum(loss.astype(np.float64), LOWEST))
    first = np.concatenate([np.diff(heights, axis=axis).ravel() for axis in (0, 1)])
    second = np.concatenate([np.diff(heights, 2, axis=axis).ravel() for axis in (0, 1)])
    size = float(np.sqrt(np.mean(first**2)))
    return float(np.sqrt(np.mean(second**2))) / size if size > 0 else 0.0


def folds(lines: np.ndarray) -> float:
    """How folded a surface is along lines across it: the largest change of slope from one place to the next, over the
    largest slope; the median over the lines.

    A surface that bends smoothly has the less of it the closer the places are: h |f''| / |f'|. One of flat pieces, as
    ReLU makes it, keeps its folds however closely one looks.

    Shapes:
        lines: (lines, places), at even distances.
    """
    slopes = np.diff(lines.astype(np.float64), axis=1)
    steepest = np.maximum(np.abs(slopes).max(axis=1), TINY)
    return float(np.median(np.abs(np.diff(slopes, axis=1)).max(axis=1) / steepest))
