"""Frames out, commands in: the Starlette routes of the live stream.

``/live/run/{id}?token=…`` is a WebSocket. Out go ``state`` messages (JSON) and blobs of kind ``scene``, ``history``
and ``frame``; a viewer that acknowledges a frame gets the newest one next, so a slow viewer skips and never queues.
In come the messages of :mod:`engine.runtime.commands`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Future
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from engine.runtime import assets
from engine.runtime.commands import Command, read_command
from engine.runtime.patience import Patience
from engine.runtime.publish import Publisher
from engine.runtime.viewers import Viewer

MAX_VIEWERS = 200
UNKNOWN_RUN, FORBIDDEN, ELSEWHERE, FULL, CLOSED = 4404, 4403, 4401, 4429, 4410  # WebSocket close codes
VIEWERS_MAY = {"ack"}
log = logging.getLogger(__name__)


class LiveRun(Protocol):
    """What the stream needs of a run."""

    reason: str
    state_version: int  # goes up whenever ``describe`` would answer differently
    published: Publisher

    @property
    def watched(self) -> int:
        """How many are looking."""

    @property
    def closed(self) -> bool:
        """Whether it has ended for good."""

    def role(self, token: str) -> str | None:
        """``owner``, ``viewer`` or, for a stranger, None."""

    def attach(self, viewer: Viewer) -> None:
        """Begin to tell ``viewer`` of news."""

    def detach(self, viewer: Viewer) -> None:
        """Stop telling it."""

    def acknowledge(self, viewer: Viewer) -> None:
        """It has drawn its frame and wants the next."""

    def submit(self, command: Command) -> Future[Any]:
        """Queue a command; a ValueError, now or in the future, says why it cannot be obeyed."""

    def describe(self) -> dict[str, Any]:
        """The state as plain JSON."""

    def spoken(self, message: str) -> str:
        """A message as its viewers read it."""


class Runs(Protocol):
    """Where the stream finds a run."""

    def get(self, run_id: str) -> LiveRun | None:
        """The open run of that id, or None."""


def routes(service: Callable[[], Runs], *, base: str = "", origins: Collection[str] = ()) -> list[BaseRoute]:
    """The stream's routes.

    Args:
        service: called at each connection for the engine.
        base: the server's base URL path, such as ``/lab``.
        origins: further origins, such as ``https://lecture.example``, whose pages may connect.
    """

    async def live(socket: WebSocket) -> None:
        await _Connection.admit(socket, service(), set(origins))

    prefix = base_path(base)
    return [
        WebSocketRoute(f"{prefix}/live/run/{{run_id}}", live),
        *assets.routes(prefix),
    ]


def base_path(base: str) -> str:
    """The server's base URL path, such as ``lab/``, as routes begin: ``/lab``, or nothing."""
    return "/" + base.strip("/") if base.strip("/") else ""


def origin_allowed(origin: str | None, host: str | None, others: Collection[str]) -> bool:
    """Whether a page from ``origin`` may open a socket to ``host``.

    Browsers always send Origin; programs without one are held by the token alone.
    """
    if origin is None or origin in others:
        return True
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == str(host).lower()
    except ValueError:  # not an address at all
        return False


class _Connection:
    """One socket on one run."""

    def __init__(self, socket: WebSocket, run: LiveRun, role: str) -> None:
        self.socket, self.run, self.role = socket, run, role
        self.loop = asyncio.get_running_loop()
        self.news = asyncio.Event()
        self.viewer = Viewer(self._wake, owner=role == "owner")
        self.replies: list[dict[str, Any]] = []

    @classmethod
    async def admit(cls, socket: WebSocket, service: Runs, origins: set[str]) -> None:
        """Check who is asking, then serve until either side leaves.

        A refused socket is accepted first: only so does a browser learn the code, and the page can say why.
        """
        await socket.accept()
        if not origin_allowed(socket.headers.get("origin"), socket.headers.get("host"), origins):
            await socket.close(ELSEWHERE, "this origin may not connect")
            return
        run = service.get(socket.path_params["run_id"])
        role = run.role(socket.query_params.get("token", "")) if run else None
        if run is None:
            await socket.close(UNKNOWN_RUN, "there is no such run")
        elif role is None:
            await socket.close(FORBIDDEN, "this token does not open that run")
        elif role != "owner" and run.watched >= MAX_VIEWERS:
            await socket.close(FULL, f"{MAX_VIEWERS} viewers are watching already")
        else:
            await cls(socket, run, role).serve()

    async def serve(self) -> None:
        """Send and receive until one of the two ends."""
        self.run.attach(self.viewer)
        self.news.set()
        tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._receive())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.run.detach(self.viewer)
            for task in tasks:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    def _wake(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self.loop.call_soon_threadsafe(self.news.set)

    async def _send(self) -> None:
        state = scene = past = frame = 0
        await self.socket.send_text(json.dumps({"type": "hello", "role": self.role}))
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await self.news.wait()
                self.news.clear()
                run = self.run
                while self.replies:
                    await self.socket.send_text(json.dumps(self.replies.pop(0)))
                if run.state_version != state:
                    state = run.state_version
                    await self.socket.send_text(json.dumps(run.describe()))
                if run.closed:
                    await self.socket.close(CLOSED, run.reason[:100])
                    return
                # the frame is read first, so that its scene is never older than it
                news = run.published
                newest, picture, history = news.frame, news.scene, news.history
                if picture and picture.number != scene:
                    scene = picture.number
                    await self.socket.send_bytes(picture.blob)
                if history and history.number != past:
                    past = history.number
                    await self.socket.send_bytes(history.blob)
                if newest and newest.number != frame and self.viewer.ready:
                    frame = newest.number
                    self.viewer.sent(time.monotonic())
                    await self.socket.send_bytes(newest.blob)

    async def _receive(self) -> None:
        patience = Patience()
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            text = text if text is not None else message.get("bytes") or b""
            # even a pause of nothing lets the others in: the next message may have come already
            await asyncio.sleep(patience.pause(len(text)))
            self._hear(text)

    def _hear(self, text: str | bytes) -> None:
        about = "message"
        try:
            command = read_command(text)
            about = command.do
            if command.do == "ack":
                self.run.acknowledge(self.viewer)
                self.news.set()
                return
            if self.role != "owner" and command.do not in VIEWERS_MAY:
                raise ValueError("you are watching; only the owner of this run may change it")
            self.run.submit(command).add_done_callback(lambda done: self._answer(about, done))
        except ValueError as error:
            self._reply({"type": "error", "about": about, "message": self.run.spoken(str(error))})
        except Exception as error:  # a fault of ours, which must not cost the viewer its socket
            log.exception("a message could not be obeyed")
            self._reply({"type": "error", "about": about, "message": f"{type(error).__name__}: {error}"[:300]})

    def _answer(self, about: str, done: Future[Any]) -> None:
        """Tell the sender how its command went; silence is success."""
        try:
            result = done.result()
        except (ValueError, CancelledError) as error:
            message = self.run.spoken(str(error)) or "the run was closed first"
            self._reply({"type": "error", "about": about, "message": message})
            return
        if about == "fork":
            self._reply({"type": "forked", "run": result.id, "token": result.owner_token})
        elif about == "peek":
            self._reply({"type": "saved", "step": result and result["step"]})
        elif about == "keep":
            self._reply({"type": "kept", "moment": result})
        elif about in ("seek", "resume", "undo"):
            self._reply({"type": "at", "step": result})

    def _reply(self, reply: dict[str, Any]) -> None:
        if len(self.replies) < 1000:
            self.replies.append(reply)
        self._wake()
