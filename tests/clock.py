"""Time that passes only when told."""

from __future__ import annotations


class Clock:
    """Called, it tells the time; it stands still until somebody moves it."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep_until(self, moment: float) -> None:
        """Time passes until ``moment``, if that is to come."""
        self.now = max(self.now, moment)
