"""Longer checks of message passing: few labels are enough, depth smooths, residuals mend it, links may mislead."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from engine.exhibits.messages import Messages

pytestmark = pytest.mark.science
TEN = range(10)
BLOCKS = {
    "graph": "blocks",
    "size": 100,
    "degree": 6.0,
    "labels": 10,
    "features": "hint",
    "signal": 2.0,
    "beside": True,
}


def trained(seed: int, steps: int, **values: Any) -> dict[str, float]:
    exhibit = Messages(Messages.Params(seed=seed, **values), seed=seed)
    exhibit.advance(steps)
    assert exhibit.diverged() is None
    return exhibit.frame().metrics


def mean(name: str, steps: int, **values: Any) -> float:
    return float(np.mean([trained(seed, steps, **values)[name] for seed in TEN]))


def test_two_known_members_are_enough_for_the_club_in_a_few_seconds() -> None:
    """Mean of ten seeds at least 93 %, in under 5 s of processor time each."""
    right, seconds = [], []
    for seed in TEN:
        began = time.process_time()
        right.append(trained(seed, 200)["test_accuracy"])
        seconds.append(time.process_time() - began)
    print(f"karate club, two labels: {100 * np.mean(right):.1f} %, {np.mean(seconds):.2f} s each")
    assert np.mean(right) >= 0.93 and max(seconds) < 5


def test_depth_smooths_and_residuals_mend_it() -> None:
    shallow, deep, mended = (
        mean("test_accuracy", 200, **values) for values in ({}, {"layers": 16}, {"layers": 16, "residual": True})
    )
    print(f"karate club, right of the unknown: 2 hops {shallow:.3f}, 16 hops {deep:.3f}, with residuals {mended:.3f}")
    assert deep < shallow - 0.3 and mended > shallow - 0.05


def test_links_that_say_nothing_mislead_and_those_that_say_the_opposite_do_not() -> None:
    """With two blocks it is at a half that links say nothing; far below they say as much as far above."""
    found = {}
    for homophily in (0.9, 0.7, 0.5, 0.3, 0.1):
        metrics = [trained(seed, 200, homophily=homophily, **BLOCKS) for seed in TEN]
        found[homophily] = [float(np.mean([m[name] for m in metrics])) for name in ("test_accuracy", "alone_accuracy")]
        print(f"homophily {homophily}: GCN {found[homophily][0]:.3f}, MLP {found[homophily][1]:.3f}")
    assert found[0.9][0] > found[0.9][1] + 0.1
    assert found[0.5][0] < found[0.5][1] - 0.1
    assert found[0.1][0] > found[0.1][1] + 0.05
