"""A run: its states and commands, driven by hand here, one slice after another, without any thread."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import pytest

from engine.exhibit import Exhibit
from engine.frames import decode
from engine.params import Params
from engine.runtime import performer as performer_module
from engine.runtime.commands import (
    Ack,
    Close,
    Command,
    CommandError,
    Fork,
    Pause,
    Play,
    PokeIt,
    Reset,
    Seek,
    Set,
    Slow,
    Speed,
    Step,
)
from engine.runtime.orders import MOST_WAITING
from engine.runtime.pace import Pace, Tempo
from engine.runtime.run import Run, Status
from engine.runtime.viewers import Viewer
from tests.clock import Clock
from tests.probes import CountParams, Fail, Finish, NotANumber, Push, Walk, WalkParams, priced


@pytest.fixture(autouse=True)
def checkpoints_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    monkeypatch.setattr(performer_module, "CHECKPOINT_REST", 0)


def make(kind: type[Exhibit] = Walk, params: Params | None = None, clock: Clock | None = None) -> Run:
    """A run on a clock of its own, for which every look at it takes a millisecond."""
    run = Run(kind, params or kind.Params(), clock=clock or Clock(tick=1e-3))
    run.slice(0.0)
    return run


def do(run: Run, command: Command) -> Any:
    """Submit and carry out at once."""
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


def walk_to(run: Run, step: int) -> np.ndarray:
    """Step by step, by hand; returns where the walkers are then."""
    while run.performer.step < step:
        do(run, Step())
    return run.performer.exhibit.frame().arrays["at"]


def watch(run: Run) -> Viewer:
    viewer = Viewer(lambda: None)
    run.attach(viewer)
    return viewer


def newest(run: Run) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The newest published frame, waiting for its turn if need be."""
    run.published._next_frame = 0.0
    run.slice(0.0)
    assert run.published.frame is not None
    frame, about = decode(run.published.frame.blob)
    return frame.arrays, about


# ---- play, pause, step ------------------------------------------------------------------------------------------


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


# ---- slow motion ------------------------------------------------------------------------------------------------


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


# ---- set, reset, poke -------------------------------------------------------------------------------------------


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


# ---- seek and fork ----------------------------------------------------------------------------------------------


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


# ---- the end, failure, divergence -------------------------------------------------------------------------------


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
    run.pace._step_s = 1e-6  # long chunks from the start, as after a while
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


# ---- close ------------------------------------------------------------------------------------------------------


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


# ---- watching ---------------------------------------------------------------------------------------------------


