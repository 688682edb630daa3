"""Those who look at a run: each is told when there is news, and is sent one frame at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

AWAY_S = 30.0  # a viewer that has not drawn its frame for so long is not looking


@dataclass(eq=False)
class Viewer:
    """Someone who looks at a run.

    Args:
        wake: called, from any thread, when there is something new.
        ready: whether it wants the next frame; otherwise it has yet to draw the last.
        waiting_since: when it was sent the frame it has not acknowledged, if it is not ready.
        owner: whether it may command.
    """

    wake: Callable[[], None]
    ready: bool = True
    waiting_since: float = 0.0
    owner: bool = False

    def sent(self, now: float) -> None:
        """A frame is on its way: no other before this one is drawn."""
        self.ready, self.waiting_since = False, now

    def away_since(self, now: float) -> float | None:
        """Since when it has not drawn what it was sent, if that is long ago: a hidden page does not draw."""
        return None if self.ready or now - self.waiting_since < AWAY_S else self.waiting_since


class Viewers:
    """All who look at one run.

    Args:
        clock: tells the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all: set[Viewer] = set()
        self.left_at = clock()  # when the last of them went, or the run was opened

    def add(self, viewer: Viewer) -> None:
        """From now on it is told."""
        self._all.add(viewer)

    def discard(self, viewer: Viewer) -> None:
        """It is told no more."""
        self._all.discard(viewer)
        if not self._all:
            self.left_at = self._clock()

    def __len__(self) -> int:
        return len(self._all)

    @property
    def watching(self) -> int:
        """How many only watch."""
        return sum(not viewer.owner for viewer in list(self._all))

    @property
    def led(self) -> bool:
        """Whether somebody is here who may command."""
        return any(viewer.owner for viewer in list(self._all))

    def wake(self) -> None:
        """Tell everybody that there is news."""
        for viewer in list(self._all):
            viewer.wake()

    def anyone_ready(self) -> bool:
        """Whether somebody wants a frame."""
        return any(viewer.ready for viewer in list(self._all))

    def alone_since(self, now: float) -> float | None:
        """Since when nobody has been looking, hidden pages not counted; None if somebody is."""
        away = [viewer.away_since(now) for viewer in list(self._all)]
        if any(since is None for since in away):
            return None
        return max([self.left_at, *(since for since in away if since is not None)])
