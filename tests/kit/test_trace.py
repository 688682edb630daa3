"""A trace is bounded, keeps its start and is evenly spaced, however long it gets."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest

from engine.kit.trace import Trace


def filled(arrivals: int, capacity: int = 8, **settings: object) -> Trace:
    """A trace that was offered ``arrivals`` moments, 3 steps apart."""
    trace = Trace(capacity, value=(2,), **settings)
    for step in range(0, 3 * arrivals, 3):
        trace.add(step, {"value": np.array([step, -step])})
    return trace


@pytest.mark.parametrize("arrivals", [1, 2, 7, 8, 9, 16, 17, 100, 1025])
@pytest.mark.parametrize("capacity", [7, 8])
@pytest.mark.parametrize("newest", [False, True])
def test_it_is_bounded_and_keeps_the_start_and_even_spacing(arrivals: int, capacity: int, newest: bool) -> None:
    trace = filled(arrivals, capacity, newest=newest)
    even = trace.steps[: len(trace)]
    assert trace.count <= capacity and len(trace) >= min(arrivals, (capacity - newest) // 2)
    np.testing.assert_array_equal(even, 3 * trace.stride * np.arange(len(trace)))
    assert math.log2(trace.stride) % 1 == 0
    last = 3 * (arrivals - 1)
    assert trace.steps[-1] == last if newest else last - 3 * trace.stride < trace.steps[-1] <= last
    np.testing.assert_array_equal(trace["value"], np.stack([trace.steps, -trace.steps], axis=1))


def test_spacing_doubles_only_when_there_is_no_room() -> None:
    assert [filled(arrivals).stride for arrivals in (8, 9, 16, 17, 33)] == [1, 2, 2, 4, 8]


def test_what_is_worked_out_only_when_it_is_kept_is_the_same() -> None:
    trace, other, looked = filled(0), filled(0), 0
    for step in range(50):
        trace.add(step, {"value": step})
        if other.arrive():
            other.keep(step, {"value": step})
            looked += 1
    np.testing.assert_array_equal(trace["value"], other["value"])
    assert looked < 30


def test_numbers_that_join_late_or_are_missing_are_nan_also_in_rows_used_before() -> None:
    trace = Trace(4, a=())
    for step in range(4):
        trace.add(step, {"a": step, "b": step})
    trace.add(4, {"c": 1.0})
    assert trace.names == ["a", "b", "c"] and trace.steps.tolist() == [0, 2, 4]
    np.testing.assert_array_equal(trace["b"], [0, 2, math.nan])
    np.testing.assert_array_equal(trace["c"], [math.nan, math.nan, 1])


@pytest.mark.parametrize("newest", [False, True])
def test_from_its_state_it_goes_on_alike(newest: bool) -> None:
    trace, again = filled(38, newest=newest), Trace(8, newest=newest, value=(2,))
    state = copy.deepcopy(trace.state_dict())
    again.load_state_dict(state)
    for step in range(114, 300, 3):
        for each in (trace, again):
            each.add(step, {"value": step})
    np.testing.assert_array_equal(trace.steps, again.steps)
    np.testing.assert_array_equal(trace["value"], again["value"])
    assert len(state["steps"]) == len(state["kept"]["value"]) <= 8, "the state is not written to"


def test_it_forgets_what_lies_later_and_goes_on() -> None:
    trace = filled(12, newest=True)  # 0, 6, 12, ... and 33 in passing
    assert trace.count > len(trace)
    trace.forget_after(15)
    assert trace.steps.tolist() == [0, 6, 12] and len(trace) == trace.count
    trace.add(16, {"value": 16})
    assert trace.steps[-1] == 16


@pytest.mark.parametrize("rows", [3, 7, 12])
def test_even_rows_run_from_the_start_to_now(rows: int) -> None:
    shown = filled(8).even("value", rows)[:, 0]
    assert shown.shape == (rows,) and shown[0] == 0 and shown[-1] == 21 and (np.diff(shown) >= 0).all()


def test_doubles_are_kept_exactly_where_asked_for() -> None:
    trace = Trace(4, dtype=np.float64, x=())
    trace.add(0, {"x": 1 / 3})
    assert trace["x"][0] == 1 / 3
