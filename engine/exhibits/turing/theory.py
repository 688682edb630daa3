r"""Linear theory of pattern formation: which waves grow on a uniform steady state, and how fast.

A small wave of wavenumber k about a steady state with Jacobian J obeys  w' = (J - x diag(D_u, D_v)) w,  where -x is
the Laplacian's eigenvalue: x = k^2 in the continuum, x = 4 sin^2(k h / 2) / h^2 along an axis of the lattice (h = 1).
Its growth rate is the larger real part of the eigenvalues,

    lambda = T/2 + sqrt(T^2/4 - Q),   T = f_u + g_v - (D_u + D_v) x,
    Q = (f_u - D_u x)(g_v - D_v x) - f_v g_u.

References:
    Turing 1952, sections 6 to 9. Murray, Mathematical Biology II (2003), sections 2.3 and 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.exhibits.turing.models.base import Matrix

STABLE, TURING, HOPF, BOTH, NODE, OTHER = range(6)
KINDS = ("stable", "Turing", "Hopf", "Turing and Hopf", "unstable node", "other")
"""What the numbers in a stability map stand for; *other* is a saddle, or no such state."""


def lattice_square(k: Any) -> Any:
    """X = 4 sin^2(k / 2): what k^2 becomes along an axis of the unit lattice."""
    return 4 * np.sin(np.asarray(k) / 2) ** 2


def eigenvalue(J: Matrix, D: tuple[Any, Any], x: Any) -> Any:
    """The eigenvalue of largest real part of J - x diag(D), complex, for each x."""
    fu, fv, gu, gv = J
    half = (fu + gv - (D[0] + D[1]) * x) / 2
    # half^2 - Q written without cancellation: ((f_u - g_v - (D_u - D_v) x) / 2)^2 + f_v g_u
    difference = (fu - gv - (D[0] - D[1]) * x) / 2
    return half + np.sqrt(np.asarray(difference**2 + fv * gu, dtype=complex))


def sharpest_factor(J: Matrix, D: tuple[float, float], dt: float, highest: float) -> float:
    """What an Euler step does to the fastest decaying wave, at x = ``highest``: 1 + dt times the lower real part.

    Below -1 the wave grows from step to step although the equations damp it.
    """
    fu, _, _, gv = J
    upper = eigenvalue(J, D, highest).real
    return float(1 + dt * (fu + gv - (D[0] + D[1]) * highest - upper))


@dataclass(frozen=True)
class Dispersion:
    """Growth of every wave.

    Args:
        k: wavenumbers in radians per cell.
        growth: larger real part of lambda(k).
        band: the interval of k > 0 that grows; NaN where none does.
        fastest: the wavenumber that grows fastest, NaN where none with k > 0 grows faster than the uniform state.
    """

    k: np.ndarray
    growth: np.ndarray
    band: tuple[float, float]
    fastest: float

    @property
    def wavelength(self) -> float:
        """2 pi / k of the fastest growing wave, in cells."""
        return 2 * np.pi / self.fastest


def dispersion(J: Matrix, D: tuple[float, float], *, lattice: bool = True, points: int = 400) -> Dispersion:
    """Growth over 0 <= k <= pi, along an axis of the lattice or in the continuum."""
    k = np.linspace(0, np.pi, points)
    growth = eigenvalue(J, D, lattice_square(k) if lattice else k**2).real
    return Dispersion(k, growth, _band(k, growth), _fastest(k, growth))


def _fastest(k: np.ndarray, growth: np.ndarray) -> float:
    """Where the curve peaks, by the parabola through the highest point and its neighbours."""
    top = int(np.argmax(growth))
    if top == 0 or growth[top] <= 0:
        return float("nan")
    if top == len(k) - 1:
        return float(k[top])
    left, middle, right = growth[top - 1 : top + 2]
    return float(k[top] + 0.5 * (k[1] - k[0]) * (left - right) / (left - 2 * middle + right))


def _band(k: np.ndarray, growth: np.ndarray) -> tuple[float, float]:
    """First and last zero of the growing interval, interpolated linearly."""
    growing = np.flatnonzero(growth[1:] > 0) + 1
    if not growing.size:
        return float("nan"), float("nan")
    first, last = growing[0], growing[-1]
    return _zero(k, growth, first - 1, first), _zero(k, growth, last, last + 1)


def _zero(k: np.ndarray, growth: np.ndarray, i: int, j: int) -> float:
    if j >= len(k) or growth[i] * growth[j] >= 0:
        return float(k[min(j, len(k) - 1)] if growth[i] > 0 >= growth[min(j, len(k) - 1)] else k[i])
    return float(k[i] - growth[i] * (k[j] - k[i]) / (growth[j] - growth[i]))


def diffusion_ratio(J: Matrix, D: tuple[float, float]) -> float:
    """D = D_inhibitor / D_activator, the activator being the one that makes more of itself: f_u > 0, or g_v > 0.

    NaN where neither does or both do; infinite where only the inhibitor spreads.
    """
    fu, _, _, gv = (float(entry) for entry in J)
    if (fu > 0) == (gv > 0):
        return float("nan")
    activator, inhibitor = D if fu > 0 else D[::-1]
    if activator == 0:
        return float("inf") if inhibitor > 0 else float("nan")
    return inhibitor / activator


def critical_ratio(J: Matrix) -> float:
    """The ratio d = D_inhibitor / D_activator at which the first wave starts to grow; NaN if none does.

    With f_u > 0 (u the activator) it solves  d f_u + g_v = 2 sqrt(d det J),  so

        sqrt(d_c) = (sqrt(det J) + sqrt(-f_v g_u)) / f_u;

    with g_v > 0 the two change places.
    """
    fu, fv, gu, gv = (float(entry) for entry in J)
    det = fu * gv - fv * gu
    if fu + gv >= 0 or det <= 0 or max(fu, gv) <= 0:
        return float("nan")
    return ((det**0.5 + (-fv * gu) ** 0.5) / max(fu, gv)) ** 2


def kind(J: Matrix, D: tuple[Any, Any], highest: float = 8.0) -> np.ndarray:
    """Classify steady states, entry by entry: STABLE, TURING, HOPF, BOTH, NODE or OTHER.

    While stirred, a state with det J > 0 is stable for tr J < 0; for tr J > 0 it swings away in growing oscillations
    (HOPF, an unstable focus) where (tr J)^2 < 4 det J, and otherwise departs straight (NODE). TURING is stable when
    stirred, BOTH is a focus, and in either some standing wave with 0 < x <= ``highest`` (8 on a square lattice, 4 on a
    ring) grows:

        Q(x) = D_u D_v x^2 - (D_u g_v + D_v f_u) x + det J < 0.

    With D_u = D_v the eigenvalues are those of the stirred state less D x, so that neither can be: both need unequal
    diffusion. About a node Q < 0 takes none, and says nothing of the kind.
    """
    fu, fv, gu, gv = (np.asarray(entry, dtype=float) for entry in J)
    Du, Dv = (np.asarray(entry, dtype=float) for entry in D)
    trace, det = fu + gv, fu * gv - fv * gu
    slope = Du * gv + Dv * fu
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.clip(np.nan_to_num(slope / (2 * Du * Dv), nan=0.0, posinf=highest), 0, highest)
        turing = Du * Dv * x**2 - slope * x + det < 0
        unstable = np.where(trace**2 >= 4 * det, NODE, np.where(turing, BOTH, HOPF))
        code = np.where(trace > 0, unstable, np.where(turing, TURING, STABLE))
        return np.where(det > 0, code, OTHER).astype(np.uint8)
