"""The hyperparameters of the exhibit, in the order in which a person meets them."""

from __future__ import annotations

from typing import Literal

from engine.params import Params, live, setup

PLANAR = ("ring", "grid", "line", "moons", "spiral", "swiss-roll", "checkerboard", "draw")
FREE = (*PLANAR, "bell-1d", "bells-1d")
"""Data for which the generator is a network; for the parallel lines it is a single weight."""


class SetupParams(Params):
    """What the run is built from."""

    data: Literal[
        "ring", "grid", "line", "parallel-lines", "moons", "spiral", "swiss-roll", "checkerboard", "draw", "bell-1d",
        "bells-1d",
    ] = setup("ring", label="Data", help="Where the real samples come from.", group="Data")  # fmt: skip
    points: int = setup(
        2000, label="Points", help="How many real samples there are.", ge=1, le=5000, step=1, group="Data",
    )  # fmt: skip
    width: int = setup(
        64, label="Width", help="Neurons in each hidden layer of both networks.", ge=2, le=256, step=1,
        group="Networks",
    )  # fmt: skip
    depth: int = setup(
        2, label="Depth", help="Hidden layers of both networks.", ge=1, le=5, step=1, group="Networks",
    )  # fmt: skip
    latent: Literal["normal", "uniform"] = setup(
        "normal", label="Latent", help="The distribution of z: standard normal, or uniform on [-1, 1].",
        group="Networks", when={"data": FREE},
    )  # fmt: skip
    latent_dim: int = setup(
        2, label="Dimension of z", help="Dimension of the latent space. 2 shows the warped latent plane, 1 a curve.",
        ge=1, le=16, step=1, group="Networks", when={"data": FREE},
    )  # fmt: skip
    conditional: bool = setup(
        False, label="Conditional", help="Tell both networks the label, where the data have labels.", group="Networks",
        when={"data": ("ring", "grid", "moons", "spiral", "checkerboard", "bells-1d")},
    )  # fmt: skip
    minibatch: bool = setup(
        False, label="Batch statistics",
        help="D also sees how much its features vary over the batch, which a collapsed generator gives away.",
        group="Networks",
    )  # fmt: skip
    pack: int = setup(
        1, label="Packing", ge=1, le=4, step=1, group="Networks",
        help="So many samples D judges at once, all real or all generated; 1 is the usual. Alike ones give G away.",
    )  # fmt: skip


class ObjectiveParams(SetupParams):
    """What is optimised, and what of it is shown."""

    objective: Literal[
        "minimax", "non-saturating", "least-squares", "wasserstein", "wgan-gp", "coulomb", "pairing"
    ] = live(
        "non-saturating", label="Objective", help="The pair of losses; may be changed at any time.", group="Objective",
    )  # fmt: skip
    clip: float = live(
        0.05, label="Clip c", help="After each of its steps the critic's weights are cut to [-c, c].", ge=0.001, le=1.0,
        log=True, group="Objective", when={"objective": ("wasserstein",)},
    )  # fmt: skip
    lambda_gp: float = live(
        0.1, label="Penalty λ", help="Weight of (‖∇D‖ - 1)² between real and generated samples.", ge=0.001, le=100.0,
        log=True, group="Objective", when={"objective": ("wgan-gp",)},
    )  # fmt: skip
    coulomb_dim: int = live(
        1, label="Kernel d", help="Exponent of the Plummer kernel: how fast the force falls off.", ge=1, le=4, step=1,
        group="Objective", when={"objective": ("coulomb",)},
    )  # fmt: skip
    coulomb_epsilon: float = live(
        0.2, label="Kernel ε", help="Softens the force between charges that are closer than this.", ge=0.01, le=2.0,
        log=True, group="Objective", when={"objective": ("coulomb",)},
    )  # fmt: skip
    penalty: Literal["none", "R1", "R1 + R2"] = live(
        "none", label="Gradient penalty", help="R1: γ/2 ‖∇D‖² at real samples. R2: at generated ones too.",
        group="Objective",
    )  # fmt: skip
    gamma: float = live(
        0.1, label="Penalty γ", help="Weight of R1 and R2.", ge=0.0001, le=100.0, log=True, group="Objective",
        when={"penalty": ("R1", "R1 + R2")},
    )  # fmt: skip
    spectral: bool = live(
        False, label="Spectral normalisation", help="Divide each of D's weight matrices by its largest singular value.",
        group="Objective",
    )  # fmt: skip


class LearningParams(ObjectiveParams):
    """Who learns, how fast and in what order."""

    lr_G: float = live(
        0.001, label="Generator's learning rate", help="Step size of the generator.", ge=1e-5, le=1.0, log=True,
        group="Learning",
    )  # fmt: skip
    lr_D: float = live(
        0.001, label="Discriminator's learning rate", help="Step size of the discriminator or critic.", ge=1e-5, le=1.0,
        log=True, group="Learning",
    )  # fmt: skip
    d_steps: int = live(
        1, label="Discriminator steps in a row", ge=1, le=10, step=1, group="Learning",
        help="How often D learns before G does once, on the last z of these; a Wasserstein critic wants about five.",
    )  # fmt: skip
    batch: int = live(
        128, label="Batch size", help="Real and generated samples per step.", ge=2, le=512, step=1, group="Learning",
    )  # fmt: skip
    train: Literal["both", "D only", "G only"] = live(
        "both", label="Train", help="Hold one of the two still to watch the other.", group="Learning",
    )  # fmt: skip
    updates: Literal["alternating", "simultaneous"] = live(
        "alternating", label="Updates", help="Simultaneous: both gradients are taken before either steps.",
        group="Learning",
    )  # fmt: skip
    optimiser: Literal["adam", "rmsprop", "momentum", "sgd"] = live(
        "adam", label="Optimiser", help="How a gradient becomes a step, in both networks.", group="Learning",
    )  # fmt: skip
    beta1: float = live(
        0.5, label="Momentum β₁", help="How much of the last direction is kept.", ge=0.0, le=0.99, step=0.01,
        group="Learning", when={"optimiser": ("adam", "momentum")},
    )  # fmt: skip
    beta2: float = live(
        0.9, label="Memory of squares β₂", help="How long the squares of the gradient are remembered.",
        ge=0.0, le=0.999, step=0.001, group="Learning", when={"optimiser": ("adam", "rmsprop")},
    )  # fmt: skip
    decay: int = live(
        0, label="Decay over", help="Both learning rates fall linearly to zero over so many steps; 0 for never.", ge=0,
        le=100_000, step=1000, unit="steps", group="Learning",
    )  # fmt: skip


class GanParams(LearningParams):
    """All of them."""

    surface: Literal["D", "optimal D", "D - optimal D", "Coulomb potential", "none"] = live(
        "D", label="Background", group="Picture",
        help="What the plane is coloured by: what D says, or ought to say where the objective has an optimal D.",
    )  # fmt: skip
    noise: float = live(
        0.05, label="Noise", help="Standard deviation of the noise on every real sample.", ge=0.0, le=0.3, step=0.0001,
        group="Picture",
    )  # fmt: skip
    theta: float = live(
        1.0, label="Distance θ", help="Puts the generator's line there; the distance it has to go.",
        ge=-1.5, le=1.5, step=0.01, group="Picture", when={"data": ("parallel-lines",)},
    )  # fmt: skip
    label: int = live(
        0, label="Label shown", help="The label for which D and the manifold are drawn.", ge=0, le=24, step=1,
        group="Picture", when={"conditional": (True,)},
    )  # fmt: skip
