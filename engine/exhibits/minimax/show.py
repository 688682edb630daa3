"""From the race to what the page shows of it."""

from __future__ import annotations

import math

import numpy as np

from engine.exhibit import Frame
from engine.exhibits.minimax.methods import METHODS
from engine.exhibits.minimax.projection import Projection
from engine.exhibits.minimax.race import COUNT, Race
from engine.exhibits.minimax.theory import as_points, envelope_growth, fitted_eigenvalues, radius, zoom
from engine.exhibits.minimax.verdict import status

SHOWN = 320  # points of a path in the picture


def picture(race: Race, projection: Projection) -> Frame:
    """The plane of the two players, in the coordinates of the picture: -1 ... 1 each way, y upwards.

    Shapes:
        trails: (M, SHOWN, 2), oldest first. arrows: (n, 4), middle and direction. start: (1, 2).
        racing: (M,), 0 or 1. ticks: (n,). bounds: (2,), heights that the game allows y.
        flow: (1, SHOWN, 2), the way of the continuous flow, and flowing (1,), whether it is to be seen.
        resting: (1, 181, 2), the circle on which simultaneous steps stop, and rests (1,), whether there is one.
        probes: (M, 4), in slow motion: from where a method stands to where it looks.
    """
    marks, labels = projection.ticks()
    arrays = {
        "ticks": marks,
        "trails": projection.to_picture(race.paths(SHOWN)),
        "arrows": projection.arrows(lambda x, y: race.game.field(x, y, *race.constants)),
        "start": projection.to_picture(race.start[None]),
        "racing": race.racing,
        "flow": projection.to_picture(race.stream_path(SHOWN))[None],
        "flowing": np.array([race.params.flow]),
    }
    radius = race.resting()
    turn = np.linspace(0, 2 * np.pi, 181)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=-1) * (radius or 0.0)
    arrays |= {"resting": projection.to_picture(circle)[None], "rests": np.array([radius is not None])}
    if race.slopes is not None:
        there = race.w + race.slopes if race.halves is None else race.halves
        arrays["probes"] = np.hstack([projection.to_picture(race.w), projection.to_picture(there)])
    if math.isfinite(race.bound) and not projection.logarithmic:
        arrays["bounds"] = np.array([-race.bound, race.bound]) / projection.extent
    words = {"ticks": ",".join(labels), "rings": "yes" if projection.logarithmic else ""}
    return Frame(_single(arrays), {}, words)


def curves(race: Race, promised: list[np.ndarray]) -> Frame:
    """The distances over the moves, and the straight lines (on a log axis) that linear theory promises.

    Args:
        promised: the eigenvalues of every method's move.
    """
    arrays = {}
    for i, method in enumerate(METHODS):
        at, curve = race.distance_curve(i)
        arrays[f"curve_at_{method.name}"], arrays[f"curve_{method.name}"] = at, _power(curve)
        factor = radius(promised[i])
        ends = np.array([race.anchor[i], race.moves] if race.racing[i] and factor > 0 else [])
        arrays[f"promise_at_{method.name}"] = ends
        rise = math.log10(factor) if factor > 0 else 0.0
        arrays[f"promise_{method.name}"] = _power(race.anchor_height[i] + (ends - race.anchor[i]) * rise)
    return Frame(_single(arrays))


def measurement(race: Race, promised: list[np.ndarray]) -> Frame:
    """Eigenvalues and growth as measured, beside what theory promises; in words, what every method does."""
    found = [_measured(race, i) for i in range(COUNT)]
    away = race.distances()
    metrics, words = {}, {}
    for i, method in enumerate(METHODS):
        growth = _growth(race, i, found[i])
        metrics[f"distance_{method.name}"] = float(away[i])
        metrics[f"promised_{method.name}"] = radius(promised[i]) if race.racing[i] else math.nan
        metrics[f"measured_{method.name}"] = growth
        words[f"status_{method.name}"] = status(race, i, growth)
    return Frame(_single(as_points(found, "measured")), metrics, words)


def _measured(race: Race, i: int) -> np.ndarray:
    if not race.racing[i] or race.game.at_equilibrium(race.params) is None:
        return np.empty(0, complex)
    return fitted_eigenvalues(race.own_path(i), METHODS[i].remembers)


def _growth(race: Race, i: int, found: np.ndarray) -> float:
    """The factor per step: of the fitted map or, where none fits, of the path's envelope."""
    if found.size:
        return radius(found)
    return envelope_growth(race.own_path(i)) if race.racing[i] else math.nan


def promises(race: Race, promised: list[np.ndarray]) -> Frame:
    """The unit circle and every method's eigenvalues at the equilibrium; what the two numbers are called."""
    shown = [values if racing else values[:0] for values, racing in zip(promised, race.racing, strict=True)]
    zoom_x, zoom_y = zoom(shown)
    turn = np.linspace(0, 2 * np.pi, 1441)  # fine enough to be magnified
    arrays = {**as_points(shown, "promised"), "zoom_x": zoom_x, "zoom_y": zoom_y}
    arrays |= {"circle_re": np.cos(turn), "circle_im": np.sin(turn)}
    x, y = race.game.axes
    return Frame(_single(arrays), {}, {"x": x, "y": y})


def limits(rates: list[float]) -> Frame:
    """The learning rate up to which every method converges at the equilibrium, as a number and in words."""
    metrics = {f"limit_{method.name}": rate for method, rate in zip(METHODS, rates, strict=True)}
    words = {f"limit_{method.name}": rate_word(rate) for method, rate in zip(METHODS, rates, strict=True)}
    return Frame({}, metrics, words)


def rate_word(rate: float) -> str:
    """Up to which learning rate a method converges, as a word."""
    if math.isnan(rate):
        return "–"
    return "none" if rate == 0 else "all" if math.isinf(rate) else f"{rate:.3f}"


def _single(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: np.asarray(array, np.float32) for name, array in arrays.items()}


def _power(height: np.ndarray) -> np.ndarray:
    """10^height, within what a float32 holds."""
    return np.asarray(10.0 ** np.clip(height, -37.0, 38.0))
