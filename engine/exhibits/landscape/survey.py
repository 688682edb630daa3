"""A landscape computed coarse to fine, a few places at a time, so that nothing else ever waits for it."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.interpolate import RectBivariateSpline

from engine.exhibit import State
from engine.exhibits.landscape.judge import Judge, rows_within, seconds
from engine.exhibits.landscape.planes import Plane
from engine.exhibits.landscape.sight import Sight

LOWEST = 1e-7  # losses below are shown as that
CELLS = 51  # along each side of the finished landscape, and of what is shown on the way
SLICE_S, LONGEST_SLICE_S = 0.005, 0.01
"""About so long a step of the run may spend on it, reckoned from the operations and not by a clock; as long as the
learning takes, where that takes longer, but no longer than the second."""
STEP = 3  # a step of learning takes so many times what the loss of its batch takes
BIT_S = 0.004  # about so long a bit of a place takes, where a place takes longer
FIRST_S = 0.25  # about so long the first, coarse level may take: somebody waits for it
FEWEST = 24  # samples of either kind that it looks at, at least


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


def rows_of(judge: Judge, level: Level) -> tuple[int, int]:
    """How many training and test samples a level looks at; the first, for which somebody waits, at few where the
    network is large.
    """
    task = judge.task
    train, tested = min(level.train or task.train, task.train), len(task.x) - task.train
    if level is not LEVELS[0]:
        return train, tested
    share = min(1.0, rows_within(judge.network, FIRST_S / level.cells**2) / (train + tested))
    few, some = (min(count, max(FEWEST, int(share * count))) for count in (train, tested))
    return few, some


def place_s(judge: Judge, level: Level) -> float:
    """About how long one core takes for one place."""
    return seconds(judge.network, sum(rows_of(judge, level)))


def bits_of(judge: Judge, level: Level) -> tuple[int, float]:
    """Into how many bits a place comes apart, and about how long one takes."""
    whole, rows = place_s(judge, level), sum(rows_of(judge, level))
    if whole <= SLICE_S:
        return 1, whole
    bits = math.ceil(whole / BIT_S)
    if judge.network.mixes:  # by layers
        return bits, whole / (2 * judge.network.cost[1])
    return bits, seconds(judge.network, rows // bits)


def grow(cells: np.ndarray, to: int) -> np.ndarray:
    """Values between the places of a coarser grid, by a cubic spline: (n, n) to (to, to), corner on corner."""
    if len(cells) == to:
        return cells
    known, wanted = np.linspace(-1, 1, len(cells)), np.linspace(-1, 1, to)
    return RectBivariateSpline(known, known, cells)(wanted, wanted)


def slice_s(judge: Judge, batch: int) -> float:
    """About how long a step of the run may spend on a survey."""
    learning = STEP * judge.networks * seconds(judge.network, batch)
    return min(LONGEST_SLICE_S, max(SLICE_S, learning))


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
        self.bits = 0  # of that place that are done
        self._sight: Sight | None = None
        self._looking: Generator[None, None, tuple[float, float]] | None = None
        self._shown: tuple[tuple[int, int], np.ndarray, np.ndarray] | None = None
        while at_once and self.level == 0:
            self._bit()

    @property
    def done(self) -> bool:
        """Whether it is exact everywhere."""
        return self.level == len(LEVELS)

    @property
    def progress(self) -> float:
        """Share of the work that is done."""
        costs = [level.cells**2 * place_s(self.judge, level) for level in LEVELS]
        under_way = 0.0 if self.done else costs[self.level] * self.next / LEVELS[self.level].cells ** 2
        return (sum(costs[: self.level]) + under_way) / sum(costs)

    def advance(self, slice_s: float = SLICE_S) -> None:
        """So many bits as fit into a slice of time."""
        left = slice_s
        while not self.done and left > 0:
            left -= bits_of(self.judge, LEVELS[self.level])[1]
            self._bit()

    @property
    def rows(self) -> tuple[int, int]:
        """How many training and test samples are looked at."""
        return rows_of(self.judge, LEVELS[min(self.level, len(LEVELS) - 1)])

    def _bit(self) -> None:
        """The next bit, which may be all, of the next place."""
        level = LEVELS[self.level]
        row, column = divmod(self.next, level.cells)
        if self._looking is None:
            if self._sight is None:
                self._sight = self.judge.on(self.plane, *self.rows, bits=bits_of(self.judge, level)[0])
            step = 2 / (level.cells - 1)
            self._looking = self._sight.bits(column * step - 1, row * step - 1)
            for _ in range(self.bits):  # of a place that was begun before this was saved
                next(self._looking)
        try:
            next(self._looking)
            self.bits += 1
        except StopIteration as over:
            self._found(row, column, *over.value)

    def _found(self, row: int, column: int, loss: float, error: float) -> None:
        """The place is done."""
        self.loss[row, column] = loss if math.isfinite(loss) else math.nan
        self.error[row, column] = error
        self.bits, self._looking = 0, None
        self.next += 1
        if self.next == LEVELS[self.level].cells ** 2:
            self._climb()

    def _climb(self) -> None:
        """The level is done: go on with a finer one."""
        self.level, self.next, self._sight = self.level + 1, 0, None
        if self.done:
            return
        self.below = np.stack([self.loss, self.error])
        cells = LEVELS[self.level].cells
        self.loss, self.error = _losses(self.loss, cells), _shares(self.error, cells)

    def shown(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and error on the finest grid, as far as they are known: (CELLS, CELLS) each; row 0 is b = -1.

        A level that looks at more data than the one before is shown when it is whole: half of it would show a seam.
        """
        if self._shown is None or self._shown[0] != (self.level, self.next):
            mixed = not self.done and self.level > 0 and LEVELS[self.level].train != LEVELS[self.level - 1].train
            loss, error = self.below if mixed else (self.loss, self.error)
            self._shown = (self.level, self.next), _losses(loss, CELLS), _shares(error, CELLS)
        return self._shown[1:]

    def state_dict(self) -> State:
        """The plane, and what is known of it."""
        plane = self.plane
        where = {"centre": plane.centre, "u": plane.u, "v": plane.v, "explained": plane.explained}
        done = {"level": self.level, "next": self.next, "bits": self.bits}
        return where | done | {"loss": self.loss, "error": self.error, "below": self.below}

    @classmethod
    def resumed(cls, judge: Judge, state: State) -> Survey:
        """Go on from ``state``."""
        survey = cls.__new__(cls)
        centre, u, v = (torch.as_tensor(state[name]).clone() for name in ("centre", "u", "v"))
        survey.judge, survey.plane = judge, Plane(centre, u, v, float(state["explained"]))
        survey.level, survey.next, survey.bits = int(state["level"]), int(state["next"]), int(state.get("bits", 0))
        survey._sight, survey._looking, survey._shown = None, None, None
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
