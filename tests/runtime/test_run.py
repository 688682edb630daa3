"""A run: its states and commands, driven by hand, one slice after another, without any thread."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import pytest

from engine.runtime.commands import (
    CommandError,
    Pause,
    Play,
    PokeIt,
    Reset,
    Seek,
    Set,
    Slow,
    Step,
)
from engine.runtime.orders import MOST_WAITING
from engine.runtime.run import Run, Status
from tests.clock import Clock
from tests.probes import Finish, Walk, WalkParams, priced
from tests.runtime.driving import do, make, newest, walk_to, watch

pytestmark = pytest.mark.usefixtures("checkpoints_at_every_look")


# ---- play, pause, step ----------------------------------------------------------------------------------------------


def test_a_new_run_is_ready_then_built_and_paused() -> None:
    run = Run(Walk, WalkParams())
    assert run.status == Status.READY and not run.performer.built
    assert run.slice(0.0) == math.inf
    assert run.status == Status.PAUSED and run.performer.step == 0


def test_a_playing_run_steps_and_wants_another_slice() -> None:
    run = make()
    do(run, Play())
    assert run.status == Status.RUNNING and run.performer.step > 0
    assert run.slice(0.005) == 0.0


def test_a_paused_run_stands_still_and_wants_no_slice() -> None:
    run = make()
    do(run, Play())
    do(run, Pause())
    before = run.performer.step
    assert run.slice(0.02) == math.inf
    assert run.status == Status.PAUSED and run.performer.step == before


def test_a_step_is_one_step_and_pauses() -> None:
    run = make()
    do(run, Play())
    before = run.performer.step
    do(run, Step())
    assert (run.status, run.performer.step) == (Status.PAUSED, before + 1)


def test_commands_given_before_the_first_slice_are_obeyed() -> None:
    run = Run(Walk, WalkParams())
    futures = [run.submit(Set(values={"stride": 0.5})), run.submit(Step())]
    run.slice(0.0)
    run.slice(0.0)
    assert all(future.done() for future in futures)
    assert run.performer.exhibit.params.stride == 0.5 and run.performer.step == 1


def test_a_flood_of_commands_does_not_stop_the_steps() -> None:
    clock = Clock(tick=1e-4)
    run = make(priced(clock, step_s=1e-3), clock=clock)
    do(run, Play())
    before = run.performer.step
    for _ in range(500):
        run.submit(PokeIt(event={"who": 1, "by": 1.0}))
    run.slice(0.0)
    assert run.performer.step > before
    while run.orders:
        assert run.slice(0.001) == 0.0
    assert run.status == Status.RUNNING


def test_too_many_waiting_commands_are_refused() -> None:
    run = make()
    for _ in range(MOST_WAITING):
        run.submit(Pause())
    with pytest.raises(CommandError, match=f"{MOST_WAITING} commands are waiting"):
        run.submit(Pause())


def test_commands_from_many_threads_all_get_an_answer() -> None:
    run = make()
    futures: list[Any] = []

    def talk() -> None:
        futures.extend([run.submit(PokeIt(event={"who": 0, "by": 1.0})) for _ in range(50)])

    threads = [threading.Thread(target=talk) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads) or run.orders:
        run.slice(0.01)
    assert len(futures) == 200 and all(future.done() for future in futures)
    assert run.performer.exhibit.frame().arrays["at"][0] == 200.0


# ---- slow motion ----------------------------------------------------------------------------------------------------


def test_slow_motion_shows_the_phases_one_at_a_time() -> None:
    run = make()
    watch(run)
    do(run, Slow(on=True))
    seen = []
    for _ in range(5):
        do(run, Step())
        seen.append((run.performer.step, newest(run)[1]["words"]["phase"].split(":")[0]))
    assert seen == [(0, "Look"), (0, "Think"), (0, "Go"), (1, "Look"), (1, "Think")]


def test_leaving_slow_motion_finishes_the_step() -> None:
    run, peer = make(), make()
    do(run, Slow(on=True))
    do(run, Step())
    do(run, Slow(on=False))
    assert run.performer.step == 1 and run.performer.phase == ""
    np.testing.assert_array_equal(run.performer.exhibit.frame().arrays["at"], walk_to(peer, 1))


def test_slow_motion_and_full_speed_walk_the_same_way() -> None:
    slow, fast = make(), make()
    do(slow, Slow(on=True))
    while slow.performer.step < 4:
        do(slow, Step())
    do(slow, Slow(on=False))
    np.testing.assert_array_equal(slow.performer.exhibit.frame().arrays["at"], walk_to(fast, 5))


def test_a_playing_run_in_slow_motion_asks_to_be_called_again_in_a_while() -> None:
    run = make()
    run.submit(Slow(on=True))
    run.submit(Play())
    run.slice(0.0)
    due = run.slice(0.0)
    assert 0.0 < due < math.inf and run.performer.step == 0 and run.performer.phase.startswith("Look")


def test_a_poke_in_slow_motion_finishes_the_step_first() -> None:
    run = make()
    do(run, Slow(on=True))
    do(run, Step())
    do(run, PokeIt(event={"who": 0, "by": 1.0}))
    assert run.performer.step == 1 and run.performer.phase == ""


# ---- set, reset, poke -----------------------------------------------------------------------------------------------


def test_a_live_parameter_takes_effect_before_the_next_step() -> None:
    run = make()
    do(run, Play())
    before = run.performer.exhibit.frame().arrays["at"]
    run.submit(Set(values={"stride": 0.0}))
    assert run.params.stride == 0.0, "everybody sees it at once"
    run.slice(0.01)
    np.testing.assert_array_equal(run.performer.exhibit.frame().arrays["at"], before)
    assert run.performer.exhibit.params.stride == 0.0 and run.describe()["params_version"] == 1


def test_many_changes_at_once_reach_the_exhibit_once() -> None:
    run = make()
    futures = [run.submit(Set(values={"stride": stride / 20})) for stride in range(10)]
    run.slice(0.05)
    assert all(future.done() for future in futures)
    assert run.performer.exhibit.changes == 1 and run.performer.exhibit.params.stride == 0.45


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"walkers": 9}, "walkers rebuilds the run: reset with it instead"),
        ({"pace": 1}, "probe-walk has no parameter 'pace'"),
        ({"stride": 9}, "stride = 9 is not allowed; use 0 to 2 m, in steps of 0.05"),
        ({"stride": "fast"}, "stride = 'fast' is not a finite number"),
        ({"stride": 10**400}, "stride = "),
        ({"stride": 0.5, "trail": 1000}, "trail = 1000"),
    ],
)
def test_a_change_that_is_not_allowed_is_refused_and_nothing_is_changed(values: dict, message: str) -> None:
    run = make()
    before = run.describe()
    with pytest.raises(CommandError) as caught:
        run.submit(Set(values=values))
    assert message in str(caught.value)
    assert run.describe() == before


def test_a_reset_starts_again_with_other_parameters() -> None:
    run, fresh = make(), make(Walk, WalkParams(walkers=7, stride=0.5, seed=3))
    walk_to(run, 5)
    do(run, Reset(values={"walkers": 7, "stride": 0.5, "seed": 3}))
    assert run.performer.step == 0 and run.status == Status.PAUSED and len(run.performer.history) == 0
    assert run.performer.checkpoints.steps == [0]
    np.testing.assert_array_equal(walk_to(run, 6), walk_to(fresh, 6))


def test_a_reset_of_a_playing_run_plays_on() -> None:
    run = make()
    do(run, Play())
    do(run, Reset())
    assert run.status == Status.RUNNING


def test_a_reset_that_is_not_allowed_is_refused() -> None:
    run = make()
    with pytest.raises(CommandError, match="ring has room"):
        run.submit(Reset(values={"shape": "ring", "walkers": 40}))
    with pytest.raises(CommandError, match="no parameter 'size'"):
        run.submit(Reset(values={"size": 1}))


def test_a_change_asked_for_after_a_reset_survives_it() -> None:
    run = make()
    run.submit(Reset(values={"walkers": 9}))
    run.submit(Set(values={"stride": 0.5}))
    run.slice(0.05)
    assert (run.params.walkers, run.params.stride) == (9, 0.5)
    assert (run.performer.exhibit.params.walkers, run.performer.exhibit.params.stride) == (9, 0.5)


def test_a_change_asked_for_after_going_back_survives_it() -> None:
    run = make()
    walk_to(run, 3)
    run.submit(Seek(step=0))
    run.submit(Set(values={"stride": 0.5}))
    run.slice(0.05)
    assert run.performer.step == 0 and run.performer.exhibit.params.stride == run.params.stride == 0.5


def test_a_poke_reaches_the_exhibit_while_paused_and_is_seen() -> None:
    run = make()
    watch(run)
    newest(run)
    do(run, PokeIt(event={"who": 2, "by": 5.0}))
    assert newest(run)[0]["at"].tolist() == [0, 0, 5, 0]


@pytest.mark.parametrize("event", [{}, {"who": 1}, {"who": 99, "by": 1}, {"who": 1, "by": math.nan}, {"x": 1}])
def test_a_poke_that_the_exhibit_cannot_read_is_refused(event: dict) -> None:
    with pytest.raises(CommandError, match="not a poke"):
        make().submit(PokeIt(event=event))


@pytest.mark.parametrize("error", [IndexError, KeyError, ZeroDivisionError])
def test_a_poke_that_breaks_the_exhibit_fails_the_run_and_says_so(error: type[Exception]) -> None:
    class Fragile(Walk):
        slug = ""

        def poke(self, event: Any) -> None:
            raise error("gone")

    run = make(Fragile)
    done = run.submit(PokeIt(event={"who": 0, "by": 1.0}))
    run.slice(0.0)
    with pytest.raises(CommandError, match=f"{error.__name__}: .*gone"):
        done.result(timeout=0)
    assert run.status == Status.FAILED and run.reason.startswith(error.__name__)


def test_an_exhibit_that_does_not_listen_says_so() -> None:
    with pytest.raises(CommandError, match="probe-finish does not listen"):
        make(Finish).submit(PokeIt(event={}))
