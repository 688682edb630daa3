"""The hyperparameters of the exhibit."""

from __future__ import annotations

from typing import Literal

from engine.params import Params, live, setup

FREE = {"network": ("two-layer", "one-layer")}
STRICT = {"network": ("strict",)}


class PatternParams(Params):
    """What is learned, by which network, against which critic."""

    data: Literal["digits", "smooth", "gratings", "gaussian"] = setup(
        "digits", label="Inputs", group="Data",
        help="Handwritten digits, smooth random fields, gratings, or white noise; all of unit norm.",
    )  # fmt: skip
    targets: Literal["labels", "shuffled", "teacher", "random"] = setup(
        "labels", label="Targets", group="Data",
        help="Class labels, the same labels shuffled, the outputs of another random network, or noise.",
    )  # fmt: skip
    side: Literal["8", "14", "28"] = setup(
        "28", label="Image side", help="Pixels along a side of an input; 28 makes 784 inputs.", group="Data",
    )  # fmt: skip
    n: int = setup(
        200, label="Samples n", help="How many inputs there are; every step uses them all.",
        ge=20, le=1000, step=10, group="Data",
    )  # fmt: skip
    d_out: int = setup(
        10, label="Outputs", help="Dimension of the output; 1 in the strict network.",
        ge=1, le=10, step=1, group="Network", when=FREE,
    )  # fmt: skip
    m: Literal["64", "128", "256", "512", "1024", "2048", "4096"] = setup(
        "64", label="Neurons m", help="Width of the generator's hidden layer.", group="Network",
    )  # fmt: skip
    network: Literal["two-layer", "strict", "one-layer"] = setup(
        "two-layer", label="Network", group="Network",
        help="Strict meets the theorems' assumptions: one output, both top layers fixed at ±1. One layer is a control: "
        "no ReLU and a fixed top layer make a single linear map.",
    )  # fmt: skip
    critic_width: Literal["32", "64", "128", "256"] = setup(
        "64", label="Critic", help="Width of the critic's hidden layer; in the strict network it equals m.",
        group="Network", when=FREE,
    )  # fmt: skip
    inits: int = setup(
        3, label="Starts", help="How many random initialisations are trained, both ways each.",
        ge=1, le=5, step=1, group="Network",
    )  # fmt: skip

    strength: float = live(
        1.0, label="Adversary", help="How strongly the critic's gradient is added; 0 is plain supervision.",
        ge=0.0, le=5.0, step=0.05, group="Diffusion",
    )  # fmt: skip
    eta: float = live(
        0.6, label="Step η", group="Flow", ge=0.01, le=1.0, step=0.01, unit="of 2/λ",
        help="Time that passes in one step of the flow, as a share of the longest with which supervision is stable.",
    )  # fmt: skip
    n_critic: int = live(
        1, label="Critic steps", help="Steps of the critic per step of the generator.",
        ge=0, le=10, step=1, group="Critic",
    )  # fmt: skip
    critic_rate: float = live(
        0.5, label="Critic rate", help="Learning rate of the critic.", ge=0.001, le=5.0, log=True, group="Critic",
    )  # fmt: skip
    penalty: float = live(
        1.0, label="Gradient penalty", help="Weight of the penalty that draws the critic's slope towards 1.",
        ge=0.0, le=20.0, step=0.1, group="Critic",
    )  # fmt: skip
    norm: float = live(
        5.0, label="Critic's limit L", help="Every row w of the critic's first layer is kept within ‖w‖ ≤ L.",
        ge=0.1, le=10.0, step=0.1, group="Critic",
    )  # fmt: skip
    show: Literal["change", "weights", "features"] = live(
        "change", label="Tiles show", group="Picture",
        help="Of a neuron: its change since the start, its weights, or those times the chosen input, if seen.",
    )  # fmt: skip
    chosen: int = live(
        0, label="Chosen input", help="Number of the input whose features are shown.",
        ge=0, le=999, step=1, group="Picture",
    )  # fmt: skip
    chemistry: Literal["schnakenberg", "gray-scott"] = live(
        "schnakenberg", label="Chemistry", help="Which reaction is shown for comparison.", group="Picture",
    )  # fmt: skip
    delta: float = live(
        0.05, label="Failure δ", help="The theorem with an adversary holds with probability 1 − δ.",
        ge=0.001, le=0.5, log=True, group="Theory", when=STRICT,
    )  # fmt: skip
    epsilon: float = live(
        0.1, label="Closeness ε", group="Theory", when=STRICT, ge=0.001, le=10.0, log=True,
        help="The ε-equilibrium is reached when the residual's bound is within ε of its floor.",
    )  # fmt: skip

    @property
    def strict(self) -> bool:
        """Whether the theorems' assumptions are to be met."""
        return self.network == "strict"

    @property
    def alpha(self) -> float:
        """How strong the adversary is."""
        return self.strength

    @property
    def L(self) -> float:
        """The bound on the rows of the critic's first layer."""
        return self.norm

    @property
    def outputs(self) -> int:
        """d_out."""
        return 1 if self.strict else self.d_out

    @property
    def width(self) -> int:
        """M."""
        return int(self.m)

    @property
    def width_of_critic(self) -> int:
        """Neurons of the critic."""
        return self.width if self.strict else int(self.critic_width)
