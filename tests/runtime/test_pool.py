"""The pool shares out time fairly, lets go of what nobody watches, and stops when told.

Who goes when is tested by hand, on a clock that moves only when told; that threads do it too, by waiting for it.
"""

from __future__ import annotations

import gc
import heapq
import math
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.runtime.commands import Fork, Pause, Play, PokeIt, Set, Step
from engine.runtime.pool import EVICT_AFTER_S, SLICE_S, Pool, PoolFull
from engine.runtime.run import Run, Status
from engine.runtime.viewers import Viewer
from tests.clock import Clock
from tests.probes import Cloud, CountParams, Fail, Finish, Stuck, Walk, WalkParams, priced
from tests.waiting import PATIENCE_S, Viewing, until


@pytest.fixture
def make_pool() -> Iterator[Callable[..., Pool]]:
    pools: list[Pool] = []

    def make(**options: object) -> Pool:
        pools.append(Pool(**{"workers": 2, "cores": 2, "max_runs": 50, **options}))
        return pools[-1]

    yield make
    for pool in pools:
        pool.shutdown()


@pytest.fixture
def pool(make_pool: Callable[..., Pool]) -> Pool:
    return make_pool()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def by_hand(make_pool: Callable[..., Pool], clock: Clock) -> Pool:
    """A pool without workers."""
    return make_pool(workers=0, clock=clock, work_clock=clock, cores=6)


def play(pool: Pool, kind: type = Walk, **values: object) -> Run:
    run = pool.open(Run(kind, kind.Params(**values)))
    run.submit(Play()).result(PATIENCE_S)
    return run


# ---- fair shares ------------------------------------------------------------------------------------------------


class Task(Run):
    """Only says that it works: each slice costs so many seconds.

    Args:
        clock: stands still meanwhile.
        cost: of a slice.
    """

    def __init__(self, clock: Clock, cost: float = SLICE_S) -> None:
        super().__init__(Walk, WalkParams(), clock=clock)
        self.cost, self.had = cost, 0.0
        self.due = 0.0
        self.become(Status.RUNNING)

    def idle(self) -> None:
        """From its next slice on there is nothing to do."""
        self.due = math.inf

    def come_back(self) -> None:
        """There is something to do again."""
        self.due = 0.0
        self.wake()


def spend(pool: Pool, clock: Clock, seconds: float, workers: int = 1, *, lock: bool = False) -> None:
    """What ``workers`` do in so many seconds.

    Args:
        lock: every slice needs Python's global lock throughout, and waits for it as long as another has it.
    """
    end, free = clock.now + seconds, clock.now
    busy: list[tuple[float, int, Any, float]] = []  # until when, which, whose slice, since when
    for count in range(1_000_000):
        entry, soonest = pool._take() if len(busy) < workers else (None, math.inf)
        if entry is not None:
            free = (max(free, clock.now) if lock else clock.now) + entry.run.cost
            heapq.heappush(busy, (free, count, entry, clock.now))
        elif busy and busy[0][0] <= soonest:
            clock.now, _, entry, began = heapq.heappop(busy)
            entry.run.had += entry.run.cost
            pool._put_back(entry, entry.run.due, took=clock.now - began, worked=entry.run.cost)
        elif clock.now < end:
            clock.sleep_until(min(soonest, end))
        if clock.now >= end and not busy:
            return
        if clock.now >= end:
            workers = 0
    raise AssertionError("time stands still")


def shares(pool: Pool, clock: Clock, seconds: float, tasks: list[Task], **how: Any) -> list[float]:
    """The part of the time that each task has had of it."""
    before, began = [task.had for task in tasks], clock.now
    spend(pool, clock, seconds, **how)
    return [(task.had - had) / (clock.now - began) for task, had in zip(tasks, before, strict=True)]