def test_a_frame_is_encoded_once_for_many_viewers(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.runtime import publish

    kinds: list[str] = []
    encode = publish.encode
    monkeypatch.setattr(
        publish, "encode", lambda kind, *rest, **about: kinds.append(kind) or encode(kind, *rest, **about)
    )
    run = make()
    woken: list[int] = []
    for index in range(20):
        run.attach(Viewer(lambda index=index: woken.append(index)))
    woken.clear()
    run.slice(0.0)
    assert kinds == ["scene", "history", "frame"]
    assert set(woken) == set(range(20))
    do(run, Step())
    newest(run)
    assert kinds.count("scene") == 1 and kinds.count("frame") == 2


def test_nobody_ready_no_frame() -> None:
    run = make()
    viewer = watch(run)
    viewer.ready = False
    do(run, Play())
    run.slice(0.05)
    assert run.published.frame is None
    run.acknowledge(viewer)
    run.slice(0.0)
    assert run.published.frame is not None


def test_no_watcher_no_frame() -> None:
    run = make()
    do(run, Play())
    run.slice(0.05)
    assert run.published.frame is None


def test_the_newest_frame_says_step_status_and_speed() -> None:
    run = make()
    watch(run)
    walk_to(run, 3)
    arrays, about = newest(run)
    assert (about["step"], about["status"], about["version"]) == (3, "paused", 0)
    np.testing.assert_array_equal(arrays["at"], run.performer.exhibit.at.astype(np.float32))


def test_a_scene_is_published_anew_after_every_reset() -> None:
    run = make()
    watch(run)
    newest(run)
    for walkers in range(5, 15):
        do(run, Reset(values={"walkers": walkers}))
        newest(run)
        assert run.published.scene is not None
        assert decode(run.published.scene.blob)[0].arrays["start"].shape == (walkers,)


def test_a_pause_publishes_the_whole_history() -> None:
    run = make()
    watch(run)
    do(run, Play())
    run.slice(0.05)
    do(run, Pause())
    assert newest(run)[1]["status"] == "paused"
    assert run.published.history is not None
    assert decode(run.published.history.blob)[0].arrays["step"][-1] == run.performer.step


def play_for(run: Run, clock: Clock, seconds: float) -> int:
    """Slice after slice on the clock moved by hand; returns how many frames came."""
    end, numbers = clock.now + seconds, set()
    while clock.now < end:
        clock.sleep_until(min(run.slice(0.02), end))
        numbers.add(run.published.frame and run.published.frame.number)
    return len(numbers)


def test_a_pause_shows_the_newest_values_in_the_history_though_nothing_new_has_come() -> None:
    clock = Clock()
    run = Run(priced(clock, step_s=1e-3), WalkParams(), clock=clock)
    watch(run)
    do(run, Speed(steps_per_s=100.0))
    do(run, Play())
    play_for(run, clock, 1.0)
    for _ in range(10_000):  # until a frame shows the last step and the history is older
        clock.sleep_until(run.slice(0.02))
        if not run.published.stale and history_of(run)["step"][-1] < run.performer.step:
            break
    assert not run.published.stale
    do(run, Pause())
    clock.now += 0.1
    run.slice(0.0)
    history, frame = history_of(run), run.performer.exhibit.frame()
    assert history["step"][-1] == run.performer.step
    assert history["mean"][-1] == np.float32(frame.metrics["mean"])


def history_of(run: Run) -> dict[str, np.ndarray]:
    assert run.published.history is not None
    return decode(run.published.history.blob)[0].arrays


@pytest.mark.parametrize(
    ("speed", "cost", "least", "most"),
    [(500.0, 0.01, 0.25, 0.35), (None, 0.002, 0.035, 0.057)],
    ids=["with a speed limit a third", "at full speed a twentieth"],
)
def test_frames_take_their_part_of_the_time(speed: float | None, cost: float, least: float, most: float) -> None:
    clock = Clock()
    run = Run(priced(clock, step_s=1e-3, frame_s=cost), WalkParams(), clock=clock)
    watch(run)
    do(run, Speed(steps_per_s=speed))
    do(run, Play())
    play_for(run, clock, 2.0)
    assert least < play_for(run, clock, 5.0) * cost / 5.0 < most, "a frame waits for the end of a chunk of steps"


@pytest.mark.parametrize("speed", [30.0, 120.0, 2000.0])
def test_the_steps_per_second_that_are_shown_are_those_that_are_done(speed: float) -> None:
    clock = Clock()
    run = Run(priced(clock, step_s=1e-4), WalkParams(), clock=clock)
    watch(run)
    do(run, Speed(steps_per_s=speed))
    do(run, Play())
    play_for(run, clock, 3.0)
    assert run.published.frame is not None
    assert decode(run.published.frame.blob)[1]["steps_per_s"] == pytest.approx(speed, rel=0.05)


def test_a_frame_says_to_which_scene_it_belongs_and_no_two_scenes_are_called_alike() -> None:
    run = make()
    watch(run)
    versions = []
    for walkers in (5, 6, 7):
        do(run, Reset(values={"walkers": walkers}))
        newest(run)
        for bump in range(2):
            run.performer.exhibit.scene_version += bump
            do(run, Step())
            shown = newest(run)[1]["scene"]
            assert run.published.scene is not None
            assert shown == decode(run.published.scene.blob)[1]["version"]
            versions.append(shown)
    assert versions == [1, 2, 3, 4, 5, 6]


def test_a_run_nobody_watches_rests_and_goes_on_when_somebody_does() -> None:
    run = make()
    do(run, Play())
    run.rest()
    assert run.status == Status.PAUSED and run.reason == "nobody was watching"
    watch(run)
    assert run.status == Status.RUNNING and run.reason == ""


def test_a_watched_run_does_not_rest() -> None:
    run = make()
    watch(run)
    do(run, Play())
    run.rest()
    assert run.status == Status.RUNNING


@pytest.mark.parametrize("command", [Pause(), Step(), Seek(step=0)])
def test_who_stops_a_resting_run_stops_it_for_good(command: Command) -> None:
    run = make()
    do(run, Play())
    run.rest()
    do(run, command)
    watch(run)
    assert run.status == Status.PAUSED


def test_a_resting_run_that_is_reset_is_playing_again() -> None:
    run = make()
    do(run, Play())
    run.rest()
    do(run, Reset(values={"walkers": 5}))
    assert run.status == Status.RUNNING


def test_a_poke_in_a_slow_run_is_seen_soon_even_if_a_frame_has_just_gone_out() -> None:
    run = make()
    viewer = watch(run)
    run.submit(Slow(on=True))
    run.submit(Play())
    run.slice(0.05)
    run.slice(0.05)
    do(run, PokeIt(event={"who": 0, "by": 1.0}))
    assert run.published.stale, "the last frame has just gone out"
    assert run._due() == run.published._next_frame < run.pace._next_phase
    viewer.ready = False
    assert run._due() == run.pace._next_phase
    woken: list[int] = []
    run.wake = lambda: woken.append(1)
    run.acknowledge(viewer)
    assert woken


def test_who_leaves_is_told_no_more() -> None:
    run = make()
    told: list[int] = []
    viewer = Viewer(lambda: told.append(1))
    run.attach(viewer)
    run.detach(viewer)
    told.clear()
    do(run, Step())
    assert told == [] and run.watched == 0


def test_tokens_tell_owner_viewer_and_stranger_apart() -> None:
    run = make()
    assert run.role(run.owner_token) == "owner"
    assert run.role(run.viewer_token) == "viewer"
    assert [run.role(token) for token in ("", "x", run.id, "é")] == [None] * 4
    assert len({run.id, run.owner_token, run.viewer_token, make().id}) == 4


# ---- saving -----------------------------------------------------------------------------------------------------


def test_a_disk_that_cannot_be_written_does_not_stop_the_run() -> None:
    class Full:
        calls = 0

        def save(self, *arguments: Any, **more: Any) -> None:
            self.calls += 1
            raise OSError(28, "No space left on device")

    store = Full()
    run = Run(Walk, WalkParams(), store=store)  # type: ignore[arg-type]
    run.slice(0.0)
    for _ in range(3):
        do(run, Step())
    assert run.status == Status.PAUSED and run.performer.step == 3 and store.calls == 1


# ---- pace -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [0.5, 3.0, 30.0, 59.0, 61.0, 1000.0, 50_000.0])
def test_a_speed_limit_is_kept(speed: float) -> None:
    clock, cost = Clock(), 1e-6
    pace, steps, seconds = Pace(Tempo(speed), clock), 0, max(10.0, 20 / speed)
    while clock.now < 100.0 + seconds:
        now = pace.steps_now()
        if now:
            clock.now += now * cost
            pace.did(now, now * cost)
            steps += now
        else:
            due = pace.due()
            assert due > clock.now
            clock.now = due + 1e-4
    assert steps == pytest.approx(speed * seconds, rel=0.02, abs=1.5)


def test_steps_at_once_follow_the_cost_of_a_step() -> None:
    pace = Pace(Tempo(math.inf))
    assert pace.steps_now() == 1, "nothing is known yet, and a step may be long"
    for _ in range(60):
        pace.did(pace.steps_now(), pace.steps_now() * 1e-5)
    assert 1400 <= pace.steps_now() <= 1600, "16 ms of steps of 10 us"
    for _ in range(60):
        pace.did(1, 0.5)
    assert pace.steps_now() == 1
    for _ in range(60):
        pace.did(1, 0.0)
    assert pace.steps_now() == 10_000


def test_after_a_pause_a_limited_run_does_not_catch_up() -> None:
    clock = Clock()
    pace = Pace(Tempo(1000.0), clock)
    clock.now += 3600
    assert pace.steps_now() <= 100


def test_the_speed_is_limited_by_command_and_set_free_again() -> None:
    run = make()
    do(run, Speed(steps_per_s=2.0))
    do(run, Play())
    run.slice(0.05)
    assert run.performer.step <= 1 and run.describe()["speed"] == 2.0
    do(run, Speed(steps_per_s=None))
    run.slice(0.05)
    assert run.performer.step > 5 and run.describe()["speed"] is None


def test_a_long_step_ends_the_slice() -> None:
    clock = Clock()
    run = Run(priced(clock, step_s=0.05), WalkParams(), clock=clock)
    do(run, Play())
    before = run.performer.step
    run.slice(0.02)
    assert run.performer.step == before + 1


def test_a_slice_of_short_steps_lasts_as_long_as_it_may() -> None:
    clock = Clock()
    run = Run(priced(clock, step_s=1e-4), WalkParams(), clock=clock)
    do(run, Play())
    for _ in range(20):
        run.slice(0.02)
    began, before = clock.now, run.performer.step
    run.slice(0.02)
    assert clock.now - began == pytest.approx(0.02, abs=0.01)
    assert run.performer.step - before == pytest.approx((clock.now - began) / 1e-4, abs=1)


class Leading(Walk):
    """A push turns the knob *drift* as well, and *mirrored* switches it off."""

    def poke(self, event: Push) -> None:
        super().poke(event)
        self.params = self.params.replaced(drift=0.1)

    def set(self, params: WalkParams) -> None:
        super().set(params)
        if params.mirrored:
            self.params = self.params.replaced(drift=0.0)


def test_a_knob_that_the_exhibit_turns_itself_is_seen_by_everybody() -> None:
    run = Run(Leading, WalkParams())
    run.submit(PokeIt(event={"who": 0, "by": 1.0}))
    run.submit(Set(values={"stride": 0.5}))
    run.slice(0.02)
    said = run.describe()
    assert (said["params"]["drift"], said["params"]["stride"], said["query"]["drift"]) == (0.1, 0.5, "0.1")
    run.submit(Set(values={"mirrored": True}))
    run.slice(0.02)
    assert run.describe()["params"]["drift"] == 0.0 and run.describe()["params"]["mirrored"]
