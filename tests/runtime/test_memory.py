"""What a run remembers is bounded and keeps both ends."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from engine.params import Params
from engine.runtime.memory import Checkpoints, History, size_of

PARAMS = Params()


def steps_of(history: History) -> list[int]:
    return history.frame().arrays["step"].tolist()


@pytest.mark.parametrize("arrivals", [1, 2, 15, 16, 17, 1000, 12_345])
@pytest.mark.parametrize("capacity", [16, 17])
def test_a_history_is_bounded_keeps_both_ends_and_runs_forward(arrivals: int, capacity: int) -> None:
    history = History(capacity)
    for step in range(arrivals):
        history.add(3 * step, {"loss": float(step)})
        assert len(history) < capacity
    steps = steps_of(history)
    assert steps[0] == 0 and steps[-1] == 3 * (arrivals - 1)
    assert all(a < b for a, b in pairwise(steps))
    assert history.frame().arrays["loss"].tolist() == [step / 3 for step in steps]
    assert len(steps) >= min(arrivals, capacity // 2)


def test_a_long_history_thins_evenly() -> None:
    history = History(64)
    for step in range(10_000):
        history.add(step, {"x": 0.0})
    gaps = np.diff(steps_of(history)[:-1])
    assert gaps.min() == gaps.max() and math.log2(gaps[0]) % 1 == 0


def test_the_newest_metrics_of_a_step_replace_the_older() -> None:
    for others in ([], [0, 1, 2]):
        history = History()
        for step in others:
            history.add(step, {"x": 0.0})
        history.add(7, {"x": 1.0})
        history.add(7, {"x": 2.0})
        assert steps_of(history) == [*others, 7]
        assert history.frame().arrays["x"][-1] == 2.0


def test_looking_back_does_not_change_the_past() -> None:
    history = History()
    for step in (0, 10, 20, 30):
        history.add(step, {"x": float(step)})
    history.add(10, {"x": -1.0})
    assert steps_of(history) == [0, 10, 20, 30]
    history.forget_after(10)
    history.add(11, {"x": 11.0})
    assert steps_of(history) == [0, 10, 11]


def test_a_metric_that_was_not_there_is_nan() -> None:
    history = History()
    history.add(0, {"a": 1.0})
    history.add(1, {"b": 2.0})
    arrays = history.frame().arrays
    np.testing.assert_array_equal(arrays["a"], [1.0, math.nan])
    np.testing.assert_array_equal(arrays["b"], [math.nan, 2.0])


def test_a_history_goes_on_beyond_two_thousand_million_steps() -> None:
    history = History()
    history.add(2**31 - 1, {"x": 0.0})
    assert history.frame().arrays["step"].dtype == np.int32
    history.add(2**31, {"x": 0.0})
    assert steps_of(history) == [2**31 - 1, 2**31]


def test_a_cleared_history_is_empty() -> None:
    history = History()
    history.add(0, {"x": 0.0})
    history.clear()
    assert len(history) == 0 and steps_of(history) == []


# ---- checkpoints ------------------------------------------------------------------------------------------------


def state(kilobytes: int = 1) -> dict[str, np.ndarray]:
    return {"a": np.zeros(kilobytes * 1024, np.uint8)}


def test_checkpoints_are_bounded_in_number_and_keep_both_ends() -> None:
    points = Checkpoints(most=12)
    for step in range(0, 100_000, 100):
        points.add(step, PARAMS, state())
        assert len(points.steps) <= 12
    assert points.steps[0] == 0 and points.steps[-1] == 99_900
    assert points.steps == sorted(set(points.steps))


def test_checkpoints_are_thinned_with_age() -> None:
    points = Checkpoints(most=16)
    for step in range(5000):
        points.add(step, PARAMS, state())
    ages = [points.steps[-1] - step for step in points.steps]  # oldest first
    assert sum(age < 100 for age in ages) >= 4
    assert sum(100 <= age < 2500 for age in ages) >= 3
    gaps = np.diff(points.steps)
    assert max(gaps) < 0.75 * 5000, "no hole swallows most of the past"
    assert np.median(gaps[:5]) > 20 * np.median(gaps[-5:])


def test_checkpoints_are_bounded_in_bytes() -> None:
    points = Checkpoints(most=100, most_bytes=50 * 1024)
    for step in range(200):
        points.add(step, PARAMS, state(10))
        assert points.nbytes <= 50 * 1024
    assert len(points.steps) == 5 and points.steps[0] == 0 and points.steps[-1] == 199


def test_two_checkpoints_are_held_whatever_their_size() -> None:
    points = Checkpoints(most_bytes=1)
    for step in range(5):
        points.add(step, PARAMS, state())
    assert points.steps == [0, 4]


def test_one_goes_back_to_the_latest_not_later() -> None:
    points = Checkpoints()
    assert points.at_or_before(5) is None
    for step in (10, 20, 30):
        points.add(step, PARAMS, state())
    found = {step: points.at_or_before(step) for step in (5, 10, 19, 20, 99)}
    assert {step: point and point.step for step, point in found.items()} == {5: 10, 10: 10, 19: 10, 20: 20, 99: 30}


def test_a_checkpoint_of_the_same_step_replaces_it_and_another_course_drops_the_later() -> None:
    points = Checkpoints()
    for step in (0, 10, 20, 30, 20):
        points.add(step, PARAMS, {"a": step})
    assert points.steps == [0, 10, 20]
    points.forget_after(10)
    assert points.steps == [0, 10]


def test_the_size_of_a_state_is_that_of_its_arrays_and_tensors() -> None:
    tree = {"a": np.zeros(10, np.float32), "b": [torch.zeros(3, dtype=torch.float64), (np.zeros(5, np.uint8), "x", 7)]}
    assert size_of(tree) == 40 + 24 + 5
