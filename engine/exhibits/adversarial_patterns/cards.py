"""What to try. The numbers in the texts and expectations were measured over six seeds, at the settings of the card."""

from __future__ import annotations

from typing import Any

from engine.exhibit import Card, Expectation, Metrics

STRICT: dict[str, Any] = {
    "network": "strict", "data": "gaussian", "targets": "teacher", "n": 50, "norm": 1.0, "inits": 1,
}  # fmt: skip


def _under_all_bounds(m: Metrics) -> bool:
    measured = {"farthest": "bound", "residual": "residual_bound"}
    within = [m[f"{name}_with"] <= m[f"{bound}_with"] for name, bound in measured.items()]
    return all(within) and m["farthest_without"] <= m["bound_without"] and m["critic_slope"] <= m["slope_bound"]


CARDS = (
    Card(
        "Switch the adversary off half-way",
        "What is on screen goes on without diffusion. The pink curve of distances bends over at once, and what has "
        "grown stays: the filters do not find back.",
        {"strength": 0.0},
        fresh=False,
    ),
    Card(
        "And on again, stronger",
        "The same training goes on with twice the adversary. Watch its distance climb away from the other.",
        {"strength": 2.0},
        fresh=False,
        expects=(Expectation("The adversary carries neurons farther.", 360, lambda m: m["distance_ratio"] > 1.4),),
    ),
    Card(
        "Where evenness breaks",
        "Smooth fields as inputs. Supervised alone, neurons move ever more evenly: their unevenness (the coefficient "
        "of variation) falls to .13 within twelve seconds. With the adversary it grows to .19. At equal distance, too, "
        "it is larger, by a quarter or so: they do not only move farther.",
        {"data": "smooth"},
        expects=(
            Expectation("Less even with the adversary.", 1440, lambda m: m["variation_ratio"] > 1.25),
            Expectation("Also at equal distance.", 1440, lambda m: m["near_variation_ratio"] > 1.1),
            Expectation("Supervision alone stays even.", 1440, lambda m: m["variation_without"] < 0.16),
        ),
    ),
    Card(
        "Further, but more evenly",
        "White noise as inputs, a random network as teacher. Without adversary the distance levels off; with it, it "
        "goes on growing. Yet here the adversary makes neurons more alike: unevenness is .08 with it and .14 without, "
        "and smaller at equal distance too. Which way it goes depends on the data.",
        {"data": "gaussian", "targets": "teacher"},
        expects=(
            Expectation("The adversary carries neurons farther.", 720, lambda m: m["distance_ratio"] > 1.6),
            Expectation("And more evenly.", 720, lambda m: m["variation_ratio"] < 0.75),
            Expectation("Also at equal distance.", 720, lambda m: m["near_variation_ratio"] < 0.85),
        ),
    ),
    Card(
        "Uneven without any adversary",
        "Digits have much in common, so that a neuron sees nearly all of them or nearly none: supervision alone has an "
        "unevenness of .5 to .6. The adversary moves everything half as far again, and changes the unevenness at equal "
        "distance by little: a sixth more with one seed, nothing with another.",
        {},
        expects=(
            Expectation("Supervision alone is uneven.", 1440, lambda m: m["variation_without"] > 0.4),
            Expectation("Half as far again.", 1440, lambda m: 1.35 < m["distance_ratio"] < 1.7),
            Expectation("About as even at equal distance.", 1440, lambda m: 0.9 < m["near_variation_ratio"] < 1.25),
        ),
    ),
    Card(
        "The theorems, assumptions met",
        "One output, top layers fixed, a critic of bounded norm that is left as it was drawn. Choose “Theory” above: "
        "every measured curve stays under its bound, and so does the critic's slope.",
        {**STRICT, "m": "1024", "n_critic": 0},
        expects=(
            Expectation("Everything measured is under its bound.", 360, _under_all_bounds),
            Expectation("M is wide enough.", 360, lambda m: m["kernel_with"] >= m["lambda_0"] / 2),
            Expectation("A neuron's way is .044 of |z₀ − y|.", 360, lambda m: 0.042 < m["way_without"] < 0.047),
        ),
    ),
    Card(
        "Let the critic learn",
        "The same with a critic that is trained, and kept short: L = .1. Choose “Theory” above: within a second its "
        "slope passes what the theorem allows, .68 where that is .27, and the residual stays at 4.7, above a bound of "
        "1.8. Training has made the critic's two layers depend on each other, and the theorem no longer speaks of it.",
        {**STRICT, "m": "1024", "norm": 0.1},
        expects=(
            Expectation("The slope passes its bound.", 120, lambda m: m["critic_slope"] > 2 * m["slope_bound"]),
            Expectation("So does the residual.", 120, lambda m: m["residual_with"] > 2 * m["residual_bound_with"]),
        ),
    ),
    Card(
        "Widen m",
        "Four times as many neurons as in “The theorems, assumptions met”. Under “Theory” above, the mean way of a "
        "neuron, as a share of the first residual |z₀ − y|, is .022 without adversary where it was .044: half, the "
        "1/√m of the theorem.",
        {**STRICT, "m": "4096", "n_critic": 0},
        expects=(Expectation("Half the way.", 160, lambda m: 0.021 < m["way_without"] < 0.0235),),
    ),
    Card(
        "Keep the critic's norm short",
        "A critic whose rows are no longer than L = .1 can barely push: the two trainings stay within a tenth of each "
        "other, where L = 5 carries one half as far again. Start again with other norms to see where it begins.",
        {"norm": 0.1},
        expects=(Expectation("Both have come as far.", 240, lambda m: 0.95 < m["distance_ratio"] < 1.1),),
    ),
    Card(
        "Shuffle the labels",
        "The same digits with labels that mean nothing: no rule to find, every answer must be learned by heart. Choose "
        "“Theory” above: after twelve seconds the residual without adversary is above 10, where true labels leave 4, "
        "and the adversary holds it up further.",
        {"targets": "shuffled"},
        expects=(
            Expectation("Little is learned.", 1440, lambda m: m["residual_without"] > 9),
            Expectation("Less with the adversary.", 1440, lambda m: m["residual_with"] > m["residual_without"] + 1),
        ),
    ),
    Card(
        "One layer, as a control",
        "No ReLU and a fixed top layer make the network one linear map. Nothing tells neurons apart: with a single "
        "output all move by exactly the same distance, adversary or not.",
        {"network": "one-layer", "d_out": 1},
        expects=(
            Expectation("All move alike.", 240, lambda m: max(m["variation_without"], m["variation_with"]) < 1e-3),
            Expectation("And they do move.", 240, lambda m: m["farthest_without"] > 0.1),
        ),
    ),
)
