"""The race: every method plays the same game from the same start, one move each per step."""

from __future__ import annotations

import math

import numpy as np

from engine.exhibit import State
from engine.exhibits.minimax.games import GAMES
from engine.exhibits.minimax.methods import METHODS, Rules, Vector
from engine.exhibits.minimax.params import MinimaxParams
from engine.kit.trace import Trace

TRAIL = 512  # points of its path that each method keeps
CURVE = 256  # points of the distance curve
LONGEST = 0.05  # time in one step of the continuous flow
COUNT = len(METHODS)


class Race:
    """Positions, paths and distance curves of all methods.

    Args:
        params: game, steps and who takes part.
        start: (2,), where everybody starts.

    Shapes:
        w, last: (M, 2), the points now and one step ago.
        drift: (2,), where the continuous flow is; stream: (TRAIL, 2), its path, a ring like trail.
        trail: (M, TRAIL, 2), a ring: the point after move n is in column n % TRAIL; the start where there is none yet.
        curve: log10 of the distance over the moves, (M,) each.
        joined: (M,), the move at which a method joined the race.
        anchor: (M,), the move since which a method has played by the present rules.
        anchor_height: (M,), log10 of its distance then.
    """

    def __init__(self, params: MinimaxParams, start: Vector) -> None:
        self.begin(params, start)

    def begin(self, params: MinimaxParams, start: Vector) -> None:
        """Everybody goes to ``start``."""
        self.start = np.array(start, float)
        self.moves = 0
        self.w = np.tile(self.start, (COUNT, 1))
        self.last = self.w.copy()
        self.drift, self.stream = self.start.copy(), np.tile(self.start, (TRAIL, 1))
        self.trail = np.tile(self.start, (COUNT, TRAIL, 1))
        self.curve = Trace(CURVE, dtype=np.float64, height=(COUNT,))
        self.joined, self.anchor = np.zeros(COUNT, int), np.zeros(COUNT, int)
        self.anchor_height = np.full(COUNT, height(self.start[None])[0])
        self.slopes: np.ndarray | None = None  # (M, 2), during a step only
        self.halves: np.ndarray | None = None
        self.play_by(params)
        self._note()

    def play_by(self, params: MinimaxParams) -> None:
        """The rules from now on; who does not race is out of the picture."""
        self.params, self.game = params, GAMES[params.game]
        self.racing = np.array(params.racing())
        self.constants = self.game.values(params)
        self.eta = np.array([params.eta, params.eta * params.ratio])
        self.bound = float(getattr(params, self.game.bound)) if self.game.bound else np.inf
        self.rules = Rules(self.slope, self.keep, params.beta, params.order == "alternating", self.brake)

    def change(self, params: MinimaxParams) -> None:
        """The rules change on the way: newcomers begin at the start, theory is measured against from here."""
        before = self.racing
        self.play_by(params)
        fresh = self.racing & ~before
        self.w[fresh] = self.last[fresh] = self.start
        self.trail[fresh] = self.start
        self.joined[fresh] = self.anchor[:] = self.moves
        self.anchor_height = height(self.w)

    def slope(self, w: Vector) -> Vector:
        """g(w) = (eta_x v_x, eta_y v_y)."""
        return self.eta * np.array(self.game.field(float(w[0]), float(w[1]), *self.constants))

    def keep(self, w: Vector) -> Vector:
        """Clip y where the game bounds it."""
        return w if np.isinf(self.bound) else np.array([w[0], np.clip(w[1], -self.bound, self.bound)])

    def brake(self, w: Vector) -> Vector:
        """Gamma diag(eta_x, eta_y) J(w)^T v(w): downhill on |v|^2 / 2; nothing where the field jumps."""
        J = self.game.jacobian(float(w[0]), float(w[1]), *self.constants)
        if J is None:
            return np.zeros(2)
        v = np.array(self.game.field(float(w[0]), float(w[1]), *self.constants))
        return np.asarray(self.params.brake * self.eta * (np.array(J).T @ v))

    def flow(self) -> None:
        """The point that follows the field without steps goes on for as long as one step takes: Runge-Kutta."""
        parts = math.ceil(float(self.eta.max()) / LONGEST)
        for _ in range(parts):
            w, k = self.drift, np.zeros((4, 2))
            for i, ahead in enumerate((0.0, 0.5, 0.5, 1.0)):
                k[i] = self.slope(w + ahead * k[i - 1]) / parts
            self.drift = self.keep(w + (k[0] + 2 * k[1] + 2 * k[2] + k[3]) / 6)

    def read_slopes(self) -> None:
        """First part of a step: everybody reads the slope where it stands."""
        self.slopes, self.halves = np.zeros((COUNT, 2)), None
        with np.errstate(all="ignore"):
            for i in np.flatnonzero(self.racing):
                self.slopes[i] = self.slope(self.w[i])

    def go_halfway(self) -> None:
        """Second part: everybody goes, or looks, half way."""
        assert self.slopes is not None
        self.halves = self.w.copy()
        with np.errstate(all="ignore"):
            for i in np.flatnonzero(self.racing):
                self.halves[i] = METHODS[i].halfway(self.w[i], self.last[i], self.slopes[i], self.rules)

    def land(self) -> None:
        """Third part: everybody lands."""
        assert self.slopes is not None and self.halves is not None
        with np.errstate(all="ignore"):
            for i in np.flatnonzero(self.racing):
                args = (self.w[i].copy(), self.last[i], self.slopes[i], self.halves[i], self.rules)
                self.w[i], self.last[i] = METHODS[i].land(*args), args[0]
            self.slopes = self.halves = None
            self.flow()
            self.moves += 1
            self._note()

    def _note(self) -> None:
        """Write down where everybody is."""
        self.trail[:, self.moves % TRAIL], self.stream[self.moves % TRAIL] = self.w, self.drift
        if self.curve.arrive():
            self.curve.keep(self.moves, {"height": height(self.w)})

    def resting(self) -> float | None:
        """The radius of the circle on which simultaneous steps stop, where theory has one: both as fast."""
        alike = self.params.ratio == 1
        return self.game.resting(self.params.eta) if self.game.resting and alike else None

    def paths(self, most: int = TRAIL) -> np.ndarray:
        """The last ``most`` points of everybody, (M, most, 2), oldest first."""
        return self.trail[:, self._columns(most)]

    def stream_path(self, most: int = TRAIL) -> np.ndarray:
        """The same of the continuous flow, (most, 2)."""
        return self.stream[self._columns(most)]

    def _columns(self, most: int) -> np.ndarray:
        return (np.arange(self.moves + 1, self.moves + 1 + TRAIL) % TRAIL)[TRAIL - most :]

    def own_path(self, i: int) -> np.ndarray:
        """What method i has walked by the present rules, (T, 2), oldest first."""
        length = min(TRAIL, self.moves - int(self.anchor[i]) + 1)
        return self.paths()[i, TRAIL - length :]

    def distance_curve(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        """Moves and log10 of method i's distance after them, since it joined, (n,) each."""
        shown = self.curve.steps >= self.joined[i] if self.racing[i] else slice(0)
        return self.curve.steps[shown], self.curve["height"][shown, i]

    def distances(self) -> np.ndarray:
        """(M,), from the equilibrium; NaN for who does not race."""
        with np.errstate(over="ignore"):
            return np.where(self.racing, np.hypot(self.w[:, 0], self.w[:, 1]), np.nan)

    def state_dict(self) -> State:
        """Everything there is, between two steps."""
        return {
            "start": self.start, "moves": self.moves, "w": self.w, "last": self.last, "trail": self.trail,
            "curve": self.curve.state_dict(), "joined": self.joined, "anchor": self.anchor,
            "anchor_height": self.anchor_height, "drift": self.drift, "stream": self.stream,
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.moves = int(state["moves"])
        self.curve.load_state_dict(state["curve"])
        for name in ("start", "w", "last", "trail", "joined", "anchor", "anchor_height", "drift", "stream"):
            setattr(self, name, np.array(state[name]))
        self.slopes = self.halves = None


def height(w: np.ndarray) -> np.ndarray:
    """log10 of the distance from the equilibrium, (M,) for (M, 2); at least -300."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.log10(np.maximum(np.hypot(w[:, 0], w[:, 1]), 1e-300))
