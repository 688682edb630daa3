"""A build that takes long says how far it has come, and can be given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest

from engine import progress
from engine.runtime.commands import Close, CommandError, GiveUp, Pause, Play, Reset, Seek, Step
from engine.runtime.pool import Pool
from engine.runtime.run import Run
from engine.runtime.status import Status
from tests.clock import Clock
from tests.probes import Walk, WalkParams

PARTS = 4


class Slow(Walk):
    """Built in four parts; the test may do something between them."""

    slug = ""
    between: ClassVar[Callable[[int], Any]] = staticmethod(lambda part: None)

    def __init__(self, params: WalkParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        for part in range(PARTS):
            Slow.between(part)
            progress.tell(part / PARTS, f"part {part}")


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], Any]], None]:
    monkeypatch.setattr(Slow, "between", staticmethod(lambda part: None))
    return lambda act: monkeypatch.setattr(Slow, "between", staticmethod(act))


def make() -> Run:
    return Run(Slow, WalkParams(walkers=8), clock=Clock(tick=0.2))


def test_viewers_are_told_how_far_it_is_and_then_no_more(between: Any) -> None:
    run, told = make(), []
    between(lambda part: told.append(run.describe()["building"]))
    run.slice(0.0)
    assert [each["share"] for each in told] == [0.0, 0.0, 0.25, 0.5]  # at a part what the one before has told
    assert [each["doing"] for each in told] == ["", "", "part 1", "part 2"], "nothing while it might be done at once"
    assert run.describe()["building"] == {"share": 0.0, "doing": ""}


def test_a_rebuild_that_is_given_up_leaves_everything_as_it_was(between: Any) -> None:
    run = make()
    run.slice(0.0)
    run.submit(Step())
    run.slice(0.0)
    parts: list[int] = []

    def act(part: int) -> None:
        parts.append(part)
        if part == 2:
            run.submit(GiveUp())

    between(act)
    answer = run.submit(Reset(values={"walkers": 16}))
    run.slice(0.0)
    with pytest.raises(CommandError, match="everything is as it was"):
        answer.result(timeout=0)
    assert parts == [0, 1, 2], "not a part more than needed"
    assert run.params.model_dump()["walkers"] == 8 and run.performer.step == 1
    assert run.performer.exhibit.frame().arrays["at"].shape == (8,) and run.status == Status.PAUSED
    between(lambda part: None)
    run.submit(Reset(values={"walkers": 16}))
    run.slice(0.0)
    assert run.params.model_dump()["walkers"] == 16, "the next is built: giving up was for the last"


def test_what_is_wanted_instead_ends_a_build_by_itself(between: Any) -> None:
    run = make()
    run.slice(0.0)
    parts: list[tuple[int, int]] = []

    def act(part: int) -> None:
        parts.append((run.params.model_dump()["walkers"], part))
        if len(parts) == 2:
            run.submit(Reset(values={"walkers": 32}))

    between(act)
    first = run.submit(Reset(values={"walkers": 16}))
    run.slice(1.0)
    assert first.exception(timeout=0) is not None
    assert run.params.model_dump()["walkers"] == 32 and len(run.performer.exhibit.frame().arrays["at"]) == 32
    assert len(parts) == 2 + PARTS


def test_the_very_first_build_can_be_given_up_and_something_smaller_started(between: Any) -> None:
    run = make()
    between(lambda part: run.submit(GiveUp()) if part == 1 else None)
    run.slice(0.0)
    assert run.status == Status.FAILED and "smaller" in run.reason and not run.trace
    with pytest.raises(CommandError, match="reset"):
        (played := run.submit(Play()), run.slice(0.0))[0].result(timeout=0)
    del played
    between(lambda part: None)
    run.submit(Reset(values={"walkers": 4}))
    run.slice(0.0)
    assert run.performer.built and run.status == Status.RUNNING


def test_what_was_given_up_is_no_failure_that_an_operator_should_hear_of(between: Any) -> None:
    pool, run = Pool(workers=0, clock=Clock()), make()
    between(lambda part: run.submit(GiveUp()) if part == 1 else None)
    pool.open(run)
    pool.turn()
    assert run.status == Status.FAILED and pool.failures == 0


def test_a_step_under_way_when_the_program_ends_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    class Last(Walk):
        slug = ""

        def phases(self) -> Iterator[str]:
            yield from super().phases()
            run.close()
            run.release()

    run = Run(Last, WalkParams(walkers=8), clock=Clock(tick=0.2))
    run.submit(Play())
    run.slice(0.0)
    assert run.status == Status.CLOSED and not run.performer.built and not caplog.records


def test_a_closed_run_is_built_no_further(between: Any) -> None:
    run, parts = make(), []

    def act(part: int) -> None:
        parts.append(part)
        run.close()

    between(act)
    run.slice(0.0)
    assert parts == [0] and run.status == Status.CLOSED and not run.performer.built


def test_going_back_builds_too_and_can_be_given_up(between: Any) -> None:
    run = make()
    run.slice(0.0)
    for _ in range(3):
        run.submit(Step())
        run.slice(0.0)
    between(lambda part: run.submit(GiveUp()))
    answer = run.submit(Seek(step=0))
    run.slice(0.0)
    assert "as it was" in str(answer.exception(timeout=0)) and run.performer.step == 3


def test_giving_up_when_nothing_is_built_changes_nothing() -> None:
    run = make()
    run.slice(0.0)
    run.submit(GiveUp())
    run.slice(0.0)
    run.submit(Pause())
    run.slice(0.0)
    run.submit(Reset(values={"walkers": 16}))
    run.slice(0.0)
    assert run.params.model_dump()["walkers"] == 16
    run.submit(Close())


def test_who_listens_in_one_thread_hears_nothing_of_another() -> None:
    heard: list[float] = []
    with progress.heard_by(lambda share, doing: heard.append(share)):
        elsewhere = threading.Thread(target=progress.tell, args=(0.5, "elsewhere"))
        elsewhere.start()
        elsewhere.join()
        progress.tell(0.25, "here")
    progress.tell(0.75, "after")
    assert heard == [0.25]
