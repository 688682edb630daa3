"""Densities of samples on cells."""

from __future__ import annotations

import numpy as np
import pytest

from engine.kit.density import Cells


def test_densities_are_probabilities() -> None:
    rng = np.random.default_rng(3)
    for dimension in (1, 2):
        cells = Cells(1.6, 50, dimension)
        inside = cells.density(0.3 * rng.standard_normal((400, dimension)))
        assert inside.sum() == pytest.approx(1, abs=1e-4) and inside.min() >= 0
        assert cells.density(np.full((10, dimension), 9.0)).sum() == pytest.approx(0, abs=1e-9)
    at = np.array([[0.5, -0.9]])
    peak = Cells(1.6, 40, 2).density(at)
    np.testing.assert_allclose(Cells(1.6, 40, 2).centres()[peak.argmax()], at[0], atol=0.041)


def test_the_first_row_is_the_upper_one() -> None:
    corner = np.array([[1.3, 1.5]])
    density = Cells(1.6, 8, 2).density(corner)
    assert np.unravel_index(density.argmax(), density.shape) == (0, 7)
    np.testing.assert_allclose(Cells(1.6, 8, 2).centres()[7], [1.4, 1.4], rtol=1e-6)
    assert Cells(1.6, 8, 1).density(corner[:, :1] - 0.4).argmax() == 6
