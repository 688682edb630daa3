"""How long runs wait for their turn."""

from __future__ import annotations

import time
from collections.abc import Callable


class Waits:
    """The longest wait of about the last minute.

    Args:
        clock: tells the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._since = clock, clock()
        self._now = self._before = 0.0  # of this half of a minute, and of the one before

    def note(self, seconds: float) -> None:
        """Somebody has waited so long."""
        self._turn()
        self._now = max(self._now, seconds)

    def longest(self) -> float:
        """In seconds."""
        self._turn()
        return max(self._now, self._before)

    def _turn(self) -> None:
        past = self._clock() - self._since
        if past > 30.0:
            self._before = self._now if past <= 60.0 else 0.0
            self._now, self._since = 0.0, self._clock()
