r"""What linear theory promises and what is measured: eigenvalues of a method's move.

Theory: A is the field's Jacobian at the equilibrium, B = diag(eta_x, eta_y) A, and the move there is the matrix M of
the method. Its largest |eigenvalue| is the factor by which the distance changes per step in the long run.

Measurement: the matrix that fits the last moves best in least squares, w_{t+1} ~ M w_t (with w_{t-1} too for a method
with a memory), and its eigenvalues. On a linear game the two agree to rounding; elsewhere once the path is near 0.
Where no linear map explains the path, there is only the growth of its envelope to go by.
"""

from __future__ import annotations

import numpy as np

from engine.exhibits.minimax.games import Game
from engine.exhibits.minimax.methods import METHODS, Method
from engine.exhibits.minimax.params import MinimaxParams

UNEXPLAINED = 1e-5  # share of the moves that a fit may leave unexplained
LEAST = 64  # points from which on a path has an envelope
RATES = 60  # learning rates looked at
ROUNDING = 1e-12  # how close to 1 a modulus counts as 1
WINDOW = 32  # moves the measurement looks back
FAINT = 1e-9  # directions fainter than this in the path, relative to its strongest, are not fitted


def eigenvalues(game: Game, method: Method, params: MinimaxParams) -> np.ndarray:
    """The eigenvalues of the move at the equilibrium, (2,) or (4,) complex; empty where the field has no Jacobian."""
    A = game.at_equilibrium(params)
    if A is None:
        return np.empty(0, complex)
    return np.linalg.eigvals(move(A, method, params, params.eta)).astype(complex)


def move(A: np.ndarray, method: Method, params: MinimaxParams, eta: float) -> np.ndarray:
    """The method's move as a matrix, (2, 2) or (4, 4), where the field is A w, with the learning rate eta of x."""
    rates = np.diag([eta, eta * params.ratio])
    return method.matrix(rates @ A, params.beta, params.order == "alternating", params.brake * rates @ A.T @ A)


def largest_rate(game: Game, method: Method, params: MinimaxParams) -> float:
    """Up to which learning rate the method converges at the equilibrium, all else being as it is.

    Where its spectral radius first reaches 1 on the way up from 0; 0 where it does at once, infinite where it does not
    up to the largest rate there is, NaN where linear theory says nothing.
    """
    A = game.at_equilibrium(params)
    if A is None:
        return float("nan")

    def settles(eta: float) -> bool:
        return radius(np.linalg.eigvals(move(A, method, params, eta))) < 1 - ROUNDING

    knob = params.knobs()["eta"]
    rates = np.geomspace(float(knob.minimum or 0), float(knob.maximum or 0), RATES)
    after = next((i for i, eta in enumerate(rates) if not settles(float(eta))), None)
    if not after:
        return float("inf") if after is None else 0.0
    low, high = float(rates[after - 1]), float(rates[after])
    while high - low > 1e-5:
        middle = (low + high) / 2
        low, high = (middle, high) if settles(middle) else (low, middle)
    return low


def fitted_eigenvalues(path: np.ndarray, remembers: bool) -> np.ndarray:
    """The eigenvalues of the linear map that fits a path best; empty where it is too short or no map fits.

    Shapes:
        path: (T, 2), oldest first.
    """
    scale = np.abs(path).max(initial=0.0)
    if not (np.isfinite(scale) and scale > 1e-290) or len(path) < 8:
        return np.empty(0, complex)
    w = path[-WINDOW - 1 :] / scale
    z = np.hstack([w[1:], w[:-1]]) if remembers else w  # (n, 4) or (n, 2)
    M, _, rank, _ = np.linalg.lstsq(z[:-1], z[1:], rcond=FAINT)  # z_{t+1} = z_t M
    if np.linalg.norm(z[1:] - z[:-1] @ M) > UNEXPLAINED * np.linalg.norm(np.diff(z, axis=0)):
        return np.empty(0, complex)
    found = np.linalg.eigvals(M).astype(complex)
    return found[np.argsort(-np.abs(found))][: int(rank)]  # the others have died out of the path


def envelope_growth(path: np.ndarray) -> float:
    """Growth per step of the largest distance: the later half of the path against the earlier; NaN if too short.

    Shapes:
        path: (T, 2), oldest first.
    """
    if len(path) < LEAST:
        return float("nan")
    with np.errstate(over="ignore", invalid="ignore"):
        away = np.hypot(path[:, 0], path[:, 1])
        half = len(away) // 2
        before, after = float(away[:half].max()), float(away[half:].max())
        return float((after / before) ** (1 / half)) if before > 0 else float("nan")


def radius(values: np.ndarray) -> float:
    """The largest modulus; NaN of none."""
    return float(np.abs(values).max()) if values.size else float("nan")


def as_points(found: list[np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Eigenvalues of all methods as points to plot: ``name_re``, ``name_im`` and ``name_who``, one entry each."""
    together = np.concatenate(found)
    who = np.repeat(np.arange(len(found)), [values.size for values in found])
    return {f"{name}_re": together.real, f"{name}_im": together.imag, f"{name}_who": who}


def zoom(found: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """A square of the complex plane, as two ranges, that shows the leading eigenvalues of the upper half plane."""
    leading = [max(values, key=lambda value: (round(abs(value), 9), value.imag)) for values in found if values.size]
    if not leading:
        return np.array([-1.2, 1.2]), np.array([-1.2, 1.2])
    points = np.array([[value.real, abs(value.imag)] for value in leading])
    low, high = points.min(axis=0), points.max(axis=0)
    reach = max(0.75 * float((high - low).max()), 0.004)
    middle = (low + high) / 2
    return middle[0] + reach * np.array([-1.0, 1.0]), middle[1] + reach * np.array([-1.0, 1.0])


def predictions(game: Game, params: MinimaxParams) -> list[np.ndarray]:
    """The eigenvalues of every method."""
    return [eigenvalues(game, method, params) for method in METHODS]


def largest_rates(game: Game, params: MinimaxParams) -> list[float]:
    """Up to which learning rate each method converges."""
    return [largest_rate(game, method, params) for method in METHODS]
