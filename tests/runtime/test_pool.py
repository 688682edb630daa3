"""The pool shares out time fairly, lets go of what nobody watches, and stops when told."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator

import pytest

from engine.runtime.commands import Fork, Pause, Play, PokeIt, Set, Step
from engine.runtime.pool import EVICT_AFTER_S, Pool, PoolFull
from engine.runtime.run import Run, Status
from engine.runtime.viewers import Viewer
from tests.probes import Cloud, CountParams, Fail, Finish, Runaway, Walk, WalkParams
from tests.waiting import PATIENCE_S, Viewing, count_for, until


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


def play(pool: Pool, kind: type = Walk, **values: object) -> Run:
    run = pool.open(Run(kind, kind.Params(**values)))
    run.submit(Play()).result(PATIENCE_S)
    return run


def work(run: Run) -> Callable[[], int]:
    return lambda: run.performer.step


# ---- fair shares ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_equal_runs_get_equal_shares(make_pool: Callable[..., Pool], workers: int) -> None:
    pool = make_pool(workers=workers)
    runs = [play(pool) for _ in range(3)]
    for run in runs:
        until(run, lambda run=run: run.performer.step > 100)
    before = [run.performer.step for run in runs]
    count_for(0.9, lambda: 0)
    done = [run.performer.step - first for run, first in zip(runs, before, strict=True)]
    assert min(done) > 0.6 * max(done), done


def test_a_run_that_comes_back_cannot_claim_what_it_did_not_use(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(workers=1)
    busy, idle = play(pool), play(pool)
    idle.submit(Pause()).result(PATIENCE_S)
    count_for(1.0, work(busy))
    idle.submit(Play()).result(PATIENCE_S)
    first = idle.performer.step
    rate = count_for(0.4, work(busy))
    rest = (idle.performer.step - first) / 0.4
    assert rate > 0.5 * rest, f"the busy one did {rate:.0f} steps/s, the other {rest:.0f}"


@pytest.mark.parametrize("hold", [False, True], ids=["runs away", "runs away and holds the global lock"])
def test_a_runaway_leaves_another_run_its_fair_share(pool: Pool, hold: bool) -> None:
    victim = play(pool)
    until(victim, lambda: victim.performer.step > 200)
    alone = count_for(0.6, work(victim))
    runaway = play(pool, Runaway, seconds=0.2, hold=hold)
    until(runaway, lambda: runaway.performer.step > 1)
    beside = count_for(2.4, work(victim))
    # both need Python's global lock for nearly all they do, so a fair share is half of what there is
    assert beside > 0.4 * alone / 2, f"alone {alone:.0f} steps/s, beside the runaway {beside:.0f}"
    assert runaway.performer.step > 3


def test_commands_of_others_are_answered_during_a_long_step(pool: Pool) -> None:
    play(pool, Runaway, seconds=1.5)
    other = pool.open(Run(Walk, WalkParams()))
    assert other.submit(Step()).result(1.0) is None


def test_a_run_alone_has_all_cores_and_shares_them_with_another(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(cores=6)
    first = play(pool)
    until(first, lambda: first.performer.exhibit.cores == 6)
    second = play(pool)
    until(first, lambda: first.performer.exhibit.cores == second.performer.exhibit.cores == 1)
    second.submit(Pause())
    until(first, lambda: first.performer.exhibit.cores == 6)


def test_commands_from_many_threads_to_many_runs_are_all_obeyed(pool: Pool) -> None:
    runs = [pool.open(Run(Walk, WalkParams())) for _ in range(4)]
    futures = []

    def talk() -> None:
        for index in range(200):
            futures.append(runs[index % 4].submit(PokeIt(event={"who": 0, "by": 1.0})))

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


def test_a_slow_run_is_stepped_at_its_speed_and_others_do_not_mind(pool: Pool) -> None:
    cloud = play(pool, Cloud)  # 120 steps/s by default
    busy = play(pool)
    until(busy, lambda: busy.performer.step > 100)
    assert count_for(1.0, work(cloud)) == pytest.approx(120, rel=0.25)


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


def test_frames_come_at_display_rate_and_no_faster(pool: Pool) -> None:
    run = play(pool)
    numbers: set[int] = set()
    with Viewing(run) as viewing:
        began = time.monotonic()
        viewing.until(lambda: numbers.add(run.published.frame.number) or len(numbers) > 20 if run.published.frame
                       else False)  # fmt: skip
        spent = time.monotonic() - began
    assert len(numbers) / spent < 80, "a display shows 60 frames per second"


# ---- nobody watches ---------------------------------------------------------------------------------------------


def test_an_unwatched_run_rests_and_goes_on_when_watched_again(pool: Pool) -> None:
    run = play(pool)
    pool.sweep(run.viewers.left_at + 29.0)
    assert run.status == Status.RUNNING
    pool.sweep(run.viewers.left_at + 31.0)
    assert run.status == Status.PAUSED and run.reason == "nobody was watching"
    step = run.performer.step
    with Viewing(run) as viewing:
        viewing.until(lambda: run.status == Status.RUNNING and run.performer.step > step + 10)


def test_a_watched_run_is_left_alone_however_long(pool: Pool) -> None:
    run = play(pool)
    with Viewing(run):
        pool.sweep(time.monotonic() + 1e6)
        assert run.status == Status.RUNNING and pool.get(run.id) is run


def test_a_run_left_for_good_is_closed(pool: Pool) -> None:
    run = play(pool)
    pool.sweep(run.viewers.left_at + 1799.0)
    assert pool.get(run.id) is run
    pool.sweep(run.viewers.left_at + 1801.0)
    assert run.status == Status.CLOSED and pool.get(run.id) is None
    until_released(run)


def until_released(run: Run) -> None:
    end = time.monotonic() + PATIENCE_S
    while run.performer.built:
        assert time.monotonic() < end
        threading.Event().wait(0.005)


def test_workers_sweep_by_themselves(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(rest_after_s=0.0)
    run = play(pool)
    end = time.monotonic() + PATIENCE_S
    while run.status == Status.RUNNING:
        assert time.monotonic() < end
        threading.Event().wait(0.02)
    assert run.reason == "nobody was watching"


# ---- room -------------------------------------------------------------------------------------------------------


def test_a_full_pool_names_its_limit_and_the_way_out(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(max_runs=2)
    for _ in range(2):
        play(pool)
    with pytest.raises(PoolFull, match=r"already runs 2 exhibits. Close a tab, .*MORPHOGEN_MAX_RUNS"):
        pool.open(Run(Walk, WalkParams()))
    assert len(pool.runs()) == 2


def test_the_run_left_longest_makes_room(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(max_runs=3)
    watched, older, newer = play(pool), play(pool), play(pool)
    with Viewing(watched):
        watched.viewers.left_at -= 100 * EVICT_AFTER_S
        older.viewers.left_at -= 3 * EVICT_AFTER_S
        newer.viewers.left_at -= 2 * EVICT_AFTER_S
        fresh = pool.open(Run(Walk, WalkParams()))
        assert older.status == Status.CLOSED
        assert {run.id for run in pool.runs()} == {watched.id, newer.id, fresh.id}


def test_five_seconds_without_a_viewer_are_enough_to_make_room(make_pool: Callable[..., Pool]) -> None:
    pool = make_pool(max_runs=1)
    first = play(pool)
    with pytest.raises(PoolFull):
        pool.open(Run(Walk, WalkParams()))
    first.viewers.left_at -= 5.0
    assert pool.open(Run(Walk, WalkParams())).id in {run.id for run in pool.runs()}


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
    runs = [play(pool), pool.open(Run(Walk, WalkParams())), play(pool, Runaway, seconds=0.1)]
    assert threading.active_count() == before + 3
    pool.shutdown()
    assert threading.active_count() == before
    assert pool.runs() == [] and all(run.status == Status.CLOSED for run in runs)
    assert all(not run.performer.built for run in runs)
    with pytest.raises(PoolFull, match="shutting down"):
        pool.open(Run(Finish, CountParams()))


def test_a_hidden_page_does_not_count_as_watching(pool: Pool) -> None:
    run = play(pool)
    hidden = Viewer(lambda: None)
    run.attach(hidden)
    hidden.ready, hidden.waiting_since = False, time.monotonic() - 31  # sent a frame, and never drew it
    assert run.watched == 1
    pool.sweep(time.monotonic() + 31)
    assert run.status == Status.PAUSED and run.reason == "nobody was watching"
    run.acknowledge(hidden)  # the page is looked at again
    assert run.status == Status.RUNNING
