"""The race of optimisers: every surface has its minima, its slopes and its curvature."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.exhibits.optimisers import Optimisers
from engine.exhibits.optimisers.cards import only
from engine.exhibits.optimisers.params import NAMES, OptimisersParams


def optimisers(seed: int = 0, **values: Any) -> Optimisers:
    return Optimisers(OptimisersParams(**values), seed=seed)


KNOWN = {
    "line": [(5, 2)],
    "quadratic": [(0, 0)],
    "rosenbrock": [(1, 1)],
    "beale": [(3, 0.5)],
    "himmelblau": [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)],
    "styblinski-tang": [(a, b) for a in (-2.903534, 2.746803) for b in (-2.903534, 2.746803)],
    "monkey-saddle": [],
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_known_minima_are_found_and_no_others(name: str) -> None:
    found = optimisers(surface=name).terrain.minima.numpy()
    assert len(found) == len(KNOWN[name])
    for minimum in KNOWN[name]:
        assert np.abs(found - minimum).max(axis=1).min() < 1e-5


def test_rastrigin_has_a_dent_for_every_pair_of_whole_numbers_and_the_lowest_in_the_middle() -> None:
    terrain = optimisers(surface="rastrigin").terrain
    assert len(terrain.minima) == 121
    np.testing.assert_allclose(terrain.minima[0], 0, atol=1e-9)
    assert float(terrain.depths[0]) == pytest.approx(0, abs=1e-9)
    assert len({tuple(row) for row in terrain.minima.round().int().tolist()}) == 121


def test_styblinski_tang_is_as_deep_as_the_references_say() -> None:
    assert float(optimisers(surface="styblinski-tang").terrain.depths[0]) == pytest.approx(2 * -39.16617, abs=1e-4)


@pytest.mark.parametrize("name", ["line", "quadratic", "beale", "rastrigin", "cliff", "formula", "painted"])
def test_gradient_and_hessian_are_central_differences(name: str) -> None:
    surface, h = optimisers(surface=name).terrain.surface, 1e-4
    w = torch.tensor(np.random.default_rng(0).uniform(-1.5, 1.5, (9, 2)))
    gradient, H = surface.slope(w)[1], surface.hessian(w)
    for axis in (0, 1):
        aside = torch.zeros(2, dtype=torch.float64)
        aside[axis] = h
        by_values = (surface.value(w + aside) - surface.value(w - aside)) / (2 * h)
        by_slopes = (surface.slope(w + aside)[1] - surface.slope(w - aside)[1]) / (2 * h)
        torch.testing.assert_close(gradient[:, axis], by_values, rtol=1e-5, atol=1e-4)
        torch.testing.assert_close(H[:, axis], by_slopes, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(("kappa", "angle"), [(1.0, 0.0), (50.0, 25.0), (1000.0, 90.0)])
def test_the_bowl_is_kappa_times_as_steep_across_as_along(kappa: float, angle: float) -> None:
    exhibit = optimisers(kappa=kappa, angle=angle)
    values, vectors = torch.linalg.eigh(exhibit.terrain.surface.hessian(torch.zeros(1, 2, dtype=torch.float64))[0])
    torch.testing.assert_close(values, torch.tensor([1.0, kappa], dtype=torch.float64))
    if kappa > 1:
        turn = math.degrees(math.atan2(float(vectors[1, 0]), float(vectors[0, 0]))) % 180
        assert turn == pytest.approx(angle, abs=1e-6)


def test_a_pasted_table_is_fitted_by_its_least_squares_line() -> None:
    rows = np.array([[-3, -14], [-2, -7], [0, 3], [1.5, 6], [4, 30]])
    text = "x\ty\n" + "\n".join(f"{x}\t{y}" for x, y in rows)
    exhibit = optimisers(surface="line", table=text, **only("gd"))
    c, m = np.linalg.lstsq(np.column_stack([np.ones(5), rows[:, 0]]), rows[:, 1], rcond=None)[0]
    np.testing.assert_allclose(exhibit.terrain.minima.numpy(), [[m, c]], atol=1e-8)
    value = float(exhibit.terrain.surface.value(torch.tensor([2.0, 1.0], dtype=torch.float64)))
    assert value == pytest.approx(np.mean((2 * rows[:, 0] + 1 - rows[:, 1]) ** 2))


@pytest.mark.parametrize(
    ("text", "says"),
    [("1 2 3", "an x and a y"), ("1,2;1,3", "two different x"), ("1,2 3,oops", "'oops'"), ("1,1e9 2,2", "between"),
     ("1,nan 2,2", "between"), (" ".join(f"{i},1" for i in range(300)), "at most 200")],
)  # fmt: skip
def test_a_table_that_is_none_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        OptimisersParams(surface="line", table=text)


def test_a_batch_is_a_sample_of_the_data_and_all_of_them_are_the_whole_loss() -> None:
    few, all_ = (optimisers(surface="line", batch=batch, **only("gd", "sgd")) for batch in (3, 21))
    few.advance(5), all_.advance(5)
    assert torch.equal(all_.race.w[NAMES.index("sgd")], all_.race.w[0])
    assert not torch.equal(few.race.w[NAMES.index("sgd")], few.race.w[0])
    line = few.terrain.surface
    assert line.batch is not None
    w = torch.tensor([[1.0, 3.0]], dtype=torch.float64)
    mean = torch.stack([line.batch([row]).slope(w)[1] for row in range(21)]).mean(dim=0)
    torch.testing.assert_close(mean, line.slope(w)[1])
