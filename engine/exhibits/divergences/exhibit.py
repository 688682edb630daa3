"""Divergences: what a GAN's players fight over, on two lines, two Gaussians and two histograms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from engine.exhibit import Exhibit, Frame, Poke, Pose, Reference, State, Subject
from engine.exhibits.divergences.cards import CARDS
from engine.exhibits.divergences.distances import Distances, log_normal, of_gaussians, of_lines
from engine.exhibits.divergences.params import REACH, DivergencesParams
from engine.exhibits.divergences.transport import earth_movers

WIDE = 4.0  # half the width of the picture, in units of theta
SWING = 720  # steps of a whole swing
REST = 360  # steps that theta stays where somebody has put it
CARRY = 180  # steps in which the earth is carried over
BINS = 8
LEFT = np.array([0.15, 0.55, 0.95, 0.6, 0.25, 0.1, 0.0, 0.0])
RIGHT = np.array([0.0, 0.1, 0.1, 0.2, 0.3, 0.55, 0.9, 0.45])
GAP = 0.16  # half the height of the band between the histograms, where earth is carried


class Touch(Poke):
    """A finger on one of the pictures.

    Args:
        kind: ``theta`` moves the second distribution there, ``bar`` sets the bar below the pointer to its height.
        x, y: in the picture, -1 ... 1 from left to right and from bottom to top.
        x0, y0: where the drag began: above the middle it shapes the upper histogram, else the lower.
    """

    kind: Literal["theta", "bar"]
    x: float = Field(ge=-1, le=1)
    y: float = Field(ge=-1, le=1)
    x0: float = Field(0.0, ge=-1, le=1)
    y0: float | None = Field(None, ge=-1, le=1)


class Divergences(Exhibit[DivergencesParams]):
    """KL, JS and W between (0, z) and (theta, z), between two Gaussians, and the earth mover's plan."""

    slug = "divergences"
    title = "Divergences"
    summary = "Three ways to say how far apart; only one always says where to go."
    subject, place = Subject.ADVERSARIAL, 3
    references = (
        Reference("M. Arjovsky, S. Chintala, L. Bottou", "Wasserstein generative adversarial networks", "ICML 2017",
                  "https://arxiv.org/abs/1701.07875"),
        Reference("Y. Rubner, C. Tomasi, L. J. Guibas", "The earth mover's distance as a metric for image retrieval",
                  "Int. J. Computer Vision 40, 2000", "https://doi.org/10.1023/A:1026543900054"),
    )  # fmt: skip
    Params = DivergencesParams
    Poke = Touch
    cards = CARDS
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
        self.lines, self.gaussians = of_lines(self.theta), of_gaussians(self.theta, self.params.sigma)

    def _solve(self) -> None:
        self.plan, self.cost = earth_movers(*self.bars)

    def phases(self) -> Iterator[str]:
        """Move theta, compare densities, carry earth."""
        self._move()
        yield f"θ moves to {self.theta:.2f}: the generator's distribution shifts, its shape stays"
        self._compare()
        yield (
            f"KL and JS compare densities point by point: {self._kl_word()} and {self.lines.js:.3f} for the lines, "
            f"{self.gaussians.kl:.3g} and {self.gaussians.js:.3f} for the Gaussians"
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

    def _kl_word(self) -> str:
        return "∞" if math.isinf(self.lines.kl) else f"{self.lines.kl:.3g}"

    def frame(self) -> Frame:
        """The lines, the Gaussians, the histograms, and all the numbers."""
        arrays = {**self._two_distributions(), **self._two_histograms()}
        metrics = {"theta": self.theta, "emd": self.cost}
        for name, found in (("lines", self.lines), ("gaussians", self.gaussians)):
            metrics |= {f"{which}_{name}": float(value) for which, value in found._asdict().items()}
        words = {"kl_lines": self._kl_word(), "phase": "", "verdict": self._verdict(), "carrying": self._carrying()}
        return Frame({name: np.asarray(array, np.float32) for name, array in arrays.items()}, metrics, words)

    def _two_distributions(self) -> dict[str, np.ndarray]:
        """Lines in the upper half of the picture, densities in the lower.

        Shapes:
            real, generated: (1, 4), segments. carried: (9, 4), dashes between them. density_p, density_q: (161,).
        """
        u = self.theta / WIDE
        z = np.linspace(0.15, 0.9, 9)
        x = np.linspace(-WIDE, WIDE, 161)
        peak = log_normal(np.zeros(1), 0.0, self.params.sigma)[0]
        return {
            "real": np.array([[0.0, 0.1, 0.0, 0.95]]),
            "generated": np.array([[u, 0.1, u, 0.95]]),
            "carried": np.stack([np.zeros(9), z, np.full(9, u), z], axis=-1),
            "density_p": np.exp(log_normal(x, 0.0, self.params.sigma) - peak),
            "density_q": np.exp(log_normal(x, self.theta, self.params.sigma) - peak),
            "now_theta": np.full(4, self.theta),
            "now_value": np.array([self.lines.js, self.lines.w, self.gaussians.js, self.gaussians.w]),
        }

    def _two_histograms(self) -> dict[str, np.ndarray]:
        """Bars, the flows between them, and the earth on its way.

        Shapes:
            bars_p, bars_q: (BINS,). plan: (BINS, BINS). flows: (BINS^2, 5), from, to and mass. earth: (BINS^2, 3).
        """
        at = (2 * np.arange(BINS) + 1) / BINS - 1
        source, target = (side.ravel() for side in np.meshgrid(at, at, indexing="ij"))
        mass = self.plan.ravel()
        rows = np.ones(BINS**2)
        share = (self.steps % CARRY) / CARRY if self.params.carry else 0.0
        share = 0.5 - 0.5 * math.cos(math.pi * min(1.4 * share, 1.0))  # slow at both ends, a rest at the target
        return {
            "bars_p": self.bars[0],
            "bars_q": self.bars[1],
            "plan": self.plan,
            "flows": np.stack([source, GAP * rows, target, -GAP * rows, mass], axis=-1),
            "earth": np.stack(
                [(1 - share) * source + share * target, GAP * (1 - 2 * share) * rows, mass * self.params.carry], axis=-1
            ),
        }

    def _verdict(self) -> str:
        if self.theta == 0:
            return "θ = 0: the lines lie on each other, and all three are 0."
        sign = "left" if self.theta > 0 else "right"
        return (
            f"For the lines JS is {self.lines.js:.3f} = log 2 wherever θ is: no slope. W = {self.lines.w:.2f} falls by "
            f"as much as θ moves to the {sign}. The Gaussians' JS has a slope only while they overlap."
        )

    def _carrying(self) -> str:
        for name, bars in zip("pq", self.bars, strict=True):
            if bars.sum() <= 0:
                return f"Histogram {name} is empty: drag one of its bars up."
        return f"The cheapest way costs {self.cost:.3f} bins: so far is a grain of earth carried on average."

    def scene(self) -> Frame:
        """The distances as curves over theta."""
        theta = np.sort(np.append(np.linspace(-REACH, REACH, 121), [-1e-3, 1e-3]))  # JS jumps at 0
        curves = [of_gaussians(float(each), self.params.sigma) for each in theta]
        lines = [of_lines(round(float(each), 9)) for each in theta]
        arrays = {"theta": theta, "lines_js": [d.js for d in lines], "lines_w": [d.w for d in lines]}
        arrays |= {f"gaussians_{name}": [getattr(d, name) for d in curves] for name in Distances._fields}
        return Frame({name: np.asarray(array, np.float32) for name, array in arrays.items()})

    def set(self, params: DivergencesParams) -> None:
        """Theta, the width or what moves has changed."""
        before, self.params = self.params, params
        if params.theta != before.theta:
            self._put(params.theta, REST)
        if params.sigma != before.sigma:
            self._compare()
            self.scene_version += 1

    def poke(self, event: Touch) -> None:
        """Drag theta, or a bar."""
        if event.kind == "theta":
            self._put(min(max(round(event.x * WIDE, 2), -REACH), REACH), REST)
            return
        upper = (event.y if event.y0 is None else event.y0) >= 0
        height = ((event.y if upper else -event.y) - GAP) / (1 - GAP)
        bin_ = min(int((event.x + 1) / 2 * BINS), BINS - 1)
        self.bars[0 if upper else 1, bin_] = round(min(max(height, 0.0), 1.0), 3)
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
