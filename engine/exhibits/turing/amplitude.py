r"""Amplitude equations: how tall waves become near onset, and whether stripes or spots win.

Just beyond onset the field is a sum of the three waves at 120 degrees that grow, k_1 + k_2 + k_3 = 0,

    (u, v) = state + phi sum_j (A_j e^{i k_j x} + c.c.),

and everything else follows them. To third order, with L(x) = J - x diag(D), L(x_c) phi = 0, psi L(x_c) = 0, psi phi = 1
and Q, C the second and third derivative of the reaction,

    dA_1/dt = mu A_1 + h A_2* A_3* - (g_0 |A_1|^2 + g_1 |A_2|^2 + g_1 |A_3|^2) A_1   and cyclically,

    h   = psi Q(phi, phi)
    g_0 = -psi (Q(phi, w_0 + w_2) + C(phi, phi, phi) / 2)
    g_1 = -psi (Q(phi, w_0 + w_3) + C(phi, phi, phi))

where the waves that follow are  L(0) w_0 = -Q(phi, phi),  L(x(2k)) w_2 = -Q(phi, phi) / 2  and  L(x(sqrt 3 k)) w_3 =
-Q(phi, phi). What Q leaves at k itself adds to g_1 in proportion to h, which the theory takes for small: left out.

Stripes |A_1| = sqrt(mu / g_0) need mu > 0. Hexagons |A_j| = (|h| + sqrt(h^2 + 4 mu (g_0 + 2 g_1))) / 2 (g_0 + 2 g_1)
are there from mu_1 < 0 on, so that pattern and even state are both stable between mu_1 and 0: hysteresis. They are
spots of activator for h > 0, holes in it for h < 0. Stripes hold against hexagons from mu_3 on, hexagons up to mu_4:

    mu_1 = -h^2 / 4 (g_0 + 2 g_1)    mu_3 = h^2 g_0 / (g_1 - g_0)^2    mu_4 = h^2 (2 g_0 + g_1) / (g_1 - g_0)^2

References:
    Ciliberto et al., Physical Review Letters 65 (1990) 2370. Verdasca, De Wit & Dewel, Physics Letters A 168 (1992)
    194, for the Brusselator.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.exhibits.turing.models.base import Matrix
from engine.exhibits.turing.theory import critical_ratio, eigenvalue, lattice_square

STEP = 2e-3
"""Of the differences: exact for polynomials up to the fourth degree, and to six digits for what is not."""
Field = Callable[[np.ndarray], np.ndarray]
"""(u, v) -> (f, g), the reaction with its constants filled in."""


def second(F: Field, state: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The second derivative Q(a, b) of F, by central differences."""

    def along(c: np.ndarray) -> np.ndarray:
        h = STEP / max(float(np.abs(c).max()), 1e-12)
        near, far = (F(state + m * h * c) + F(state - m * h * c) - 2 * F(state) for m in (1, 2))
        return (16 * near - far) / (12 * h * h)

    return (along(a + b) - along(a - b)) / 4


def third(F: Field, state: np.ndarray, a: np.ndarray) -> np.ndarray:
    """The third derivative C(a, a, a) of F, by central differences."""
    h = 5 * STEP
    near, far = (F(state + m * h * a) - F(state - m * h * a) for m in (1, 2))
    return (far - 2 * near) / (2 * h**3)


