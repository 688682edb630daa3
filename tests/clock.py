"""Time that passes only when told."""

from __future__ import annotations


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
