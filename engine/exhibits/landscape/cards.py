"""What to try."""

from __future__ import annotations

from engine.exhibit import Card, Expectation, Metrics

EDGE = {
    "network": "deep", "depth": 4, "width": 32, "activation": "tanh", "loss": "squared error", "samples": 200,
    "wrong": 0.3, "batch": 1437, "rate": 0.05, "plane": "curvature",
}  # fmt: skip
DEEP = {"network": "deep", "depth": 20, "width": 32, "rate": 0.1, "batch": 64}


def _at_the_edge(m: Metrics) -> bool:
    return 0.85 * m["limit"] < m["sharpness"] < 1.15 * m["limit"]


CARDS = (
    Card(
        "From blur to sharp",
        "The landscape is computed while the network learns: coarse and of part of the data at first, exact at the "
        "end. Drag in it: the network's answers follow your hand.",
        {},
        expects=(
            Expectation("The network has learnt the digits.", 300, lambda m: m["error"] < 0.1),
            Expectation("Its way lies almost in this plane.", 300, lambda m: m["explained"] > 0.9),
        ),
    ),
    Card(
        "The way leaves the plane",
        "A random plane around the start, and the network walks out of it, sideways. No place of the picture is as low "
        "as where the network is soon.",
        {"plane": "random", "follow": False},
        expects=(
            Expectation("It is far off the plane.", 300, lambda m: m["off"] > 0.3 * m["half"]),
            Expectation("Nothing in sight is nearly as low.", 300, lambda m: m["lowest"] > 3 * m["loss"]),
        ),
    ),
    Card(
        "Race on a real network",
        "Five optimisers, one start, the same batches, one plane that all their ways have in common. Momentum rolls "
        "far ahead; how far each is off the plane stands in the table.",
        {"study": "race"},
        expects=(
            Expectation("Momentum is far below plain SGD.", 150, lambda m: m["loss_momentum"] < 0.4 * m["loss_sgd"]),
        ),
    ),
    Card(
        "A step that is too large",
        "The same race with η = 10. Whoever multiplies the gradient is thrown out of every valley; whoever divides it "
        "by its size does not notice.",
        {"study": "race", "rate": 10.0},
        expects=(
            Expectation("SGD and momentum have learnt nothing, Adam and RMSProp have.", 150,
                        lambda m: min(m["loss_sgd"], m["loss_momentum"]) > 2
                        and max(m["loss_adam"], m["loss_rmsprop"]) < 0.4),
        ),
    ),
    Card(
        "Two networks, one valley",
        "Two networks learn apart. On the straight line between them the loss rises like a wall. Then a curve is bent, "
        "and the wall is gone: their valleys are one.",
        {"study": "connect"},
        expects=(
            Expectation("There is a wall on the straight line.", 600, lambda m: m["barrier_line"] > 0.2),
            Expectation("There is none on the curve.", 600, lambda m: m["barrier_curve"] < 0.02),
        ),
    ),
    Card(
        "The edge of stability",
        "All the data in every step. The sharpest curvature rises until it meets 2/η, where steps begin to overshoot, "
        "and stays there. Move η: it comes after it.",
        EDGE,
        expects=(
            Expectation("At first it is below.", 60, lambda m: m["sharpness"] < 0.9 * m["limit"]),
            Expectation("Then it is at 2/η.", 800, _at_the_edge),
            Expectation("And later it still is.", 1000, _at_the_edge),
        ),
    ),
    Card(
        "The mean knows better",
        "Small batches and a high rate keep the network trembling on the valley's walls. The mean of where it has "
        "been, the green dot, is in the middle, and errs less.",
        {"study": "average", "rate": 0.5, "batch": 8, "floor": 0.5, "wrong": 0.2, "period": 20},
        expects=(
            Expectation("The mean's training loss is lower than the last weights'.", 600,
                        lambda m: m["loss_swa"] < m["loss"]),
            Expectation("So is its test error.", 600, lambda m: m["error_swa"] < 0.8 * m["error"]),
        ),
    ),
    Card(
        "Twenty layers deep",
        "Twenty hidden layers in a row. The gradient has to come back through all of them, and little of it does: the "
        "network hardly learns.",
        DEEP,
        expects=(Expectation("It has hardly learnt.", 400, lambda m: m["train_error"] > 0.5),),
    ),
    Card(
        "The same with skip connections",
        "Every layer may be stepped over. Nothing else has changed, and now it learns.",
        {**DEEP, "skips": True},
        expects=(Expectation("It has learnt.", 400, lambda m: m["error"] < 0.2),),
    ),
    Card(
        "Learnt by heart",
        "Three labels of ten are drawn anew. First the network finds what the digits have in common; then it learns "
        "the wrong labels too, and the test error rises.",
        {"samples": 300, "wrong": 0.3, "optimiser": "adam", "alpha": 0.005},
        expects=(
            Expectation("It has not fallen for the wrong labels yet.", 100,
                        lambda m: m["error"] < 0.2 < m["train_error"]),
            Expectation("Now it knows them all by heart, and errs more.", 600,
                        lambda m: m["train_error"] < 0.1 and m["error"] > 0.24),
        ),
    ),
    Card(
        "Two spirals",
        "A landscape over what goes in: the network's answer at every place of the plane. With Mish its border is "
        "smooth; set up ReLU instead and look for its folds.",
        {"data": "spiral", "network": "deep", "depth": 3, "width": 32, "optimiser": "adam", "alpha": 0.005,
         "activation": "mish"},
        expects=(Expectation("It tells the spirals apart.", 400, lambda m: m["train_error"] < 0.1),),
    ),
    Card(
        "Stand still and walk",
        "Learning stops where it is. Drag through the landscape: where does the network begin to mistake an 8 for a 1? "
        "Then press “learn from here”, and switch learning on.",
        {"learning": False},
        fresh=False,
    ),
)  # fmt: skip
