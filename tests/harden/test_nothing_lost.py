"""What a person has made is on disk when it may be lost: at a pause, at rest, at an eviction and at a shutdown."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.runtime import performer as performer_module
from engine.runtime.commands import Fork, Pause, Play, PokeIt, Reset, Seek, Set, Slow, Step
from engine.runtime.keeper import SAVE_S
from engine.runtime.pace import Tempo
from engine.runtime.pool import EVICT_AFTER_S, Pool
from engine.runtime.run import Run, Status
from engine.runtime.store import Store, StoreError
from tests.clock import Clock
from tests.probes import Cloud, CountParams, Fail, NotANumber, Stuck, Walk, WalkParams
from tests.waiting import PATIENCE_S, until


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock(tick=1e-3)


@pytest.fixture
def run(store: Store, clock: Clock) -> Run:
    run = Run(Walk, WalkParams(), store=store, clock=clock, tempo=Tempo(60.0))
    run.slice(0.0)
    return run


def do(run: Run, command: Any) -> Any:
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


def settle(run: Run, clock: Clock) -> None:
    """Serve the run whenever it asks for it, until it asks no more."""
    for _ in range(100):
        due = run.slice(0.0)
        if due == math.inf:
            return
        clock.sleep_until(due)
    raise AssertionError("it asks for ever")


def saved(store: Store, run: Run) -> tuple[int, dict[str, Any]]:
    about, state = store.load(run.id, run.owner_token)
    return about["step"], state


def test_a_run_that_nobody_has_touched_is_not_saved(run: Run, store: Store, clock: Clock) -> None:
    settle(run, clock)
    run.close()
    run.release()
    assert not list(store.folder.glob("*"))


def test_a_pause_saves_the_very_step_at_which_it_stands(run: Run, store: Store, clock: Clock) -> None:
    do(run, Play())
    for _ in range(200):
        run.slice(0.01)
    do(run, Pause())
    settle(run, clock)
    step, state = saved(store, run)
    assert step == run.performer.step > 1
    assert state["at"].tolist() == run.performer.exhibit.at.tolist()


@pytest.mark.parametrize(
    "touch",
    [PokeIt(event={"who": 0, "by": 7.0}), Set(values={"stride": 0.5}), Step(), Reset(values={"walkers": 9})],
    ids=lambda command: command.do,
)
def test_what_is_done_while_it_stands_is_saved(run: Run, store: Store, clock: Clock, touch: Any) -> None:
    for _ in range(3):
        do(run, Step())
    settle(run, clock)
    do(run, touch)
    settle(run, clock)
    about, state = store.load(run.id, run.owner_token)
    assert (about["step"], about["params"]) == (run.performer.step, run.params.model_dump())
    assert state["at"].tolist() == run.performer.exhibit.at.tolist()


def test_where_one_went_back_to_is_saved(run: Run, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    monkeypatch.setattr(performer_module, "CHECKPOINT_REST", 0)
    clock.now += 2.0
    for _ in range(6):
        do(run, Step())
    do(run, Seek(step=2))
    settle(run, clock)
    assert saved(store, run)[0] == run.performer.step == 2


def test_many_touches_are_saved_seldom(run: Run, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    saves: list[float] = []
    monkeypatch.setattr(store, "save", lambda *arguments, **more: saves.append(clock.now))
    began = clock.now
    while clock.now < began + 10 * SAVE_S:
        do(run, PokeIt(event={"who": 0, "by": 0.1}))
    assert 9 <= len(saves) <= 12


def test_large_runs_are_saved_more_seldom(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    saves: list[float] = []
    monkeypatch.setattr(store, "save", lambda *arguments, **more: saves.append(clock.now))
    run = Run(Cloud, Cloud.Params(points=65536), store=store, clock=clock)  # 768 kB
    do(run, Play())
    began = clock.now
    while clock.now < began + 600:
        clock.now += 0.5
        run.slice(0.0)
    written = len(saves) * 65536 * 3 * 4
    assert len(saves) > 10 and written / 600 <= 260_000, "bytes a second"


def test_in_the_middle_of_a_step_nothing_is_saved_and_nothing_spins(run: Run, store: Store, clock: Clock) -> None:
    do(run, Slow(on=True))
    do(run, Step())
    assert run.performer.phase and run.slice(0.0) == math.inf
    with pytest.raises(StoreError):
        saved(store, run)
    run.close()
    run.release()
    assert saved(store, run)[0] == 1, "at the end the step is completed"


def test_a_fork_is_saved_before_it_does_anything(run: Run, store: Store, clock: Clock) -> None:
    for _ in range(3):
        do(run, Step())
    twin = do(run, Fork())
    settle(twin, clock)
    assert saved(store, twin)[0] == 3


def test_a_run_that_rests_is_saved(store: Store) -> None:
    clock = Clock(tick=1e-3)
    pool = Pool(workers=0, clock=clock, work_clock=clock, rest_after_s=3.0)
    run = pool.open(Run(Walk, WalkParams(), store=store, clock=clock, tempo=Tempo(30.0)))
    run.submit(Play())
    for _ in range(2000):
        clock.now += 0.01
        pool.turn()
        if run.resting:
            break
    for _ in range(50):
        clock.now += 1.0
        pool.turn()
    assert run.resting and saved(store, run)[0] == run.performer.step > 0


def standing_at(pool: Pool, store: Store, step: int) -> Run:
    """A run that has been paused there by hand, and is told that it was saved not long ago."""
    run = pool.open(Run(Walk, WalkParams(), store=store))
    for _ in range(step):
        run.submit(Step()).result(PATIENCE_S)
    run.submit(PokeIt(event={"who": 0, "by": 9.0})).result(PATIENCE_S)
    return run


def test_who_makes_room_for_another_is_saved_first(store: Store) -> None:
    pool = Pool(workers=2, max_runs=1)
    try:
        run = standing_at(pool, store, 5)
        place = run.performer.exhibit.at.tolist()
        run.viewers.left_at -= EVICT_AFTER_S + 1
        pool.open(Run(Walk, WalkParams()))
        assert run.status == Status.CLOSED and not run.performer.built
        assert saved(store, run)[0] == 5 and saved(store, run)[1]["at"].tolist() == place
    finally:
        pool.shutdown()


def test_a_clean_shutdown_saves_every_run(store: Store) -> None:
    pool = Pool(workers=2)
    standing = [standing_at(pool, store, step) for step in (1, 4)]
    playing = pool.open(Run(Walk, WalkParams(), store=store))
    playing.submit(Play())
    until(playing, lambda: playing.performer.step > 50)
    pool.shutdown()
    assert [saved(store, run)[0] for run in standing] == [1, 4]
    assert saved(store, playing)[0] > 50


def test_a_shutdown_waits_for_no_stuck_step_and_still_saves_the_others(store: Store) -> None:
    Stuck.begun.clear()
    Stuck.free.clear()
    pool = Pool(workers=2)
    try:
        good = standing_at(pool, store, 3)
        stuck = pool.open(Run(Stuck, CountParams(), store=store))
        stuck.submit(Play())
        assert Stuck.begun.wait(PATIENCE_S)
        ended = threading.Event()
        threading.Thread(target=lambda: (pool.shutdown(0.5), ended.set()), daemon=True).start()
        assert ended.wait(3.0), "a server that is told to stop has three seconds"
        assert saved(store, good)[0] == 3
    finally:
        Stuck.free.set()


@pytest.mark.parametrize("kind", [Fail, NotANumber])
def test_what_has_gone_wrong_is_never_saved(store: Store, clock: Clock, kind: type) -> None:
    run = Run(kind, CountParams(at=5), store=store, clock=clock)
    do(run, Play())
    for _ in range(200):
        run.slice(0.01)
    settle(run, clock)
    assert run.status == Status.FAILED or run.good_step is not None
    run.close()
    run.release()
    if list(store.folder.glob("*")):
        assert saved(store, run)[0] < 5


def test_a_state_that_cannot_be_taken_at_the_end_harms_nobody(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    class Secretive(Walk):
        slug = ""

        def state_dict(self) -> Any:
            if self.steps:
                raise RuntimeError("not telling")
            return super().state_dict()

    pool = Pool(workers=1)
    run = pool.open(Run(Secretive, WalkParams(), store=store))
    run.submit(Step())
    until(run, lambda: run.performer.step == 1 or run.status == Status.FAILED)
    good = standing_at(pool, store, 2)
    pool.shutdown()
    assert saved(store, good)[0] == 2
