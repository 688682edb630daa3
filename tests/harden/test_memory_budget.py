"""What exhibits take together is kept within a budget, and said before anything is built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.exhibit import Cost, catalogue
from engine.runtime.commands import CommandError, Play, Reset, Step
from engine.runtime.places import EVICT_AFTER_S
from engine.runtime.pool import Pool, PoolFull
from engine.runtime.run import Run, Status
from engine.runtime.viewers import Viewer
from tests.clock import Clock
from tests.probes import Cloud, Walk, WalkParams

MB = 1 << 20
ROOT = Path(__file__).parents[2]


class Large(Walk):
    """Says that a walker takes ten megabytes."""

    slug = ""

    @classmethod
    def cost_of(cls, params: WalkParams) -> Cost:
        return Cost(nbytes=params.walkers * 10 * MB, seconds=1.0)


def enter(pool: Pool, walkers: int, kind: type = Large, visitor: str = "") -> Run:
    run = pool.open(Run(kind, WalkParams(walkers=walkers), visitor=visitor, clock=pool._clock))
    run.attach(Viewer(lambda: None))
    return run


@pytest.fixture
def pool() -> Pool:
    return Pool(workers=0, clock=Clock(), memory_bytes=500 * MB)


def test_what_does_not_fit_is_refused_before_it_is_built_and_says_what_to_do(pool: Pool) -> None:
    enter(pool, 30)
    with pytest.raises(PoolFull, match=r"needs about 300 MB.*smaller.*MORPHOGEN_MEMORY"):
        enter(pool, 30)
    enter(pool, 20)
    assert len(pool.runs()) == 2


def test_what_nobody_looks_at_makes_room_for_as_much_as_is_needed(pool: Pool) -> None:
    away = [enter(pool, 15) for _ in range(3)]
    for run in away[:2]:
        run.viewers._all.clear()
        run.viewers.left_at = pool._clock() - EVICT_AFTER_S - 1
    enter(pool, 30)
    assert [run.closed for run in away] == [True, True, False]


def test_a_run_that_would_outgrow_the_budget_stays_as_it_is(pool: Pool) -> None:
    run, other = enter(pool, 10), enter(pool, 30)
    with pytest.raises(CommandError, match="needs about 250 MB"):
        run.submit(Reset(values={"walkers": 25}))
    assert run.params.walkers == 10
    other.close()
    pool.close(other.id)
    run.submit(Reset(values={"walkers": 25}))
    assert run.params.walkers == 25


def test_alone_everything_may_be_tried(pool: Pool) -> None:
    assert enter(pool, 64).status == Status.READY, "640 MB, but nobody else is there to suffer"


def test_what_is_known_of_a_built_one_counts_too() -> None:
    pool = Pool(workers=0, clock=Clock(tick=1e-4), memory_bytes=100 * MB)
    run = pool.open(Run(Cloud, Cloud.Params(points=65536), clock=pool._clock))
    before = run.nbytes
    run.submit(Step())
    run.slice(0.0)
    assert run.performer.built and run.nbytes >= run.performer.checkpoints.nbytes > 0 and run.nbytes >= before


def test_a_fork_is_counted_too(pool: Pool) -> None:
    from engine.runtime.commands import Fork

    run = enter(pool, 26)
    done = run.submit(Fork())
    while not done.done():
        pool.turn()
    assert "needs about 260 MB" in str(done.exception(0)) and run.status != Status.FAILED
    run.submit(Play())


@pytest.mark.parametrize("kind", catalogue().values(), ids=lambda kind: kind.slug)
def test_every_exhibit_says_what_it_costs_and_a_full_class_fits_into_eight_gigabytes(kind: type) -> None:
    cost = kind.cost_of(kind.Params())
    assert cost.nbytes > 0 and cost.seconds >= 0 and 120 * cost.nbytes < 8 << 30


GROWTH = """
import re, resource, sys
import torch
from engine.exhibit import catalogue
torch.set_num_threads(1)
kind = catalogue()[sys.argv[1]]
kind.warm_up()

def peak():  # of this process alone; elsewhere than on Linux a child begins with its parent's
    if sys.platform == "linux":
        return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

before = peak()
params = kind.Params.from_flags(sys.argv[2:])
exhibit = kind(params, seed=0)
exhibit.advance(2)
exhibit.frame()
import copy
kept = copy.deepcopy(exhibit.state_dict())
print(peak() - before, kind.cost_of(params).nbytes)
"""


@pytest.mark.parametrize(
    ("slug", "flags"),
    [
        ("adversarial-patterns", ["n=400", "m=1024", "inits=3"]),
        ("adversarial-patterns", ["n=300", "m=1024", "inits=2", "data=gaussian"]),
        ("turing", ["size=1024"]),
    ],
)
def test_what_a_large_run_says_it_takes_is_what_it_takes(slug: str, flags: list[str]) -> None:
    """As the peak of a process's memory, with a margin: freed memory is used again, and imports take some."""
    command = [sys.executable, "-c", GROWTH, slug, *flags]
    grown, said = map(int, subprocess.check_output(command, text=True, cwd=ROOT).split())
    assert grown < 1.25 * said and said < 3 * grown + 32 * MB
