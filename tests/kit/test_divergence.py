"""Divergences against closed forms and brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from engine.kit.density import Cells
from engine.kit.divergence import distances, jensen_shannon, kullback_leibler, wasserstein


def test_kullback_leibler_of_the_lectures_example() -> None:
    """P = Binomial(2, 0.4), Q uniform on {0, 1, 2}."""
    P, Q = np.array([0.36, 0.48, 0.16]), np.full(3, 1 / 3)
    assert kullback_leibler(P, Q) == pytest.approx(0.0853, abs=1e-4)
    assert kullback_leibler(Q, P) == pytest.approx(0.0974, abs=2e-4)
    assert kullback_leibler(np.array([0.0, 1.0]), np.array([0.5, 0.5])) == pytest.approx(math.log(2))
    assert kullback_leibler(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == math.inf


def test_jensen_shannon_is_symmetric_and_between_zero_and_log_two() -> None:
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(40)), rng.dirichlet(np.ones(40))
    assert jensen_shannon(p, p) == pytest.approx(0, abs=1e-12)
    assert 0 < jensen_shannon(p, q) < math.log(2)
    assert jensen_shannon(p, q) == pytest.approx(jensen_shannon(q, p))
    assert jensen_shannon(np.eye(2)[0], np.eye(2)[1]) == pytest.approx(math.log(2))


def test_what_lies_outside_counts_as_one_more_cell() -> None:
    p, nowhere = np.array([0.5, 0.5]), np.zeros(2)
    assert jensen_shannon(p, nowhere) == pytest.approx(math.log(2))
    assert jensen_shannon(nowhere, nowhere) == 0
    assert jensen_shannon(p, 0.5 * p) == pytest.approx(jensen_shannon(np.append(p, 0), np.append(0.5 * p, 0.5)))


@pytest.mark.parametrize("theta", [-1.0, 0.4, 1.3])
def test_parallel_lines_are_log_two_and_theta_apart(theta: float) -> None:
    z = np.linspace(-1, 1, 200)
    zero, shifted = np.stack([0 * z, z], 1), np.stack([0 * z + theta, z], 1)
    cells = Cells(1.6, 64, 2, smooth=0.03)
    assert jensen_shannon(cells.density(zero), cells.density(shifted)) == pytest.approx(math.log(2), abs=3e-3)
    assert wasserstein(distances(zero, shifted)) == pytest.approx(abs(theta), rel=1e-9)


def test_wasserstein_equals_brute_force() -> None:
    rng = np.random.default_rng(2)
    for d in (1, 2):
        x, y = rng.standard_normal((6, d)), rng.standard_normal((6, d))
        apart = np.linalg.norm(x[:, None] - y[None], axis=2)
        best = min(sum(apart[i, j] for i, j in enumerate(order)) for order in itertools.permutations(range(6))) / 6
        assert wasserstein(distances(x, y)) == pytest.approx(best, rel=1e-12)
