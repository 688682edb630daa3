"""What to try."""

from __future__ import annotations

from engine.exhibit import Card, Expectation

FRESH = {"start": "nothing", "lr": 0.001, "batch": 8}


def halved(steps: int) -> Expectation:
    """What a network that has learnt, or has had so many steps to learn, keeps of the promise of completion."""
    says = "What is unseen is at most half as far from the completed points as from the given ones."
    return Expectation(says, steps, lambda m: m["unseen"] < 0.5 * m["unseen_input"])


CARDS = (
    Card(
        "Rub something out",
        "Tick “erase” under the picture and rub away a leg or half of the back. What does the network put in its "
        "place? Then choose another shape.",
        {"turn": 0.0},
        answer="What shapes like this usually have there. It has never seen this one; it knows its kin.",
    ),
    Card(
        "Walk around it",
        "The virtual camera goes around the shapes; what it does not see is not given. Is the blue side at any moment "
        "where the grey one was before?",
        {"turn": 4.0, "missing": 0.6},
        answer="Nearly: the unseen part lies several times nearer to the blue points than to the grey ones alone.",
        expects=(halved(20),),
    ),
    Card(
        "From nothing",
        "Random weights: all blue points are a small cloud in the middle. Watch them spread, and the curve fall below "
        "the dotted line. What do they find first, what last?",
        FRESH,
        answer="First how large shapes are, then where most of them have something; legs and handles come last.",
        expects=(halved(250),),
    ),
    Card(
        "One sheet of paper",
        "FoldingNet bends a single square into the whole shape, and keeps nothing of what it was given. Compare its "
        "chair with that of PoinTr: where does it fail?",
        {**FRESH, "model": "folding"},
        answer="Everywhere a little, also where it was shown the points: all has to go through one codeword, and a "
        "sheet without tears has no place between two legs.",
        expects=(
            Expectation(
                "Even the part that it was given is off by more than a thirtieth of the radius.",
                120,
                lambda m: m["seen"] > 0.033,
            ),
        ),
    ),
    Card(
        "A laser’s rings",
        "A scanner leaves rings of points with nothing in between. Does it fill the gaps?",
        {"view": "rings", "turn": 2.0},
        answer="Yes, and the back too, which no ring has touched. It was taught on rings as well.",
        expects=(halved(20),),
    ),
)
