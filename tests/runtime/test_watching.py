"""Who watches: how many, whether the owner is there, what they hear of, and how they go on by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.exhibit import catalogue
from engine.runtime.commands import Command, CommandError, Copy, PokeIt, Reset, Seek, Set, Step, Undo, read_command
from engine.runtime.pool import Pool
from engine.runtime.run import Run
from engine.runtime.service import Service
from engine.runtime.store import Store, StoreError
from engine.runtime.viewers import Viewer
from tests.probes import Walk, WalkParams


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(Pool(workers=0, max_runs=10, most_each=2), Store(tmp_path), "cpu")
    yield service
    service.close()


def do(run: Run, command: Command) -> Any:
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


def opened(service: Service, visitor: str = "lecturer") -> Run:
    run = service.open(Walk, WalkParams(), play=False, visitor=visitor)
    run.slice(0.0)
    return run


def test_the_owner_is_not_among_those_who_watch() -> None:
    run = Run(Walk, WalkParams())
    owner, others = Viewer(lambda: None, owner=True), [Viewer(lambda: None) for _ in range(3)]
    assert (run.describe()["watching"], run.describe()["led"]) == (0, False)
    run.attach(owner)
    assert (run.describe()["watching"], run.describe()["led"]) == (0, True)
    for other in others:
        run.attach(other)
    assert run.describe()["watching"] == 3 and run.watched == 4
    version = run.state_version
    run.detach(owner)
    assert (run.describe()["watching"], run.describe()["led"]) == (3, False)
    assert run.state_version > version, "everybody is told"


def test_a_card_that_is_started_is_told_and_what_is_no_card_is_refused() -> None:
    run = Run(Walk, WalkParams())
    run.slice(0.0)
    fresh, live = Walk.cards
    do(run, Reset(values=dict(fresh.values), card=fresh.title))
    assert run.describe()["deed"] == {"what": "card", "card": fresh.title, "number": 1}
    do(run, Set(values=dict(live.values), card=live.title))
    assert run.describe()["deed"] == {"what": "card", "card": live.title, "number": 2}
    with pytest.raises(CommandError, match="no card 'Win'"):
        do(run, Set(values={}, card="Win"))


def test_every_new_start_is_a_deed_of_its_own() -> None:
    run = Run(Walk, WalkParams())
    run.slice(0.0)
    do(run, Step())
    told = []
    for command in (Reset(), Undo(), Seek(step=0), Reset(), Reset()):
        do(run, command)
        told.append((run.deed["what"], run.deed["number"]))
    assert told == [("reset", 1), ("undo", 2), ("seek", 3), ("reset", 4), ("reset", 5)]


def test_who_watches_goes_on_in_a_run_of_their_own(service: Service) -> None:
    run = opened(service)
    for _ in range(5):
        do(run, Step())
    done = run.submit(Copy(visitor="student"))
    run.slice(0.0)
    twin = done.result(timeout=0)
    twin.slice(0.0)
    assert twin.visitor == "student" and twin.owner_token != run.owner_token
    np.testing.assert_array_equal(*(each.performer.exhibit.frame().arrays["at"] for each in (run, twin)))
    do(twin, Set(values={"stride": 0.0}))
    assert run.params.stride == 1.0


def test_copies_take_the_places_of_who_asks_for_them(service: Service) -> None:
    run, mine = opened(service), opened(service, "student")
    for _ in range(3):
        done = run.submit(Copy(visitor="student"))
        run.slice(0.0)
        done.result(timeout=0)
    assert service.get(run.id) is run and service.get(mine.id) is None
    assert sum(each.visitor == "student" for each in service.pool.runs()) == 2


def test_no_socket_can_ask_for_a_copy_in_the_name_of_another() -> None:
    with pytest.raises(CommandError, match="not a command"):
        read_command('{"do": "copy", "visitor": "lecturer"}')


def test_who_watched_a_run_that_has_ended_goes_on_from_what_was_saved(service: Service) -> None:
    run = opened(service)
    for _ in range(5):
        do(run, Step())
    at = run.performer.exhibit.frame().arrays["at"]
    service.pool.close(run.id)
    again = service.revive(Walk, run.id, run.viewer_token, "student")
    assert again is not None
    again.slice(0.0)
    np.testing.assert_array_equal(again.performer.exhibit.frame().arrays["at"], at)
    for token in ("", "guess", run.id):
        assert service.revive(Walk, run.id, token, "student") is None
        with pytest.raises(StoreError, match="somebody else"):
            service.store.load(run.id, token)


def test_a_hand_that_moves_a_parameter_draws_nothing(service: Service) -> None:
    kind = catalogue()["divergences"]
    run = service.open(kind, kind.Params(swing=False), play=False)
    run.slice(0.0)
    for x in (1.0, 1.5, 1.5):
        do(run, PokeIt(event={"kind": "theta", "x": x, "y": 0.5}))
    assert run.params.model_dump()["theta"] == 1.5 and not run.describe()["drawn"]
    version = run.state_version
    do(run, PokeIt(event={"kind": "bar", "x": 2.5, "y": 0.9}))
    assert run.describe()["drawn"] and run.state_version > version
