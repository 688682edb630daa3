"""What a run remembers: the history of its metrics and the checkpoints it can go back to. Both are bounded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.exhibit import Frame, State
from engine.params import Params


class History:
    """Metrics over all steps so far, in bounded memory.

    When ``capacity`` rows are reached every second row is dropped, always keeping the first, and from then on
    only every second arrival is kept: resolution falls with length, the start is never forgotten.

    Args:
        capacity: the most rows held.
    """

    def __init__(self, capacity: int = 1024) -> None:
        self.capacity = capacity
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._names: dict[str, int] = {}  # and the row of each in the table
        self._table = np.empty((0, self.capacity), np.float32)  # a column per moment
        self._steps = np.empty(self.capacity)
        self._count = 0  # of the columns in use
        self._passing = False  # the last of them will make room for the next
        self._stride = 1
        self._arrivals = 0

    def add(self, step: int, metrics: dict[str, float]) -> None:
        """Note ``metrics`` at ``step``; what was noted last of the same step is replaced. A step before the last is
        left out: the run looks back, and may yet go on from there."""
        last = self._steps[self._count - 1] if self._count else -math.inf
        if step < last:
            return
        if step > last:
            self._count += not self._passing
            self._passing = self._arrivals % self._stride != 0
            self._arrivals += 1
        self._steps[self._count - 1] = step
        self._note(metrics)
        if self._count - self._passing >= self.capacity:
            self._thin()

    def _note(self, metrics: dict[str, float]) -> None:
        """Write into the last column."""
        for name in metrics.keys() - self._names.keys():
            self._names[name] = len(self._names)
        missing = len(self._names) - len(self._table)
        if missing:
            self._table = np.vstack([self._table, np.full((missing, self.capacity), np.nan, np.float32)])
        with np.errstate(over="ignore"):  # what is beyond single precision becomes infinite
            self._table[:, self._count - 1] = [metrics.get(name, math.nan) for name in self._names]

    def _thin(self) -> None:
        """Drop every second moment, but not the last before the next has come."""
        kept = np.arange(0, self._count, 2)
        self._passing = bool(kept[-1] != self._count - 1)
        if self._passing:
            kept = np.append(kept, self._count - 1)
        self._count = len(kept)
        self._table[:, : self._count] = self._table[:, kept]
        self._steps[: self._count] = self._steps[kept]
        self._stride *= 2

    def forget_after(self, step: int) -> None:
        """Drop what lies after ``step``: the run has gone back."""
        kept = int(np.searchsorted(self._steps[: self._count], step, side="right"))
        self._passing = self._passing and kept == self._count
        self._count = kept

    def __len__(self) -> int:
        return self._count - self._passing

    def frame(self) -> Frame:
        """The history as arrays: ``step`` (T,) int32 (float64 beyond its reach) and every metric (T,) float32, NaN
        where it was not available."""
        steps = self._steps[: self._count]
        far = self._count and steps[-1] >= 2**31
        arrays = {"step": steps.astype(np.float64 if far else np.int32)}
        return Frame(
            arrays | {name: self._table[self._names[name], : self._count].copy() for name in sorted(self._names)}
        )


@dataclass(frozen=True)
class Checkpoint:
    """A moment a run can go back to."""

    step: int
    params: Params
    state: State
    nbytes: int


class Checkpoints:
    """Checkpoints in ascending steps, bounded in number and bytes, thinned with age.

    When there are too many, the one goes whose loss hurts least: the smallest gap between its neighbours
    relative to its age, which leaves spacing roughly geometric. The first and the last always stay.

    Args:
        most: the largest number held.
        most_bytes: the most memory their arrays may take, at least two being held whatever their size.
    """

    def __init__(self, most: int = 24, most_bytes: int = 64 << 20) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self._items: list[Checkpoint] = []

    def add(self, step: int, params: Params, state: State) -> None:
        """Remember ``state``, which the caller has copied."""
        self.forget_after(step - 1)
        self._items.append(Checkpoint(step, params, state, size_of(state)))
        while len(self._items) > 2 and (len(self._items) > self.most or self.nbytes > self.most_bytes):
            del self._items[self._least_missed()]

    def _least_missed(self) -> int:
        newest = self._items[-1].step

        def loss(index: int) -> float:
            gap = self._items[index + 1].step - self._items[index - 1].step
            return gap / (newest - self._items[index].step + 1)

        return min(range(1, len(self._items) - 1), key=loss)

    def forget_after(self, step: int) -> None:
        """Drop those later than ``step``: the run has taken another course."""
        self._items = [item for item in self._items if item.step <= step]

    def at_or_before(self, step: int) -> Checkpoint | None:
        """The latest checkpoint not later than ``step``; the earliest if all are later; None if there is none."""
        earlier = [item for item in self._items if item.step <= step]
        return earlier[-1] if earlier else self._items[0] if self._items else None

    @property
    def steps(self) -> list[int]:
        """The steps one can go back to."""
        return [item.step for item in self._items]

    @property
    def nbytes(self) -> int:
        """Memory taken by all of them."""
        return sum(item.nbytes for item in self._items)


def size_of(state: Any) -> int:
    """Bytes taken by the arrays and tensors in a tree."""
    if isinstance(state, dict):
        return sum(size_of(value) for value in state.values())
    if isinstance(state, (list, tuple)):
        return sum(size_of(value) for value in state)
    return int(getattr(state, "nbytes", 0))
