"""The hyperparameters of the divergences."""

from __future__ import annotations

from engine.params import Params, live

REACH = 3.0  # |theta| at most


class DivergencesParams(Params):
    """How far apart, and how wide."""

    swing: bool = live(
        True, label="Swings by itself", help="Moves θ to and fro; dragging the picture switches it off.",
        group="Two distributions",
    )  # fmt: skip
    theta: float = live(
        2.0, label="Distance θ", help="How far apart the two distributions are.",
        ge=-REACH, le=REACH, step=0.01, group="Two distributions", when={"swing": (False,)},
    )  # fmt: skip
    sigma: float = live(
        0.5, label="Width σ of the Gaussians", help="The narrower they are, the more they behave like the lines.",
        ge=0.05, le=1.5, step=0.01, group="Two distributions",
    )  # fmt: skip
    stretch: float = live(
        1.0, label="Generated one wider by", help="Width of the generated Gaussian, as a multiple of the real one's.",
        ge=0.25, le=4.0, step=0.05, group="Two distributions", unit="times",
    )  # fmt: skip
    carry: bool = live(
        True, label="Show the earth moving", help="Carries the mass along the plan, over and over.",
        group="Two histograms",
    )  # fmt: skip

    @property
    def width(self) -> float:
        """Of the generated Gaussian."""
        return self.sigma * self.stretch
