"""What to try."""

from __future__ import annotations

from engine.exhibit import Card, Expectation

CARDS = (
    Card(
        "Rub something out",
        "Tick “erase” under the picture and rub away a leg or half of the back. What does the network put in its "
        "place? Then choose another shape.",
        {"turn": 0.0},
        answer="What shapes like this usually have there. It has never seen this one; it knows its family.",
    ),
    Card(
        "From nothing",
        "Random weights: the blue points are a cloud about the middle. Watch them find the shapes, and when the curve "
        "passes under both dashed lines.",
        {"start": "nothing", "lr": 0.001, "batch": 8},
        answer="First a blob, then a rough body, at last legs and handles.",
        expects=(
            Expectation(
                "The unseen part is closer than at the start, when it was farther than the input itself.",
                200,
                lambda m: m["unseen"] < 0.8 * m["unseen_input"],
            ),
        ),
    ),
)
