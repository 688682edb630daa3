"""What a run remembers: the history of its metrics and the checkpoints it can go back to. Both are bounded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.exhibit import Frame, State
from engine.kit.trace import Trace
from engine.params import Params


class History:
    """Metrics over all steps so far, in bounded memory: a :class:`Trace` in which the newest moment is always there.

    Args:
        capacity: the most rows held.
    """

    def __init__(self, capacity: int = 1024) -> None:
        self.capacity = capacity
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._trace = Trace(self.capacity, newest=True)

    def add(self, step: int, metrics: dict[str, float]) -> None:
        """Note ``metrics`` at ``step``; what was noted last of the same step is replaced. A step before the last is
        left out: the run looks back, and may yet go on from there.
        """
        trace = self._trace
        last = trace.steps[-1] if trace.count else -math.inf
        with np.errstate(over="ignore"):  # what is beyond single precision becomes infinite
            if step > last:
                trace.add(step, metrics)
            elif step == last:
                trace.replace(metrics)

    def forget_after(self, step: int) -> None:
        """Drop what lies after ``step``: the run has gone back."""
        self._trace.forget_after(step)

    def __len__(self) -> int:
        return len(self._trace)

    def frame(self) -> Frame:
        """The history as arrays: ``step`` (T,) int32 (float64 beyond its reach) and every metric (T,) float32, NaN
        where it was not available.
        """
        steps = self._trace.steps
        far = len(steps) and steps[-1] >= 2**31
        arrays = {"step": steps.astype(np.float64 if far else np.int32)}
        return Frame(arrays | {name: self._trace[name].copy() for name in sorted(self._trace.names)})


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
