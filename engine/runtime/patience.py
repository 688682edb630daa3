"""How often one socket is heard: often enough for any hand, and not so often that others wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable

MESSAGES_PER_S = 400.0  # a display of 120 Hz asks for 120 frames, and a drag says as much
BURST = 800.0  # so many may come at once
LONG = 4096  # bytes that take about as long to read as a message takes otherwise


class Patience:
    """A bucket of messages that fills with time.

    Who sends more than it holds is not refused, but heard later: the transport then stops reading, and the sender has
    to wait.

    Args:
        clock: tells the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left, self._then = BURST, clock()

    def pause(self, size: int) -> float:
        """Seconds to wait before a message of ``size`` bytes is heard."""
        now = self._clock()
        self._left = min(BURST, self._left + (now - self._then) * MESSAGES_PER_S) - 1 - size / LONG
        self._then = now
        return max(0.0, -self._left / MESSAGES_PER_S)
