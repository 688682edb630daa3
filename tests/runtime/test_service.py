"""One engine per process: it outlives its modules, and knows nothing of Streamlit."""

from __future__ import annotations

import importlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.runtime import service
from engine.runtime.commands import Peek, Play, Resume, Set, Step
from engine.runtime.pace import Tempo
from engine.runtime.pool import Pool
from engine.runtime.run import Status
from engine.runtime.service import Service
from engine.runtime.store import Store
from tests.probes import Walk, WalkParams
from tests.waiting import PATIENCE_S, until

HOUSE = Path(__file__).parent.parent.parent


@pytest.fixture
def lone_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The process's service, for this test only."""
    monkeypatch.setenv("MORPHOGEN_STATE", str(tmp_path))
    kept = sys.modules.pop("morphogen_service", None)
    yield service.start()
    service.stop()
    if kept is not None:
        sys.modules["morphogen_service"] = kept


@pytest.fixture
def modules_put_back() -> Iterator[None]:
    """After the test the modules are those from before, so that classes stay what other tests imported."""
    before = {name: module for name, module in sys.modules.items() if _watched(name)}
    yield
    for name in [name for name in sys.modules if _watched(name)]:
        del sys.modules[name]
    sys.modules.update(before)
    for name, module in before.items():
        parent, _, child = name.rpartition(".")
        if parent in before:
            setattr(before[parent], child, module)


def _watched(name: str) -> bool:
    return name.split(".")[0] == "engine" or name == "tests.probes"


def test_there_is_one_service(lone_service: Service) -> None:
    found: list[Service] = []
    threads = [threading.Thread(target=lambda: found.append(service.start())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [lone_service] * 8


def test_an_opened_run_plays_unless_told_otherwise(lone_service: Service) -> None:
    playing = lone_service.open(Walk, WalkParams())
    until(playing, lambda: playing.performer.step > 0)
    standing = lone_service.open(Walk, WalkParams(), play=False)
    until(standing, lambda: standing.status == Status.PAUSED)
    assert standing.performer.step == 0
    assert lone_service.get(playing.id) is playing and lone_service.get("nobody") is None


def test_a_page_s_run_stands_at_its_start_until_somebody_looks(lone_service: Service) -> None:
    run = lone_service.open(Walk, WalkParams(), play=False, tempo=Tempo(30.0, slow=True))
    run.play_when_watched()
    run.submit(Set(values={"stride": 0.5})).result(PATIENCE_S)
    assert run.status == Status.PAUSED and run.performer.step == 0
    assert run.describe()["query"] == {"stride": "0.5", "speed": "30", "slow": "true"}
    until(run, lambda: run.status == Status.RUNNING)


def test_stopping_closes_the_runs_and_a_later_start_makes_another(lone_service: Service) -> None:
    run = lone_service.open(Walk, WalkParams())
    service.stop()
    assert run.status == Status.CLOSED
    assert service.start() is not lone_service


def test_the_service_outlives_its_modules(lone_service: Service, modules_put_back: None) -> None:
    old_run = lone_service.open(Walk, WalkParams())
    for name in [name for name in sys.modules if _watched(name)]:
        del sys.modules[name]
    again = importlib.import_module("engine.runtime.service")
    commands = importlib.import_module("engine.runtime.commands")
    probes = importlib.import_module("tests.probes")
    assert again is not service and again.start() is lone_service
    assert commands.Play is not Play

    until(old_run, lambda: old_run.performer.step > 5)
    old_run.submit(commands.Pause()).result(PATIENCE_S)
    assert old_run.status == importlib.import_module("engine.runtime.run").Status.PAUSED
    old_run.submit(commands.Set(values={"stride": 0.5})).result(PATIENCE_S)
    assert old_run.params.stride == 0.5
    with pytest.raises(ValueError, match="stride = 9"):
        old_run.submit(commands.Set(values={"stride": 9}))

    new_run = again.start().open(probes.Walk, probes.WalkParams(walkers=9))
    until(new_run, lambda: new_run.performer.step > 5)
    new_run.submit(commands.PokeIt(event={"who": 1, "by": 1.0})).result(PATIENCE_S)
    with pytest.raises(ValueError, match="stride = 9"):
        new_run.submit(commands.Set(values={"stride": 9}))
    twin = new_run.submit(commands.Fork()).result(PATIENCE_S)
    assert lone_service.get(twin.id) is twin

    newest = lone_service.pool.open(importlib.import_module("engine.runtime.run").Run(probes.Walk, probes.WalkParams()))
    newest.submit(Step()).result(PATIENCE_S)
    assert newest.performer.step == 1


def test_importing_the_engine_does_not_import_streamlit() -> None:
    program = (
        "import sys, pkgutil, importlib, engine\n"
        "for module in pkgutil.walk_packages(engine.__path__, 'engine.'):\n"
        "    importlib.import_module(module.name)\n"
        "assert 'engine.exhibits.turing.exhibit' in sys.modules and 'engine.runtime.stream' in sys.modules\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'streamlit'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_a_restarted_server_goes_on_from_what_the_last_one_saved(tmp_path: Path) -> None:
    first = Service(Pool(workers=2), Store(tmp_path), "cpu")
    run = first.open(Walk, WalkParams(seed=9))
    until(run, lambda: any(tmp_path.glob("*.safetensors")))
    first.close()
    saved = first.store.peek(run.id, run.owner_token)["step"]
    second = Service(Pool(workers=2), Store(tmp_path), "cpu")
    try:
        later = second.open(Walk, WalkParams(), play=False)
        ask = {"run": run.id, "token": run.owner_token}
        assert later.submit(Peek(**ask)).result(PATIENCE_S)["step"] == saved
        assert later.submit(Resume(**ask)).result(PATIENCE_S) == saved > 0
        assert later.params.seed == 9
        until(later, lambda: later.performer.step > saved)
    finally:
        second.close()


def test_warming_up_touches_every_exhibit_and_survives_one_that_fails(
    lone_service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    warmed: list[str] = []

    class Good(Walk):
        @classmethod
        def warm_up(cls) -> None:
            warmed.append("good")

    class Bad(Walk):
        @classmethod
        def warm_up(cls) -> None:
            raise RuntimeError("too cold")

    monkeypatch.setattr("engine.runtime.service.catalogue", lambda: {"bad": Bad, "good": Good})
    lone_service.warm_up().join(PATIENCE_S)
    assert warmed == ["good"] and "too cold" in caplog.text