def tasks_of(pool: Pool, clock: Clock, *costs: float) -> list[Task]:
    found = [Task(clock, cost) for cost in costs]
    for task in found:
        pool.open(task)
    return found


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("costs", [[0.02] * 3, [0.005, 0.02, 0.03]], ids=["alike", "of all lengths"])
def test_equal_runs_get_equal_shares(by_hand: Pool, clock: Clock, workers: int, costs: list[float]) -> None:
    tasks = tasks_of(by_hand, clock, *costs)
    assert shares(by_hand, clock, 6.0, tasks, workers=workers) == pytest.approx([workers / 3] * 3, abs=0.02)


def test_a_run_that_comes_back_is_served_at_once_but_cannot_claim_what_it_did_not_use(
    by_hand: Pool, clock: Clock
) -> None:
    busy, idle = tasks_of(by_hand, clock, SLICE_S, SLICE_S)
    idle.idle()
    assert shares(by_hand, clock, 10.0, [busy, idle]) == pytest.approx([1, 0], abs=0.01)
    idle.come_back()
    by_hand_before = idle.had
    spend(by_hand, clock, SLICE_S)
    assert idle.had > by_hand_before, "it is next"
    assert shares(by_hand, clock, 1.0, [busy, idle]) == pytest.approx([0.5, 0.5], abs=0.03)


def test_a_new_run_starts_level_with_the_others(by_hand: Pool, clock: Clock) -> None:
    (old,) = tasks_of(by_hand, clock, SLICE_S)
    spend(by_hand, clock, 10.0)
    (new,) = tasks_of(by_hand, clock, SLICE_S)
    assert shares(by_hand, clock, 1.0, [old, new]) == pytest.approx([0.5, 0.5], abs=0.03)


def test_a_runaway_that_holds_the_global_lock_leaves_another_run_half_the_time(by_hand: Pool, clock: Clock) -> None:
    victim, runaway = tasks_of(by_hand, clock, SLICE_S, 0.2)
    found = shares(by_hand, clock, 10.0, [victim, runaway], workers=2, lock=True)
    assert found == pytest.approx([0.5, 0.5], abs=0.05)


def test_who_was_kept_waiting_pays_only_for_what_it_worked(by_hand: Pool, clock: Clock) -> None:
    (task,) = tasks_of(by_hand, clock, SLICE_S)
    entry, _ = by_hand._take()
    assert entry is not None
    before = entry.spent
    clock.now += 0.5
    by_hand._put_back(entry, math.inf, took=0.5, worked=0.015)
    assert entry.spent == before + 0.015 and entry.wait_until <= clock.now
    task.come_back()


def test_a_runaway_alone_waits_for_nobody(by_hand: Pool, clock: Clock) -> None:
    (runaway,) = tasks_of(by_hand, clock, 0.2)
    assert shares(by_hand, clock, 4.0, [runaway], workers=2) == pytest.approx([1.0], abs=0.01)


def test_a_run_that_is_due_later_is_left_until_then(by_hand: Pool, clock: Clock) -> None:
    (task,) = tasks_of(by_hand, clock, SLICE_S)
    entry, _ = by_hand._take()
    assert entry is not None
    by_hand._put_back(entry, clock.now + 0.3, took=0.02, worked=0.02)
    assert by_hand._take() == (None, clock.now + 0.3)
    task.wake()
    assert by_hand._take()[0] is entry, "a command cannot wait"
    task.wake()
    by_hand._put_back(entry, math.inf, took=0.02, worked=0.02)
    assert by_hand._take()[0] is entry, "nor one that came during the slice"


def test_a_run_alone_has_all_cores_and_shares_them_with_another(by_hand: Pool, clock: Clock) -> None:
    first = open_by_hand(by_hand, clock)
    turns(by_hand, clock, 0.1)
    assert first.performer.exhibit.cores == 6
    second = open_by_hand(by_hand, clock)
    turns(by_hand, clock, 0.2)
    assert first.performer.exhibit.cores == second.performer.exhibit.cores == 1
    second.submit(Pause())
    turns(by_hand, clock, 0.2)
    assert first.performer.exhibit.cores == 6


