"""What to try."""

from __future__ import annotations

from engine.exhibit import Card, Expectation, Metrics

RACERS = ("gd", "momentum", "nesterov", "rmsprop", "adam", "lbfgs", "sgd", "rprop", "adagrad", "adamw", "newton", "swa",
          "sgdr", "muon")  # fmt: skip


def only(*names: str) -> dict[str, bool]:
    """These race, and nobody else."""
    return {name: name in names for name in RACERS}


def _all_bound(metrics: Metrics) -> bool:
    return bool(metrics["kept"] == 1 and metrics["counted"] <= metrics["longest"])


CARDS = (
    Card(
        "The bowl",
        "Gradient descent needs about κ steps, momentum about √κ. Drag κ up and watch the gap widen; then turn the "
        "bowl by 45° and see who minds.",
        {},
        expects=(
            Expectation("Momentum is nearer than gradient descent.", 120,
                        lambda m: m["distance_momentum"] < 0.2 * m["distance_gd"]),
            Expectation("L-BFGS has long arrived.", 120, lambda m: m["distance_lbfgs"] < 1e-6),
        ),
    ),
    Card(
        "The rate that breaks it",
        "η is just above 2/β. Along the valley gradient descent does well; across it every step leads farther away, "
        "until it is thrown out. The others go on.",
        {"rate": 2.1, **only("gd", "adam", "lbfgs")},
        expects=(
            Expectation("Gradient descent has diverged, and it alone.", 120, lambda m: m["diverged"] == 1),
            Expectation("Adam is still there.", 120, lambda m: m["distance_adam"] < 3),
        ),
    ),
    Card(
        "The lecture's line",
        "The loss of y = mx + c over m and c. With η = 1/β the slope is right in one step, the intercept takes its "
        "time. The bound on the drop and the closed formula hold at every step.",
        {"surface": "line", **only("gd")},
        expects=(
            Expectation("Both bounds hold.", 100, _all_bound),
            Expectation("It walks by the closed formula.", 100, lambda m: m["gap"] < 1e-9),
        ),
    ),
    Card(
        "A batch of four",
        "SGD sees four of the points, SWA and SGDR too. SGD has no noise to fear here: every point lies on the line. "
        "Paste points that do not, and it trembles.",
        {"surface": "line", "rate": 0.3, "table": "-3,-14 -2,-7 -1,-4 0,3 1,6 2,13 3,16",
         **only("gd", "sgd", "swa", "sgdr")},
        expects=(
            Expectation("The mean of SWA is nearer than SGD's trembling keeps it.", 400,
                        lambda m: m["distance_swa"] < 1.5),
        ),
    ),
    Card(
        "The bent valley",
        "Rosenbrock. Everybody is in the valley at once; along it gradient descent crawls. L-BFGS and Newton, which "
        "know the curvature, walk round the bend.",
        {"surface": "rosenbrock", **only("gd", "momentum", "adam", "lbfgs", "newton")},
        expects=(
            Expectation("L-BFGS is at the minimum.", 80, lambda m: m["distance_lbfgs"] < 0.01),
            Expectation("Gradient descent is not.", 80, lambda m: m["distance_gd"] > 0.5),
        ),
    ),
    Card(
        "Whose valley?",
        "Himmelblau has four minima of one depth. Show the map of basins: its borders are those of the optimiser you "
        "look inside. Click near a border.",
        {"surface": "himmelblau", "chosen": "momentum", **only("gd", "momentum", "adam", "newton")},
        expects=(
            Expectation("Gradient descent has found one of the four.", 200, lambda m: m["loss_gd"] < 1e-3),
            Expectation("The map is finished.", 200, lambda m: m["basins_done"] == 1),
        ),
    ),
    Card(
        "A saddle Newton loves",
        "Newton jumps to where the parabola is level, and on the monkey saddle that is the middle. Those who only go "
        "downhill leave it and fall for ever.",
        {"surface": "monkey-saddle", **only("gd", "newton", "adam")},
        expects=(
            Expectation("Newton is on the saddle.", 60, lambda m: abs(m["loss_newton"]) < 1e-6),
            Expectation("Gradient descent is below it.", 60, lambda m: m["loss_gd"] < -1),
        ),
    ),
    Card(
        "Plateau and cliff",
        "The cliff sets the rate, the plateau the time: gradient descent crawls. Adam and Rprop, to whom only the "
        "sign counts, walk as fast here as anywhere.",
        {"surface": "cliff", **only("gd", "momentum", "adam", "rprop")},
        expects=(
            Expectation("Rprop has arrived, gradient descent has not left the plateau.", 100,
                        lambda m: m["distance_rprop"] < 0.05 and m["loss_gd"] > 0.9),
        ),
    ),
    Card(
        "Dents in a bowl",
        "Rastrigin: whoever follows the slope stays in the next dent. A long memory, μ = 0.97, rolls through some.",
        {"surface": "rastrigin", "mu": 0.97, **only("gd", "momentum", "nesterov", "adam")},
        expects=(
            Expectation("Gradient descent is stuck in a dent that is not the deepest.", 200,
                        lambda m: m["loss_gd"] > 1),
        ),
    ),
    Card(
        "Paint your own",
        "Raise hills and press dents with the brush while they race. Dig a pit beside somebody who has arrived: does "
        "it notice?",
        {"surface": "painted"},
    ),
)  # fmt: skip
