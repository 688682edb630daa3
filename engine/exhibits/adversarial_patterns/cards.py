"""What to try."""

from __future__ import annotations

from typing import Any

from engine.exhibit import Card

STRICT: dict[str, Any] = {
    "network": "strict", "data": "gaussian", "targets": "teacher", "n": 50, "norm": 1.0, "inits": 1,
}  # fmt: skip
CARDS = (
    Card(
        "Switch the adversary off half-way",
        "What is on screen goes on without diffusion. Does the pattern freeze? The pink curve bends over at once, and "
        "what has grown stays: the filters do not find back.",
        {"strength": 0.0},
        fresh=False,
    ),
    Card(
        "And on again, stronger",
        "The same training goes on with twice the adversary. Watch distance and spread climb.",
        {"strength": 2.0},
        fresh=False,
    ),
    Card(
        "Saturation against growth",
        "White noise as inputs, a random network as teacher. Without adversary the distance levels off; with it, it "
        "keeps growing, as the theorems say.",
        {"data": "gaussian", "targets": "teacher"},
    ),
    Card(
        "The theorems, assumptions met",
        "One output, top layers fixed, bounded critic. Choose “Theory” above: every measured curve stays under its "
        "bound.",
        {**STRICT, "m": "1024"},
    ),
    Card(
        "Widen m",
        "Four times as many neurons as in the card before: each moves half as far, the 1/√m of the theorem.",
        {**STRICT, "m": "4096"},
    ),
    Card(
        "Raise the critic's norm",
        "A critic whose rows are this short can barely push: the two trainings look alike. Drag “Norm L” up to 1 while "
        "it runs, and one leaves the other behind.",
        {"norm": 0.1},
    ),
    Card(
        "Shuffle the labels",
        "The same digits with labels that mean nothing. Supervision has little to go by and moves less; the adversary "
        "looks at outputs alone and pushes as before, so the ratio of the two grows.",
        {"targets": "shuffled"},
    ),
    Card(
        "One layer, as a control",
        "No ReLU and a fixed top layer make the network one linear map. Nothing tells neurons apart: with a single "
        "output all move by exactly the same distance, adversary or not.",
        {"network": "one-layer", "d_out": 1},
    ),
    Card(
        "Stripes",
        "Gratings as inputs and a strong adversary: filters take up orientations.",
        {"data": "gratings", "strength": 2.0},
    ),
)
