"""What to try."""

from __future__ import annotations

from engine.exhibit import Card

CARDS = (
    Card(
        "Spots to stripes",
        "Spots grow. Now drag the feed rate F slowly up to 0.05 and k down to 0.062: the spots stretch and join into "
        "stripes.",
        {"gs_F": 0.035, "gs_k": 0.065},
    ),
    Card(
        "Spots that divide",
        "Each spot grows, pinches in the middle and becomes two, until there is no room left: Pearson's class λ.",
        {"gs_F": 0.034, "gs_k": 0.065, "start": "centre"},
    ),
    Card(
        "U-skates",
        "A knife-edge in the map, k = 0.0609. Most of the seed dies or settles; now and then a U-shaped piece glides "
        "off in a straight line. Give it time, or paint small dabs of activator.",
        {"gs_F": 0.062, "gs_k": 0.0609},
    ),
    Card(
        "Where diffusion destabilises",
        "The substrate spreads 7.5 times as fast as the activator: too little, and the noise dies away. Drag its "
        "diffusivity past the critical 8.57, to 9.5 say, and the same noise grows into a pattern.",
        {"model": "schnakenberg", "start": "noise", "sch_Du": 1.0, "sch_Dv": 7.5, "sch_dt": 0.02},
    ),
    Card(
        "Twice the wavelength",
        "Let the pattern settle and note its wavelength. Then set D_u to 2 and D_v to 40, four times as much each: "
        "every length doubles, as √D says, and the old pattern breaks up to make room.",
        {"model": "schnakenberg", "start": "noise", "sch_Du": 0.5, "sch_Dv": 10.0, "sch_dt": 0.006},
    ),
    Card(
        "Heal a wound",
        "Let the labyrinth fill the square, choose the brush “erase” and wipe a broad path through it. It closes "
        "again, but not the same as before.",
        {"gs_F": 0.037, "gs_k": 0.06},
    ),
    Card(
        "Turing's ring of 1952",
        "Twenty cells in a ring, as in the paper. Only whole waves fit around it, and the one that grows fastest wins. "
        "In the picture time runs downwards.",
        {"model": "ring-1952"},
    ),
    Card(
        "Write something",
        "The pattern grows out of a word. Write your own above, and see how long it stays legible.",
        {"start": "word", "gs_F": 0.055, "gs_k": 0.062},
    ),
)
