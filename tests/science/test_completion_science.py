"""Which network completes better, on three seeds, each taught a little from nothing; and what the bundled one knows."""

from __future__ import annotations

import pytest

from engine.exhibits.completion import Completion

pytestmark = pytest.mark.science
SEEDS = range(3)
STEPS = 200
"""Each of eight shapes: the same shapes, from the same sides, for all three."""


def unseen(model: str, seed: int) -> dict[str, float]:
    exhibit = Completion(Completion.Params(model=model, start="nothing", lr=0.001, batch=8, turn=0.0), seed=seed)
    exhibit.advance(STEPS)
    assert exhibit.diverged() is None
    return exhibit.instruments.metrics()


@pytest.mark.parametrize("seed", SEEDS)
def test_pointr_completes_better_than_pcn_and_pcn_better_than_folding(seed: int) -> None:
    found = {model: unseen(model, seed)["cd_l1"] for model in ("pointr", "pcn", "folding")}
    assert found["pointr"] <= found["pcn"] <= found["folding"], found


def test_the_bundled_network_halves_what_the_input_leaves_open_and_beats_the_nearest_shape() -> None:
    found = Completion(Completion.Params(), seed=0).instruments.metrics()
    assert found["unseen"] <= 0.5 * found["unseen_input"] and found["unseen"] < found["unseen_nearest"], found
    assert found["cd_l1"] < found["cd_l1_nearest"], found
