"""What was seen so far, from the start to now, in bounded memory."""

from __future__ import annotations

import numpy as np

from engine.exhibit import State


class Timeline:
    """Moments in even spacing. When there is no room left, every second one goes and spacing doubles.

    Args:
        capacity: how many moments are held at most; even.
        shapes: names of what is kept of every moment, and its shape.
    """

    def __init__(self, capacity: int, **shapes: tuple[int, ...]) -> None:
        self.capacity = capacity
        self.steps = np.zeros(capacity)
        self.kept = {name: np.zeros((capacity, *shape), np.float32) for name, shape in shapes.items()}
        self.count = self.arrivals = 0
        self.stride = 1

    def add(self, step: float, **values: np.ndarray) -> bool:
        """Offer a moment; returns whether it was kept."""
        self.arrivals += 1
        if (self.arrivals - 1) % self.stride:
            return False
        if self.count == self.capacity:
            self._thin()
            if (self.arrivals - 1) % self.stride:
                return False
        self.steps[self.count] = step
        for name, value in values.items():
            self.kept[name][self.count] = value
        self.count += 1
        return True

    def _thin(self) -> None:
        half = self.capacity // 2
        self.steps[:half] = self.steps[::2]
        for array in self.kept.values():
            array[:half] = array[::2]
        self.count, self.stride = half, 2 * self.stride

    def __getitem__(self, name: str) -> np.ndarray:
        """What was kept under ``name``, one row per moment."""
        return self.kept[name][: self.count]

    @property
    def when(self) -> np.ndarray:
        """The step of every moment."""
        return self.steps[: self.count]

    def even(self, name: str, columns: int) -> np.ndarray:
        """As ``[name]``, repeated or thinned to so many rows from the start to now."""
        rows = np.rint(np.linspace(0, self.count - 1, columns)).astype(np.int64)
        return self.kept[name][rows]

    def state_dict(self) -> State:
        """Everything there is."""
        kept = {name: array[: self.count] for name, array in self.kept.items()}
        return {"steps": self.when, "kept": kept, "arrivals": self.arrivals, "stride": self.stride}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.count, self.arrivals, self.stride = len(state["steps"]), int(state["arrivals"]), int(state["stride"])
        self.steps[: self.count] = state["steps"]
        for name, array in self.kept.items():
            array[: self.count] = state["kept"][name]
