"""What to try."""

from __future__ import annotations

from collections.abc import Callable

from engine.exhibit import Card, Expectation, Metrics

CELLS_OF_THE_RING = 20


def _between(name: str, low: float, high: float) -> Callable[[Metrics], bool]:
    return lambda metrics: low < metrics[name] < high


def _three_or_four_waves(metrics: Metrics) -> bool:
    wavelength = metrics["measured_wavelength"]
    return (
        metrics["contrast"] > 0.3 and min(abs(waves * wavelength / CELLS_OF_THE_RING - 1) for waves in (3, 4)) < 0.003
    )


CARDS = (
    Card(
        "Spots to stripes",
        "Spots grow. Once they fill the square, drag the feed rate F slowly up to 0.05 and k down to 0.062: the spots "
        "stretch and join into stripes.",
        {"gs_F": 0.035, "gs_k": 0.065},
        expects=(
            Expectation("Spots fill the square.", 24_000, _between("mean_v", 0.07, 0.1)),
        ),
    ),
    Card(
        "Spots that divide",
        "Each spot grows, pinches in the middle and becomes two, until there is no room left: Pearson's class λ.",
        {"gs_F": 0.034, "gs_k": 0.065, "start": "centre"},
        expects=(
            Expectation("One seed, about to divide.", 500, _between("mean_v", 0.0002, 0.0015)),
            Expectation("More than ten times as much.", 10_000, _between("mean_v", 0.004, 0.03)),
            Expectation("No room left.", 48_000, _between("mean_v", 0.07, 0.1)),
        ),
    ),
    Card(
        "U-skates",
        "A knife-edge in the map, k = 0.0609. A small U without catalyst glides through the even rest, closed end "
        "first, a cell in some 630 steps, for ever. Erase half of it, or paint another in its way.",
        {"gs_F": 0.062, "gs_k": 0.0609, "start": "skate", "size": "128"},
        expects=(
            Expectation("The U is whole after 50 cells: a dot, or two, would have another contrast.", 32_000,
                        _between("contrast", 0.030, 0.040)),
        ),
    ),
    Card(
        "Where diffusion destabilises",
        "The substrate spreads 7.5 times as fast as the activator: too little, and the noise dies away. Drag its "
        "diffusivity past the critical 8.57, to 9.5 say: within some ten seconds what is left of the noise has grown "
        "into a pattern.",
        {"model": "schnakenberg", "start": "noise", "sch_Du": 1.0, "sch_Dv": 7.5, "sch_dt": 0.02},
        expects=(
            Expectation("A hundredth of the noise is left.", 2400, _between("contrast", 0.0, 3e-4)),
            Expectation("A ten-thousandth.", 7200, _between("contrast", 0.0, 3e-6)),
        ),
    ),
    Card(
        "Twice the wavelength",
        "Let the pattern settle and note its wavelength. Then set D_u to 2 and D_v to 40, four times as much each: "
        "every length doubles, as √D says, and three of four spots vanish to make room.",
        {"model": "schnakenberg", "start": "noise", "sch_Du": 0.5, "sch_Dv": 10.0, "sch_dt": 0.006},
        expects=(
            Expectation("A settled pattern, 7.7 cells from spot to spot.", 24_000,
                        _between("measured_wavelength", 7.4, 8.0)),
        ),
    ),
    Card(
        "Heal a wound",
        "Let the labyrinth fill the square, choose the brush “erase” and wipe a broad path through it. It closes "
        "again, but not the same as before.",
        {"gs_F": 0.037, "gs_k": 0.06},
        expects=(Expectation("A labyrinth fills the square.", 12_000, _between("mean_v", 0.165, 0.185)),),
    ),
    Card(
        "Turing's ring of 1952",
        "Twenty cells in a ring, as in the paper. Only whole waves fit around it. Four grow fastest, three nearly as "
        "fast, and chance decides: with another seed it is often three. In the picture time runs downwards.",
        {"model": "ring-1952"},
        expects=(Expectation("Three or four tall waves stand.", 60_000, _three_or_four_waves),),
    ),
    Card(
        "Write something",
        "The strokes of a word thin out to lines, whose ends then grow and write on. Write your own above; at full "
        "speed it can be read for a second or two, in slow motion for longer.",
        {"start": "word", "gs_F": 0.05, "gs_k": 0.0655},
        expects=(
            Expectation("Lines along the strokes.", 2400, _between("mean_v", 0.018, 0.035)),
            Expectation("Most of the square is written over.", 24_000, _between("mean_v", 0.07, 0.12)),
        ),
    ),
)  # fmt: skip