@dataclass(frozen=True)
class Coefficients:
    """The amplitude equations at onset.

    Args:
        ratio: d = D_inhibitor / D_activator at onset.
        k: the critical wavenumber, radians per cell along an axis of the lattice.
        h, g0, g1: see the module; amplitudes are those of u.
        reach: how tall the second harmonic and the shift of the mean are for a wave A = 1, as a share of it.
    """

    ratio: float
    k: float
    h: float
    g0: float
    g1: float
    reach: float

    @property
    def spots_from(self) -> float:
        """mu_1, from which hexagons are there; NaN where they are not bounded to third order."""
        total = self.g0 + 2 * self.g1
        return -(self.h**2) / (4 * total) if total > 0 else float("nan")

    @property
    def stripes_from(self) -> float:
        """mu_3, from which stripes hold against hexagons; infinite if never, NaN where stripes are not bounded."""
        if self.g0 <= 0:
            return float("nan")
        return self.h**2 * self.g0 / (self.g1 - self.g0) ** 2 if self.g1 > self.g0 else float("inf")

    @property
    def spots_to(self) -> float:
        """mu_4, up to which hexagons hold against stripes; infinite if always."""
        return self.h**2 * (2 * self.g0 + self.g1) / (self.g1 - self.g0) ** 2 if self.g1 > self.g0 else float("inf")

    def stripes(self, mu: np.ndarray) -> np.ndarray:
        """|A| of stripes, NaN where there are none."""
        with np.errstate(invalid="ignore"):
            return np.sqrt(np.where((mu >= 0) & (self.g0 > 0), mu / self.g0, np.nan))

    def hexagons(self, mu: np.ndarray, branch: int = 1) -> np.ndarray:
        """|A_j| of the upper (1) or lower (-1) branch of hexagons, NaN where there is none; the lower one repels."""
        total, size = self.g0 + 2 * self.g1, abs(self.h)
        with np.errstate(invalid="ignore"):
            root = np.sqrt(np.asarray(size**2 + 4 * mu * total, float))
            found = (size + branch * root) / (2 * total)
        return np.where((found >= 0) & (total > 0), found, np.nan)


def coefficients(F: Field, state: tuple[float, float], J: Matrix, D: tuple[float, float]) -> Coefficients | None:
    """The amplitude equations where D_inhibitor grows to its critical value; None where there is no such onset.

    Args:
        D: of them the activator's counts, and which of the two it is.
    """
    ratio, matrix = critical_ratio(J), np.array([[float(each) for each in J[:2]], [float(each) for each in J[2:]]])
    first = 0 if matrix[0, 0] > 0 else 1  # the activator
    if not np.isfinite(ratio) or D[first] <= 0:
        return None
    spread = np.diag([D[first], ratio * D[first]] if first == 0 else [ratio * D[first], D[first]])
    x = float(np.sqrt(np.linalg.det(matrix) / np.linalg.det(spread)))
    if x >= 4:
        return None  # shorter than two cells
    k, at = 2 * np.arcsin(np.sqrt(x) / 2), np.array(state, float)
    phi, psi = _kernel(matrix - x * spread, first)

    def L(square: float) -> np.ndarray:
        return matrix - square * spread

    Q, C = second(F, at, phi, phi), third(F, at, phi)
    h = float(psi @ Q)
    w0 = np.linalg.solve(L(0), -Q)
    w2 = np.linalg.solve(L(float(lattice_square(2 * k))), -Q / 2)
    w3 = np.linalg.solve(L(float(lattice_square(min(3**0.5 * k, np.pi)))), -Q)
    g0 = -float(psi @ (second(F, at, phi, w0 + w2) + C / 2))
    g1 = -float(psi @ (second(F, at, phi, w0 + w3) + C))
    return Coefficients(ratio, float(k), h, g0, g1, float(np.abs(w0[0]) + np.abs(w2[0])))


def _kernel(L: np.ndarray, activator: int) -> tuple[np.ndarray, np.ndarray]:
    """Phi and psi of a singular L: phi has a u of size 1 and a positive activator, psi phi = 1."""
    left, _, right = np.linalg.svd(L)
    phi, psi = right[1], left[:, 1]
    phi = phi / abs(phi[0]) * np.sign(phi[activator])
    return phi, psi / (psi @ phi)


def growth_at(J: Matrix, D: tuple[float, float], ratios: np.ndarray) -> np.ndarray:
    """Mu for every ratio d: the growth rate of the fastest standing wave, the activator's diffusivity as it is."""
    fu, fv, gu, gv = (float(each) for each in J)
    det = fu * gv - fv * gu
    own = D[0] if fu > 0 else D[1]
    ratios = np.asarray(ratios, float)
    at_onset = np.sqrt(det / (own * own * ratios))  # x of the wave that grows first
    x = np.clip(at_onset * np.geomspace(0.4, 2.5, 150)[:, None], 0, 4)
    both = (own, own * ratios) if fu > 0 else (own * ratios, own)
    return np.asarray(eigenvalue(J, both, x).real.max(axis=0))
