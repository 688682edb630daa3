"""Moments that somebody has saved for a link: exact, short-lived, few, and nobody's who does not know their name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from engine.exhibit import Exhibit
from engine.runtime import keeper as keeper_module
from engine.runtime import moments as moments_module
from engine.runtime.commands import Command, CommandError, Keep, PokeIt, Set, Slow, Speed, Step
from engine.runtime.moments import DAY_S, Moments
from engine.runtime.pool import Pool
from engine.runtime.run import Run, Status
from engine.runtime.service import Service
from engine.runtime.store import Store, StoreError
from tests.probes import Cloud, Walk, WalkParams

HOSTILE = ["", "x", "../../etc/passwd", "..", "a" * 65, "é" * 12, "\x00" * 12, "nobody-knows-it", "A/B/C/D/E/F/G"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(Pool(workers=0), Store(tmp_path), "cpu")
    yield service
    service.close()


def do(run: Run, command: Command) -> Any:
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


def opened(service: Service, kind: type[Exhibit] = Walk) -> Run:
    run = service.open(kind, kind.Params(), play=False)
    run.slice(0.0)
    return run


def kept(service: Service) -> tuple[Run, str]:
    """A run that a hand has changed, three steps on, and the name under which that moment is kept."""
    run = opened(service)
    do(run, PokeIt(event={"who": 2, "by": 7.0}))
    do(run, Set(values={"stride": 0.25}))
    for _ in range(3):
        do(run, Step())
    return run, do(run, Keep())


def file_of(service: Service, name: str) -> Path:
    return service.store.folder / "moments" / f"{name}.safetensors"


def test_a_moment_goes_on_exactly_as_the_run_does(service: Service) -> None:
    run, name = kept(service)
    again = service.at_moment(Walk, name)
    again.slice(0.0)
    assert again.id != run.id and again.params == run.params and again.performer.step == 3
    for _ in range(4):
        here, there = (each.performer.exhibit.frame().arrays["at"] for each in (run, again))
        np.testing.assert_array_equal(here, there)
        do(run, Step()), do(again, Step())
    assert again.describe()["drawn"]


def test_a_moment_remembers_how_it_was_played(service: Service) -> None:
    run = opened(service)
    do(run, Speed(steps_per_s=7.0)), do(run, Slow(on=True))
    again = service.at_moment(Walk, do(run, Keep()))
    again.slice(0.0)
    assert again.pace.tempo == run.pace.tempo and again.status == Status.PAUSED


def test_a_name_is_short_and_cannot_be_guessed(service: Service) -> None:
    _, name = kept(service)
    _, other = kept(service)
    assert len(name) == 12 and name != other


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_is_none_is_refused_in_one_sentence(service: Service, name: str) -> None:
    with pytest.raises(StoreError, match=r"^The moment that this link names is not here; .* 30 days\.$"):
        service.at_moment(Walk, name)


def test_a_moment_of_another_exhibit_is_refused(service: Service) -> None:
    _, name = kept(service)
    with pytest.raises(StoreError, match="another exhibit"):
        service.at_moment(Cloud, name)


def test_a_saved_run_is_no_moment(service: Service) -> None:
    run, _ = kept(service)
    service.pool.close(run.id)
    assert list(service.store.folder.glob(f"{run.id}*"))
    for name in (run.id, f"../{run.id}"):
        with pytest.raises(StoreError, match="not here"):
            service.at_moment(Walk, name)


def test_a_moment_has_its_time(service: Service) -> None:
    _, name = kept(service)
    path, now = file_of(service, name), file_of(service, name).stat().st_mtime
    os.utime(path, (now, now - 29 * DAY_S))
    service.at_moment(Walk, name)
    os.utime(path, (now, now - 31 * DAY_S))
    with pytest.raises(StoreError, match="30 days"):
        service.at_moment(Walk, name)
    service.moments.prune()
    assert not path.exists()


def test_its_time_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOGEN_MOMENT_DAYS", "1")
    assert (Moments(Store(tmp_path)).days, Moments(Store(tmp_path)).life) == (1.0, "a day")


def test_the_oldest_go_first(tmp_path: Path) -> None:
    few = Moments(Store(tmp_path), most=3)
    names = []
    for age in range(5):
        names.append(few.keep("walk", {}, age, {"x": np.zeros(2)}, {}))
        when = os.path.getmtime(tmp_path / "moments" / f"{names[-1]}.safetensors") - 100 * (5 - age)
        os.utime(tmp_path / "moments" / f"{names[-1]}.safetensors", (when, when))
    few.prune()
    left = {path.stem for path in (tmp_path / "moments").glob("*.safetensors")}
    assert left == set(names[-3:])


def test_moments_are_not_saved_faster_than_a_person_asks(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    run, _ = kept(service)
    with pytest.raises(CommandError, match="just now"):
        do(run, Keep())
    monkeypatch.setattr(run.keeper, "_clock", lambda: run.clock() + 2 * keeper_module.MOMENT_S)
    do(run, Keep())


def test_what_is_too_large_is_refused_and_nothing_written(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments_module, "LARGEST", 10)
    with pytest.raises(CommandError, match="too large"):
        do(opened(service), Keep())
    assert not (service.store.folder / "moments").exists()


def test_a_disk_that_cannot_be_written_is_named(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **more: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Store, "save", full)
    with pytest.raises(CommandError, match="disk is full"):
        do(opened(service), Keep())


def spoil(path: Path, **arrays: np.ndarray) -> None:
    with safe_open(path, framework="numpy") as file:
        about = file.metadata()["about"]
    save_file(load_file(path) | arrays, path, metadata={"about": about})


def test_a_state_that_is_none_is_refused(service: Service) -> None:
    for spoilt in (np.full(32, np.nan), np.zeros((3, 3, 3)), np.zeros(0)):
        _, name = kept(service)
        with safe_open(file_of(service, name), framework="numpy") as file:
            first = next(key for key in file.keys() if file.get_tensor(key).dtype == np.float64)  # noqa: SIM118
        spoil(file_of(service, name), **{first: spoilt})
        before = len(service.pool.runs())
        with pytest.raises(StoreError, match="cannot go on"):
            service.at_moment(Walk, name)
        assert len(service.pool.runs()) == before


def test_parameters_that_are_none_are_refused(service: Service) -> None:
    state = Walk(WalkParams(), seed=0).state_dict()
    name = service.moments.keep(Walk.slug, {"stride": 99}, 3, state, {})
    with pytest.raises(StoreError, match="no longer fits"):
        service.at_moment(Walk, name)
