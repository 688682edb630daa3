"""Time that passes only when told, and how slowly it passes where many want the processor."""

from __future__ import annotations

import os


class Clock:
    """Called, it tells the time; it stands still until somebody moves it.

    Args:
        now: what it shows at first.
        tick: it moves on by that much whenever somebody looks at it.
    """

    def __init__(self, now: float = 100.0, *, tick: float = 0.0) -> None:
        self.now, self.tick = now, tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now

    def sleep_until(self, moment: float) -> None:
        """Time passes until ``moment``, if that is to come."""
        self.now = max(self.now, moment)


def crowded() -> float:
    """How many times as long as usual anything takes, as so many others want the processor; 1 on an idle machine."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)) if hasattr(os, "getloadavg") else 1.0
