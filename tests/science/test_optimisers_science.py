"""What the cards of the optimisers promise holds from three starts."""

from __future__ import annotations

import pytest

from engine.exhibit import Card
from engine.exhibits.optimisers import Optimisers

pytestmark = pytest.mark.science
PROMISING = [card for card in Optimisers.cards if card.expects]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("card", PROMISING, ids=lambda card: card.title)
def test_a_card_keeps_its_promises(card: Card, seed: int) -> None:
    exhibit = Optimisers(Optimisers.Params(**card.values, seed=seed), seed=seed)
    done = 0
    for expectation in sorted(card.expects, key=lambda each: each.steps):
        exhibit.advance(expectation.steps - done)
        done = expectation.steps
        assert expectation.holds(exhibit.frame().metrics), expectation.says
