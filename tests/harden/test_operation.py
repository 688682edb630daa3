"""What somebody who runs a server counts on: a log that tells, sentences for wrong settings, an end when told."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from engine.__main__ import main
from engine.runtime import stream
from engine.runtime.commands import Play
from engine.runtime.pool import Pool
from engine.runtime.run import Run, Status
from engine.runtime.service import Service
from engine.runtime.settings import SettingError
from engine.runtime.store import Store
from tests.browser.server import Server
from tests.probes import CountParams, Fail, Walk, WalkParams

HOUSE = Path(__file__).parent.parent.parent


def test_a_failed_run_is_in_the_log_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    run = Run(Fail, CountParams(at=3))
    run.submit(Play())
    with caplog.at_level(logging.ERROR):
        for _ in range(10):
            run.slice(0.01)
    (record,) = caplog.records
    assert run.status == Status.FAILED and run.id in record.getMessage() and "probe-fail" in record.getMessage()
    assert "made to fail at step 3" in caplog.text and "Traceback" in caplog.text


@pytest.mark.parametrize("name", ["MORPHOGEN_MAX_RUNS", "MORPHOGEN_REST_AFTER_S", "MORPHOGEN_MEMORY"])
@pytest.mark.parametrize("text", ["-5", "0", "many", "nan", "inf", "1e999"])
def test_a_wrong_setting_is_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    if (name, text) in {("MORPHOGEN_REST_AFTER_S", "0")}:
        return  # at once
    monkeypatch.setenv(name, text)
    with pytest.raises(SettingError, match=rf"{name} = .*; use "):
        Pool(workers=0)


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MORPHOGEN_MAX_RUNS", text)
    assert Pool(workers=0).max_runs == 120


def test_a_server_with_a_wrong_setting_says_so_in_a_line_and_stops(tmp_path: Path) -> None:
    environment = os.environ | {"MORPHOGEN_MAX_RUNS": "many", "MORPHOGEN_STATE": str(tmp_path)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "0"]
    done = subprocess.run(command, cwd=HOUSE, env=environment, capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "MORPHOGEN_MAX_RUNS = 'many'" in said and "Traceback" not in said, said


@pytest.mark.parametrize("seconds", ["inf", "nan", "-1", "0", "soon", "1e9"])
def test_a_bench_has_an_end(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["bench", "minimax", "--seconds", seconds])
    assert caught.value.code == 2 and "seconds" in capsys.readouterr().err


@pytest.fixture
def service(tmp_path: Path) -> Any:
    service = Service(Pool(workers=1, max_runs=3), Store(tmp_path), "cpu")
    yield service
    service.close()


def test_however_many_watch_the_owner_gets_in(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_VIEWERS", 2)
    run = service.open(Walk, WalkParams(), play=False)
    with TestClient(Starlette(routes=stream.routes(lambda: service))) as client:
        watching = f"/live/run/{run.id}?token={run.viewer_token}"
        with client.websocket_connect(watching) as one, client.websocket_connect(watching) as other:
            for socket in (one, other):
                socket.receive_json()
            with client.websocket_connect(watching) as third, pytest.raises(WebSocketDisconnect) as caught:
                third.receive_json()
            assert caught.value.code == stream.FULL
            with client.websocket_connect(f"/live/run/{run.id}?token={run.owner_token}") as owner:
                assert owner.receive_json()["role"] == "owner"


class Slow(Walk):
    """Takes long to build."""

    slug = ""
    begun, free = threading.Event(), threading.Event()

    def __init__(self, params: WalkParams, *, seed: int, device: str = "cpu") -> None:
        self.begun.set()
        self.free.wait(30)
        super().__init__(params, seed=seed, device=device)


def test_an_engine_stops_in_the_middle_of_a_build(tmp_path: Path) -> None:
    service = Service(Pool(workers=2), Store(tmp_path), "cpu")
    Slow.begun.clear()
    Slow.free.clear()
    try:
        service.open(Slow, WalkParams())
        assert Slow.begun.wait(10)
        began = time.monotonic()
        service.close()
        assert time.monotonic() - began < 3.0
    finally:
        Slow.free.set()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    "signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]], ids=["terminated", "ctrl-c twice"]
)
def test_a_server_told_to_stop_is_gone_within_three_seconds_without_a_traceback(
    tmp_path: Path, signals: list[signal.Signals]
) -> None:
    server = Server(tmp_path)
    began = time.monotonic()
    for which in signals:
        server.process.send_signal(which)
        time.sleep(0.1)
    server.process.wait(15)
    took = time.monotonic() - began
    said = server.log.read_text()
    crowded = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # the whole process waits for its processor then
    assert took < 3.0 * crowded and "Traceback" not in said, (took, said[-2000:])
