"""Divergences against closed forms and brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad

from engine.kit.density import Cells
from engine.kit.divergence import (
    distances,
    jensen_shannon,
    jensen_shannon_of_samples,
    kullback_leibler,
    wasserstein,
    wasserstein_floor,
)


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


# ---- from samples --------------------------------------------------------------------------------------------------

TOLERANCE = 0.03
"""Three standard deviations of the estimate from two times 2,000 samples, at its noisiest."""


def between_bells(apart: float) -> float:
    """JS of N(0, 1) and N(apart, 1), by quadrature."""

    def integrand(t: float) -> float:
        p, q = (math.exp(-((t - at) ** 2) / 2) / math.sqrt(2 * math.pi) for at in (0, apart))
        return 0.5 * (p * math.log(2 * p / (p + q)) + q * math.log(2 * q / (p + q)))

    return float(quad(integrand, -8, 8 + apart)[0])


@pytest.mark.parametrize("sigma", [1.0, 0.05, 0.001])
@pytest.mark.parametrize("apart", [0.0, 0.5, 1.0, 2.0, 4.0, 8.0])
def test_jensen_shannon_of_gaussian_samples_is_the_integral_however_narrow_they_are(apart: float, sigma: float) -> None:
    rng = np.random.default_rng(int(10 * apart))
    for d in (1, 2):
        x, y = rng.standard_normal((2, 2000, d))
        y[:, -1] += apart
        found = jensen_shannon_of_samples(sigma * x + 0.4, sigma * y + 0.4)
        assert found == pytest.approx(between_bells(apart), abs=TOLERANCE)


def test_jensen_shannon_of_samples_at_its_ends() -> None:
    rng = np.random.default_rng(1)
    x = rng.standard_normal((500, 2))
    assert jensen_shannon_of_samples(x, x) == 0
    assert jensen_shannon_of_samples(x, x + 100) == pytest.approx(math.log(2), abs=1e-3)
    one_place = jensen_shannon_of_samples(x, np.zeros((700, 2)))  # near it, too few of x to tell it from them
    assert one_place == pytest.approx(math.log(2), abs=0.05)
    assert jensen_shannon_of_samples(np.ones((9, 2)), np.zeros((9, 2))) == pytest.approx(math.log(2), abs=1e-9)
    assert math.isnan(jensen_shannon_of_samples(x[:1], x))


def test_the_floor_of_wasserstein_is_what_equal_distributions_show() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal((2, 2000, 2))
    at_equality = [wasserstein(distances(x[i : i + 200], y[i : i + 200])) for i in range(0, 2000, 200)]
    assert wasserstein_floor(x, 200, pairs=8) == pytest.approx(np.mean(at_equality), rel=0.15)
    assert wasserstein_floor(3 * x, 200) == pytest.approx(3 * wasserstein_floor(x, 200))
    assert wasserstein_floor(x[:1], 200) == 0
    assert wasserstein_floor(x[:50], 200) > 0
