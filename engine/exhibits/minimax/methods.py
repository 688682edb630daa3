r"""Ways to play: how a method gets from w = (x, y) to the next point.

All are written with the scaled slope g(w) = (eta_x v_x(w), eta_y v_y(w)). Each move has two halves, which slow motion
shows: a point *half way* (looked at, or reached by one player only), then the landing. Near the equilibrium
g(w) = B w with B = diag(eta_x, eta_y) A, and the move becomes a matrix; the game is won where all its eigenvalues lie
inside the unit circle.

References:
    Korpelevich 1976 (extragradient); Daskalakis, Ilyas, Syrgkanis & Zeng, "Training GANs with Optimism", ICLR 2018;
    Gidel et al., "Negative Momentum for Improved Game Dynamics", AISTATS 2019; Mescheder, Nowozin & Geiger, "The
    Numerics of GANs", NeurIPS 2017 (consensus optimisation).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

Vector = np.ndarray
I2 = np.eye(2)
NONE = np.zeros((2, 2))
X_ONLY, Y_ONLY = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])


@dataclass(frozen=True)
class Rules:
    """What a method may use.

    Args:
        slope: w -> g(w).
        keep: w -> the nearest allowed point (clipping).
        beta: momentum.
        alternating: whether momentum moves x first, then y.
        brake: w -> gamma diag(eta_x, eta_y) J(w)^T v(w), with the derivative J of the field.
    """

    slope: Callable[[Vector], Vector]
    keep: Callable[[Vector], Vector]
    beta: float
    alternating: bool
    brake: Callable[[Vector], Vector] = np.zeros_like


class Method(ABC):
    """A way to play.

    Shapes:
        w, last, g, half: (2,), the point, the point before it, the slope g(w) and the point half way.
        matrix: (2, 2), or (4, 4) on (w, last) for a method with a memory.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    remembers: ClassVar[bool] = False

    def halfway(self, w: Vector, last: Vector, g: Vector, rules: Rules) -> Vector:
        """The point half way; here, where the plain step would lead."""
        return w + g

    @abstractmethod
    def land(self, w: Vector, last: Vector, g: Vector, half: Vector, rules: Rules) -> Vector:
        """The next point."""

    @abstractmethod
    def matrix(self, B: np.ndarray, beta: float, alternating: bool, brake: np.ndarray = NONE) -> np.ndarray:
        """The move as a matrix, where g(w) = B w and the brake is a matrix too, (2, 2)."""


class Simultaneous(Method):
    """Both players step at once:  w' = w + g(w).  On x y it grows by sqrt(1 + eta^2) per step."""

    name, label = "simultaneous", "Simultaneous"

    def land(self, w: Vector, last: Vector, g: Vector, half: Vector, rules: Rules) -> Vector:
        """The plain step."""
        return rules.keep(half)

    def matrix(self, B: np.ndarray, beta: float, alternating: bool, brake: np.ndarray = NONE) -> np.ndarray:
        """I + B."""
        return I2 + B


class Alternating(Method):
    """x steps, then y answers to the x it finds:  x' = x + g_x(x, y),  y' = y + g_y(x', y).

    On x y the two shears have determinant 1: for eta < 2 it circles for ever.
    """

    name, label = "alternating", "Alternating"

    def halfway(self, w: Vector, last: Vector, g: Vector, rules: Rules) -> Vector:
        """X has moved."""
        return w + X_ONLY @ g

    def land(self, w: Vector, last: Vector, g: Vector, half: Vector, rules: Rules) -> Vector:
        """Now y."""
        return rules.keep(half + Y_ONLY @ rules.slope(half))

    def matrix(self, B: np.ndarray, beta: float, alternating: bool, brake: np.ndarray = NONE) -> np.ndarray:
        """(I + B_y)(I + B_x)."""
        return (I2 + Y_ONLY @ B) @ (I2 + X_ONLY @ B)


