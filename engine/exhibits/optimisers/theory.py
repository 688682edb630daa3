r"""What theory says of gradient descent, and how it is kept.

A function is beta-smooth where no eigenvalue of its Hessian is larger than beta in size. There, one step of gradient
descent with the rate eta lowers it by

    L(w) - L(w - eta g) >= eta (1 - beta eta / 2) ||g||^2,

which for eta = 1/beta is the lecture's L(m_t) - L(m_{t+1}) >= (1/2 beta) ||g||^2. Summed over T steps,
L_0 - L_T >= (1/2 beta) sum ||g||^2 >= (T/2 beta) eps^2 while ||g|| >= eps, so that T <= 2 beta (L_0 - L_T) / eps^2.

References:
    Nesterov, Introductory Lectures on Convex Optimization, 2004, section 1.2.3; Goh, "Why Momentum Really Works",
    Distill 2017.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import State

LATEX = {
    "drop": r"\frac{1}{2\beta}\sum_t s_t",
    "steps": r"\frac{2\beta(L_0 - L_T)}{\varepsilon^2}",
    "closed": r"w + (1 - \eta\lambda)^t(u - w)",
}
"""Lower bound of the drop (s_t = ||grad||^2), upper bound of the steps, closed form in one eigendirection."""


class Descent:
    """The account of gradient descent since its start: what it has dropped, and what was promised.

    Args:
        loss: at the start.
    """

    def __init__(self, loss: float) -> None:
        self.first = self.last = loss
        self.promised, self.steepness, self.gentlest, self.steps = 0.0, 0.0, math.inf, 0

    def add(self, slope: float, eta: float, beta: float, loss: float) -> None:
        """Enter one step.

        Args:
            slope: ||g|| before it. loss: after it.
        """
        self.promised += promised_drop(slope, eta, beta)
        self.steepness += slope**2
        self.gentlest = min(self.gentlest, slope)
        self.last = loss
        self.steps += 1

    @property
    def dropped(self) -> float:
        """L_0 - L_T."""
        return self.first - self.last

    @property
    def kept(self) -> bool:
        """Whether at least the promised drop has come, up to rounding."""
        return self.dropped >= self.promised - 1e-9 * (1 + abs(self.first))

    def longest(self, beta: float) -> float:
        """The most steps that a gradient as small as the smallest so far can take: 2 beta (L_0 - L_T) / eps^2."""
        if not self.steps or not 0 < self.gentlest < math.inf:
            return math.nan
        return 2 * beta * self.dropped / self.gentlest**2

    def state_dict(self) -> State:
        """The whole account; an infinity travels as None."""
        gentlest = None if math.isinf(self.gentlest) else self.gentlest
        return {"first": self.first, "last": self.last, "promised": self.promised, "steepness": self.steepness,
                "gentlest": gentlest, "steps": self.steps}  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        for name in ("first", "last", "promised", "steepness"):
            setattr(self, name, float(state[name]))
        self.gentlest = math.inf if state["gentlest"] is None else float(state["gentlest"])
        self.steps = int(state["steps"])


def promised_drop(slope: float, eta: float, beta: float) -> float:
    """By how much one step lowers the loss at least: eta (1 - beta eta / 2) ||g||^2."""
    return eta * (1 - beta * eta / 2) * slope**2


def closed_form(hessian: Tensor, minimum: Tensor, start: Tensor, eta: float, steps: int) -> Tensor:
    """Where gradient descent on a quadratic stands after so many steps: w* + (I - eta H)^t (w_0 - w*).

    For the lecture's line this is, for slope and intercept apart, m_t = 5 + (1 - 2 eta mean(x^2))^t (m_0 - 5) and
    c_t = 2 + (1 - 2 eta)^t (c_0 - 2).

    Shapes:
        hessian: (2, 2). minimum, start: (2,). Returns (2,).
    """
    values, vectors = torch.linalg.eigh(hessian)
    away = vectors.T @ (start - minimum)
    return minimum + vectors @ ((1 - eta * values) ** steps * away)


def momentum_rate(curvature: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """The factor per step of a heavy ball in one eigendirection: the spectral radius of [[1 + mu - a, -mu], [1, 0]].

    Shapes:
        curvature: a = eta lambda; broadcasts with mu.
    """
    half = (1 + mu - curvature) / 2
    root = half**2 - mu
    return np.where(root < 0, np.sqrt(np.abs(mu)), np.abs(half) + np.sqrt(np.maximum(root, 0)))


def rate_map(bends: np.ndarray, beta: float, rates: np.ndarray, mus: np.ndarray) -> np.ndarray:
    """The slowest direction's factor per step over (step, momentum), as in Goh's article.

    Args:
        bends: (2,), the eigenvalues of the Hessian at a minimum. beta: what rates are measured with.
        rates: (n,), values of eta beta. mus: (m,).

    Shapes:
        Returns (m, n).
    """
    a = rates[None, :, None] * bends / beta
    return np.asarray(momentum_rate(a, mus[:, None, None]).max(axis=-1))
