"""Two fields on a lattice and how to step them."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from engine.exhibits.turing import kernel
from engine.exhibits.turing.kernel import PAD, Reaction

SMALLEST_SHARED = 256 * 256
"""Fields with fewer cells are stepped on one core: sharing them out costs more than it saves."""


@dataclass(frozen=True)
class Step:
    """Everything one Euler step needs.

    Args:
        reaction: (u, v, *constants) -> (f, g).
        constants: the reaction's.
        D: (D_u, D_v) on the unit lattice.
        dt: the time step.
    """

    reaction: Reaction
    constants: tuple[float, ...]
    D: tuple[float, float]
    dt: float


class Lattice(ABC):
    """Fields u and v of shape (height, width).

    Args:
        wrap: (rows, columns): whether opposite edges touch. Otherwise nothing flows through them: a ghost cell
            equals the cell at the edge.
    """

    wrap: tuple[bool, bool]

    @abstractmethod
    def fields(self) -> tuple[np.ndarray, np.ndarray]:
        """Copies of u and v, float32."""

    @abstractmethod
    def store(self, u: np.ndarray, v: np.ndarray) -> None:
        """Replace both fields."""

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


class CompiledLattice(Lattice):
    """On the CPU, in compiled code; any number of cores gives the same bits."""

    def __init__(self, u: np.ndarray, v: np.ndarray, wrap: tuple[bool, bool]) -> None:
        height, width = u.shape
        self.wrap = wrap
        self._now = self._buffers(height, width)
        self._next = self._buffers(height, width)
        self._sharing = Sharing()
        self.store(u, v)

    @staticmethod
    def _buffers(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
        return tuple(np.zeros((height, width + 2 * PAD), np.float32) for _ in range(2))  # type: ignore[return-value]

    def fields(self) -> tuple[np.ndarray, np.ndarray]:
        u, v = (padded[:, PAD:-PAD].copy() for padded in self._now)
        return u, v

    def store(self, u: np.ndarray, v: np.ndarray) -> None:
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
        constants = tuple(np.float32(value) for value in step.constants)
        numbers = (steps, *self.wrap, np.float32(step.D[0]), np.float32(step.D[1]), np.float32(step.dt), constants)
        if cores > 1:
            kernel.run_parallel(step.reaction, (*self._now, *self._next, *numbers), cores)
        else:
            kernel.serial(step.reaction)(*self._now, *self._next, *numbers)
        if steps % 2:
            self._now, self._next = self._next, self._now

    def not_finite(self) -> str | None:
        with np.errstate(over="ignore", invalid="ignore"):
            sums = (float(padded[:, PAD:-PAD].sum()) for padded in self._now)
            return next((name for name, total in zip("uv", sums, strict=True) if not np.isfinite(total)), None)


def make_lattice(u: np.ndarray, v: np.ndarray, wrap: tuple[bool, bool], device: str) -> Lattice:
    """The lattice for a device: compiled code on the CPU, torch elsewhere."""
    if device == "cpu":
        return CompiledLattice(u, v, wrap)
    from engine.exhibits.turing.tensor import TensorLattice  # importing torch takes seconds

    return TensorLattice(u, v, wrap, device)


def laplacian(field: np.ndarray, wrap: tuple[bool, bool]) -> np.ndarray:
    """The five-point Laplacian of a NumPy field on the unit lattice.

    Shapes:
        field: (height, width), and the same comes back.
    """
    out = -4 * field
    for axis in (0, 1):
        ghosts = np.pad(field, [(int(axis == a),) * 2 for a in (0, 1)], mode="wrap" if wrap[axis] else "edge")
        out += ghosts[:-2] + ghosts[2:] if axis == 0 else ghosts[:, :-2] + ghosts[:, 2:]
    return out
