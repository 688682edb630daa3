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
        "Spots or stripes, foretold",
        "Close to onset theory knows which of them wins: spots here. See “Spots or stripes?” below. Then set A = 2.07 "
        "and B = 4: at the same diffusivities it says stripes.",
        {"model": "brusselator", "start": "noise", "br_A": 1.5, "br_B": 3.0, "br_Du": 2.0, "br_Dv": 8.8,
         "br_dt": 0.02},
        expects=(
            Expectation("Spots, as tall as foretold.", 24_000,
                        lambda m: m["skewness"] > 0.7 and 0.25 < m["contrast"] < 0.36),
        ),
    ),
    Card(
        "Spots that outlive their onset",
        "Once the spots stand, drag Dᵥ down from 15.5 to 14.6. Noise would die there, and yet they stay. At 14 they "
        "go, and do not come back at 14.6: hysteresis, as foretold below the picture.",
        {"model": "brusselator", "start": "noise", "br_A": 1.5, "br_B": 2.4, "br_Du": 2.0, "br_Dv": 15.5,
         "br_dt": 0.015},
        expects=(Expectation("Spots stand.", 14_400, lambda m: m["skewness"] > 0.8 and m["contrast"] > 0.3),),
    ),
    Card(
        "A chemical clock",
        "Both spread alike, so no pattern stands, but the even state swings. Below the picture a row of it runs "
        "through time: level bands are a beat in step, slanted ones are waves.",
        {"model": "brusselator", "start": "spots", "br_A": 3.0, "br_B": 11.0, "br_Du": 5.0, "br_Dv": 5.0,
         "br_dt": 0.01, "through_time": True},
        speed=600.0,
        expects=(Expectation("Every cell swings.", 6000, lambda m: m["swing"] > 0.5),),
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
        "Turing's two cells",
        "His first example. Alone, a cell comes to rest, and exchange evens things out. Together they do not: the "
        "slightest difference grows by e in half a unit of time, and what one has too much the other lacks.",
        {"model": "ring-1952", "ring_reaction": "linear", "ring_cells": 2, "ring_a": 5.0, "ring_b": -6.0,
         "ring_c": 6.0, "ring_d": -7.0, "ring_mu": 0.25, "ring_nu": 2.25, "ring_dt": 0.005},
        speed=100.0,
        expects=(
            Expectation("The cells differ, and by opposite amounts.", 1000,
                        lambda m: m["contrast"] > 1 and abs(m["mean_u"]) < 0.01 * m["contrast"]),
        ),
    ),
    Card(
        "Blotches without a size",
        "Another case of Turing's: all cells together grow fastest, their neighbours nearly as fast. Chance draws "
        "blotches of any width; he took such for the dappled coats of animals.",
        {"model": "ring-1952", "ring_reaction": "linear", "ring_cells": 60, "ring_a": -0.5, "ring_b": 1.0,
         "ring_c": 1.0, "ring_d": -0.5, "ring_mu": 0.25, "ring_nu": 0.25, "ring_dt": 0.01},
        speed=400.0,
        expects=(
            Expectation("Wide blotches: neighbours agree.", 1000, lambda m: m["measured_wavelength"] > 9),
        ),
    ),
    Card(
        "Dapples on a coat",
        "The same on a sheet, from noise. Every difference grows and only the finest are wiped out, so blotches of all "
        "widths come, where stripes and spots have one. Watch longer: small ones vanish into large ones, slowly.",
        {"model": "dapples-1952", "start": "noise"},
        speed=60.0,
        expects=(
            Expectation("Dark and bright blotches, tens of cells wide.", 1000,
                        lambda m: m["contrast"] > 0.5 and m["measured_wavelength"] > 30),
        ),
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
