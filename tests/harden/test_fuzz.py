"""Messages that no page would send: each gets an answer or silence, and never an exception, and the run goes on."""

from __future__ import annotations

import json
import random
import string
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from engine.runtime import stream
from engine.runtime.commands import CommandError, read_command
from engine.runtime.run import Run, Status
from engine.runtime.store import Store
from tests.clock import Clock
from tests.probes import Walk, WalkParams
from tests.runtime.test_commands import BAD, GOOD
from tests.waiting import in_a_loop

NUMBERS = [0, 1, -1, 0.5, 1e308, -1e308, 2**31, 2**53, 2**63, 10**30, 1e-320, float("nan"), float("inf")]
WORDS = ["", "x", "é\u202e", "\0", "../..", "stride", "walkers", "shape", "ring", "true", "null", "🦓" * 50, "a" * 5000]
NAMES = ["do", "values", "event", "step", "on", "run", "token", "steps_per_s", "who", "by", *WalkParams.knobs()]
DO = [message["do"] for message in GOOD]


def anything(rng: random.Random, depth: int = 0) -> Any:
    """Some JSON value."""
    kind = rng.randrange(8 if depth < 4 else 5)
    if kind <= 1:
        return rng.choice(NUMBERS)
    if kind == 2:
        return rng.choice(WORDS)
    if kind == 3:
        return rng.choice([True, False, None])
    if kind == 4:
        return "".join(rng.choices(string.printable, k=rng.randrange(30)))
    if kind == 5:
        return [anything(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {rng.choice(NAMES + WORDS): anything(rng, depth + 1) for _ in range(rng.randrange(5))}


def message(rng: random.Random) -> str | bytes:
    """Something like a command, or not at all like one."""
    kind = rng.randrange(6)
    if kind == 0:
        return json.dumps(anything(rng))
    if kind == 1:
        return rng.randbytes(rng.randrange(200))
    if kind == 2:
        return rng.choice(list(BAD.values()))
    said: Any = dict(rng.choice(GOOD)) if kind == 3 else {"do": rng.choice(DO)}
    for _ in range(rng.randrange(3)):
        said[rng.choice(NAMES)] = anything(rng)
    if said.get("do") == "close" and rng.random() < 0.99:
        said["do"] = "set"
    text = json.dumps(said)
    if kind == 5:  # a byte is lost, doubled or changed
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["", text[at] * 2, chr(rng.randrange(1, 0x500))]) + text[at + 1 :]
    return text


def fuzz(store: Store, seed: int, count: int) -> int:
    """Say ``count`` things to runs; how many were commands."""
    rng, obeyed = random.Random(seed), 0
    clock = Clock(tick=1e-3)

    def fresh() -> Run:
        run = Run(Walk, WalkParams(), store=store, clock=clock)
        run.slice(0.0)
        return run

    run, twins = fresh(), 0
    for index in range(count):
        said = message(rng)
        try:
            done: Future[Any] = run.submit(read_command(said))
        except CommandError as error:
            assert 0 < len(str(error)) < 700, said  # noqa: PT017
        else:
            obeyed += 1
            run.slice(0.0)
            wrong = done.exception(0) if not done.cancelled() else None
            assert wrong is None or isinstance(wrong, CommandError), said
            twins += isinstance(done.result() if wrong is None and not done.cancelled() else None, Run)
        if index % 200 == 0:
            json.dumps(run.describe(), allow_nan=False)
        assert run.status != Status.FAILED, (said, run.trace)
        if run.closed:
            run.release()
            run = fresh()
    return obeyed


def test_thousands_of_messages_harm_no_run(tmp_path: Path) -> None:
    assert fuzz(Store(tmp_path), seed=1, count=4000) > 200


@pytest.mark.science
def test_a_hundred_thousand_messages_harm_no_run(tmp_path: Path) -> None:
    assert fuzz(Store(tmp_path), seed=2, count=100_000) > 5_000


def test_a_thousand_messages_to_a_connection_raise_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:

    async def talk() -> int:
        rng, run = random.Random(3), Run(Walk, WalkParams(), clock=Clock(tick=0.1))
        connection = stream._Connection(None, run, "owner")  # type: ignore[arg-type]
        for _ in range(1000):
            connection._hear(message(rng))
            connection.replies.clear()
            run.slice(0.0)
            if run.closed:
                run = connection.run = Run(Walk, WalkParams(), clock=Clock(tick=0.1))
        return len(caplog.records)

    assert in_a_loop(talk()) == 0, caplog.text
