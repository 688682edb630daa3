"""The letters on the map of Gray and Scott's reaction: what grows at each, and from which start."""

from __future__ import annotations

from engine.exhibit import Card, Expectation, Metrics
from engine.exhibits.turing.models.gray_scott import CLASSES, GrayScottParams


def _alive(metrics: Metrics) -> bool:
    """An empty square has contrast 0; fifteen spots standing apart, the sparsest of these patterns, .07."""
    return metrics["contrast"] > 0.04


SHOWN = (
    ("α", "rings and crescents that spread, break and fade, never at rest"),
    ("β", "the whole square in turmoil"),
    ("γ", "stripes that wriggle before they settle"),
    ("δ", "a lattice of dark holes"),
    ("ε", "spots that divide and die, never at rest"),
    ("ζ", "spots that divide until they crowd, and some die of it"),
    ("η", "spots, with a few short worms, that come to rest"),
    ("θ", "a labyrinth"),
    ("ι", "chains of dark holes in an even ground"),
    ("κ", "worms that grow into a labyrinth"),
    ("λ", "spots that divide until there is no room"),
    ("μ", "worms that grow at their ends"),
    ("ν", "spots that stand still, each by itself"),
    ("ξ", "spirals, wound up from a wave with a free end"),
    ("π", "dark holes and lines that enclose them"),
    ("ρ", "two uniform states and the front between them: the catalyst's shrinks"),
    ("σ", "two uniform states and the front between them: the catalyst's grows"),
)
"""What is seen after some thousand steps from the start given."""

STARTS = {"ξ": "wave", "ρ": "disc", "σ": "disc"}
"""Spots of catalyst start the other classes; these they leave empty."""


def _letter(name: str, text: str) -> Card:
    F, k = next((F, k) for other, F, k in CLASSES if other == name)
    usual = {each: GrayScottParams.model_fields[each].default for each in ("gs_Du", "gs_Dv", "gs_dt")}
    values = {"gs_F": F, "gs_k": k, **usual, "start": STARTS.get(name, "spots")}
    return Card(name, text, values, expects=(Expectation("the square is not empty", 6000, _alive),))


LETTERS = tuple(_letter(name, text) for name, text in SHOWN)
"""One card for each letter, at the first sample of its class."""
