"""The past of something, from its start to now, in bounded memory: thinning by halving."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.exhibit import State


class Trace:
    """Moments in even spacing. When there is no room left every second one goes, and from then on only every second
    arrival is kept: resolution falls with length, the start is never forgotten.

    Args:
        capacity: the most moments held.
        newest: hold the newest arrival too where the spacing leaves it out, until the next one comes.
        dtype: of what is kept.
        shapes: names of what is kept of every moment, and its shape. Numbers under other names may join later; what a
            moment lacks is NaN.
    """

    def __init__(
        self, capacity: int, *, newest: bool = False, dtype: type = np.float32, **shapes: tuple[int, ...]
    ) -> None:
        self.capacity, self._room, self._dtype = capacity, capacity - newest, dtype
        self._newest = newest
        self._steps = np.empty(capacity)
        self._kept = {name: self._rows(shape) for name, shape in shapes.items()}
        self.count = 0
        self.stride = 1
        self._arrivals = 0
        self._passing = False  # the last moment will make room for the next

    def _rows(self, shape: tuple[int, ...] = ()) -> np.ndarray:
        return np.full((self.capacity, *shape), np.nan, self._dtype)

    def arrive(self) -> bool:
        """Count an arrival; returns whether it is to be kept, by a call of :meth:`keep`."""
        due = self._arrivals % self.stride == 0
        if due or self._newest:
            self.count -= self._passing
            if due and self.count == self._room:
                self._thin()
                due = self._arrivals % self.stride == 0
            self._passing = self._newest and not due
        self._arrivals += 1
        return due or self._newest

    def keep(self, step: float, values: Mapping[str, Any]) -> None:
        """Keep the moment that has just arrived."""
        self.count += 1
        self._steps[self.count - 1] = step
        self.replace(values)

    def add(self, step: float, values: Mapping[str, Any]) -> bool:
        """Offer a moment; returns whether it was kept."""
        kept = self.arrive()
        if kept:
            self.keep(step, values)
        return kept

    def replace(self, values: Mapping[str, Any]) -> None:
        """Put other values into the last moment."""
        row = self.count - 1
        if not values.keys() <= self._kept.keys():
            self._kept |= {name: self._rows() for name in values if name not in self._kept}
        for name, array in self._kept.items():
            array[row] = values.get(name, math.nan)

    def _thin(self) -> None:
        """Drop every second moment."""
        half = (self.count + 1) // 2
        for array in (self._steps, *self._kept.values()):
            for row in range(1, half):  # all at once would take a copy of them all
                array[row] = array[2 * row]
        self.count, self.stride = half, 2 * self.stride

    def forget_after(self, step: float) -> None:
        """Drop what lies after ``step``."""
        count = int(np.searchsorted(self.steps, step, side="right"))
        self._passing = self._passing and count == self.count
        self.count = count

    def __len__(self) -> int:
        """Moments in even spacing."""
        return self.count - self._passing

    @property
    def names(self) -> list[str]:
        """What is kept of every moment."""
        return list(self._kept)

    @property
    def steps(self) -> np.ndarray:
        """The step of every moment: a view, (count,)."""
        return self._steps[: self.count]

    def __getitem__(self, name: str) -> np.ndarray:
        """What was kept under ``name``: a view, (count, ...)."""
        return self._kept[name][: self.count]

    def even(self, name: str, rows: int) -> np.ndarray:
        """As ``[name]``, repeated or thinned to so many rows from the start to now: a copy, (rows, ...)."""
        return self._kept[name][np.rint(np.linspace(0, self.count - 1, rows)).astype(np.int64)]

    def state_dict(self) -> State:
        """Everything there is."""
        kept = {name: self[name] for name in self._kept}
        rhythm = {"arrivals": self._arrivals, "stride": self.stride, "passing": self._passing}
        return {"steps": self.steps, "kept": kept, **rhythm}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``, which a trace of the same capacity and shapes gave."""
        self.count, self._arrivals, self.stride = len(state["steps"]), int(state["arrivals"]), int(state["stride"])
        self._passing = bool(state["passing"])
        self._steps[: self.count] = state["steps"]
        for name, array in state["kept"].items():
            self._kept.setdefault(name, self._rows(array.shape[1:]))[: self.count] = array
