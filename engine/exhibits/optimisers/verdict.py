"""How a racer is doing, and what theory says of the rate, in words."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from engine.exhibits.optimisers.race import Race
from engine.exhibits.optimisers.racers import RACERS

NEAR = 1e-3  # of half the window: so near to a minimum a racer has arrived
LEVEL = 1e-6  # of a typical slope: so small a slope is none
BOUNCES, SLOW = 6, 1e-3  # rises among the last losses; share of what is left that is lost meanwhile

OUT, DIVERGED, FELL, LOWEST, ARRIVED, SADDLE = (
    "not racing", "diverged", "fell without end", "at the lowest", "at a minimum", "at a saddle",
)  # fmt: skip
BOUNCING, CRAWLING, FALLING, OFF = "bouncing", "crawling", "falling", "…"


def states(race: Race, bends: Tensor) -> list[str]:
    """What each racer does now, in the order of the racers.

    Shapes:
        bends: (M, 2), the eigenvalues of the Hessian where each stands, the smaller first.
    """
    terrain = race.terrain
    away, which = terrain.nearest(race.w)
    _, slopes = terrain.surface.slope(race.w)
    level = (slopes.norm(dim=1) <= LEVEL * terrain.slope).numpy()
    bend = bends[:, 0].numpy()
    found = []
    for i in range(len(RACERS)):
        if not race.racing[i]:
            found.append(OUT)
        elif race.out[i]:
            found.append(FELL if float(race.loss[i]) < terrain.lowest else DIVERGED)
        elif float(away[i]) <= NEAR * terrain.surface.half:
            deepest = float(terrain.depths[which[i]]) <= terrain.lowest + 1e-6 * (1 + abs(terrain.lowest))
            found.append(LOWEST if deepest else ARRIVED)
        elif level[i] and race.moves:
            found.append(SADDLE if bend[i] <= 0 else CRAWLING)
        else:
            found.append(_pace(race.lately[i], terrain.lowest, race.moves))
    return found


def _pace(losses: np.ndarray, lowest: float, moves: int) -> str:
    if moves < 3:
        return OFF
    recent = losses[-min(len(losses), moves + 1) :]
    if (np.diff(recent) > 0).sum() >= BOUNCES:
        return BOUNCING
    left = max(float(recent[0]) - lowest, 1e-300)
    return CRAWLING if len(recent) == len(losses) and (recent[0] - recent[-1]) / left < SLOW else FALLING


def sentence(told: list[str]) -> str:
    """The race in a sentence."""
    groups = {
        word: [r.label for r, state in zip(RACERS, told, strict=True) if state == word] for word in dict.fromkeys(told)
    }
    racing = len(told) - len(groups.get(OUT, []))
    if not racing:
        return "Nobody is in the race: tick an optimiser among the controls."
    order = (LOWEST, ARRIVED, SADDLE, BOUNCING, CRAWLING, FALLING, FELL, DIVERGED)
    parts = [f"{_listed(groups[word])}: {word}" for word in order if word in groups]
    if not parts:
        return "Off they go."
    ended = sum(len(groups.get(word, [])) for word in (LOWEST, ARRIVED, FELL, DIVERGED, SADDLE))
    end = " Click anywhere to start again from there." if ended == racing else ""
    return "; ".join(parts) + "." + end


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def on_rate(rate: float) -> str:
    """What theory says of gradient descent with eta = rate / beta."""
    if rate <= 1:
        return "η ≤ 1/β: every step of gradient descent is sure to lower the loss."
    if rate < 2:
        return "1/β < η < 2/β: it still falls at every step, but swings across the steepest direction."
    if rate == 2:
        return "η = 2/β: in the steepest direction it swings for ever as far as it stands."
    return "η > 2/β: in the steepest direction every step leads farther away. Gradient descent may diverge."
