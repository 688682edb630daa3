"""What the cards of messages have in common: a pace at which one can follow, one promise each, and what is promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.exhibit import Card, Expectation

Holds = Callable[[Mapping[str, float]], bool]


def trial(
    title: str, asks: str, values: Mapping[str, Any], answer: str, says: str, holds: Holds, *, steps: int = 200,
    speed: float = 30.0,
) -> Card:  # fmt: skip
    """A card that promises that something ``holds`` of the metrics after so many steps, and ``says`` it."""
    return Card(title, asks, dict(values), speed=speed, answer=answer, expects=(Expectation(says, steps, holds),))


def right(share: float) -> Holds:
    """That more than a share of the unknown is right."""
    return lambda m: m["test_accuracy"] > share


def alike(rounding: float) -> Holds:
    """That the readouts of two graphs are the same, and so what is known is learnt no better than by a coin."""
    return lambda m: m["apart"] < rounding and m["train_accuracy"] == 0.5
