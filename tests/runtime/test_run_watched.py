"""What is seen of a run, when, and at which pace; driven by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from engine.frames import decode
from engine.runtime.commands import (
    Command,
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
from engine.runtime.pace import Pace, Tempo
from engine.runtime.run import Run, Status
from engine.runtime.viewers import Viewer
from tests.clock import Clock
from tests.probes import Push, Walk, WalkParams, priced
from tests.runtime.driving import do, history_of, make, newest, play_for, walk_to, watch

pytestmark = pytest.mark.usefixtures("checkpoints_at_every_look")


# ---- watching -------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    "command", [PokeIt(event={"who": 0, "by": 1.0}), Set(values={"drift": 0.2})], ids=["poke", "set"]
)
def test_who_did_something_sees_it_before_the_next_frame_was_due(command: PokeIt | Set) -> None:
    run = make()
    watch(run)
    run.submit(Play())
    run.slice(0.05)
    far = run.published._next_frame = run.clock() + 10
    run.slice(0.001)
    assert run.published._next_frame == far
    do(run, command)
    assert run.published._next_frame < far - 9


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


# ---- saving ---------------------------------------------------------------------------------------------------------


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


# ---- pace -----------------------------------------------------------------------------------------------------------


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
