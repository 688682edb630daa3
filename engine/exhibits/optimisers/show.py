"""From the race to what the page shows of it."""

from __future__ import annotations

import math

import numpy as np
import torch

from engine.exhibit import Frame
from engine.exhibits.optimisers import theory
from engine.exhibits.optimisers.basins import COLORS, Basins
from engine.exhibits.optimisers.race import Race
from engine.exhibits.optimisers.racers import NAMES, RACERS
from engine.exhibits.optimisers.surfaces import eigenvalues
from engine.exhibits.optimisers.terrain import Terrain
from engine.exhibits.optimisers.verdict import on_rate, sentence, states

SHOWN = 200  # points of a trail in the picture
LINES = 16  # contours
ARROW = 0.3  # of half the window: the longest arrow
FAR = 3.0  # half widths: trails beyond are drawn no farther
RATES, MUS = np.linspace(0.04, 4.0, 100), np.linspace(0.0, 0.99, 100)
TINY = 1e-16


def picture(race: Race) -> Frame:
    """The plane of the two numbers, in their own units.

    Shapes:
        trails: (M, SHOWN, 2), oldest first. racing: (M,), 0 or 1. start: (1, 2). probes: (M, 4), in slow motion.
        gradients, velocities: (M, 4), middle and direction of an arrow downhill, and of one along the last step.
    """
    half = race.terrain.surface.half
    _, slope = race.terrain.surface.slope(race.w)
    arrays = {
        "trails": _kept_near(race, race.trace.even("at", SHOWN).transpose(1, 0, 2)),
        "racing": race.racing,
        "start": race.start[None].numpy(),
        "gradients": _arrows(race, -slope, race.terrain.slope),
        "velocities": _arrows(race, race.w - race.before, 0.05 * half),
        "chosen_at": race.w[[NAMES.index(race.params.chosen)]].numpy(),
    }
    if race.slopes is not None:
        there = race.planned if race.planned is not None else race.w - race.rules.eta * race.slopes
        ends = _kept_near(race, there.numpy())
        arrays["probes"] = np.hstack([race.w.numpy(), ends])
    return Frame(_single(arrays))


def _arrows(race: Race, along: torch.Tensor, usual: float) -> np.ndarray:
    """Arrows from where the racers stand; however large a vector, its arrow stays short. (M, 4)."""
    size = along.norm(dim=1, keepdim=True)
    reach = ARROW * race.terrain.surface.half * size / (size + usual)
    arrow = torch.nan_to_num(reach * along / size.clamp(min=1e-300)) * torch.from_numpy(race.walking)[:, None]
    return torch.cat([race.w + arrow / 2, arrow], dim=1).numpy()


def _kept_near(race: Race, places: np.ndarray) -> np.ndarray:
    """Places, those far outside the window moved to its surroundings."""
    centre, reach = np.array(race.terrain.surface.centre), FAR * race.terrain.surface.half
    return np.clip(np.nan_to_num(places, nan=0.0), centre - reach, centre + reach)


def numbers(race: Race) -> Frame:
    """Loss, distance and state of every racer; the loss over the steps; what theory says."""
    away, _ = race.terrain.nearest(race.w)
    bends = eigenvalues(race.terrain.surface.hessian(race.w))
    told = states(race, bends)
    steps = race.trace.steps
    arrays = {"curve_at": np.maximum(steps, 0.5)}
    metrics: dict[str, float] = {}
    words: dict[str, str] = {}
    for i, name in enumerate(NAMES):
        on = bool(race.racing[i])
        height = race.trace["loss"][:, i] - race.terrain.lowest
        arrays[f"curve_{name}"] = np.clip(height, TINY, 1e30) if on else np.empty(0)
        metrics[f"loss_{name}"] = float(race.loss[i]) if on else math.nan
        metrics[f"distance_{name}"] = float(away[i]) if on else math.nan
        words[f"status_{name}"] = told[i]
    words["verdict"] = sentence(told)
    metrics |= _theory(race, bends) | _inside(race)
    words |= {"rate": on_rate(race.params.rate), "inside": RACERS[NAMES.index(race.params.chosen)].says}
    words["phase"] = ""
    return Frame(_single(arrays), metrics, words)


