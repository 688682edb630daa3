"""A landscape computed coarse to fine, a few places at a time, so that nothing else ever waits for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.interpolate import RectBivariateSpline

from engine.exhibit import State
from engine.exhibits.landscape.judge import Judge, seconds
from engine.exhibits.landscape.planes import Plane

LOWEST = 1e-7  # losses below are shown as that
CELLS = 51  # along each side of the finished landscape, and of what is shown on the way
SLICE_S = 0.005  # about so long a step of the run may spend on it, reckoned from the operations and not by a clock


@dataclass(frozen=True)
class Level:
    """One pass over the plane.

    Args:
        cells: along each side. train: training rows looked at, at most; 0 for all.
    """

    cells: int
    train: int


LEVELS = (Level(9, 256), Level(17, 512), Level(25, 0), Level(CELLS, 0))
"""Coarse and of part of the data at first, exact at the end."""


def place_s(judge: Judge, train: int) -> float:
    """About how long one core takes for one place."""
    return seconds(judge.network, (train or judge.task.train) + len(judge.task.x) - judge.task.train)


def grow(cells: np.ndarray, to: int) -> np.ndarray:
    """Values between the places of a coarser grid, by a cubic spline: (n, n) to (to, to), corner on corner."""
    if len(cells) == to:
        return cells
    known, wanted = np.linspace(-1, 1, len(cells)), np.linspace(-1, 1, to)
    return RectBivariateSpline(known, known, cells)(wanted, wanted)


class Survey:
    """Loss and test error over one plane, as far as it has come.

    Args:
        judge: says what a place is worth.
        plane: where.
        at_once: whether the first, coarse level is computed here and now.

    Shapes:
        loss, error: (n, n) of the level under way: row 0 is b = -1, column 0 is a = -1. Places not yet done hold what
        the level before has; a loss beyond all numbers is NaN.
        below: (2, m, m), loss and error of the level before.
    """

    def __init__(self, judge: Judge, plane: Plane, *, at_once: bool = True) -> None:
        self.judge, self.plane = judge, plane
        self.level = self.next = 0  # the place that is next, row by row
        self.loss = np.zeros((LEVELS[0].cells,) * 2, np.float32)
        self.error = self.loss.copy()
        self.below = np.stack([self.loss, self.error])
        self._worth: Callable[[float, float], tuple[float, float]] | None = None
        while at_once and self.level == 0:
            self._one()

    @property
    def done(self) -> bool:
        """Whether it is exact everywhere."""
        return self.level == len(LEVELS)

    @property
    def progress(self) -> float:
        """Share of the work that is done."""
        costs = [level.cells**2 * place_s(self.judge, level.train) for level in LEVELS]
        under_way = 0.0 if self.done else costs[self.level] * self.next / LEVELS[self.level].cells ** 2
        return (sum(costs[: self.level]) + under_way) / sum(costs)

    def advance(self) -> None:
        """So many places as fit into a slice of time."""
        left = SLICE_S
        while not self.done and left > 0:
            left -= place_s(self.judge, LEVELS[self.level].train)
            self._one()

    def _one(self) -> None:
        """The next place."""
        cells = LEVELS[self.level].cells
        if self._worth is None:
            self._worth = self.judge.on(self.plane, self._rows())
        row, column = divmod(self.next, cells)
        step = 2 / (cells - 1)
        loss, error = self._worth(column * step - 1, row * step - 1)
        self.loss[row, column] = loss if math.isfinite(loss) else math.nan
        self.error[row, column] = error
        self.next += 1
        if self.next == cells**2:
            self._climb()

    def _rows(self) -> int | None:
        return min(LEVELS[self.level].train, self.judge.task.train) or None

    def _climb(self) -> None:
        """The level is done: go on with a finer one."""
        self.level, self.next, self._worth = self.level + 1, 0, None
        if self.done:
            return
        self.below = np.stack([self.loss, self.error])
        cells = LEVELS[self.level].cells
        self.loss, self.error = _losses(self.loss, cells), _shares(self.error, cells)

    def shown(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and error on the finest grid, as far as they are known: (CELLS, CELLS) each; row 0 is b = -1.

        A level that looks at more data than the one before is shown when it is whole: half of it would show a seam.
        """
        mixed = not self.done and self.level > 0 and LEVELS[self.level].train != LEVELS[self.level - 1].train
        loss, error = self.below if mixed else (self.loss, self.error)
        return _losses(loss, CELLS), _shares(error, CELLS)

    def state_dict(self) -> State:
        """The plane, and what is known of it."""
        plane = self.plane
        return {"centre": plane.centre, "u": plane.u, "v": plane.v, "explained": plane.explained, "level": self.level,
                "next": self.next, "loss": self.loss, "error": self.error, "below": self.below}  # fmt: skip

    @classmethod
    def resumed(cls, judge: Judge, state: State) -> Survey:
        """Go on from ``state``."""
        survey = cls.__new__(cls)
        centre, u, v = (torch.as_tensor(state[name]).clone() for name in ("centre", "u", "v"))
        survey.judge, survey.plane = judge, Plane(centre, u, v, float(state["explained"]))
        survey.level, survey.next, survey._worth = int(state["level"]), int(state["next"]), None
        survey.loss, survey.error, survey.below = (np.array(state[name]) for name in ("loss", "error", "below"))
        return survey


def _losses(cells: np.ndarray, to: int) -> np.ndarray:
    """As :func:`grow`, of their logarithms; what is beyond all numbers is as high as the highest."""
    known = cells[np.isfinite(cells)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (1.0, 1.0)
    filled = np.maximum(np.nan_to_num(cells, nan=high), LOWEST)
    return np.clip(10 ** grow(np.log10(filled), to), max(low, LOWEST), high).astype(np.float32)


def _shares(cells: np.ndarray, to: int) -> np.ndarray:
    """As :func:`grow`, of what lies between 0 and 1."""
    return np.clip(grow(cells, to), 0, 1).astype(np.float32)