def open_by_hand(pool: Pool, clock: Clock, kind: type[Walk] | None = None, *, playing: bool = True) -> Run:
    """A real run on the clock moved by hand, whose steps take a tenth of a millisecond."""
    run = pool.open(Run(kind or priced(clock, step_s=1e-4), WalkParams(), clock=clock))
    if playing:
        run.submit(Play())
    return run


def turns(pool: Pool, clock: Clock, seconds: float) -> None:
    """Whatever a worker does in so many seconds."""
    end = clock.now + seconds
    while clock.now < end:
        clock.sleep_until(min(pool.turn(), end))


def test_a_limited_run_is_stepped_at_its_speed_and_others_do_not_mind(by_hand: Pool, clock: Clock) -> None:
    limited = open_by_hand(by_hand, clock, type("Limited", (priced(clock, step_s=1e-4),), {"default_speed": 120.0}))
    busy = open_by_hand(by_hand, clock)
    turns(by_hand, clock, 1.0)
    before = limited.performer.step, busy.performer.step
    turns(by_hand, clock, 2.0)
    assert limited.performer.step - before[0] == pytest.approx(240, rel=0.02)
    assert busy.performer.step - before[1] == pytest.approx((2.0 - 240e-4) / 1e-4, rel=0.02)


def test_commands_of_others_are_answered_during_a_long_step(pool: Pool) -> None:
    Stuck.begun.clear()
    Stuck.free.clear()
    stuck = play(pool, Stuck)
    try:
        assert Stuck.begun.wait(PATIENCE_S)
        other = pool.open(Run(Walk, WalkParams()))
        assert other.submit(Step()).result(PATIENCE_S) is None
        assert stuck.performer.step == 0
    finally:
        Stuck.free.set()
    until(stuck, lambda: stuck.performer.step > 3)


