"""A run goes back, is forked, comes to an end, fails, diverges and is closed; driven by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine.runtime.commands import (
    Ack,
    Close,
    CommandError,
    Fork,
    Pause,
    Play,
    Reset,
    Seek,
    Set,
    Slow,
    Speed,
    Step,
)
from engine.runtime.run import Run, Status
from tests.probes import CountParams, Fail, Finish, NotANumber, Walk, WalkParams
from tests.runtime.driving import do, make, newest, walk_to, watch

pytestmark = pytest.mark.usefixtures("checkpoints_at_every_look")


# ---- seek and fork --------------------------------------------------------------------------------------------------


def test_going_back_gives_the_same_frames_again() -> None:
    run = make()
    seen = {step: walk_to(run, step) for step in range(1, 13)}
    assert run.performer.checkpoints.steps == list(range(13))
    assert do(run, Seek(step=5)) == 5
    assert run.status == Status.PAUSED and run.performer.step == 5
    for step in range(6, 13):
        np.testing.assert_array_equal(walk_to(run, step), seen[step])


def test_one_goes_back_to_the_nearest_checkpoint_before() -> None:
    run = make()
    walk_to(run, 4)
    assert do(run, Seek(step=1000)) == 4


def test_going_back_restores_the_parameters_of_that_moment() -> None:
    run = make()
    walk_to(run, 3)
    do(run, Set(values={"stride": 0.5}))
    walk_to(run, 6)
    do(run, Seek(step=2))
    assert run.params.stride == 1.0 and run.performer.exhibit.params.stride == 1.0


def test_having_gone_back_the_future_is_kept_until_another_course_is_taken() -> None:
    run = make()
    watch(run)
    for step in range(1, 7):
        walk_to(run, step)
        newest(run)
    do(run, Seek(step=2))
    newest(run)
    history = run.performer.history.frame().arrays["step"].tolist()
    assert history == sorted(set(history)) and history[-1] == 6 and run.performer.checkpoints.steps[-1] == 6
    do(run, Step())
    newest(run)
    assert run.performer.history.frame().arrays["step"].tolist()[-2:] == [2, 3]
    assert run.performer.checkpoints.steps == [0, 1, 2, 3]


def test_a_fork_goes_on_identically_and_independently() -> None:
    run = make()
    walk_to(run, 5)
    twin = do(run, Fork())
    assert twin.id != run.id and twin.owner_token != run.owner_token
    twin.slice(0.0)
    assert twin.performer.step == 5 and twin.status == Status.PAUSED
    ahead = walk_to(run, 9)
    np.testing.assert_array_equal(walk_to(twin, 9), ahead)
    do(twin, Set(values={"stride": 0.0}))
    walk_to(twin, 12)
    np.testing.assert_array_equal(run.performer.exhibit.frame().arrays["at"], ahead)


def test_the_fork_of_a_playing_run_plays_on_at_its_speed() -> None:
    run = make()
    do(run, Speed(steps_per_s=1000.0))
    do(run, Play())
    twin = do(run, Fork())
    assert run.status == Status.RUNNING
    twin.slice(0.0)
    assert twin.status == Status.RUNNING and twin.pace.speed == 1000.0


def test_a_fork_that_finds_no_room_is_an_error_and_the_run_goes_on() -> None:
    from engine.runtime.pool import PoolFull

    run = make()

    def full(twin: Run) -> Run:
        raise PoolFull("no room")

    run.adopt = full
    with pytest.raises(CommandError, match="no room"):
        do(run, Fork())
    do(run, Step())
    assert run.status == Status.PAUSED and run.performer.step == 1


# ---- the end, failure, divergence -----------------------------------------------------------------------------------


def test_an_algorithm_that_ends_is_finished_exactly_there() -> None:
    run = make(Finish, CountParams(at=37))
    do(run, Play())
    while run.status == Status.RUNNING:
        run.slice(0.01)
    assert run.status == Status.FINISHED and run.performer.step == 37
    assert run.performer.exhibit.frame().metrics["value"] == 37
    for command in (Play(), Step()):
        with pytest.raises(CommandError, match="come to its end; go back or reset"):
            do(run, command)
    assert run.status == Status.FINISHED
    do(run, Reset())
    assert run.status == Status.RUNNING


def test_a_failed_step_keeps_its_message_and_traceback_and_a_reset_recovers() -> None:
    run = make(Fail, CountParams(at=5))
    do(run, Play())
    while run.status == Status.RUNNING:
        run.slice(0.01)
    state = run.describe()
    assert state["status"] == "failed"
    assert state["reason"] == "ArithmeticError: made to fail at step 5"
    assert "probes.py" in state["trace"] and "raise ArithmeticError" in state["trace"]
    for command in (Play(), Pause(), Step(), Slow(on=True), Fork()):
        with pytest.raises(CommandError, match=r"the run has failed .*reset it"):
            do(run, command)
    do(run, Set(values={"at": 400}))
    do(run, Reset())
    assert run.status == Status.RUNNING and run.params.at == 400 and run.describe()["trace"] == ""


def test_a_failed_run_can_go_back() -> None:
    run = make(Fail, CountParams(at=5))
    walk_until_failed(run)
    assert do(run, Seek(step=3)) == 3
    assert run.status == Status.PAUSED


def walk_until_failed(run: Run) -> None:
    while run.status != Status.FAILED:
        run.submit(Step())
        run.slice(0.0)


def test_an_exhibit_that_cannot_be_built_fails_and_a_reset_with_better_parameters_recovers() -> None:
    class Picky(Walk):
        slug = ""

        def __init__(self, params: WalkParams, *, seed: int, device: str = "cpu") -> None:
            if params.walkers > 32:
                raise MemoryError("too many")
            super().__init__(params, seed=seed, device=device)

    run = Run(Picky, WalkParams(walkers=40))
    assert run.slice(0.0) == math.inf
    assert run.status == Status.FAILED and "MemoryError: too many" in run.reason
    assert run.slice(0.0) == math.inf
    do(run, Reset(values={"walkers": 4}))
    assert run.status == Status.RUNNING


def test_a_failing_frame_fails_the_run_once() -> None:
    class Blind(Walk):
        slug = ""

        def frame(self) -> Any:
            raise RuntimeError("nothing to see")

    run = make(Blind)
    watch(run)
    run.slice(0.0)
    assert run.status == Status.FAILED and "nothing to see" in run.reason
    assert run.slice(0.0) == math.inf


def test_a_divergence_pauses_names_quantity_and_step_and_offers_a_way_back() -> None:
    run = make(NotANumber, CountParams(at=500))
    walk_to_divergence(run)
    assert run.status == Status.PAUSED and run.performer.step == 500
    assert run.reason == "value is no longer finite at step 500"
    assert run.good_step == 499
    for command in (Play(), Step(), Fork()):
        with pytest.raises(CommandError, match="value is no longer finite at step 500; go back to step 499 or reset"):
            run.submit(command)
    assert do(run, Seek(step=499)) == 499
    assert run.good_step is None and np.isfinite(run.performer.exhibit.frame().metrics["value"])
    do(run, Set(values={"at": 1000}))
    do(run, Step())
    assert run.status == Status.PAUSED and run.performer.step == 500 and run.reason == ""


def walk_to_divergence(run: Run) -> None:
    while run.good_step is None:
        run.submit(Step())
        run.slice(0.0)


def run_to_divergence(run: Run) -> None:
    do(run, Play())
    while run.status == Status.RUNNING:
        run.slice(0.01)


def test_a_divergence_at_full_speed_names_the_very_step() -> None:
    run = make(NotANumber, CountParams(at=500))
    run_to_divergence(run)
    assert run.reason == "value is no longer finite at step 500"
    assert run.good_step is not None and run.good_step < 500


def test_a_divergence_after_a_touch_says_between_which_steps() -> None:
    run = make(NotANumber, CountParams(at=1000))
    do(run, Set(values={"at": 500}))
    run.pace.step_s = 1e-6  # long chunks from the start, as after a while
    run_to_divergence(run)
    words = run.reason.split()
    assert run.reason.startswith("value is no longer finite between step")
    assert int(words[-3]) <= 500 <= int(words[-1])


def test_pausing_a_diverged_run_keeps_the_warning() -> None:
    run = make(NotANumber, CountParams(at=3))
    walk_to_divergence(run)
    do(run, Pause())
    assert "no longer finite" in run.reason and run.good_step == 2


def test_a_reset_recovers_from_a_divergence() -> None:
    run = make(NotANumber, CountParams(at=3))
    walk_to_divergence(run)
    do(run, Reset(values={"at": 100_000}))
    assert run.good_step is None and run.status == Status.RUNNING and run.reason == ""


# ---- close ----------------------------------------------------------------------------------------------------------


def test_a_closed_run_answers_no_more() -> None:
    run = make()
    waiting = run.submit(Pause())
    run.close()
    assert run.status == Status.CLOSED and waiting.cancelled()
    with pytest.raises(CommandError, match="closed; reload the page"):
        run.submit(Play())
    assert run.slice(0.01) == math.inf
    run.release()
    assert not run.performer.built and run.describe()["status"] == "closed"


def test_a_run_can_be_closed_by_command() -> None:
    run = make()
    do(run, Close())
    assert run.status == Status.CLOSED


def test_an_acknowledgement_is_no_command() -> None:
    run = make()
    with pytest.raises(CommandError):
        run.submit(Ack())
    assert run.status == Status.PAUSED