class Extragradient(Method):
    """Look ahead, then step from where you stand with the slope found there:  w' = w + g(w + g(w))."""

    name, label = "extragradient", "Extragradient"

    def halfway(self, w: Vector, last: Vector, g: Vector, rules: Rules) -> Vector:
        """The look ahead."""
        return rules.keep(w + g)

    def land(self, w: Vector, last: Vector, g: Vector, half: Vector, rules: Rules) -> Vector:
        """The slope there, taken from here."""
        return rules.keep(w + rules.slope(half))

    def matrix(self, B: np.ndarray, beta: float, alternating: bool, brake: np.ndarray = NONE) -> np.ndarray:
        """I + B (I + B)."""
        return I2 + B @ (I2 + B)


class Optimistic(Method):
    """Expect the slope to go on changing as it just has:  w' = w + g(w) + (g(w) - g(last)).  One slope per step."""

    name, label, remembers = "optimistic", "Optimistic", True

    def land(self, w: Vector, last: Vector, g: Vector, half: Vector, rules: Rules) -> Vector:
        """The plain step, corrected by the change of the slope."""
        return rules.keep(half + g - rules.slope(last))

    def matrix(self, B: np.ndarray, beta: float, alternating: bool, brake: np.ndarray = NONE) -> np.ndarray:
        """[[I + 2B, -B], [I, 0]]."""
        return np.block([[I2 + 2 * B, -B], [I2, 0 * I2]])


class Momentum(Method):
    """Go on as before by a share beta:  w' = w + g + beta (w - last), x first if alternating.

    A negative beta brakes. On x y only alternating steps with beta < 0 converge.
    """

    name, label, remembers = "momentum", "Momentum β", True

    def halfway(self, w: Vector, last: Vector, g: Vector, rules: Rules) -> Vector:
        """X has moved (alternating), or both have coasted."""
        coast = rules.beta * (w - last)
        return w + X_ONLY @ (g + coast) if rules.alternating else w + coast

    def land(self, w: Vector, last: Vector, g: Vector, half: Vector, rules: Rules) -> Vector:
        """Now y, or the slope of both."""
        if not rules.alternating:
            return rules.keep(half + g)
        return rules.keep(half + Y_ONLY @ (rules.slope(half) + rules.beta * (w - last)))

    def matrix(self, B: np.ndarray, beta: float, alternating: bool, brake: np.ndarray = NONE) -> np.ndarray:
        """[[(1 + beta) I + B, -beta I], [I, 0]], or its two halves one after the other."""
        both = np.hstack([beta * I2 + B, -beta * I2])  # what is added, (2, 4)
        stay = np.hstack([I2, 0 * I2])
        if not alternating:
            return np.vstack([stay + both, stay])
        half = stay + X_ONLY @ both
        answer = B @ half + np.hstack([beta * I2, -beta * I2])  # y's slope is read at the point half way
        return np.vstack([half + Y_ONLY @ answer, stay])


class Consensus(Method):
    """Both also seek where the field is short:  w' = w + eta (v(w) - gamma J(w)^T v(w)),  J^T v being the slope of
    |v|^2 / 2.

    On x y it draws both straight inwards by gamma eta per step while they turn by eta: it converges for
    eta < 2 gamma / (1 + gamma^2).
    """

    name, label = "consensus", "Consensus"

    def halfway(self, w: Vector, last: Vector, g: Vector, rules: Rules) -> Vector:
        """The brake's part has been done."""
        return w - rules.brake(w)

    def land(self, w: Vector, last: Vector, g: Vector, half: Vector, rules: Rules) -> Vector:
        """And the plain step, with the slope at the start."""
        return rules.keep(half + g)

    def matrix(self, B: np.ndarray, beta: float, alternating: bool, brake: np.ndarray = NONE) -> np.ndarray:
        """I + B - brake, the brake being gamma diag(eta_x, eta_y) A^T A."""
        return I2 + B - brake


METHODS: tuple[Method, ...] = (
    Simultaneous(), Alternating(), Extragradient(), Optimistic(), Momentum(), Consensus(),
)  # fmt: skip
