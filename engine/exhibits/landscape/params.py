"""The hyperparameters of the walk through a landscape."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from engine.exhibits.landscape.networks import Spec
from engine.exhibits.landscape.tasks import IMAGES, Task
from engine.params import Params, live, setup

Study = Literal["train", "race", "connect", "average"]
ALONE = {"study": ("train",)}
DEEP = {"network": ("deep",)}
FREE = {"study": ("train", "race")}


class LandscapeParams(Params):
    """Which network learns what, by what rule, and how the landscape around it is cut."""

    study: Study = setup(
        "train", label="Study", help="Who walks: one network, racing optimisers, two networks to be connected, or "
        "one whose weights are averaged.", group="Network",
    )  # fmt: skip
    network: Literal["one-layer", "two-layer", "cnn", "deep"] = setup(
        "two-layer", label="Network", help="What learns.", group="Network"
    )
    data: Literal["digits", "moons", "spiral", "mnist"] = setup(
        "digits", label="Data", group="Network",
        help="What it learns. MNIST is fetched when it is first asked for, 10 MB.",
    )  # fmt: skip
    activation: Literal["relu", "tanh", "swish", "mish"] = setup(
        "relu", label="Activation", help="What a hidden neuron makes of its sum.", group="Network",
        when={"network": ("two-layer", "cnn", "deep")},
    )  # fmt: skip
    width: int = setup(
        64, label="Width", help="Neurons of a hidden layer.", ge=4, le=128, step=4, group="Network",
        when={"network": ("two-layer", "deep")},
    )  # fmt: skip
    depth: int = setup(8, label="Depth", help="Hidden layers of that width.", ge=1, le=32, group="Network", when=DEEP)
    skips: bool = setup(
        False, label="Skip connections", help="Whether every hidden layer is stepped over.", group="Network", when=DEEP
    )
    norm: bool = setup(
        False, label="Batch norm", help="Whether every hidden layer is normalised over the batch.", group="Network",
        when=DEEP,
    )  # fmt: skip
    loss: Literal["cross-entropy", "squared error"] = setup(
        "cross-entropy", label="Loss", help="What is made small.", group="Network"
    )
    samples: int = setup(
        1437, label="Training samples", help="So many are learnt from, at most; a fifth of all is kept to test.",
        ge=50, le=1437, group="Network",
    )  # fmt: skip
    wrong: float = setup(
        0.0, label="Wrong labels", help="Share of the training labels that is drawn anew.", ge=0.0, le=0.5, step=0.05,
        group="Network",
    )  # fmt: skip
    rate: float = live(
        0.1, label="Learning rate η", help="Step of SGD, and of all that multiply the gradient with it.",
        ge=1e-4, le=10.0, log=True, group="Learning",
    )  # fmt: skip
    batch: int = live(
        64, label="Batch", help="Samples in a step; as many as there are for training: all of them, every step.",
        ge=8, le=1437, log=True, group="Learning",
    )  # fmt: skip
    plane: Literal["random", "trajectory", "curvature", "three"] = live(
        "trajectory", label="Plane", help="Along which two directions the landscape is cut.", group="Landscape",
        when=FREE,
    )  # fmt: skip
    reach: float = live(
        1.0, label="Reach", help="How far the picture goes: 1 is as far as the filters are long, or as the way is.",
        ge=0.05, le=10.0, log=True, group="Landscape",
    )  # fmt: skip
    optimiser: Literal["sgd", "momentum", "nesterov", "rmsprop", "adam"] = live(
        "sgd", label="Optimiser", help="Who walks.", group="Learning", when=ALONE
    )
    alpha: float = live(
        0.003, label="Step α", help="Step of RMSProp and Adam, and of what bends the curve.", ge=1e-5, le=0.3,
        log=True, group="Learning",
    )  # fmt: skip
    mu: float = live(0.9, label="Momentum μ", help="The share of its velocity that a heavy ball keeps; Adam's β₁.",
                     ge=0.0, le=0.99, step=0.01, group="Learning")  # fmt: skip
    learning: bool = live(
        True, label="Learning", help="Off: the weights stand, and only the landscape goes on.", group="Learning"
    )
    follow: bool = live(
        True, label="The plane follows", help="Whether a new plane is laid when the weights have left the old one.",
        group="Landscape",
    )  # fmt: skip
    period: int = live(
        40, label="Period", help="Steps of a cycle of the learning rate.", ge=5, le=400, group="Learning",
        when={"study": ("average",)},
    )  # fmt: skip
    floor: float = live(
        0.05, label="Lowest rate", help="Share of η at the end of a cycle.", ge=0.0, le=1.0, step=0.01,
        group="Learning", when={"study": ("average",)},
    )  # fmt: skip
    settle: int = live(
        200, label="Steps before", help="So long is learnt as usual, before the curve is bent, or the cycles begin.",
        ge=20, le=2000, step=10, group="Learning", when={"study": ("connect", "average")},
    )  # fmt: skip

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.network == "cnn" and self.data not in IMAGES:
            raise ValueError("a convolutional network looks at images: choose the digits, or another network")
        return self

    @property
    def large(self) -> bool:
        """Whether the curvature may be felt on part of the samples only."""
        return self.network in ("cnn", "deep") or self.data == "mnist"

    def spec(self, task: Task) -> Spec:
        """The network for the task."""
        return Spec(self.network, task.inputs, task.classes, self.width, self.depth, self.activation, self.skips,
                    self.norm)  # fmt: skip
