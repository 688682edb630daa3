"""What the cards of every exhibit promise, they keep: each is played from a fresh run, on several seeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.exhibit import Card, Exhibit, catalogue

pytestmark = pytest.mark.science
SEEDS = (0, 1, 2)


def promising() -> Iterator[Any]:
    """Every card that promises something, on every seed."""
    for slug, kind in catalogue().items():
        for card in kind.cards:
            for seed in SEEDS if card.expects else ():
                yield pytest.param(kind, card, seed, id=f"{slug}: {card.title} [seed {seed}]")


def kept(kind: type[Exhibit[Any]], card: Card, seed: int) -> Iterator[tuple[str, int, bool, dict[str, float]]]:
    """Each promise of a card, in the order of their steps: its words, when, whether it held, and the numbers then."""
    exhibit = kind(kind.Params(**{**card.values, "seed": seed}), seed=seed)
    done = 0
    for expectation in sorted(card.expects, key=lambda each: each.steps):
        exhibit.advance_to_end(expectation.steps - done)
        done = expectation.steps
        assert exhibit.diverged() is None
        metrics = exhibit.frame().metrics
        yield expectation.says, done, expectation.holds(metrics), metrics


@pytest.mark.parametrize(("kind", "card", "seed"), list(promising()))
def test_what_a_card_promises_comes_true(kind: type[Exhibit[Any]], card: Card, seed: int) -> None:
    for says, step, holds, metrics in kept(kind, card, seed):
        assert holds, f"at step {step} it is not so that {says}: {metrics}"
