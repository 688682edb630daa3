r"""What the paper proves, as functions of time, for one output, unit-norm inputs, fixed V and a bounded critic.

With z_0 the outputs at the start, H the kernel of an infinitely wide layer, lambda_0 and lambda_max its extreme
eigenvalues, lambda_1 = 2 lambda_max + lambda_0, kappa = lambda_1 / lambda_0, mu = L n sqrt(2 log(2/delta)) / sqrt(m):

    Theorem 1  |u_j(t) - u_j(0)| <= 2 sqrt(n) |z_0 - y| / (sqrt(m) lambda_0)  (1 - exp(-lambda_0 t / 2))
    Theorem 2  the same, plus  mu (1 + kappa sqrt(n)) / sqrt(m)  t, with probability 1 - delta
    residual   |z - y| <= (|z_0 - y| - kappa mu) exp(-lambda_0 t / 2) + kappa mu,  without adversary mu = 0.

An adversary of strength alpha is alpha times as strong: mu is multiplied by it.

References:
    L. Rout, Why Adversarial Interaction Creates Non-Homogeneous Patterns, AAAI 2021, theorems 1 and 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

LATEX = {
    "theorem 1": r"\tfrac{2\sqrt n\,\lVert z_0-y\rVert}{\sqrt m\,\lambda_0} \big(1-e^{-\lambda_0t/2}\big)",
    "theorem 2 adds": r"\tfrac{\mu(1+\kappa\sqrt n)}{\sqrt m}\,t",
    "mu": r"\tfrac{\alpha\,L\,n\sqrt{2\log(2/\delta)}}{\sqrt m}",
    "kappa": r"\tfrac{2\lambda_{max}+\lambda_0}{\lambda_0}",
    "r": r"\kappa\lambda_0\mu",
    "K": r"\kappa\mu",
    "bernoulli": r"r\,\psi^{1/2}\big(1-\psi^{1/2}/K\big)",
    "logistic": r"r\,P\big(1-P/K\big)",
}
"""The bounds as published, but for the strength alpha of the adversary, which is 1 there."""


def h_infinity(X: np.ndarray) -> np.ndarray:
    """E over u ~ N(0, I) of x_i . x_j 1{u . x_i >= 0} 1{u . x_j >= 0} = x_i . x_j (pi - arccos x_i . x_j) / 2 pi.

    Shapes:
        X (n, d_in), rows of norm 1. Returns (n, n).
    """
    cosine = np.clip(X @ X.T, -1.0, 1.0)
    return cosine * (np.pi - np.arccos(cosine)) / (2 * np.pi)


def kernel(X: Any, S: Any) -> Any:
    """H(t)_ij = x_i . x_j mean over neurons of s_i s_j: what H is for the m neurons there are. Arrays or tensors.

    Shapes:
        X (n, d_in), S (m, n). Returns (n, n).
    """
    return (X @ X.T) * (S.T @ S) / len(S)


@dataclass(frozen=True)
class Theory:
    """The bounds for one run.

    Args:
        lambda_0, lambda_max: extreme eigenvalues of :func:`h_infinity`.
        n, m: samples and neurons.
        start: |z_0 - y|.
        L: the bound on the rows of the critic.
        delta: probability with which Theorem 2 may fail.
        alpha: the strength of the adversary.
    """

    lambda_0: float
    lambda_max: float
    n: int
    m: int
    start: float
    L: float
    delta: float
    alpha: float = 1.0

    @property
    def kappa(self) -> float:
        """(2 lambda_max + lambda_0) / lambda_0."""
        return (2 * self.lambda_max + self.lambda_0) / self.lambda_0

    @property
    def mu(self) -> float:
        """How far the adversary can push: alpha L n sqrt(2 log(2 / delta)) / sqrt(m)."""
        return float(self.alpha * self.slope * self.n / np.sqrt(self.m))

    @property
    def slope(self) -> float:
        """L sqrt(2 log(2 / delta)): with probability 1 - delta the critic is no steeper at an output.

        A sum of k terms a_r w_r 1{w_r z >= 0} / sqrt(k) with signs a_r that are independent of the w_r, each at most
        L / sqrt(k) large (Hoeffding). Of a critic that has been trained a_r and w_r know of each other, and it may be
        as steep as L sqrt(k).
        """
        return float(self.L * np.sqrt(2 * np.log(2 / self.delta)))

    @property
    def floor(self) -> float:
        """K = kappa mu, the residual that the adversary keeps up."""
        return self.kappa * self.mu

    @property
    def rate(self) -> float:
        """R = lambda_1 mu, of the Bernoulli equation."""
        return self.kappa * self.lambda_0 * self.mu

    def supervised(self, t: float) -> float:
        """Theorem 1: the farthest a neuron may be without adversary. It saturates."""
        reach = 2 * np.sqrt(self.n) * self.start / (np.sqrt(self.m) * self.lambda_0)
        return float(-reach * np.expm1(-self.lambda_0 * t / 2))

    def adversarial(self, t: float) -> float:
        """Theorem 2: with adversary. It goes on growing."""
        return float(self.supervised(t) + self.mu * (1 + self.kappa * np.sqrt(self.n)) / np.sqrt(self.m) * t)

    def residual(self, t: float, *, adversary: bool) -> float:
        """The largest |z - y| there may be."""
        floor = self.floor if adversary else 0.0
        return float((self.start - floor) * np.exp(-self.lambda_0 * t / 2) + floor)

    def equilibrium(self, epsilon: float, *, adversary: bool) -> float:
        """When the residual's bound is within ``epsilon`` of its floor; 0 if it is from the start."""
        away = abs(self.start - (self.floor if adversary else 0.0))
        return float(max(0.0, 2 / self.lambda_0 * np.log(away / epsilon))) if away > 0 else 0.0


def bernoulli(psi: float, r: float, K: float, t: float) -> float:
    """The solution of  dpsi/dt = r psi^(1/2) (1 - psi^(1/2) / K):  psi^(1/2) relaxes to K at the rate r / 2K."""
    return float((K + (np.sqrt(psi) - K) * np.exp(-r * t / (2 * K))) ** 2)


def logistic(P: float, r: float, K: float, t: float) -> float:
    """The solution of  dP/dt = r P (1 - P / K),  the growth of a population."""
    decay = np.exp(-r * t)
    return float(K * P / (P + (K - P) * decay)) if P else 0.0
