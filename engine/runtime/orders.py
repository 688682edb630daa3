"""Orders: the commands that wait for a run's worker, from their first check to the answer."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from engine.exhibit import Exhibit
from engine.params import ParamError, Params, explain
from engine.runtime.commands import Command, CommandError
from engine.runtime.store import StoreError

MOST_WAITING = 2000
AS_ONE = ("seek", "reset")  # of these the last that waits undoes what those before it did


@dataclass
class Order:
    """A command on its way to the worker. Its kind is told by ``command.do``, never by class: an order may come
    from a module that Streamlit has since imported anew.
    """

    command: Command
    payload: Any = None
    done: Future[Any] = field(default_factory=Future)
    before: list[Future[Any]] = field(default_factory=list)  # of orders that this one stands for too


class Orders:
    """What one run has been told and has not done yet, in the order in which it came.

    Anybody may :meth:`put`; only the worker that owns the run takes out.
    """

    def __init__(self) -> None:
        self._waiting: deque[Order] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def hold(self, do: str) -> bool:
        """Whether such a command waits."""
        return any(order.command.do == do for order in list(self._waiting))

    def put(self, order: Order) -> None:
        """Queue an order."""
        self._waiting.append(order)

    def refuse_if_full(self) -> None:
        """Say so if too many are waiting.

        Raises:
            CommandError: they are.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise CommandError(f"{MOST_WAITING} commands are waiting already; send them more slowly")

    def obey(self, carry_out: Callable[[Order], Any], enough: Callable[[], bool]) -> None:
        """Carry out what is waiting, until it is ``enough``: a flood of commands may not stop the steps.

        Args:
            carry_out: does what an order says and returns its answer; a CommandError or a StoreError is an answer too.
            enough: asked after each.

        Raises:
            Exception: whatever else ``carry_out`` raises, once the sender has been told.
        """
        while (order := self._next()) is not None:
            if (later := self._later(order)) is not None:
                later.before += [*order.before, order.done]
                continue
            self._answer(order, carry_out)
            if enough():
                return

    def _later(self, order: Order) -> Order | None:
        """Another order of the same kind that will undo what this one does, with nothing in between but changes."""
        if order.command.do not in AS_ONE:
            return None
        for other in list(self._waiting):
            if other.command.do == order.command.do:
                return other
            if other.command.do != "set":
                return None
        return None

    def _next(self) -> Order | None:
        try:
            return self._waiting.popleft()
        except IndexError:  # nothing waits, or it was cancelled just now
            return None

    @staticmethod
    def _answer(order: Order, carry_out: Callable[[Order], Any]) -> None:
        asked = [done for done in (*order.before, order.done) if done.set_running_or_notify_cancel()]
        if not asked:
            return
        try:
            result = carry_out(order)
        except Exception as error:
            ours = not isinstance(error, (CommandError, StoreError))
            told = CommandError(f"{type(error).__name__}: {error}" if ours else str(error))
            for done in asked:
                done.set_exception(told)
            if ours:
                raise
            return
        for done in asked:
            done.set_result(result)

    def awaited(self, params: Params) -> Params:
        """``params`` with the changes that have been asked for since and still wait: many of them act as one."""
        for order in list(self._waiting):
            if order.command.do == "reset":
                params = order.payload
            elif order.command.do == "set":
                with contextlib.suppress(ParamError):  # it no longer fits
                    params = params.replaced(**order.command.values)
        return params

    def cancel(self) -> None:
        """Nobody will carry them out any more."""
        while (order := self._next()) is not None:
            for done in (*order.before, order.done):
                done.cancel()


def read_order(command: Command, kind: type[Exhibit[Any]], params: Params) -> Order:
    """Check a command for a run of ``kind`` that has ``params``; its payload is then what it asks for: the changed
    parameters of a set or a reset, the event of a poke.

    Raises:
        CommandError: it cannot be obeyed.
    """
    if command.do in ("set", "reset"):
        if command.card and command.card not in {card.title for card in kind.cards}:
            raise CommandError(f"{kind.slug} has no card {command.card[:40]!r}")
        return Order(command, _changed(kind, params, command.values, live_only=command.do == "set"))
    if command.do == "poke":
        return Order(command, _poke(kind, command.event))
    if command.do == "ack":
        raise CommandError("only a viewer can acknowledge a frame")
    return Order(command)


def _changed(kind: type[Exhibit[Any]], params: Params, values: dict[str, Any], *, live_only: bool) -> Params:
    knobs = kind.Params.knobs()
    for name in values:
        if name not in knobs:
            raise CommandError(f"{kind.slug} has no parameter {name[:40]!r}")
        if live_only and knobs[name].kind != "live":
            raise CommandError(f"{name} rebuilds the run: reset with it instead")
    try:
        return params.replaced(**values)
    except ParamError as error:
        raise CommandError(str(error)) from None


def _poke(kind: type[Exhibit[Any]], event: dict[str, Any]) -> Any:
    if kind.Poke is None:
        raise CommandError(f"{kind.slug} does not listen to the pointer")
    try:
        return kind.Poke.model_validate(event)
    except ValidationError as error:
        raise CommandError(f"not a poke: {explain(error)[:300]}") from None
