"""However many builds and steps take long, the others go on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.runtime.commands import Play
from engine.runtime.crew import LONG_S, MOST_LONG, Crew, Worker
from engine.runtime.pool import Pool
from engine.runtime.run import Run
from tests.probes import CountParams, Stuck, Walk, WalkParams
from tests.waiting import PATIENCE_S, until


class SlowToBuild(Walk):
    """Not built before it is let go."""

    slug = ""
    free = threading.Event()

    def __init__(self, params: WalkParams, *, seed: int, device: str = "cpu") -> None:
        self.free.wait(PATIENCE_S)
        super().__init__(params, seed=seed, device=device)


@pytest.fixture
def held_up() -> Iterator[None]:
    """What is stuck is let go in the end."""
    Stuck.begun.clear()
    Stuck.free.clear()
    SlowToBuild.free.clear()
    yield
    Stuck.free.set()
    SlowToBuild.free.set()


@pytest.mark.parametrize("kind", [Stuck, SlowToBuild])
def test_more_long_runs_than_workers_hold_nobody_up(held_up: None, kind: type) -> None:
    pool = Pool(workers=2)
    try:
        for _ in range(4):
            pool.open(Run(kind, CountParams() if kind is Stuck else WalkParams())).submit(Play())
        light = pool.open(Run(Walk, WalkParams()))
        light.submit(Play())
        until(light, lambda: light.performer.built and light.performer.step > 100)
    finally:
        Stuck.free.set()
        SlowToBuild.free.set()
        pool.shutdown()


def test_when_the_long_ones_are_done_there_are_as_many_workers_as_before(held_up: None) -> None:
    pool = Pool(workers=2)
    try:
        runs = [pool.open(Run(SlowToBuild, WalkParams())) for _ in range(3)]
        until(runs[0], lambda: len(pool._crew._all) == 5, "three to be replaced")
        SlowToBuild.free.set()
        until(runs[0], lambda: len(pool._crew._all) == 2, "them to go")
        for run in runs:
            run.submit(Play())
            until(run, lambda run=run: run.performer.step > 20)
    finally:
        pool.shutdown()


def test_only_so_many_are_replaced() -> None:
    over, begun = threading.Event(), []

    def work(worker: Worker) -> None:
        worker.since = 0.0
        begun.append(worker)
        over.wait(PATIENCE_S)

    crew = Crew(0, work)
    crew._hire()
    for _ in range(50):
        while len(begun) < len(crew._all):
            over.wait(0.001)
        crew.look(LONG_S + 1.0)
    assert sum(worker.replaced for worker in begun) == MOST_LONG and len(begun) == MOST_LONG + 1
    over.set()
    crew.join(PATIENCE_S)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority of their own on Linux")
def test_who_takes_long_stands_back_and_the_others_do_not(held_up: None) -> None:
    pool = Pool(workers=2)
    try:
        run = pool.open(Run(SlowToBuild, WalkParams()))
        until(run, lambda: any(worker.replaced for worker in list(pool._crew._all)))
        nice = {}
        for worker in list(pool._crew._all):
            stat = Path(f"/proc/self/task/{worker.thread.native_id}/stat").read_text()
            nice.setdefault(worker.replaced, set()).add(int(stat.rpartition(")")[2].split()[16]))
        assert nice[True] != nice[False] and min(nice[True]) > max(nice[False])
    finally:
        SlowToBuild.free.set()
        pool.shutdown()
