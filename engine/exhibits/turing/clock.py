"""Model time, exact however the steps are batched."""

from __future__ import annotations

from engine.exhibit import State


class Clock:
    """Counts steps, and adds up time as ``base + count * dt``, so that rounding does not depend on batches.

    Args:
        dt: time per step.
    """

    def __init__(self, dt: float) -> None:
        self.dt = dt
        self.base = 0.0
        self.count = 0
        self.steps = 0

    @property
    def time(self) -> float:
        """Time passed since the start."""
        return self.base + self.count * self.dt

    def tick(self, steps: int) -> None:
        """So many steps were done."""
        self.count += steps
        self.steps += steps

    def change(self, dt: float) -> None:
        """From now on steps last ``dt``."""
        if dt != self.dt:
            self.base, self.count, self.dt = self.time, 0, dt

    def state_dict(self) -> State:
        """Everything there is."""
        return {"dt": self.dt, "base": self.base, "count": self.count, "steps": self.steps}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``, with the present dt."""
        dt = self.dt
        self.dt, self.base = float(state["dt"]), float(state["base"])
        self.count, self.steps = int(state["count"]), int(state["steps"])
        self.change(dt)
