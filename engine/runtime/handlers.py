"""What each command does to a run: one function per command, called between two steps by the worker that owns it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from engine.exhibit import Refused
from engine.params import explain
from engine.progress import GivenUp
from engine.runtime import saving
from engine.runtime.commands import CommandError, Play
from engine.runtime.devices import device_of
from engine.runtime.orders import Order
from engine.runtime.status import Status
from engine.runtime.store import Store, StoreError

if TYPE_CHECKING:
    from engine.runtime.run import Run

AFTER_FAILURE = ("set", "reset", "undo", "give-up", "seek", "resume", "peek", "close")


def carry_out(run: Run, order: Order) -> Any:
    """Do what ``order`` says; returns the answer to its sender.

    Raises:
        CommandError: it cannot be obeyed now; the text says why and what can be done.
        StoreError: what is saved of a run cannot be read.
    """
    do = order.command.do
    if run.status == Status.FAILED and do not in AFTER_FAILURE:
        raise CommandError(f"the run has failed ({run.reason}); reset it")
    try:
        return HANDLERS[do](run, order.command, order.payload)
    except (GivenUp, Refused) as why:
        if run.performer.built:
            run.take(run.performer.exhibit.params)
        run.announce()
        raise CommandError(str(why) or "it was not built; everything is as it was") from None


def _play(run: Run, command: Any, payload: Any) -> None:
    _refuse_at_end(run)
    run.become(Status.RUNNING)


def _pause(run: Run, command: Any, payload: Any) -> None:
    if run.status in (Status.RUNNING, Status.PAUSED) and run.good_step is None:
        run.become(Status.PAUSED)
        run.published.stale = True  # the last frame, and the whole history with it


def _step(run: Run, command: Any, payload: Any) -> None:
    _refuse_at_end(run)
    run.become(Status.PAUSED)
    if run.pace.slow:
        run.performer.one_phase()
    else:
        run.performer.one_step()
    run.touched()
    run.look_after()
    run.announce()


def _refuse_at_end(run: Run) -> None:
    if run.performer.exhibit.finished:
        raise CommandError("the algorithm has come to its end; go back or reset")


def _slow(run: Run, command: Any, payload: Any) -> None:
    run.pace.go_slow(command.on)
    if not command.on:
        run.performer.finish_step()
        run.touched()
    run.restart_pace()
    run.announce()


def _pace(run: Run, command: Any, payload: Any) -> None:
    run.pace.pace = command.times
    run.announce()


def _speed(run: Run, command: Any, payload: Any) -> None:
    run.pace.speed = math.inf if command.steps_per_s is None else command.steps_per_s
    run.restart_pace()
    run.announce()


def _set(run: Run, command: Any, payload: Any) -> None:
    if command.card:
        run.did("card", command.card)
    if run.unapplied and run.status != Status.FAILED:  # a failed run takes them when it is reset
        run.unapplied = False  # many changes that came together are one
        wanted = run.params
        run.performer.set(wanted)
        run.params_version += 1
        run.follow(wanted)
        run.answer()


def _reset(run: Run, command: Any, payload: Any) -> None:
    stood = run.status in (Status.PAUSED, Status.READY) and run.good_step is None and not run.resting
    if run.status != Status.FAILED and run.good_step is None:
        run.undo.note(run.performer, run.performer.exhibit.params, playing=not stood, now=run.clock())
    run.did("card" if command.card else "reset", command.card)
    run.take(payload)
    run.build(payload)
    run.keeper.unsaved = True
    run.become(Status.PAUSED if stood else Status.RUNNING)


def _give_up(run: Run, command: Any, payload: Any) -> None:
    """It has been done when it was sent: what is built now was asked for later."""


def _undo(run: Run, command: Any, payload: Any) -> int:
    before = run.undo.before
    if before is None:
        raise CommandError("There is nothing to bring back.")
    run.take(before.params)
    run.build(before.params, (before.step, before.state))
    run.undo.take()
    run.performer.history, run.performer.drawn = before.history, before.drawn
    run.did("undo")
    run.become(Status.RUNNING if before.playing else Status.PAUSED)
    return before.step


def _poke(run: Run, command: Any, payload: Any) -> None:
    before, kind = run.performer.exhibit.params, getattr(payload, "kind", "")
    try:
        run.performer.poke(payload)
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    if run.follow(before):
        run.turning.add(kind)  # such a touch moves a parameter, which a link tells
    elif kind not in run.turning and not run.performer.drawn:
        run.performer.drawn = True
        run.announce()
    run.answer()


def _seek(run: Run, command: Any, payload: Any) -> int:
    with run.build_under_way.heard():
        point = run.performer.go_back(command.step)
    if point is None:
        raise CommandError("there is no checkpoint yet to go back to")
    run.take(point.params)
    run.good_step = None
    run.touched()
    run.did("seek")
    run.become(Status.PAUSED)
    return point.step


def _fork(run: Run, command: Any, payload: Any) -> Run:
    return _twin(run, run.visitor)


def _copy(run: Run, command: Any, payload: Any) -> Run:
    return _twin(run, command.visitor)


def _keep(run: Run, command: Any, payload: Any) -> str:
    run.performer.finish_step()
    return saving.keep_moment(run, run.performer.snapshot())


def _twin(run: Run, visitor: str) -> Run:
    """Another run that goes on from here."""
    run.performer.finish_step()
    run.published.stale = True
    twin = type(run)(
        run.kind, run.params, devices=run.devices, pinned=run.pinned, store=run.keeper.store, tempo=run.pace.tempo,
        start=(run.performer.step, run.performer.snapshot()), visitor=visitor, clock=run.clock,
    )  # fmt: skip
    if run.status == Status.RUNNING:
        twin.submit(Play())
    return run.adopt(twin)


def _peek(run: Run, command: Any, payload: Any) -> dict[str, Any] | None:
    try:
        saved = _saves(run).peek(command.run, command.token)
    except StoreError:
        return None
    if run.watched_elsewhere(command.run):
        return None  # it is open in another tab, and not lost
    return saved if saved["slug"] == run.kind.slug else None


def _resume(run: Run, command: Any, payload: Any) -> int:
    saved, state = _saves(run).load(command.run, command.token)
    if saved["slug"] != run.kind.slug:
        raise CommandError(f"that run is of the exhibit {saved['slug']}")
    try:
        params = run.kind.Params(**saved["params"])
    except ValidationError as error:
        raise CommandError(f"that run no longer fits: {explain(error)}") from None
    start = (int(saved["step"]), state)
    device = device_of(run.kind, params, run.devices, run.pinned)
    if refusal := run.performer.refusal(params, start, device=device):
        raise CommandError(f"what is saved of that run cannot be gone on from: {refusal}")
    run.take(params)
    run.build(params, start)
    run.become(Status.RUNNING)
    return run.performer.step


def _saves(run: Run) -> Store:
    if run.keeper.store is None:
        raise CommandError("this server saves no runs")
    return run.keeper.store


def _close(run: Run, command: Any, payload: Any) -> None:
    run.close()


HANDLERS: Mapping[str, Callable[[Run, Any, Any], Any]] = {
    "play": _play,
    "pause": _pause,
    "step": _step,
    "slow": _slow,
    "speed": _speed,
    "pace": _pace,
    "set": _set,
    "reset": _reset,
    "give-up": _give_up,
    "undo": _undo,
    "poke": _poke,
    "seek": _seek,
    "fork": _fork,
    "copy": _copy,
    "keep": _keep,
    "peek": _peek,
    "resume": _resume,
    "close": _close,
}
