"""Two fields on a grid and how to step them."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from engine.exhibits.turing import kernel
from engine.exhibits.turing.kernel import PAD, Fields, Reaction, Wrap

SMALLEST_SHARED = 256 * 256
"""Fields with fewer cells are stepped on one core: sharing them out costs more than it saves."""

SMALLEST_ON_CUDA = 512 * 512
"""Fields with fewer cells stay on the CPU, which is fast enough for them: on a card each chunk of steps costs launches
and a wait, whatever its size. ``python -m bench.reaction_diffusion`` measures both where there is a card."""


@dataclass(frozen=True)
class Step:
    """Everything one Euler step needs.

    Args:
        reaction: (u, v, *constants) -> (f, g).
        constants: the reaction's.
        D: (D_u, D_v) on the unit lattice.
        dt: the time step.
        floor: what u and v never fall below: 0 for concentrations that a step would use up beyond the last of them.
    """

    reaction: Reaction
    constants: tuple[float, ...]
    D: tuple[float, float]
    dt: float
    floor: tuple[float, float] = (-math.inf, -math.inf)


class Grid(ABC):
    """Fields u and v of shape (height, width), kept in float32 as deviations from a base: see :mod:`kernel`.

    Args:
        u, v: the fields at first, in as many digits as there are.
        base: what the deviations are counted from. Any pair of numbers gives the same fields but for rounding, which
            is least about the state that the fields stay near.
        wrap: (rows, columns): whether opposite edges touch. Otherwise nothing flows through them: a ghost cell
            equals the cell at the edge.
    """

    wrap: Wrap
    base: tuple[float, float] = (0.0, 0.0)

    @abstractmethod
    def deviations(self) -> tuple[np.ndarray, np.ndarray]:
        """Copies of u and v less their base, float32: all there is."""

    @abstractmethod
    def store_deviations(self, u: np.ndarray, v: np.ndarray) -> None:
        """Replace both fields by base + (u, v)."""

    def fields(self) -> tuple[np.ndarray, np.ndarray]:
        """Copies of u and v, float32."""
        u, v = (np.float32(base) + field for base, field in zip(self.base, self.deviations(), strict=True))
        return u, v

    @abstractmethod
    def middle_row(self) -> np.ndarray:
        """A copy of the middle row of u, (width,) float32."""

    def store(self, u: np.ndarray, v: np.ndarray) -> None:
        """Replace both fields."""
        self.store_deviations(np.asarray(u, float) - self.base[0], np.asarray(v, float) - self.base[1])

    def rebase(self, base: tuple[float, float]) -> None:
        """Count from another base; the fields stay as they are."""
        base = single(base)
        shift = [old - new for old, new in zip(self.base, base, strict=True)]
        u, v = (field.astype(float) + by for field, by in zip(self.deviations(), shift, strict=True))
        self.base = base
        self.store_deviations(u, v)

    def numbers(self, step: Step) -> tuple[float, ...]:
        """``kernel.Numbers`` of a step."""
        low = (floor - base for floor, base in zip(step.floor, self.base, strict=True))
        return (*step.D, step.dt, *self.base, *low)

    @abstractmethod
    def advance(self, steps: int, step: Step, cores: int) -> None:
        """Do so many Euler steps."""

    @abstractmethod
    def not_finite(self) -> str | None:
        """``u`` or ``v`` if that field holds a NaN or an infinity, else None."""


class Sharing:
    """Whether to share each step among the cores, or to leave it to one: whichever is found faster.

    Cores wait for each other at the end of every step, so while another program holds one of them, sharing is slower
    than not. Now and then some steps are done the other way to see whether that has changed; the bits are the same.
    Of such a trial the first few steps only wake the threads, and end it if they are much slower.
    """

    WAKE, TRIAL, LONGEST = 4, 32, 64  # steps to wake up, in a trial, and at most between two looks at the clock
    MUCH_SLOWER = 4.0
    PAUSE_S, SHARE = 0.2, 0.05  # between trials, which may take that share of the time at most

    def __init__(self) -> None:
        self._cost: dict[bool, float] = {}  # seconds per step, by whether it is shared
        self._awake: bool | None = None  # the way that was woken for a trial
        self._next_trial = 0.0

    def stretch(self, steps: int) -> tuple[int, bool]:
        """How many of ``steps`` to do next, and whether to share them."""
        if self._awake is not None:
            return min(self.TRIAL, steps), self._awake
        if len(self._cost) < 2:
            return min(self.WAKE, steps), not self._cost
        best = self._cost[True] <= self._cost[False]
        if time.perf_counter() >= self._next_trial:
            return min(self.WAKE, steps), not best
        return min(self.LONGEST, steps), best

    def learn(self, shared: bool, steps: int, seconds: float) -> None:
        """Note what ``steps`` have cost; the newest measurement counts half."""
        cost = seconds / steps
        known = len(self._cost) == 2
        best = known and self._cost[True] <= self._cost[False]
        on_trial = not known or shared != best
        if on_trial and self._awake is None and not (known and cost > self.MUCH_SLOWER * self._cost[best]):
            self._awake = shared
            return
        self._awake = None
        if known and on_trial:
            self._next_trial = time.perf_counter() + max(self.PAUSE_S, seconds / self.SHARE)
        self._cost[shared] = (self._cost.get(shared, cost) + cost) / 2


class CompiledGrid(Grid):
    """On the CPU, in compiled code; any number of cores gives the same bits."""

    def __init__(self, u: np.ndarray, v: np.ndarray, wrap: Wrap, base: tuple[float, float] = (0.0, 0.0)) -> None:
        height, width = u.shape
        self.wrap, self.base = wrap, single(base)
        self._now = self._buffers(height, width)
        self._next = self._buffers(height, width)
        self._sharing = Sharing()
        self.store(u, v)

    @staticmethod
    def _buffers(height: int, width: int) -> Fields:
        shape = (height, width + 2 * PAD)
        return np.zeros(shape, np.float32), np.zeros(shape, np.float32)

    def deviations(self) -> tuple[np.ndarray, np.ndarray]:
        u, v = (padded[:, PAD:-PAD].copy() for padded in self._now)
        return u, v

    def middle_row(self) -> np.ndarray:
        u = self._now[0]
        return np.float32(self.base[0]) + u[len(u) // 2, PAD:-PAD]

    def store_deviations(self, u: np.ndarray, v: np.ndarray) -> None:
        for padded, field in zip(self._now, (u, v), strict=True):
            padded[:, PAD:-PAD] = field
            west, east = (-1, 0) if self.wrap[1] else (0, -1)
            padded[:, PAD - 1] = padded[:, PAD:-PAD][:, west]
            padded[:, -PAD] = padded[:, PAD:-PAD][:, east]

    def advance(self, steps: int, step: Step, cores: int) -> None:
        height, width = self._now[0].shape
        if cores < 2 or height * (width - 2 * PAD) < SMALLEST_SHARED:
            self._euler(steps, step, 1)
            return
        while steps > 0:
            stretch, shared = self._sharing.stretch(steps)
            began = time.perf_counter()
            self._euler(stretch, step, cores if shared else 1)
            self._sharing.learn(shared, stretch, time.perf_counter() - began)
            steps -= stretch

    def _euler(self, steps: int, step: Step, cores: int) -> None:
        numbers, constants = (tuple(map(np.float32, part)) for part in (self.numbers(step), step.constants))
        arguments = (self._now, self._next, steps, self.wrap, numbers, constants)
        if cores > 1:
            kernel.run_parallel(step.reaction, arguments, cores)
        else:
            kernel.serial(step.reaction)(*arguments)
        if steps % 2:
            self._now, self._next = self._next, self._now

    def not_finite(self) -> str | None:
        with np.errstate(over="ignore", invalid="ignore"):
            sums = (float(padded[:, PAD:-PAD].sum()) for padded in self._now)
            return next((name for name, total in zip("uv", sums, strict=True) if not np.isfinite(total)), None)


def single(pair: tuple[float, float]) -> tuple[float, float]:
    """Both numbers rounded to float32, so that every device adds the very same."""
    return float(np.float32(pair[0])), float(np.float32(pair[1]))


def make_grid(u: np.ndarray, v: np.ndarray, wrap: Wrap, device: str, base: tuple[float, float] = (0.0, 0.0)) -> Grid:
    """The fields on a device: in compiled code on the CPU, in torch tensors elsewhere."""
    if device == "cpu":
        return CompiledGrid(u, v, wrap, base)
    from engine.exhibits.turing.tensor import TensorGrid  # importing torch takes seconds

    return TensorGrid(u, v, wrap, device, base)


def neighbours(field: np.ndarray, wrap: Wrap) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The western, eastern, northern and southern neighbour of every cell of a NumPy field.

    Shapes:
        field: (height, width), and four like it come back.
    """
    columns = np.pad(field, ((0, 0), (1, 1)), mode="wrap" if wrap[1] else "edge")  # (height, width + 2)
    rows = np.pad(field, ((1, 1), (0, 0)), mode="wrap" if wrap[0] else "edge")  # (height + 2, width)
    return columns[:, :-2], columns[:, 2:], rows[:-2], rows[2:]
