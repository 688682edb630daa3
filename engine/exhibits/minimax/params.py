"""The hyperparameters of the two-player toy."""

from __future__ import annotations

from typing import Literal

from engine.exhibits.minimax.methods import METHODS
from engine.params import Params, live, setup

QUADRATIC = {"game": ("quadratic",)}
ENDS = tuple((f"limit_{method.name}", method.label) for method in METHODS)
"""Marks on the learning rate: where a method no longer comes to the equilibrium."""


class MinimaxParams(Params):
    """Which game, how it is played, and by whom."""

    game: Literal[
        "bilinear", "quadratic", "dirac", "dirac-ns", "dirac-r1", "dirac-wgan", "dirac-wgan-gp"
    ] = setup(
        "bilinear", label="Game", help="What x wants small and y wants large.", group="Game",
    )  # fmt: skip
    a: float = live(
        0.1, label="Damping of x, a", help="Curvature that brakes x; below 0 it drives x away.",
        ge=-0.5, le=2.0, step=0.01, group="Game", when=QUADRATIC,
    )  # fmt: skip
    b: float = live(
        1.0, label="Coupling b", help="How strongly the players turn each other.",
        ge=0.0, le=2.0, step=0.05, group="Game", when=QUADRATIC,
    )  # fmt: skip
    c: float = live(
        0.0, label="Damping of y, c", help="Curvature that brakes y; below 0 it drives y away.",
        ge=-0.5, le=2.0, step=0.01, group="Game", when=QUADRATIC,
    )  # fmt: skip
    gamma: float = live(
        0.3, label="R1 weight γ", help="Weight of the penalty on the discriminator's slope at the data.",
        ge=0.0, le=3.0, step=0.05, group="Game", when={"game": ("dirac-r1",)},
    )  # fmt: skip
    clip: float = live(
        0.5, label="Clip c", help="The critic's parameter is clipped to −c … c after each of its updates.",
        ge=0.05, le=3.0, step=0.05, group="Game", when={"game": ("dirac-wgan",)},
    )  # fmt: skip
    lam: float = live(
        1.0, label="Penalty λ", help="Weight of the gradient penalty.",
        ge=0.0, le=3.0, step=0.05, group="Game", when={"game": ("dirac-wgan-gp",)},
    )  # fmt: skip
    g0: float = live(
        0.3, label="Target slope g₀", help="The slope the penalty asks of the critic; 1 in the WGAN-GP paper.",
        ge=0.0, le=1.0, step=0.05, group="Game", when={"game": ("dirac-wgan-gp",)},
    )  # fmt: skip
    eta: float = live(
        0.1, label="Learning rate η", help="Length of a step of x; y's is ratio times as long.",
        ge=0.001, le=2.0, log=True, group="Steps", marks=ENDS,
        marked="Converges up to",
    )  # fmt: skip
    ratio: float = live(
        1.0, label="Ratio ηᵧ / ηₓ", help="How much faster y learns than x (two time scales).",
        ge=0.1, le=10.0, log=True, group="Steps",
    )  # fmt: skip
    beta: float = live(
        -0.5, label="Momentum β", help="The share of the last move that is repeated; negative brakes.",
        ge=-0.95, le=0.95, step=0.05, group="Steps",
    )  # fmt: skip
    order: Literal["alternating", "simultaneous"] = live(
        "alternating", label="Momentum moves", help="Whether momentum lets x go first or moves both at once.",
        group="Steps",
    )  # fmt: skip
    brake: float = live(
        1.0, label="Consensus γ", help="How strongly consensus optimisation draws both to where the field is short.",
        ge=0.0, le=3.0, step=0.05, group="Steps",
    )  # fmt: skip
    view: Literal["all", "fixed", "logarithmic"] = live(
        "all", label="Picture shows", help="All: zooms to keep everybody in view. Fixed: stays where it is. "
        "Logarithmic: a ring for every second power of ten.", group="Picture",
    )  # fmt: skip
    simultaneous: bool = live(True, label="Simultaneous", help="Both players step at once.", group="In the race")
    alternating: bool = live(True, label="Alternating", help="First x steps, then y answers.", group="In the race")
    extragradient: bool = live(
        True, label="Extragradient", help="Looks ahead, then steps with the slope found there.", group="In the race"
    )
    optimistic: bool = live(
        True, label="Optimistic", help="Expects the slope to change as it just has.", group="In the race"
    )
    momentum: bool = live(True, label="Momentum", help="Repeats a share of its last move.", group="In the race")
    consensus: bool = live(
        True, label="Consensus", help="Both also seek where the field is short.", group="In the race"
    )
    flow: bool = live(
        True, label="Continuous flow", help="The way that infinitely short steps would go, beside them.",
        group="In the race",
    )  # fmt: skip

    def racing(self) -> tuple[bool, ...]:
        """Who is in the race, in the order of ``METHODS``."""
        return tuple(bool(getattr(self, method.name)) for method in METHODS)
