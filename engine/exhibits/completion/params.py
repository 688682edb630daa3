"""The hyperparameters of point-cloud completion, in the order in which a person meets them."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import model_validator

from engine.exhibits.completion.models.sizes import SIZES
from engine.params import Params, live, setup

SHOWN_FAMILIES = ("chair", "aeroplane", "mug", "lamp", "car", "letter")
Heads = Literal["1", "2", "3", "4", "6", "8"]
HEADS = get_args(Heads)
VIEWS = {"camera": "seen by a camera", "half-space": "cut in two", "holes": "with holes", "rings": "in laser rings"}
"""What is left of a shape, in words."""

SHOWN = len(SHOWN_FAMILIES)
"""Held-out shapes that are shown at once, one of each of these families."""


class ModelParams(Params):
    """What the run is built from."""

    model: Literal["pointr", "pcn", "folding"] = setup(
        "pointr", label="Network", help="What completes the shapes.", group="Network",
    )  # fmt: skip
    start: Literal["trained", "nothing"] = setup(
        "trained", label="Start from", group="Network",
        help="A network that has learnt already, where there is one of this kind, or random weights.",
    )  # fmt: skip
    view: Literal["mixed", "camera", "half-space", "holes", "rings"] = setup(
        "mixed", label="What is left", group="Data",
        help="How a shape loses a part. Mixed: it is taught all four, and shown what the camera sees.",
    )  # fmt: skip
    size: Literal["tiny", "small", "published"] = setup(
        "small", label="Size", help="Points and widths: for two processor cores, or as published, for a graphics card.",
        group="Network",
    )  # fmt: skip
    heads: Heads = setup(
        "4", label="Attention heads", help="Parts into which each attention is split.", group="Network",
        when={"model": ("pointr",)},
    )  # fmt: skip
    k: int = setup(
        8, label="Neighbours k", help="How many nearest points the geometry-aware branch looks at.", ge=1, le=16,
        step=1, group="Network", when={"model": ("pointr",)},
    )  # fmt: skip

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        width = SIZES[self.size].dim
        if self.model == "pointr" and width % int(self.heads):
            fitting = [heads for heads in HEADS if width % int(heads) == 0]
            raise ValueError(
                f"heads = {self.heads} cannot share the {width} features of the size {self.size} evenly; "
                f"take one of {', '.join(fitting)}, or another size"
            )
        return self

    @property
    def shown_view(self) -> Literal["camera", "half-space", "holes", "rings"]:
        """What the shapes of the picture have lost."""
        return "camera" if self.view == "mixed" else self.view


class CompletionParams(ModelParams):
    """What is seen of a shape, and how the network learns."""

    azimuth: float = live(
        35.0, label="Camera around", help="From which side the virtual camera looks at the shapes: 0 is the front.",
        ge=-180.0, le=180.0, step=5.0, unit="°", group="View",
    )  # fmt: skip
    missing: float = live(
        0.5, label="Missing", help="The share of a shape that is not seen; of what a camera sees, at least that.",
        ge=0.1, le=0.9, step=0.05, group="View",
    )  # fmt: skip
    shape: int = live(
        1, label="Shape", help="Which of the held-out shapes below is in the large picture.", ge=1, le=SHOWN, step=1,
        group="View",
    )  # fmt: skip
    lr: float = live(
        0.0002, label="Learning rate", help="How far a step goes down the gradient.", ge=0.00001, le=0.01, log=True,
        group="Learning",
    )  # fmt: skip
    elevation: float = live(
        20.0, label="Camera above", help="How high above the floor the virtual camera is.", ge=-80.0, le=80.0, step=5.0,
        unit="°", group="View",
    )  # fmt: skip
    turn: float = live(
        1.0, label="Camera turns", help="By how much the virtual camera goes on around the shapes in every step.",
        ge=0.0, le=10.0, step=0.5, unit="°", group="View",
    )  # fmt: skip
    noise: float = live(
        0.0, label="Noise", help="Standard deviation of every coordinate that is seen; a shape's radius is 1.", ge=0.0,
        le=0.1, step=0.005, group="View",
    )  # fmt: skip
    batch: int = live(
        4, label="Batch", help="Shapes from which a step learns.", ge=1, le=64, step=1, group="Learning",
    )  # fmt: skip
    j0: float = live(
        1.0, label="Weight of J₀", help="How much the coarse points count in the loss, beside all points.", ge=0.0,
        le=5.0, step=0.1, group="Learning", when={"model": ("pointr", "pcn")},
    )  # fmt: skip
    surface: Literal["none", "alpha", "poisson"] = live(
        "none", label="Surface", help="A mesh through the completed points, made anew with every measurement.",
        group="Picture",
    )  # fmt: skip
