"""A build that takes long: how far it has come, and giving it up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine import progress
from engine.progress import GivenUp

SOON_S = 0.4  # what is built within that time is nothing to talk about
TELL_S = 0.1  # between two times that viewers are told


class BuildUnderWay:
    """What is known of the build that a run's worker is at, if it is at one.

    Args:
        clock: tells the time in seconds.
        superseded: whether what is being built is not wanted any more, as something else is.
        announce: called when there is news.

    Attributes:
        share, doing: how much of it is done, and what is under way; no words while nothing is built.
    """

    def __init__(
        self, clock: Callable[[], float], superseded: Callable[[], bool], announce: Callable[[], None]
    ) -> None:
        self.share, self.doing = 0.0, ""
        self._clock, self._superseded, self._announce = clock, superseded, announce
        self._given_up, self._under_way = threading.Event(), False
        self._next = 0.0

    def give_up(self) -> None:
        """Have the build that is under way given up, if there is one."""
        if self._under_way:
            self._given_up.set()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Meanwhile something is built."""
        self._under_way, self._next = True, self._clock() + SOON_S
        try:
            with progress.heard_by(self._hear):
                yield
        finally:
            self._under_way, (told, self.share, self.doing) = False, (self.doing, 0.0, "")
            self._given_up.clear()
            if told:
                self._announce()

    def _hear(self, share: float, doing: str) -> None:
        if self._given_up.is_set() or self._superseded():
            raise GivenUp
        if (now := self._clock()) >= self._next:
            self._next = now + TELL_S
            self.share, self.doing = share, doing
            self._announce()
