"""Divergences: what a GAN's players fight over, on two lines, two Gaussians and two histograms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from engine.exhibit import Exhibit, Frame, Poke, Pose, Reference, State, Subject
from engine.exhibits.divergences import show
from engine.exhibits.divergences.cards import CARDS
from engine.exhibits.divergences.distances import of_gaussians, of_lines
from engine.exhibits.divergences.params import REACH, DivergencesParams
from engine.exhibits.divergences.show import BINS, GAP, WIDE
from engine.exhibits.divergences.transport import earth_movers

SWING = 720  # steps of a whole swing
REST = 360  # steps that theta stays where somebody has put it
CARRY = 180  # steps in which the earth is carried over
LEFT = np.array([0.15, 0.55, 0.95, 0.6, 0.25, 0.1, 0.0, 0.0])
RIGHT = np.array([0.0, 0.1, 0.1, 0.2, 0.3, 0.55, 0.9, 0.45])


class Touch(Poke):
    """A finger on one of the pictures, in its own units, y upwards from -1 to 1.

    Args:
        kind: ``theta`` moves the second distribution there, ``bar`` sets the bar below the pointer to its height.
        x, y: for ``theta`` x is theta, -4 ... 4; for ``bar`` it counts bins from the left edge, 0 ... 8.
        x0, y0: where the drag began, like x and y: above the middle it shapes the upper histogram, else the lower.
    """

    kind: Literal["theta", "bar"]
    x: float
    y: float = Field(ge=-1, le=1)
    x0: float | None = None
    y0: float | None = Field(None, ge=-1, le=1)

    @model_validator(mode="after")
    def _inside(self) -> Self:
        low, high = (-WIDE, WIDE) if self.kind == "theta" else (0.0, float(BINS))
        for name, value in (("x", self.x), ("x0", self.x0)):
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} = {value:g} lies outside the picture, {low:g} … {high:g}")
        return self


class Divergences(Exhibit[DivergencesParams]):
    """Distances between (0, z) and (theta, z) and between two Gaussians, their slopes, and the earth mover's plan."""

    slug = "divergences"
    title = "Divergences"
    summary = "Seven ways to say how far apart, and which of them tell a generator where to go."
    question = "How far apart are two distributions, and which way is nearer?"
    subject, place = Subject.ADVERSARIAL, 3
    references = (
        Reference("M. Arjovsky, S. Chintala, L. Bottou", "Wasserstein generative adversarial networks", "ICML 2017",
                  "https://arxiv.org/abs/1701.07875"),
        Reference("M. Arjovsky, L. Bottou", "Towards principled methods for training generative adversarial networks",
                  "ICLR 2017", "https://arxiv.org/abs/1701.04862"),
        Reference("A. Gretton, K. M. Borgwardt, M. J. Rasch, B. Schölkopf, A. Smola", "A kernel two-sample test",
                  "J. Machine Learning Research 13, 2012"),
        Reference("Y. Rubner, C. Tomasi, L. J. Guibas", "The earth mover's distance as a metric for image retrieval",
                  "Int. J. Computer Vision 40, 2000", "https://doi.org/10.1023/A:1026543900054"),
    )  # fmt: skip
    Params = DivergencesParams
    Poke = Touch
    cards = CARDS
    main = ("theta", "swing", "sigma", "carry")
    default_speed = 60.0
    pose = Pose(SWING)

    def __init__(self, params: DivergencesParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        jitter = np.random.default_rng(seed).uniform(0.8, 1.0, (2, BINS))
        self.bars = np.stack([LEFT, RIGHT]) * jitter  # (2, BINS), heights of p and of q
        self.steps, self.rest, self.swung = 0, 0, 0
        self._put(params.theta, rest=0)
        self._solve()

    def _put(self, theta: float, rest: int) -> None:
        """Put theta there, and let a later swing go on from there."""
        self.theta, self.rest = theta, rest
        self.swung = round(SWING / (2 * math.pi) * math.asin(min(max(theta / REACH, -1.0), 1.0))) % SWING
        self._compare()

    def _compare(self) -> None:
        params = self.params
        self.lines, self.gaussians = of_lines(self.theta), of_gaussians(self.theta, params.sigma, params.width)

    def _solve(self) -> None:
        self.plan, self.cost = earth_movers(*self.bars)

    def phases(self) -> Iterator[str]:
        """Move theta, compare densities, carry earth."""
        self._move()
        yield f"θ moves to {self.theta:.2f}: the generator's distribution shifts, its shape stays"
        self._compare()
        yield (
            f"KL and JS compare densities point by point: {show.kl_word(self.lines.kl)} and {self.lines.js:.3f} for "
            f"the lines, {self.gaussians.kl:.3g} and {self.gaussians.js:.3f} for the Gaussians"
        )
        self.steps += 1
        yield f"W asks how far mass is carried: |θ| = {abs(self.theta):.2f}, for the histograms {self.cost:.3g} bins"

    def step(self) -> None:
        """The same without the sentences."""
        self._move()
        self._compare()
        self.steps += 1

    def _move(self) -> None:
        if self.rest > 0:
            self.rest -= 1
        elif self.params.swing:
            self.swung = (self.swung + 1) % SWING
            self.theta = REACH * math.sin(2 * math.pi * self.swung / SWING)

    def frame(self) -> Frame:
        """The lines, the Gaussians, the histograms, and all the numbers."""
        apart = show.distributions(self.theta, self.params.sigma, self.params.width, self.lines, self.gaussians)
        told = Frame({}, {"emd": self.cost}, {"phase": "", "carrying": show.carrying(self.bars, self.cost)})
        return apart | show.histograms(self.bars, self.plan, self._carried()) | told

    def _carried(self) -> float | None:
        """The share of the way that the earth has been carried by now; None if it is not to be shown."""
        if not self.params.carry:
            return None
        share = min(1.4 * (self.steps % CARRY) / CARRY, 1.0)  # a rest at the target
        return 0.5 - 0.5 * math.cos(math.pi * share)  # slow at both ends

    def scene(self) -> Frame:
        """The distances as curves over theta."""
        return show.curves(self.params.sigma, self.params.width)

    def set(self, params: DivergencesParams) -> None:
        """Theta, the width or what moves has changed."""
        before, self.params = self.params, params
        if params.theta != before.theta:
            self._put(params.theta, REST)
        elif before.swing and not params.swing:  # the slider takes over where the swing has come to
            self._put(round(self.theta, 2), REST)
            self.params = params.replaced(theta=self.theta)
        if (params.sigma, params.width) != (before.sigma, before.width):
            self._compare()
            self.scene_version += 1

    def poke(self, event: Touch) -> None:
        """Drag theta, or a bar."""
        if event.kind == "theta":
            self._put(min(max(round(event.x, 2), -REACH), REACH), REST)
            self.params = self.params.replaced(theta=self.theta, swing=False)  # it stays where it was put
            return
        upper = (event.y if event.y0 is None else event.y0) >= 0
        height = ((event.y if upper else -event.y) - GAP) / (1 - GAP)
        self.bars[0 if upper else 1, min(int(event.x), BINS - 1)] = round(min(max(height, 0.0), 1.0), 3)
        self._solve()

    def state_dict(self) -> State:
        """Theta with its swing, and the bars."""
        return {"theta": self.theta, "rest": self.rest, "swung": self.swung, "steps": self.steps, "bars": self.bars}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.theta, self.bars = float(state["theta"]), np.array(state["bars"])
        self.rest, self.swung, self.steps = (int(state[name]) for name in ("rest", "swung", "steps"))
        self._compare()
        self._solve()
