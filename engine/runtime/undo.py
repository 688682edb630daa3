"""What was there before a reset, kept for a while so that it can be brought back."""

from __future__ import annotations

from dataclasses import dataclass

from engine.exhibit import State
from engine.params import Params
from engine.runtime.memory import History, size_of
from engine.runtime.performer import Performer

KEPT_S = 90.0  # so long it can be brought back
YOUNG_S = 10.0  # who resets again within that time means what was there before the first reset


@dataclass(frozen=True)
class Before:
    """A run as it was before a reset.

    Args:
        params, step, state: to go on from.
        history: of its metrics.
        drawn: a hand had changed it.
        playing: it was.
        since: when it was reset, by the run's clock.
    """

    params: Params
    step: int
    state: State
    history: History
    drawn: bool
    playing: bool
    since: float

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return size_of(self.state)


class Undo:
    """Remembers one moment before a reset: the last that a person can have meant to keep."""

    def __init__(self) -> None:
        self.before: Before | None = None
        self._built_at = 0.0

    def note(self, performer: Performer, params: Params, *, playing: bool, now: float) -> None:
        """The run is about to be reset. What is worth nothing, being at its start, is not kept; pressed twice, what
        was there before the first time stays.
        """
        young = self.before is not None and now - self._built_at < YOUNG_S
        self._built_at = now
        if young or not performer.built or (performer.step == 0 and not performer.drawn):
            return
        performer.finish_step()
        state = performer.snapshot()
        self.before = Before(params, performer.step, state, performer.history, performer.drawn, playing, now)

    def take(self) -> Before | None:
        """What is to be brought back, if anything; it is then forgotten here."""
        before, self.before = self.before, None
        return before

    def forget_if_old(self, now: float) -> bool:
        """Let go of what nobody wanted back in time; whether that was just now."""
        old = self.before is not None and now - self.before.since > KEPT_S
        if old:
            self.before = None
        return old