def test_commands_from_many_threads_to_many_runs_are_all_obeyed(pool: Pool) -> None:
    runs = [pool.open(Run(Walk, WalkParams())) for _ in range(4)]
    futures = []

    def talk() -> None:
        futures.extend(runs[index % 4].submit(PokeIt(event={"who": 0, "by": 1.0})) for index in range(200))

    threads = [threading.Thread(target=talk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for future in futures:
        future.result(PATIENCE_S)
    assert [float(run.performer.exhibit.frame().arrays["at"][0]) for run in runs] == [200.0] * 4


def test_commands_given_before_a_pool_takes_a_run_in_are_obeyed_then(pool: Pool) -> None:
    run = Run(Walk, WalkParams())
    done = [run.submit(Set(values={"stride": 0.5})), run.submit(Step())]
    pool.open(run)
    for future in done:
        future.result(PATIENCE_S)
    assert run.performer.step == 1


def test_one_that_fails_or_ends_leaves_the_others_alone(pool: Pool) -> None:
    failing, ending, other = play(pool, Fail, at=50), play(pool, Finish, at=50), play(pool)
    until(failing, lambda: failing.status == Status.FAILED)
    until(ending, lambda: ending.status == Status.FINISHED)
    step = other.performer.step
    until(other, lambda: other.performer.step > step + 100)


def test_a_run_that_breaks_its_worker_is_closed_and_the_worker_goes_on(
    make_pool: Callable[..., Pool], caplog: pytest.LogCaptureFixture
) -> None:
    pool = make_pool(workers=1)
    broken, other = Run(Walk, WalkParams()), Run(Walk, WalkParams())

    def slice(budget_s: float) -> float:
        raise RuntimeError("our own fault")

    broken.slice = slice  # type: ignore[method-assign]
    pool.open(broken)
    pool.open(other).submit(Step()).result(PATIENCE_S)
    until(other, lambda: pool.get(broken.id) is None)
    assert broken.status == Status.CLOSED and "our own fault" in caplog.text


# ---- frames -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("viewers", "rate"), [(1, 60), (4, 60), (5, 30), (20, 30)])
def test_frames_come_at_display_rate_and_to_a_crowd_half_as_often(
    by_hand: Pool, clock: Clock, viewers: int, rate: int
) -> None:
    run = open_by_hand(by_hand, clock)
    for _ in range(viewers):
        run.attach(Viewer(lambda: None))
    turns(by_hand, clock, 0.5)
    numbers, end = set(), clock.now + 2.0
    while clock.now < end:
        clock.sleep_until(min(by_hand.turn(), end))
        assert run.published.frame is not None
        numbers.add(run.published.frame.number)
    assert 0.75 * rate < len(numbers) / 2.0 < 1.2 * rate


# ---- nobody watches ---------------------------------------------------------------------------------------------


def test_an_unwatched_run_rests_and_goes_on_when_watched_again(by_hand: Pool, clock: Clock) -> None:
    run = open_by_hand(by_hand, clock, priced(clock, step_s=0.01))
    turns(by_hand, clock, 29.0)
    assert run.status == Status.RUNNING
    turns(by_hand, clock, 2.5)
    assert run.status == Status.PAUSED and run.reason == "nobody was watching"
    step = run.performer.step
    run.attach(Viewer(lambda: None))
    turns(by_hand, clock, 1.0)
    assert run.status == Status.RUNNING and run.performer.step > step + 10


def test_a_watched_run_is_left_alone_however_long(by_hand: Pool, clock: Clock) -> None:
    run = open_by_hand(by_hand, clock)
    run.attach(Viewer(lambda: None))
    turns(by_hand, clock, 0.1)
    clock.now += 1e6
    by_hand.sweep()
    assert run.status == Status.RUNNING and by_hand.get(run.id) is run


def test_a_run_left_for_good_is_closed(by_hand: Pool, clock: Clock) -> None:
    run = open_by_hand(by_hand, clock)
    turns(by_hand, clock, 0.1)
    clock.now = run.viewers.left_at + 1799.0
    by_hand.sweep()
    assert by_hand.get(run.id) is run
    clock.now += 2.0
    by_hand.sweep()
    assert run.status == Status.CLOSED and by_hand.get(run.id) is None and not run.performer.built


def test_workers_sweep_by_themselves(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(rest_after_s=0.0)
    run = play(pool)
    end = time.monotonic() + PATIENCE_S
    while run.status == Status.RUNNING:
        assert time.monotonic() < end
        threading.Event().wait(0.02)
    assert run.reason == "nobody was watching"


# ---- room -------------------------------------------------------------------------------------------------------


def test_a_full_pool_names_its_limit_and_the_way_out(make_pool: Callable[..., Pool], clock: Clock) -> None:
    pool = make_pool(workers=0, clock=clock, max_runs=2)
    for _ in range(2):
        open_by_hand(pool, clock)
    with pytest.raises(PoolFull, match=r"already runs 2 exhibits. Close a tab, .*MORPHOGEN_MAX_RUNS"):
        open_by_hand(pool, clock)
    assert len(pool.runs()) == 2


def test_the_run_left_longest_makes_room(make_pool: Callable[..., Pool], clock: Clock) -> None:
    pool = make_pool(workers=0, clock=clock, max_runs=3)
    watched = open_by_hand(pool, clock)
    watched.attach(Viewer(lambda: None))
    clock.now += EVICT_AFTER_S
    older = open_by_hand(pool, clock)
    clock.now += EVICT_AFTER_S
    newer = open_by_hand(pool, clock)
    clock.now += EVICT_AFTER_S
    fresh = open_by_hand(pool, clock)
    assert older.status == Status.CLOSED
    assert {run.id for run in pool.runs()} == {watched.id, newer.id, fresh.id}


def test_five_seconds_without_a_viewer_are_enough_to_make_room(make_pool: Callable[..., Pool], clock: Clock) -> None:
    pool = make_pool(workers=0, clock=clock, max_runs=1)
    open_by_hand(pool, clock)
    clock.now += 4.9
    with pytest.raises(PoolFull):
        open_by_hand(pool, clock)
    clock.now += 0.1
    fresh = open_by_hand(pool, clock)
    assert {run.id for run in pool.runs()} == {fresh.id}


def test_a_fork_in_a_full_pool_is_refused_and_the_run_plays_on(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(max_runs=1)
    run = play(pool)
    with Viewing(run), pytest.raises(ValueError, match="already runs 1 exhibits"):
        run.submit(Fork()).result(PATIENCE_S)
    assert run.status == Status.RUNNING


def test_a_fork_of_a_playing_run_plays_in_the_same_pool(pool: Pool) -> None:
    run = play(pool)
    twin = run.submit(Fork()).result(PATIENCE_S)
    assert pool.get(twin.id) is twin
    start = twin.performer.step
    until(twin, lambda: twin.status == Status.RUNNING and twin.performer.step > start + 20)
    assert run.status == Status.RUNNING


def test_the_cap_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, make_pool: Callable[..., Pool]) -> None:
    monkeypatch.setenv("MORPHOGEN_MAX_RUNS", "7")
    assert make_pool(max_runs=None).max_runs == 7


def test_checkpoint_memory_is_shared_out(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(checkpoint_bytes=40 << 20)
    runs = [pool.open(Run(Walk, WalkParams())) for _ in range(4)]
    assert sum(run.performer.checkpoints.most_bytes for run in runs) <= 40 << 20


def test_closing_what_is_not_there_does_nothing(pool: Pool) -> None:
    pool.close("no such run")
    assert pool.runs() == []


def test_two_hundred_runs_come_and_go_and_leave_nothing(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(max_runs=250)
    threads = threading.active_count()
    exhibits: weakref.WeakSet[Walk] = weakref.WeakSet()

    class Counted(Walk):
        slug = ""

        def __init__(self, params: WalkParams, *, seed: int, device: str = "cpu") -> None:
            super().__init__(params, seed=seed, device=device)
            exhibits.add(self)

    runs = [pool.open(Run(Counted, WalkParams())) for _ in range(200)]
    futures = [run.submit(Step() if index % 10 else Play()) for index, run in enumerate(runs)]
    for future in futures:
        future.result(PATIENCE_S)
    assert len(exhibits) == 200 and threading.active_count() == threads
    for run in runs:
        pool.close(run.id)
    assert pool.runs() == []
    end = time.monotonic() + PATIENCE_S
    while any(run.performer.built for run in runs):
        assert time.monotonic() < end
        threading.Event().wait(0.01)
    waiting = [weakref.ref(run) for run in runs]
    runs.clear()
    del run, future
    futures.clear()
    gc.collect()
    assert len(exhibits) == 0
    assert sum(reference() is not None for reference in waiting) == 0
    assert threading.active_count() == threads


# ---- the end ----------------------------------------------------------------------------------------------------


def test_shutdown_ends_runs_and_threads() -> None:
    before = threading.active_count()
    pool = Pool(workers=3, max_runs=10)
    runs = [play(pool), pool.open(Run(Walk, WalkParams())), play(pool, Cloud)]
    assert threading.active_count() >= before + 3 + 1, (
        "three workers, who looks after them, and for who takes long another"
    )
    pool.shutdown()
    assert threading.active_count() == before
    assert pool.runs() == [] and all(run.status == Status.CLOSED for run in runs)
    assert all(not run.performer.built for run in runs)
    with pytest.raises(PoolFull, match="shutting down"):
        pool.open(Run(Finish, CountParams()))


def test_a_hidden_page_does_not_count_as_watching(by_hand: Pool, clock: Clock) -> None:
    run = open_by_hand(by_hand, clock)
    hidden = Viewer(lambda: None)
    run.attach(hidden)
    turns(by_hand, clock, 0.1)
    hidden.sent(clock.now)  # a frame, and never draws it
    clock.now += 29
    by_hand.sweep()
    assert run.watched == 1 and run.status == Status.RUNNING
    clock.now += 32
    by_hand.sweep()
    assert run.status == Status.PAUSED and run.reason == "nobody was watching"
    run.acknowledge(hidden)  # the page is looked at again
    assert run.status == Status.RUNNING
