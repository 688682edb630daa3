"""The hyperparameters of the race of optimisers."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from engine.exhibits.optimisers.surfaces import read_formula, read_table
from engine.params import Params, live, setup

QUADRATIC = {"surface": ("quadratic",)}
NAMES = (
    "gd", "momentum", "nesterov", "rmsprop", "adam", "lbfgs", "sgd", "rprop", "adagrad", "adamw", "newton", "swa",
    "sgdr", "muon",
)  # fmt: skip


class OptimisersParams(Params):
    """Which surface, by what rules, and who walks."""

    surface: Literal[
        "line", "quadratic", "rosenbrock", "beale", "himmelblau", "rastrigin", "styblinski-tang", "monkey-saddle",
        "cliff", "formula", "painted",
    ] = setup("quadratic", label="Surface", help="What is walked on.", group="Surface")  # fmt: skip
    table: str = setup(
        "", label="Points x, y", help="Pairs of numbers to fit a line to; empty for y = 5x + 2, x = −10 … 10.",
        max_length=3000, group="Surface", when={"surface": ("line",)},
    )  # fmt: skip
    formula: str = setup(
        "x^2/8 + y^2/2 + sin(3*x)*cos(2*y)", label="L(x, y) =",
        help="Numbers, x, y, pi, e, + − * / ^ and functions such as sin, exp, log, sqrt, abs.", max_length=200,
        group="Surface", when={"surface": ("formula",)},
    )  # fmt: skip
    half: float = setup(
        3.0, label="Half width", help="The window goes so far to every side of the origin.",
        ge=0.5, le=50.0, step=0.5, group="Surface", when={"surface": ("formula",)},
    )  # fmt: skip
    kappa: float = live(
        50.0, label="Narrowness κ of the bowl", help="Condition number: how many times as steep it is across as along.",
        ge=1.0, le=1000.0, log=True, group="Surface", when=QUADRATIC,
    )  # fmt: skip
    angle: float = live(
        25.0, label="Rotation", help="By how much the bowl is turned against the axes.", unit="°",
        ge=0.0, le=90.0, step=1.0, group="Surface", when=QUADRATIC,
    )  # fmt: skip
    rate: float = live(
        1.0, label="Learning rate η / safe rate",
        help="At 1 it is sure to lower the loss here, 1 over β, the largest curvature; from 2 on it may diverge.",
        ge=0.01, le=50.0, log=True, group="Steps", marks=(("safe", "safe"), ("limit", "may diverge")),
        marked="Gradient descent",
    )  # fmt: skip
    alpha: float = live(
        0.02, label="Step α of Adam and its kin",
        help="Of RMSProp, Adam, AdamW, Adagrad, Rprop and Muon, as a share of half the picture's width.",
        ge=0.0001, le=0.5, log=True, group="Steps",
    )  # fmt: skip
    mu: float = live(
        0.8, label="Momentum μ", help="The share of its velocity that a heavy ball keeps.",
        ge=0.0, le=0.99, step=0.01, group="Steps",
    )  # fmt: skip
    batch: int = live(
        4, label="Batch", help="Points of the data that SGD, SWA and SGDR see in a step.",
        ge=1, le=64, group="Steps", when={"surface": ("line",)},
    )  # fmt: skip
    noise: float = live(
        0.0, label="Noise of SGD", help="Without data, this much of a typical slope is added to what SGD sees.",
        ge=0.0, le=2.0, step=0.05, group="Steps",
        when={"surface": ("quadratic", "rosenbrock", "beale", "himmelblau", "rastrigin", "styblinski-tang",
                          "monkey-saddle", "cliff", "formula", "painted")},
    )  # fmt: skip
    beta1: float = live(
        0.9, label="Adam's β₁", help="Memory of the mean of gradients.", ge=0.0, le=0.99, step=0.01, group="Adaptive"
    )
    beta2: float = live(
        0.99, label="Adam's β₂", help="Memory of the mean of squares.", ge=0.0, le=0.999, step=0.001, group="Adaptive"
    )
    rho: float = live(
        0.9, label="RMSProp's ρ", help="Memory of the mean of squares.", ge=0.0, le=0.99, step=0.01, group="Adaptive"
    )
    eps: float = live(
        1e-8, label="Safeguard ε", help="Added to what is divided by.", ge=1e-10, le=10.0, log=True, group="Adaptive"
    )
    decay: float = live(
        0.1, label="AdamW's decay λ", help="Weight of the pull towards 0.", ge=0.0, le=2.0, step=0.05, group="Adaptive"
    )
    shrink: float = live(
        0.5, label="Rprop's η⁻", help="Factor of a step whose sign has changed.", ge=0.1, le=0.9, step=0.05,
        group="Adaptive",
    )  # fmt: skip
    grow: float = live(
        1.2, label="Rprop's η⁺", help="Factor of a step whose sign has stayed.", ge=1.05, le=2.0, step=0.05,
        group="Adaptive",
    )  # fmt: skip
    jump: float = live(
        1.0, label="Step of Newton, L-BFGS", help="The share of the jump that is made.", ge=0.05, le=2.0, step=0.05,
        group="Second order",
    )  # fmt: skip
    damping: float = live(
        0.0, label="Newton's damping δ", help="Added to every curvature.", ge=0.0, le=100.0, step=0.5,
        group="Second order",
    )  # fmt: skip
    history: int = live(
        10, label="L-BFGS's memory", help="Steps from which it guesses the curvature.", ge=1, le=50,
        group="Second order",
    )  # fmt: skip
    search: bool = live(
        True, label="L-BFGS searches", help="Whether it goes as far as pays (strong Wolfe conditions).",
        group="Second order",
    )  # fmt: skip
    period: int = live(
        50, label="Period", help="Steps of a cycle of SWA, and of the first of SGDR.", ge=2, le=500, group="Schedules"
    )
    floor: float = live(
        0.05, label="Lowest rate", help="Share of η at the end of a cycle.", ge=0.0, le=1.0, step=0.01,
        group="Schedules",
    )  # fmt: skip
    stretch: int = live(
        1, label="SGDR's stretch", help="Every period is so many times as long as the last.", ge=1, le=3,
        group="Schedules",
    )  # fmt: skip
    chosen: Literal[
        "gd", "momentum", "nesterov", "rmsprop", "adam", "lbfgs", "sgd", "rprop", "adagrad", "adamw", "newton", "swa",
        "sgdr", "muon",
    ] = live(
        "adam", label="Look inside", help="Whose memory is shown, and whose basins are mapped.", group="Picture"
    )  # fmt: skip
    gd: bool = live(True, label="Gradient descent", help="Steps down the slope.", group="In the race")
    momentum: bool = live(True, label="Momentum", help="A heavy ball.", group="In the race")
    nesterov: bool = live(False, label="Nesterov", help="A heavy ball that looks ahead.", group="In the race")
    rmsprop: bool = live(True, label="RMSProp", help="Divides by the recent size of slopes.", group="In the race")
    adam: bool = live(True, label="Adam", help="Momentum and RMSProp in one.", group="In the race")
    lbfgs: bool = live(True, label="L-BFGS", help="Guesses the curvature from its steps.", group="In the race")
    sgd: bool = live(False, label="SGD", help="Sees a batch, or a slope with noise.", group="In the race")
    rprop: bool = live(False, label="Rprop", help="Only signs count.", group="In the race")
    adagrad: bool = live(False, label="Adagrad", help="Divides by all slopes so far.", group="In the race")
    adamw: bool = live(False, label="AdamW", help="Adam with a pull towards 0.", group="In the race")
    newton: bool = live(False, label="Newton", help="Knows the curvature.", group="In the race")
    swa: bool = live(False, label="SWA", help="The mean of what SGD finds.", group="In the race")
    sgdr: bool = live(False, label="SGDR", help="SGD with warm restarts.", group="In the race")
    muon: bool = live(False, label="Muon", help="Momentum made orthogonal.", group="In the race")

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        read_table(self.table)
        read_formula(self.formula)
        return self

    def racing(self) -> tuple[bool, ...]:
        """Who is in the race."""
        return tuple(bool(getattr(self, name)) for name in NAMES)
