r"""A curve of low loss between two networks that were trained apart.

    phi(t) = (1 - t)^2 w_1 + 2 t (1 - t) theta + t^2 w_2,   min_theta E_t L(phi(t)),   t ~ U[0, 1]

References:
    Garipov et al., "Loss surfaces, mode connectivity, and fast ensembling of DNNs", NeurIPS 2018; Draxler et al.,
    "Essentially no barriers in neural network energy landscape", ICML 2018.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.landscape.judge import Judge
from engine.exhibits.landscape.learning import PHASES, Learning
from engine.exhibits.landscape.networks import build
from engine.exhibits.landscape.params import LandscapeParams
from engine.exhibits.landscape.tasks import Task
from engine.exhibits.landscape.walkers import Walker
from engine.kit.learning import Kind, Optimiser

WAY = 25  # places of line and curve that are looked at, one after the other
BENDING = (
    PHASES[0],
    "Slopes: the loss at a random place of the curve, and its gradient at the curve's control point",
    "Step: the curve is bent",
)
LATEX = {"curve": r"(1-t)^2 u + 2t(1-t)\theta + t^2 w"}


def bezier(t: float, one: Tensor, bend: Tensor, two: Tensor) -> Tensor:
    """phi(t), (P,)."""
    return (1 - t) ** 2 * one + 2 * t * (1 - t) * bend + t**2 * two


def line(t: float, one: Tensor, two: Tensor) -> Tensor:
    """The straight way, (P,)."""
    return (1 - t) * one + t * two


def share_of_bend(t: float) -> float:
    """By how much phi(t) moves as theta does: the gradient in theta is so many times that at phi(t)."""
    return 2 * t * (1 - t)


def barrier(losses: np.ndarray) -> float:
    """How far a way rises above the straight line between the losses at its ends: max_t L(t) - ((1-t) L(0) + t L(1)).

    Shapes:
        losses: (n,), at even distances from end to end.
    """
    level = np.linspace(losses[0], losses[-1], len(losses))
    return float(np.max(losses - level))


class Connection(Learning):
    """Two networks that learn apart, and then a curve of low loss that is bent between them."""

    names = ("network A", "network B")
    strays = 0.08  # the curve is to be seen in its own plane

    def __init__(self, params: LandscapeParams, task: Task, judge: Judge, seed: int) -> None:
        super().__init__(params, task, judge, seed)
        self.bend = torch.zeros_like(self.main)
        self.optimiser = Optimiser([self.bend], "adam")
        self.bending = False
        self.gradient = torch.zeros_like(self.bend)
        self.line = np.array([self._on_line(t) for t in np.linspace(0, 1, WAY)])
        self.curve = self.line.copy()

    def _walkers(self) -> list[Walker]:
        spec = self.params.spec(self.task)
        return [Walker(build(spec, self.rng), "adam", self.params, self.task) for _ in self.names]

    def _kinds(self) -> tuple[Kind, ...]:
        return ("adam", "adam")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Of both networks, then of the curve."""
        return BENDING if self.bending else PHASES

    @property
    def ends(self) -> tuple[Tensor, Tensor]:
        """Both networks."""
        return self.walkers[0].w, self.walkers[1].w

    def feel(self, rows: Tensor) -> None:
        """The gradients of both networks; once they have settled, that of the curve."""
        if not self.bending:
            super().feel(rows)
            return
        t = float(torch.rand((), generator=self.rng, device=self.rng.device))
        here = bezier(t, self.ends[0], self.bend, self.ends[1])
        self.gradient = share_of_bend(t) * self.judge.gradient(here, rows)

    def go(self) -> None:
        """Both networks, or the curve; and one more look at line and curve."""
        if self.bending:
            self.optimiser.step([self.gradient], self.params.alpha)
        else:
            super().go()
        self._look()
        if not self.bending and self.steps + 1 >= self.params.settle:
            self.bending = True
            self.bend.copy_(line(0.5, *self.ends))

    def _look(self) -> None:
        place = self.steps % WAY
        t = place / (WAY - 1)
        self.line[place] = self._on_line(t)
        self.curve[place] = self.judge.loss(self.at(t), self.judge.weighed[0]) if self.bending else self.line[place]

    def _on_line(self, t: float) -> float:
        return self.judge.loss(line(t, *self.ends), self.judge.weighed[0])

    def at(self, t: float) -> Tensor:
        """A place of the curve, (P,); of the line before there is a curve."""
        return bezier(t, self.ends[0], self.bend, self.ends[1]) if self.bending else line(t, *self.ends)

    @property
    def moving(self) -> Tensor:
        """Network A, and then the curve's control point."""
        return self.bend if self.bending else self.main

    def three(self) -> Tensor | None:
        """Both networks and the curve's middle."""
        return torch.stack([*self.ends, self.at(0.5)]) if self.bending else None

    @property
    def version(self) -> int:
        """Goes up once the curve begins."""
        return int(self.bending)

    def marks(self) -> dict[str, Tensor]:
        """The curve's control point."""
        return {"theta": self.bend} if self.bending else {}

    def lost(self) -> str | None:
        """What has diverged."""
        if any(walker.lost for walker in self.walkers):
            return "the weights of a network"
        return None if float(self.bend.abs().max()) < 1e6 else "the curve between the networks"

    def state_dict(self) -> State:
        """And the curve."""
        curve = {"bend": self.bend, "bending": self.bending, "line": self.line, "curve": self.curve}
        return super().state_dict() | curve | {"optimiser": self.optimiser.state_dict()}

    def load_state_dict(self, state: State) -> None:
        """And the curve."""
        super().load_state_dict(state)
        self.bend.copy_(torch.as_tensor(state["bend"]))
        self.optimiser.load_state_dict(state["optimiser"])
        self.bending = bool(state["bending"])
        self.line, self.curve = np.array(state["line"]), np.array(state["curve"])