def _theory(race: Race, bends: torch.Tensor) -> dict[str, float]:
    """Smoothness, the promised drop and the bound on the steps, beside what happened."""
    chosen = NAMES.index(race.params.chosen)
    bend = bends[chosen]
    account = race.descent
    racing = bool(race.racing[0])
    return {
        "steps": float(race.moves),
        "eta": race.rules.eta,
        "beta": race.beta,
        "beta_here": float(bend.abs().max()) if bool(bend.isfinite().all()) else math.nan,
        "safe_rate": 1 / race.beta,
        "last_rate": 2 / race.beta,
        "dropped": account.dropped if racing else math.nan,
        "promised": account.promised if racing else math.nan,
        "kept": float(account.kept) if racing else math.nan,
        "broken": float(not account.kept) if racing else math.nan,
        "longest": account.longest(race.beta) if racing else math.nan,
        "counted": float(account.steps),
        "gap": _gap(race),
        "rate_now": race.params.rate,
        "mu_now": race.params.mu,
        "diverged": float((race.out & race.racing).sum()),
    }


def _gap(race: Race) -> float:
    """How far gradient descent is from its closed form, on a quadratic; NaN elsewhere."""
    if race.params.surface not in ("line", "quadratic") or not race.walking[0] or not len(race.terrain.minima):
        return math.nan
    H = race.terrain.surface.hessian(race.start[None])[0]
    want = theory.closed_form(H, race.terrain.minima[0], race.anchor_at, race.rules.eta, race.moves - race.anchor)
    return float((want - race.racers[0].place()[0]).norm())


def _inside(race: Race) -> dict[str, float]:
    """The memory of the chosen optimiser, coordinate by coordinate."""
    i = NAMES.index(race.params.chosen)
    found = race.racers[i].internals() if race.walking[i] else None
    metrics: dict[str, float] = {}
    for name in ("momentum", "second", "effective"):
        pair = getattr(found, name) if found else (math.nan, math.nan)
        metrics |= {f"{name}_x": float(pair[0]), f"{name}_y": float(pair[1])}
    step = race.w[i] - race.before[i]
    return metrics | {"step_x": float(step[0]), "step_y": float(step[1])}


def basins(found: Basins) -> Frame:
    """The map of basins: (n, n), 0 where no minimum was found, else the number of the minimum."""
    said = "" if found.kind.together else f"{found.kind.label} walks one place at a time: see below why it has no map."
    if found.kind.together and not len(found.terrain.minima):
        said = "There is no minimum in sight, so there are no basins."
    if not said:
        count = len(found.terrain.minima)
        said = (
            f"Basins of {found.kind.label}, {count} minim{'um' if count == 1 else 'a'}: {100 * found.done:.0f} % done."
        )
    map_ = found.found.copy()
    return Frame({"basins": map_}, {"basins_done": found.done}, {"basins": said}, {"basins": (0.0, float(COLORS))})


def ground(terrain: Terrain, race: Race) -> Frame:
    """The surface, its contours and minima, and the map of rates: what changes only with surface and start.

    Shapes:
        relief, heights: (CELLS, CELLS), logarithm of the height above the lowest, rounded or not. levels: (LINES,).
        minima: (k, 2).
        map: (m, n), factor per step of momentum over rate (n,) and mu (m,).

    ``safe`` and ``limit`` are rates in units of 1 over beta: to the first a step of gradient descent is sure to lower
    the loss, from the second on it may diverge.
    """
    relief = _relief(terrain)
    low, high = float(relief.min()), float(relief.max())
    levels = np.linspace(low, high, LINES + 2)[1:-1]
    x, y = terrain.surface.axes
    arrays = {"relief": relief, "heights": relief, "levels": levels, "minima": terrain.minima.numpy().reshape(-1, 2)}
    arrays |= {"map_rate": RATES, "map_mu": MUS, "map": np.minimum(_rates(terrain, race), 1.5)}
    arrays |= {"marks": np.array([1.0, 1.0, np.nan, 2.0, 2.0]), "marks_up": np.array([0.0, 0.99, np.nan, 0.0, 0.99])}
    words = {"axis_x": x, "axis_y": y, "height": "log of the loss above the lowest"}
    ranges = {"relief": (low, high if high > low else low + 1)}
    return Frame(_single(arrays), {"minima": float(len(terrain.minima)), "safe": 1.0, "limit": 2.0}, words, ranges)


def _relief(terrain: Terrain) -> np.ndarray:
    above = (terrain.heights - terrain.lowest).clamp(min=0).numpy()
    usual = max(float(np.median(above)), 1e-12) / 50
    return np.log10(1 + above / usual)


def _rates(terrain: Terrain, race: Race) -> np.ndarray:
    """At the minimum nearest to the start; where there is none, at the start."""
    _, which = terrain.nearest(race.start[None])
    at = terrain.minima[int(which)] if int(which) >= 0 else race.start
    bends = eigenvalues(terrain.surface.hessian(at[None]))[0].nan_to_num().numpy()
    return theory.rate_map(bends, race.beta, RATES, MUS)


def _single(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: np.asarray(array, np.float32) for name, array in arrays.items()}
