"""A socket that never falls silent costs the others nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from engine.runtime import stream
from engine.runtime.patience import BURST, MESSAGES_PER_S, Patience
from engine.runtime.pool import Pool
from engine.runtime.run import Run
from engine.runtime.service import Service
from engine.runtime.store import Store
from tests.clock import Clock
from tests.probes import Walk, WalkParams
from tests.waiting import in_a_loop


class Flooding:
    """A socket on which the next message has always come already, as it is when a stranger sends without pause.

    Args:
        message: said over and over again,
        times: so often; then it hangs up.
    """

    def __init__(self, message: str, times: int) -> None:
        self.message, self.left = message, times

    async def receive(self) -> dict[str, Any]:
        """At once."""
        self.left -= 1
        return (
            {"type": "websocket.disconnect"} if self.left < 0 else {"type": "websocket.receive", "text": self.message}
        )


async def beside(flood: Flooding, role: str, run: Run, moments: int) -> int:
    """How many messages are still unread when somebody else has had so many moments on the event loop."""
    connection = stream._Connection(flood, run, role)  # type: ignore[arg-type]
    task = asyncio.create_task(connection._receive())
    for _ in range(moments):
        await asyncio.sleep(0)
    task.cancel()
    return flood.left


@pytest.mark.parametrize("role", ["viewer", "owner"])
@pytest.mark.parametrize("message", ['{"do": "ack"}', '{"do": "pause"}', "rubbish", "x" * 200_000])
def test_between_two_messages_of_one_socket_others_have_their_turn(role: str, message: str) -> None:
    run = Run(Walk, WalkParams())
    assert in_a_loop(beside(Flooding(message, 1000), role, run, 50)) > 900


def test_one_socket_is_heard_only_so_often() -> None:
    clock = Clock()
    patience = Patience(clock)
    waited = 0.0
    for _ in range(10_000):
        pause = patience.pause(20)
        waited += pause
        clock.now += pause
    assert 10_000 / MESSAGES_PER_S * 0.8 < waited < 10_000 / MESSAGES_PER_S * 1.2


def test_long_messages_are_heard_more_seldom_and_a_drag_is_never_held_up() -> None:
    clock = Clock()
    patience = Patience(clock)
    for _ in range(5 * 120):  # five seconds of acknowledged frames and of a drawn line, as fast as a display goes
        clock.now += 1 / 120
        assert patience.pause(20) == patience.pause(300) == 0
    assert sum(patience.pause(256 * 1024) for _ in range(40)) > 4


@pytest.fixture
def service(tmp_path: Path) -> Any:
    service = Service(Pool(workers=1, max_runs=3), Store(tmp_path), "cpu")
    yield service
    service.close()


def test_who_floods_is_still_answered_in_the_end(service: Service) -> None:
    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    run = service.open(Walk, WalkParams(), play=False)
    with (
        TestClient(Starlette(routes=stream.routes(lambda: service))) as client,
        client.websocket_connect(f"/live/run/{run.id}?token={run.owner_token}") as socket,
    ):
        for _ in range(int(BURST) + 50):
            socket.send_text('{"do": "ack"}')
        socket.send_text("nonsense")
        while True:
            message = socket.receive()
            if message.get("text") and json.loads(message["text"])["type"] == "error":
                return
