"""How alike the neurons are, in numbers, and a grid on which alike neurons are neighbours."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

LARGEST_SORTED = 512
"""Grids with more neurons keep their first, coarse order: assignment takes time with the third power."""


def spread(distance: np.ndarray) -> float:
    """Standard deviation over neurons of how far they have moved."""
    return float(distance.std())


def variation(distance: np.ndarray) -> float:
    """The coefficient of variation, standard deviation over mean: how unevenly neurons have moved, however far."""
    mean = float(distance.mean())
    return float(distance.std()) / mean if mean > 0 else float("nan")


def participation(distance: np.ndarray) -> float:
    """(sum_j d_j^2)^2 / (m sum_j d_j^4): the share of neurons that take part. 1 if all move alike, 1/m if one does."""
    square = distance.astype(np.float64) ** 2
    total = (square**2).sum()
    return float(square.sum() ** 2 / (len(distance) * total)) if total > 0 else float("nan")


def entropy(distance: np.ndarray) -> float:
    """-sum_j p_j log p_j / log m with p_j = d_j^2 / sum d^2: 1 if all move alike, 0 if one does."""
    square = distance.astype(np.float64) ** 2
    if not square.sum() > 0 or len(distance) < 2:
        return float("nan")
    share = square / square.sum()
    share = share[share > 0]
    return float(-(share * np.log(share)).sum() / np.log(len(distance)))


def grid_shape(m: int) -> tuple[int, int]:
    """(rows, columns) of a grid for m neurons, m a power of two: a square, or two of them side by side."""
    rows = 2 ** ((m.bit_length() - 1) // 2)
    return rows, m // rows


def similarity_grid(features: np.ndarray, rounds: int = 12) -> np.ndarray:
    """Lay neurons out so that neighbours on the grid have similar features.

    They are first sorted into rows by one feature and within each row by another. Then, round by round, the grid's
    features are blurred, over ever shorter distances, and every neuron goes where the blurred grid resembles it,
    all at once by optimal assignment.

    Args:
        features: the first two should be those that vary most.

    Shapes:
        features (m, f). Returns (rows, columns), the number of the neuron in every place.
    """
    rows, columns = grid_shape(len(features))
    order = np.argsort(features[:, 0], kind="stable").reshape(rows, columns)
    by_second = np.argsort(features[order, min(1, features.shape[1] - 1)], axis=1, kind="stable")
    order = np.take_along_axis(order, by_second, axis=1)
    if len(features) > LARGEST_SORTED:
        return order
    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    for sigma in np.linspace(max(rows, columns) / 3, 0.5, rounds):
        blurred = ndimage.gaussian_filter(unit[order], (sigma, sigma, 0), mode="nearest")
        places, neurons = linear_sum_assignment(cdist(blurred.reshape(len(features), -1), unit, "sqeuclidean"))
        order.ravel()[places] = neurons
    return order
