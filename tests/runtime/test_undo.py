"""Bringing back what was there before a reset: exactly, for a while, also when reset was pressed twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.runtime import undo
from engine.runtime.commands import Command, CommandError, Play, PokeIt, Reset, Set, Step, Undo
from engine.runtime.run import Run, Status
from engine.runtime.viewers import Viewer
from tests.clock import Clock
from tests.probes import CountParams, Fail, NotANumber, Walk, WalkParams


def make(clock: Clock) -> Run:
    run = Run(Walk, WalkParams(), clock=clock)
    run.attach(Viewer(lambda: None))
    run.slice(0.0)
    return run


def do(run: Run, command: Command) -> Any:
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


def walked(run: Run, steps: int) -> np.ndarray:
    """Where the walkers are after so many more steps."""
    for _ in range(steps):
        run.published._next_frame = 0.0
        do(run, Step())
    return run.performer.exhibit.frame().arrays["at"]


@pytest.fixture
def clock() -> Clock:
    return Clock(tick=1e-3)


def test_a_reset_can_be_undone_to_the_bit(clock: Clock) -> None:
    run, other = make(clock), make(clock)
    do(run, Set(values={"stride": 0.5})), do(other, Set(values={"stride": 0.5}))
    at, _ = walked(run, 20), walked(other, 20)
    past = run.performer.history.frame().arrays["mean"]
    do(run, Reset(values={"stride": 2.0, "walkers": 16}))
    assert run.performer.step == 0 and run.describe()["undo"] == 20
    assert do(run, Undo()) == 20
    assert run.performer.step == 20 and run.params == WalkParams(stride=0.5)
    np.testing.assert_array_equal(run.performer.exhibit.frame().arrays["at"], at)
    np.testing.assert_array_equal(run.performer.history.frame().arrays["mean"], past)
    np.testing.assert_array_equal(walked(run, 5), walked(other, 5))
    assert run.describe()["undo"] is None


def test_a_run_that_played_plays_again(clock: Clock) -> None:
    run = make(clock)
    walked(run, 3)
    do(run, Reset())
    do(run, Undo())
    assert run.status == Status.PAUSED
    do(run, Play())
    do(run, Reset())
    do(run, Undo())
    assert run.status == Status.RUNNING


def test_pressed_twice_nothing_is_lost(clock: Clock) -> None:
    run = make(clock)
    walked(run, 20)
    do(run, Reset())
    walked(run, 2)
    do(run, Reset())
    walked(run, 1)
    do(run, Reset())
    assert do(run, Undo()) == 20


def test_what_has_gone_on_for_a_while_is_what_the_next_reset_keeps(clock: Clock) -> None:
    run = make(clock)
    walked(run, 20)
    do(run, Reset())
    walked(run, 2)
    clock.now += undo.YOUNG_S
    do(run, Reset())
    assert run.describe()["undo"] == 2


def test_it_is_offered_for_a_while_only(clock: Clock) -> None:
    run = make(clock)
    walked(run, 20)
    taken = run.nbytes
    do(run, Reset())
    run.tidy(clock.now + undo.KEPT_S - 1)
    assert run.describe()["undo"] == 20 and run.nbytes >= taken
    version = run.state_version
    run.tidy(clock.now + undo.KEPT_S + 1)
    assert run.describe()["undo"] is None and run.state_version > version
    with pytest.raises(CommandError, match="nothing to bring back"):
        do(run, Undo())


def test_a_start_is_not_worth_keeping_unless_a_hand_was_at_it(clock: Clock) -> None:
    run = make(clock)
    do(run, Reset())
    assert run.describe()["undo"] is None
    do(run, PokeIt(event={"who": 1, "by": 3.0}))
    assert run.describe()["drawn"]
    do(run, Reset())
    assert run.describe()["undo"] == 0 and not run.describe()["drawn"]
    do(run, Undo())
    assert run.performer.exhibit.frame().arrays["at"][1] == 3.0 and run.describe()["drawn"]


@pytest.mark.parametrize("kind", [Fail, NotANumber])
def test_what_has_failed_or_diverged_is_not_brought_back(kind: type, clock: Clock) -> None:
    run = Run(kind, CountParams(at=3), clock=clock)
    for _ in range(3):
        run.submit(Step())
    for _ in range(6):
        run.slice(0.0)
    assert run.status == Status.FAILED or run.good_step is not None
    do(run, Reset(values={"at": 100}))
    assert run.describe()["undo"] is None and run.status in (Status.RUNNING, Status.PAUSED)
