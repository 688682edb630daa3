"""Many seeks or resets that wait together cost as much as one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.runtime import performer as performer_module
from engine.runtime.commands import Pause, Play, Reset, Seek, Set, Step
from engine.runtime.run import Run, Status
from tests.clock import Clock
from tests.probes import Walk, WalkParams

BUILT: list[Any] = []


class Counted(Walk):
    """Counts how often it is built."""

    slug = ""

    def __init__(self, params: WalkParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        BUILT.append(params)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run with checkpoints at steps 0 to 12."""
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    monkeypatch.setattr(performer_module, "CHECKPOINT_REST", 0)
    run = Run(Counted, WalkParams(), clock=Clock(tick=1e-6))
    run.slice(0.0)
    for _ in range(12):
        run.submit(Step())
        run.slice(0.01)
    BUILT.clear()
    return run


def test_of_many_seeks_that_wait_only_the_last_is_carried_out(run: Run) -> None:
    answers = [run.submit(Seek(step=step % 13)) for step in range(120)]
    after = run.submit(Pause())
    run.slice(1.0)
    assert after.done() and len(BUILT) == 1
    assert run.performer.step == 119 % 13 and {answer.result(0) for answer in answers} == {119 % 13}


def test_of_many_resets_that_wait_only_the_last_is_carried_out_with_all_that_was_asked_for(run: Run) -> None:
    answers = [run.submit(Reset(values={"walkers": walkers})) for walkers in range(2, 60)]
    answers += [run.submit(Set(values={"stride": 0.5})), run.submit(Reset(values={"seed": 3}))]
    run.slice(1.0)
    assert len(BUILT) == 1 and all(answer.done() for answer in answers)
    assert run.params == WalkParams(walkers=59, stride=0.5, seed=3) == run.performer.exhibit.params


def test_what_lies_between_is_not_jumped_over(run: Run) -> None:
    for command in (Seek(step=5), Step(), Seek(step=2), Play(), Reset(), Pause(), Reset()):
        run.submit(command)
    run.slice(1.0)
    assert len(BUILT) == 4 and run.performer.step == 0


def test_a_seek_among_changes_ends_where_the_last_one_says(run: Run) -> None:
    place = None
    for step in (9, 4):
        run.submit(Seek(step=step))
        run.submit(Set(values={"stride": step / 10}))
    run.slice(1.0)
    assert len(BUILT) == 1 and run.performer.step == 4
    assert run.params.stride == run.performer.exhibit.params.stride == 0.4
    place = run.performer.exhibit.at.copy()
    run.submit(Seek(step=4))
    run.slice(1.0)
    np.testing.assert_array_equal(run.performer.exhibit.at, place)
    assert run.status == Status.PAUSED


def test_a_seek_that_nobody_waits_for_any_more_is_not_answered_twice(run: Run) -> None:
    first, second = run.submit(Seek(step=5)), run.submit(Seek(step=3))
    first.cancel()
    run.slice(1.0)
    assert second.result(0) == 3


def test_an_error_is_told_to_all_who_asked(run: Run) -> None:
    run.performer.checkpoints.forget_after(-1)
    answers = [run.submit(Seek(step=step)) for step in (1, 2)]
    run.slice(1.0)
    assert ["no checkpoint" in str(answer.exception(0)) for answer in answers] == [True, True]
