"""What each command does to a run, carried out between two steps by the worker that owns it."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from engine.exhibit import Exhibit, State
from engine.params import ParamError, Params, explain
from engine.runtime.commands import Command, CommandError
from engine.runtime.pace import Pace
from engine.runtime.performer import Performer
from engine.runtime.publish import Publisher
from engine.runtime.store import Store, StoreError

AFTER_FAILURE = ("set", "reset", "seek", "resume", "peek", "close")


class Status(StrEnum):
    """Where a run is in its life."""

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass
class Order:
    """A command on its way to the worker. Its kind is told by ``command.do``, never by class: an order may come
    from a module that Streamlit has since imported anew."""

    command: Command
    payload: Any = None
    done: Future[Any] = field(default_factory=Future)


class Obedience:
    """The half of a run that obeys: one method per command, named after it.

    The attributes are the run's, where they are explained.
    """

    kind: type[Exhibit]
    params: Params
    device: str
    store: Store | None
    status: Status
    reason: str
    good_step: int | None
    slow: bool
    pace: Pace
    performer: Performer
    published: Publisher
    adopt: Callable[[Any], Any]
    watched_elsewhere: Callable[[str], bool]
    close: Callable[[], None]
    _lock: threading.RLock
    _orders: deque[Order]
    _unapplied: bool
    _resting: bool
    _params_version: int
    _next_phase: float
    _become: Callable[..., None]
    _announce: Callable[[], None]
    _build: Callable[..., None]
    _look_after: Callable[[], None]
    _twin: Callable[[tuple[int, State]], Any]

    def _with(self, values: dict[str, Any], kind: str | None) -> Params:
        knobs = self.kind.Params.knobs()
        for name in values:
            if name not in knobs:
                raise CommandError(f"{self.kind.slug} has no parameter {name[:40]!r}")
            if kind and knobs[name].kind != kind:
                raise CommandError(f"{name} rebuilds the run: reset with it instead")
        try:
            return self.params.replaced(**values)
        except ParamError as error:
            raise CommandError(str(error)) from None

    def _read_poke(self, event: dict[str, Any]) -> Any:
        if self.kind.Poke is None:
            raise CommandError(f"{self.kind.slug} does not listen to the pointer")
        try:
            return self.kind.Poke.model_validate(event)
        except ValidationError as error:
            raise CommandError(f"not a poke: {explain(error)[:300]}") from None

    def _obey(self, end: float) -> None:
        """Carry out what is waiting, until ``end`` at the latest: a flood of commands may not stop the steps."""
        while self.status != Status.CLOSED:
            with self._lock:
                if not self._orders:
                    return
                order = self._orders.popleft()
            if not order.done.set_running_or_notify_cancel():
                continue
            try:
                order.done.set_result(self._carry_out(order))
            except (CommandError, StoreError) as error:
                order.done.set_exception(CommandError(str(error)))
            except Exception as error:
                order.done.set_exception(CommandError(f"{type(error).__name__}: {error}"))
                raise
            if time.monotonic() >= end:
                return

    def _carry_out(self, order: Order) -> Any:
        do = order.command.do
        if self.status == Status.FAILED and do not in AFTER_FAILURE:
            raise CommandError(f"the run has failed ({self.reason}); reset it")
        handler: Callable[[Order, Any], Any] = getattr(self, f"_do_{do}")
        return handler(order, order.command)

    def _do_play(self, order: Order, command: Any) -> None:
        self._refuse_at_end()
        self._become(Status.RUNNING)

    def _do_pause(self, order: Order, command: Any) -> None:
        if self.status in (Status.RUNNING, Status.PAUSED) and self.good_step is None:
            self._become(Status.PAUSED)
            self.published.stale = True  # the last frame, and the whole history with it

    def _refuse_at_end(self) -> None:
        if self.performer.stage.finished:
            raise CommandError("the algorithm has come to its end; go back or reset")

    def _do_step(self, order: Order, command: Any) -> None:
        self._refuse_at_end()
        self._become(Status.PAUSED)
        if self.slow:
            self.performer.one_phase()
        else:
            self.performer.one_step()
        self.published.stale = True
        self._look_after()
        self._announce()

    def _do_slow(self, order: Order, command: Any) -> None:
        self.slow = command.on
        self._next_phase = 0.0
        if not self.slow:
            self.performer.finish_step()
            self.published.stale = True
        self.pace.restart()
        self.published.restart_rate()
        self._announce()

    def _do_speed(self, order: Order, command: Any) -> None:
        self.pace.speed = math.inf if command.steps_per_s is None else command.steps_per_s
        self.pace.restart()
        self.published.restart_rate()
        self._announce()

    def _do_set(self, order: Order, command: Any) -> None:
        if self._unapplied and self.status != Status.FAILED:  # a failed run takes them when it is reset
            self._unapplied = False
            self.performer.set(self.params)
            self._params_version += 1
            self.published.stale = True

    def _do_reset(self, order: Order, command: Any) -> None:
        stood = self.status in (Status.PAUSED, Status.READY) and self.good_step is None and not self._resting
        self._take(order.payload)
        self._build(order.payload)
        self._become(Status.PAUSED if stood else Status.RUNNING)

    def _take(self, params: Params) -> None:
        """The run goes on with ``params``, and with what has been asked for since and still waits."""
        with self._lock:
            for order in self._orders:
                if order.command.do == "reset":
                    params = order.payload
                elif order.command.do == "set":
                    with contextlib.suppress(ParamError):  # it no longer fits
                        params = params.replaced(**order.command.values)
            self.params = params
            self._params_version += 1

    def _do_poke(self, order: Order, command: Any) -> None:
        self.performer.poke(order.payload)
        self.published.stale = True

    def _do_seek(self, order: Order, command: Any) -> int:
        point = self.performer.go_back(command.step)
        if point is None:
            raise CommandError("there is no checkpoint yet to go back to")
        self._take(point.params)
        self.good_step, self.published.stale = None, True
        self._become(Status.PAUSED)
        return point.step

    def _do_fork(self, order: Order, command: Any) -> Any:
        self.performer.finish_step()
        self.published.stale = True
        return self.adopt(self._twin((self.performer.step, self.performer.snapshot())))

    def _do_peek(self, order: Order, command: Any) -> dict[str, Any] | None:
        try:
            saved = self._saves().peek(command.run, command.token)
        except StoreError:
            return None
        if self.watched_elsewhere(command.run):
            return None  # it is open in another tab, and not lost
        return saved if saved["slug"] == self.kind.slug else None

    def _do_resume(self, order: Order, command: Any) -> int:
        saved, state = self._saves().load(command.run, command.token)
        if saved["slug"] != self.kind.slug:
            raise CommandError(f"that run is of the exhibit {saved['slug']}")
        try:
            params = self.kind.Params(**saved["params"])
        except ValidationError as error:
            raise CommandError(f"that run no longer fits: {explain(error)}") from None
        self._take(params)
        self._build(params, (int(saved["step"]), state))
        self._become(Status.RUNNING)
        return self.performer.step

    def _do_close(self, order: Order, command: Any) -> None:
        self.close()

    def _saves(self) -> Store:
        if self.store is None:
            raise CommandError("this server saves no runs")
        return self.store
