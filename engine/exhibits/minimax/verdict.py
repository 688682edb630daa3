"""How a method is doing, in words."""

from __future__ import annotations

import numpy as np

from engine.exhibits.minimax.methods import METHODS
from engine.exhibits.minimax.race import Race
from engine.exhibits.minimax.theory import envelope_growth

CONVERGED = 1e-6
"""A method has converged when its distance is this small beside the start's."""
EVEN = 1e-5  # growth per step below which a linear game is said to circle
EVEN_ENVELOPE = 1e-4  # the same where growth is read off the envelope of the path

AWAY, CIRCLING, CLOSING, ARRIVED, NOT_YET, OUT = "runs away", "circles", "closes in", "converged", "…", "not racing"


def status(race: Race, i: int, growth: float) -> str:
    """What method i does now.

    Args:
        growth: its measured factor per step; only trusted in a linear game.
    """
    if not race.racing[i]:
        return OUT
    begun = max(float(np.hypot(*race.start)), 1e-300)
    if race.distances()[i] <= CONVERGED * begun:
        return ARRIVED
    if race.game.linear:
        return _named(growth, EVEN)
    return _named(envelope_growth(race.own_path(i)), EVEN_ENVELOPE)


def _named(growth: float, even: float) -> str:
    if not np.isfinite(growth):
        return NOT_YET
    return CIRCLING if abs(growth - 1) <= even else AWAY if growth > 1 else CLOSING


def sentence(states: list[str], fixed: bool) -> str:
    """The race in a sentence."""
    named = {word: [m.label for m, state in zip(METHODS, states, strict=True) if state == word] for word in set(states)}
    racing = len(states) - len(named.get(OUT, []))
    if racing == 0:
        return "Nobody is in the race: tick a method on the right."
    if len(named.get(ARRIVED, [])) == racing:
        return "Everybody has converged. Click anywhere to start again from there."
    for word in (AWAY, CIRCLING, CLOSING):
        if racing > 1 and len(named.get(word, [])) == racing:
            return f"Everybody {word}."
    parts = [f"{_listed(named[word])} {_verb(word, len(named[word]))}" for word in (AWAY, CIRCLING, CLOSING, ARRIVED)
             if named.get(word)]  # fmt: skip
    told = "; ".join(parts) + "." if parts else "Off they go."
    return told + (" Who runs away has left the picture." if fixed and named.get(AWAY) else "")


def _verb(word: str, count: int) -> str:
    if word == ARRIVED:
        return "has converged" if count == 1 else "have converged"
    first, _, rest = word.partition(" ")
    return word if count == 1 else f"{first[:-1]} {rest}".strip()


def _listed(names: list[str]) -> str:
    short = [name.split(" ")[0] for name in names]
    return short[0] if len(short) == 1 else ", ".join(short[:-1]) + " and " + short[-1]
