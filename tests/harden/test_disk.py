"""A disk that is full, read-only or littered: no run stops for it, and what is kept on it is bounded."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.runtime import performer as performer_module
from engine.runtime.commands import Peek, Play, Step
from engine.runtime.run import Run, Status
from engine.runtime.store import Store
from tests.clock import Clock
from tests.probes import Walk, WalkParams

TOKEN = "secret"


@pytest.fixture(autouse=True)
def checkpoints_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    monkeypatch.setattr(performer_module, "CHECKPOINT_REST", 0)


def do(run: Run, command: Any) -> Any:
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


# ---- a disk that cannot be written ------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/self is a folder in which nobody may make a file")
def test_a_disk_that_really_cannot_be_written_does_not_stop_the_run(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock(tick=1e-3)
    run = Run(Walk, WalkParams(), store=Store(Path("/proc/self")), clock=clock)
    for _ in range(3):
        do(run, Step())
    assert (run.status, run.reason, run.performer.step) == (Status.PAUSED, "", 3)
    do(run, Play())
    for _ in range(20):
        clock.now += 1.0
        run.slice(0.01)
    assert run.status == Status.RUNNING
    assert sum(run.id in record.getMessage() for record in caplog.records) == 1, "said once, not at every try"


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    run = Run(Walk, WalkParams(), store=Store(tmp_path))
    do(run, Step())
    assert (run.status, run.performer.step) == (Status.PAUSED, 1)


def test_a_disk_that_is_full_for_a_while_is_tried_again(tmp_path: Path) -> None:
    blocked = tmp_path / "runs"
    blocked.write_text("a file where the folder should be")
    clock, store = Clock(tick=1e-3), Store(blocked)
    run = Run(Walk, WalkParams(), store=store, clock=clock)
    do(run, Step())
    assert do(run, Peek(run=run.id, token=run.owner_token)) is None, "it can still be asked for what is saved"
    blocked.unlink()
    clock.now += 600
    do(run, Step())
    assert store.peek(run.id, run.owner_token)["step"] == 2
