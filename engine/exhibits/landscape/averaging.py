r"""Stochastic weight averaging: the mean of what a cyclic learning rate meets at the end of every cycle.

    eta(i) = (1 - s) eta_1 + s eta_2,   s = ((i - 1) mod c + 1) / c;      w_SWA <- (n w_SWA + w) / (n + 1) when s = 1

References:
    Izmailov et al., "Averaging weights leads to wider optima and better generalization", UAI 2018.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.landscape.judge import Judge
from engine.exhibits.landscape.learning import Learning
from engine.exhibits.landscape.networks import build
from engine.exhibits.landscape.params import LandscapeParams
from engine.exhibits.landscape.tasks import Task
from engine.exhibits.landscape.walkers import Walker
from engine.kit.learning import Kind

LATEX = {"mean": r"\frac{n\,m + w}{n + 1}"}
KEPT = 3  # first, middle and last end of a cycle: a plane goes through them
MOST = 24  # ends that are remembered; then every second one goes


def cyclic_rate(step: int, period: int, high: float, low: float) -> float:
    """The learning rate of a step, counted from 1: from ``high`` down to ``low`` within every period."""
    share = ((step - 1) % period + 1) / period
    return (1 - share) * high + share * low


def mean_with(mean: Tensor, w: Tensor, n: int) -> Tensor:
    """The mean of n + 1, from that of n and one more."""
    return (n * mean + w) / (n + 1)


class Average:
    """The running mean, and the ends of cycles that it is made of.

    Args:
        w: (P,), where it begins.
    """

    def __init__(self, w: Tensor) -> None:
        self.mean, self.count = w.clone(), 0
        self.ends: list[Tensor] = []

    def add(self, w: Tensor) -> None:
        """A cycle has come to its end."""
        self.mean = mean_with(self.mean, w, self.count)
        self.count += 1
        if len(self.ends) == MOST:
            del self.ends[1:-1:2]
        self.ends.append(w.clone())

    def three(self) -> Tensor | None:
        """First, middle and last, (3, P); None before there are three."""
        if len(self.ends) < KEPT:
            return None
        return torch.stack([self.ends[0], self.ends[len(self.ends) // 2], self.ends[-1]])

    def state_dict(self) -> State:
        """Everything needed to go on."""
        return {"mean": self.mean, "count": self.count, "ends": list(self.ends)}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.mean, self.count = torch.as_tensor(state["mean"]).clone(), int(state["count"])
        self.ends = [torch.as_tensor(each).clone() for each in state["ends"]]


class Averaging(Learning):
    """SGD until it has settled; then SGD under a cyclic rate, and the mean of what it meets at the ends of cycles."""

    def __init__(self, params: LandscapeParams, task: Task, judge: Judge, seed: int) -> None:
        super().__init__(params, task, judge, seed)
        self.average = Average(self.main)
        self.place = 0  # in the cycle

    def _walkers(self) -> list[Walker]:
        return [Walker(build(self.params.spec(self.task), self.rng), "sgd", self.params, self.task)]

    def _kinds(self) -> tuple[Kind, ...]:
        return ("sgd",)

    def go(self) -> None:
        """One step; at the end of a cycle the weights enter the mean."""
        p, (walker,) = self.params, self.walkers
        if self.steps < p.settle and not self.average.count and not self.place:
            walker.go()
            return
        self.place += 1
        walker.go(cyclic_rate(min(self.place, p.period), p.period, p.rate, p.rate * p.floor))
        if self.place >= p.period:
            self.place = 0
            self.average.add(walker.w)

    def three(self) -> Tensor | None:
        """The first, middle and last end of a cycle."""
        return self.average.three()

    @property
    def version(self) -> int:
        """The number of the last end."""
        return self.average.count

    def marks(self) -> dict[str, Tensor]:
        """The mean."""
        return {"swa": self.average.mean} if self.average.count else {}

    def state_dict(self) -> State:
        """And the mean."""
        return super().state_dict() | {"average": self.average.state_dict(), "place": self.place}

    def load_state_dict(self, state: State) -> None:
        """And the mean."""
        super().load_state_dict(state)
        self.average.load_state_dict(state["average"])
        self.place = int(state["place"])
