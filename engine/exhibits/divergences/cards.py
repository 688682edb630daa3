"""What to try."""

from __future__ import annotations

import math

from engine.exhibit import Card, Expectation

CARDS = (
    Card(
        "No slope, no way",
        "Drag the orange line towards the blue one. KL stays infinite and JS stays at log 2 until the last moment; "
        "W falls with every step, and would lead a generator home.",
        {"swing": False, "theta": 2.0},
        expects=(
            Expectation("JS is log 2 and has no slope.", 1,
                        lambda m: abs(m["js_lines"] - math.log(2)) < 1e-12 and m["slope_js_lines"] == 0),
            Expectation("KL is infinite, and W falls.", 1,
                        lambda m: math.isinf(m["kl_lines"]) and m["slope_w_lines"] == 1),
        ),
    ),
    Card(
        "Width makes a slope",
        "Narrow Gaussians behave like the lines: JS is flat at log 2. Drag σ up: they overlap, and JS gets a slope. "
        "(KL has one all along, ever steeper the narrower they are.) Noise added to real and generated data does the "
        "same.",
        {"sigma": 0.1, "swing": False, "theta": 2.0},
        expects=(
            Expectation("JS is flat.", 1, lambda m: abs(m["slope_js_gaussians"]) < 1e-9),
            Expectation("KL is steep.", 1, lambda m: m["slope_kl_gaussians"] > 100),
        ),
    ),
    Card(
        "Cover or seek",
        "The generated Gaussian is three times as wide as the real one, and covers it. KL, which asks whether what is "
        "real is covered, forgives that; reverse KL, which asks whether what is made is real, does not, and is nine "
        "times as steep. Drag the width below 1 and they change places.",
        {"swing": False, "theta": 1.0, "stretch": 3.0},
        expects=(
            Expectation("Reverse KL is the larger.", 1, lambda m: m["rkl_gaussians"] > 2 * m["kl_gaussians"]),
            Expectation("And nine times as steep.", 1,
                        lambda m: abs(m["slope_rkl_gaussians"] - 9 * m["slope_kl_gaussians"]) < 1e-9),
        ),
    ),
    Card(
        "A kernel sees as far as it is wide",
        "MMD compares with a kernel of width 1. Between the lines it has a slope, as W has, but one that fades: drag θ "
        "from 1 to 3 and it falls to about a twentieth.",
        {"swing": False, "theta": 3.0},
        expects=(Expectation("Next to nothing at 3.", 1, lambda m: 0 < m["slope_mmd_lines"] < 0.1),),
    ),
    Card(
        "Carry the earth",
        "Drag the bars. Thick lines carry much, slanted ones carry it far; the matrix is the same plan, and what it "
        "puts on its diagonal stays where it is.",
        {"swing": False, "theta": 1.0},
        expects=(Expectation("Earth has to be carried.", 1, lambda m: m["emd"] > 0),),
    ),
)  # fmt: skip
