"""Small real images that come with scikit-learn."""

from __future__ import annotations

from functools import cache

import numpy as np


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits: each pixel is how many of the 4 x 4 dots of a scan were black, over 16.

    Shapes:
        Images (1797, 8, 8) float64 between 0 and 1, and which digits they are, (1797,) int64. Both are read-only:
        everybody gets the same ones.

    References:
        E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning Repository, 1998.
    """
    from sklearn.datasets import load_digits  # imports much

    everything = load_digits()
    images, labels = everything.images / 16, everything.target.astype(np.int64)
    for array in (images, labels):
        array.setflags(write=False)
    return images, labels
