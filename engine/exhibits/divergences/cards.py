"""What to try."""

from __future__ import annotations

from engine.exhibit import Card

CARDS = (
    Card(
        "No slope, no way",
        "Drag the orange line towards the blue one. KL stays infinite and JS stays at log 2 until the last moment; "
        "W falls with every step, and would lead a generator home.",
        {"swing": False, "theta": 2.0},
    ),
    Card(
        "Width makes a slope",
        "Narrow Gaussians behave like the lines. Drag σ up: they overlap, and JS and KL get a slope too. Noise "
        "added to real and generated data does the same.",
        {"sigma": 0.1},
    ),
    Card(
        "Carry the earth",
        "Drag the bars. Thick lines carry much, slanted ones carry it far; the matrix is the same plan, and what it "
        "puts on its diagonal stays where it is.",
        {"swing": False, "theta": 1.0},
    ),
)
