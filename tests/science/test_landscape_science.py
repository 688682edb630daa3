"""What is said of landscapes in general, over five seeds: reported as it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.exhibits.landscape import Landscape
from engine.exhibits.landscape.cards import EDGE
from engine.exhibits.landscape.curvature import top_eigenvectors
from engine.exhibits.landscape.planes import random_plane
from engine.exhibits.landscape.roughness import roughness
from engine.kit.device import generator

pytestmark = pytest.mark.science
SEEDS = range(5)
GRID = 25


def learnt(seed: int, steps: int, **values: Any) -> Landscape:
    """After so many steps, its landscape left aside."""
    exhibit = Landscape(Landscape.Params(**values), seed=seed)
    exhibit.land.advance = lambda held: None  # type: ignore[method-assign]
    exhibit.advance(steps)
    return exhibit


def sharpness(exhibit: Landscape) -> float:
    """The largest eigenvalue of the Hessian on all training samples."""
    w = exhibit.study.main.clone()
    start = torch.randn(len(w), generator=generator(0, "cpu"))
    return float(top_eigenvectors(lambda v: exhibit.judge.bend(w, v), start, 1, 30)[0][0])


def restless(exhibit: Landscape, half: float = 0.5) -> float:
    """Roughness of a filter-normalised random plane around the network."""
    w = exhibit.study.main.clone()
    around = torch.randn(2, len(w), generator=generator(7, "cpu"))
    worth = exhibit.judge.on(random_plane(w, exhibit.judge.shapes, around, half))
    side = np.linspace(-1, 1, GRID)
    return roughness(np.array([[worth(a, b)[0] for a in side] for b in side]))


@pytest.mark.parametrize("depth", [20, 30])
def test_skip_connections_give_a_smoother_plane_than_none(depth: int) -> None:
    common: dict[str, Any] = {"network": "deep", "depth": depth, "width": 32, "samples": 400}
    plain = [restless(learnt(seed, 200, **common)) for seed in SEEDS]
    skips = [restless(learnt(seed, 200, **common, skips=True)) for seed in SEEDS]
    print(f"depth {depth}: roughness without {np.round(plain, 3)}, with skip connections {np.round(skips, 3)}")
    assert np.median(skips) < np.median(plain)


def test_small_batches_end_flatter_than_large_ones_of_as_many_samples() -> None:
    common: dict[str, Any] = {"samples": 500, "rate": 0.1}
    small = [sharpness(learnt(seed, 1600, batch=8, **common)) for seed in SEEDS]
    large = [sharpness(learnt(seed, 1600, batch=1437, **common)) for seed in SEEDS]
    print(f"lambda_max after 1600 steps: batch 8 {np.round(small, 2)}, all samples {np.round(large, 2)}")
    assert np.median(small) < np.median(large)


def test_the_centre_of_swa_errs_no_more_than_its_last_weights() -> None:
    errors = []
    for seed in SEEDS:
        metrics = learnt(
            seed, 600, study="average", rate=0.5, batch=8, floor=0.5, wrong=0.2, period=20
        ).frame().metrics  # fmt: skip
        errors.append((metrics["error_swa"], metrics["error"]))
    print(f"test error of the mean and of the last: {np.round(errors, 3).tolist()}")
    assert all(mean <= last for mean, last in errors)


def test_sharpness_rises_to_two_over_the_rate_and_stays() -> None:
    for seed in SEEDS:
        exhibit = learnt(seed, 100, **EDGE)
        found = [sharpness(exhibit)]
        for steps in (900, 100, 100):
            exhibit.advance(steps)
            found.append(sharpness(exhibit))
        limit = 2 / EDGE["rate"]  # type: ignore[operator]
        shares = np.round(np.array(found) / limit, 3)
        print(f"seed {seed}: lambda_max at steps 100, 1000, 1100, 1200 in units of 2/eta: {shares}")
        assert found[0] < 0.93 * limit
        assert all(0.85 * limit < each < 1.15 * limit for each in found[1:])
