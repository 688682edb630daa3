"""Places are shared among visitors; who has lost theirs gets it back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.runtime import service as service_module
from engine.runtime.commands import Fork, Pause, PokeIt, Set, Slow, Speed, Step
from engine.runtime.pool import EVICT_AFTER_S, Pool, PoolFull
from engine.runtime.run import Run, Status
from engine.runtime.service import Service
from engine.runtime.store import Store
from engine.runtime.viewers import Viewer
from tests.clock import Clock
from tests.probes import Cloud, Walk, WalkParams
from tests.waiting import PATIENCE_S, until

HOUSE = Path(__file__).parent.parent.parent


def pool_of(places: int, **more: object) -> Pool:
    return Pool(workers=0, max_runs=places, clock=Clock(), **more)  # type: ignore[arg-type]


def enter(pool: Pool, visitor: str, *, watched: bool = True) -> Run:
    run = Run(Walk, WalkParams(), visitor=visitor, clock=pool._clock)
    pool.open(run)
    if watched:
        run.attach(Viewer(lambda: None))
    pool._clock.now += 0.1  # type: ignore[attr-defined]
    return run


def names(pool: Pool) -> list[str]:
    return sorted(run.visitor for run in pool.runs())


def test_who_holds_all_places_makes_room_for_others_until_all_have_as_many() -> None:
    pool = pool_of(6)
    greedy = [enter(pool, "greedy") for _ in range(6)]
    for name in ("a", "b", "c", "d"):
        enter(pool, name)
    assert names(pool) == ["a", "b", "c", "d", "greedy", "greedy"]
    assert [run.closed for run in greedy] == [True] * 4 + [False] * 2, "the oldest go first"
    enter(pool, "e")
    with pytest.raises(PoolFull, match="MORPHOGEN_MAX_RUNS"):
        enter(pool, "f")
    assert names(pool) == ["a", "b", "c", "d", "e", "greedy"]


def test_nobody_gains_by_asking_again() -> None:
    pool = pool_of(4)
    for name in ("a", "a", "b", "b"):
        enter(pool, name)
    with pytest.raises(PoolFull):
        enter(pool, "a")
    assert names(pool) == ["a", "a", "b", "b"]


def test_what_nobody_looks_at_goes_before_what_somebody_looks_at() -> None:
    pool = pool_of(3)
    for name in ("greedy", "greedy"):
        enter(pool, name)
    alone = enter(pool, "shy", watched=False)
    pool._clock.now += EVICT_AFTER_S + 1  # type: ignore[attr-defined]
    enter(pool, "new")
    assert alone.closed and names(pool) == ["greedy", "greedy", "new"]


def test_one_visitor_has_only_so_many_at_once_even_where_there_is_room() -> None:
    pool = pool_of(50, most_each=3)
    runs = [enter(pool, "one") for _ in range(5)]
    assert [run.closed for run in runs] == [True, True, False, False, False]
    for _ in range(5):
        enter(pool, "")  # whose visitor is unknown is nobody's to count
    assert len(pool.runs()) == 8


def test_a_fork_counts_for_who_made_it(tmp_path: Path) -> None:
    pool = pool_of(9, most_each=2)
    run = enter(pool, "one")
    done = run.submit(Fork())
    while not done.done():
        pool.turn()
    assert done.result().visitor == "one"


# ---- coming back ------------------------------------------------------------------------------------------------


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(Pool(workers=2, max_runs=1), Store(tmp_path), "cpu")
    yield service
    service.close()


def test_who_comes_back_after_an_eviction_gets_the_run_back_as_it_was(service: Service) -> None:
    run = service.open(Walk, WalkParams(seed=5), play=False)
    for command in (Set(values={"stride": 0.5}), Speed(steps_per_s=30.0), Step(), Slow(on=True), Pause(),
                    PokeIt(event={"who": 0, "by": 9.0})):  # fmt: skip
        run.submit(command).result(PATIENCE_S)
    place, said = run.performer.exhibit.at.tolist(), run.describe()
    run.viewers.left_at -= EVICT_AFTER_S + 1
    other = service.open(Walk, WalkParams())
    assert run.closed and service.revive(Cloud, run.id, run.owner_token) is None, "another exhibit's it is not"
    service.pool.close(other.id)
    again = service.revive(Walk, run.id, run.owner_token)
    assert again is not None and service.get(again.id) is again and again.id != run.id
    until(again, lambda: again.status == Status.PAUSED and again.performer.built)
    assert again.performer.step == 1 and again.performer.exhibit.at.tolist() == place
    for name in ("params", "speed", "slow", "status", "query"):
        assert again.describe()[name] == said[name], name


def test_a_run_that_played_plays_on(service: Service) -> None:
    run = service.open(Walk, WalkParams())
    until(run, lambda: run.performer.step > 20)
    service.pool.close(run.id)
    again = service.revive(Walk, run.id, run.owner_token)
    assert again is not None
    until(again, lambda: again.status == Status.RUNNING and again.performer.step > 20)


@pytest.mark.parametrize(("run", "token"), [("", ""), ("no-such-run-there", "x"), ("../../../etc/passwd", "x")])
def test_what_is_not_saved_does_not_come_back(service: Service, run: str, token: str) -> None:
    assert service.revive(Walk, run, token) is None


def test_a_damaged_file_is_no_way_back(service: Service) -> None:
    run = service.open(Walk, WalkParams(), play=False)
    run.submit(Step()).result(PATIENCE_S)
    service.pool.close(run.id)
    service.pool.settled(run.id, PATIENCE_S)
    for path in service.store.folder.glob("*"):
        path.write_bytes(b"junk")
    assert service.revive(Walk, run.id, run.owner_token) is None


# ---- on a page --------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("MORPHOGEN_STATE", str(tmp_path))
    service_module.stop()
    yield
    service_module.stop()


def test_a_page_whose_run_was_closed_goes_on_with_what_it_was(closed: None) -> None:
    page = AppTest.from_file(str(HOUSE / "pages" / "minimax.py"), default_timeout=60).run()
    (run,) = service_module.start().pool.runs()
    run.submit(Step()).result(PATIENCE_S)
    run.submit(Step()).result(PATIENCE_S)
    service_module.start().pool.close(run.id)
    page.run()
    (again,) = service_module.start().pool.runs()
    assert not page.exception and again.id != run.id
    until(again, lambda: again.performer.built and again.performer.step >= 2)


def test_a_page_that_finds_no_room_tries_again_by_itself(closed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOGEN_MAX_RUNS", "1")
    watched = service_module.start().open(Walk, WalkParams())
    watched.attach(Viewer(lambda: None))
    page = AppTest.from_file(str(HOUSE / "pages" / "minimax.py"), default_timeout=60).run()
    assert "MORPHOGEN_MAX_RUNS" in page.error[0].value and not page.exception
    (button,) = page.button
    service_module.start().pool.close(watched.id)
    button.click().run()
    assert not page.error and len(service_module.start().pool.runs()) == 1


def test_a_hidden_tab_asks_for_no_other_run() -> None:
    source = (HOUSE / "assets" / "js" / "views" / "controls.js").read_text()
    assert "document.hidden || this.notify" in source
