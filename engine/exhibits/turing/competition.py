"""Spots, stripes or neither: what the amplitude equations say of the run at hand, in words and as curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.exhibits.turing.amplitude import Coefficients, coefficients, growth_at
from engine.exhibits.turing.models import Model
from engine.exhibits.turing.models.base import Matrix
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.theory import diffusion_ratio

POINTS = 241
NEAR = 1.25
"""Up to so many times the critical ratio the theory is taken at its word."""
FAR = 1.6
"""Where a threshold is looked for, in times the critical ratio; beyond, it is not said."""
GENTLE = 2e-4
"""Hysteresis over a smaller share of the critical ratio is none that anybody could see."""
NONE = "No ratio of the diffusivities lets waves grow here, so there are no amplitudes to compute."
UNBOUNDED = (
    "Amplitude equations: at d = {:.4g} a tall pattern appears at once; to third order nothing bounds it, so that "
    "neither its height nor its kind is predicted."
)


@dataclass(frozen=True)
class Competition:
    """What stands near onset, by the ratio d = D_inhibitor / D_activator.

    Args:
        now: the ratio of this run, NaN if there is none.
        thresholds: the ratios from which spots are there, at which waves start to grow, from which stripes hold, and
            up to which spots hold; NaN where there is none, infinite where beyond what was looked at.
        sentence: all this in words.
        curves: the contrast (standard deviation of u) of stripes and spots, and of those that do not hold, over ``d``.

    Shapes:
        curves: name -> (POINTS,) float32, NaN where there is nothing; ``amplitude_range`` (2,).
    """

    now: float
    thresholds: tuple[float, float, float, float]
    sentence: str
    curves: dict[str, np.ndarray]


def compete(model: Model, params: TuringParams, state: tuple[float, float]) -> Competition:
    """Work out the amplitude equations about ``state`` at onset, and place this run among their thresholds."""
    constants, D = model.constants(params), model.diffusivities(params)
    J, unknown = model.jacobian(*state, *constants), (float("nan"),) * 4

    def F(w: np.ndarray) -> np.ndarray:
        return np.array(model.reaction(w[0], w[1], *constants), float)

    with np.errstate(all="ignore"):
        found, now = coefficients(F, state, J, D), diffusion_ratio(J, D)
        if found is None:
            return Competition(float("nan"), unknown, NONE, _curves(None, J, D, (0.0, 1.0)))
        if not (found.g0 > 0 and found.g0 + 2 * found.g1 > 0):
            sentence = UNBOUNDED.format(found.ratio)
            return Competition(now, unknown, sentence, _curves(None, J, D, (0.5 * found.ratio, 1.5 * found.ratio)))
        thresholds = _thresholds(found, J, D)
        return Competition(
            now, thresholds, _sentence(found, thresholds, now), _curves(found, J, D, _range(thresholds, now))
        )


def _thresholds(found: Coefficients, J: Matrix, D: tuple[float, float]) -> tuple[float, float, float, float]:
    ratios = found.ratio * np.concatenate([np.linspace(0.4, 1.2, 300, endpoint=False), np.linspace(1.2, FAR, 60)])
    growth = np.maximum.accumulate(growth_at(J, D, ratios))

    def at(mu: float) -> float:
        return float(np.interp(mu, growth, ratios, right=np.inf)) if np.isfinite(mu) else mu

    return at(found.spots_from), found.ratio, at(found.stripes_from), at(found.spots_to)


def _range(thresholds: tuple[float, float, float, float], now: float) -> tuple[float, float]:
    """The ratios worth showing: the thresholds, and this run where it is near enough."""
    start, onset, _, end = thresholds
    shown = [min(each, NEAR * onset) for each in (end, now, 1.08 * onset) if np.isfinite(each)]
    low, high = min(start, max(now, 0.85 * onset)), max(shown)
    margin = 0.08 * (high - low)
    return low - margin, high + margin


def _curves(
    found: Coefficients | None, J: Matrix, D: tuple[float, float], span: tuple[float, float]
) -> dict[str, np.ndarray]:
    ratios, nothing = np.linspace(*span, POINTS), np.full(POINTS, np.nan)
    curves = dict.fromkeys(("stripes", "stripes_lost", "spots", "spots_lost", "threshold"), nothing)
    if found is not None:
        mu = growth_at(J, D, ratios)
        stripes, spots = 2**0.5 * found.stripes(mu), 6**0.5 * found.hexagons(mu)
        stripes_hold, spots_hold = mu >= found.stripes_from, mu <= found.spots_to
        curves = {
            "stripes": np.where(stripes_hold, stripes, np.nan),
            "stripes_lost": np.where(stripes_hold, np.nan, stripes),
            "spots": np.where(spots_hold, spots, np.nan),
            "spots_lost": np.where(spots_hold, np.nan, spots),
            "threshold": np.where(mu < 0, 6**0.5 * found.hexagons(mu, -1), np.nan),
        }
    named = {f"amplitude_{name}": array.astype(np.float32) for name, array in curves.items()}
    return named | {"amplitude_d": ratios.astype(np.float32), "amplitude_range": np.array(span, np.float32)}


def _sentence(found: Coefficients, thresholds: tuple[float, float, float, float], now: float) -> str:
    """Who stands here, and where that changes."""
    start, onset, stripes, end = thresholds
    spots = "spots" if found.h > 0 else "holes"
    if onset - start < GENTLE * onset:
        start, stripes, end = (onset,) * 3
        where = f"Amplitude equations: stripes grow gently from d = {onset:.4g} on."
    else:
        where = f"Amplitude equations: {spots} from d = {start:.4g}, at once and tall; waves grow from {onset:.4g}"
        where += f"; stripes hold from {stripes:.4g}" if np.isfinite(stripes) else ""
        where += f", {spots} up to {end:.4g}." if np.isfinite(end) else "."
    if not np.isfinite(now):
        return where
    if now > NEAR * onset:
        return f"{where} Here d = {now:.4g} is far beyond onset, where they are no longer exact."
    return f"{where} Here, at d = {now:.4g}, {_here((start, onset, stripes, end), now, spots)}."


def _here(thresholds: tuple[float, float, float, float], now: float, spots: str) -> str:
    start, onset, stripes, end = thresholds
    if now < start:
        return "only the even state holds"
    if now < onset:
        return f"{spots} and the even state both hold: noise dies, a strong seed need not (hysteresis)"
    if now < stripes:
        return f"{spots} win"
    return f"{spots} and stripes both hold" if now < end else "stripes win"
