"""SGD with a rate that falls and rises again."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.optimisers.racers.base import Rules
from engine.exhibits.optimisers.racers.first_order import GradientDescent
from engine.exhibits.optimisers.surfaces import Surface


class Scheduled(GradientDescent):
    """SGD with a rate that depends on the step."""

    stochastic = True

    def rate(self) -> float:
        """The learning rate of the next step."""
        raise NotImplementedError

    def settings(self) -> dict[str, Any]:
        """The rate of the moment."""
        return {"lr": self.rate()}


class WarmRestarts(Scheduled):
    """SGDR: eta_t = eta_min + (eta_max - eta_min) (1 + cos(pi t / T)) / 2, and again from the top after T steps."""

    name, label = "sgdr", "SGDR"
    says = "SGD whose rate falls along a cosine and then restarts at the top."

    def rate(self) -> float:
        """On the cosine of the present period, each longer than the last by a factor."""
        params, t, T = self.rules.params, self.steps, self.rules.params.period
        while t >= T:
            t, T = t - T, T * params.stretch
        low = params.floor * self.rules.eta
        return low + (self.rules.eta - low) * (1 + math.cos(math.pi * t / T)) / 2


class AveragedWeights(Scheduled):
    """SWA: SGD whose rate falls in a straight line and jumps back; the mean of where it stands at the ends of cycles.

    eta_t = (1 - s) eta + s floor eta,  s = (mod(t - 1, c) + 1) / c;  mean <- (n mean + w) / (n + 1) when s = 1.
    """

    name, label = "swa", "SWA"
    says = "SGD with a rate that falls and jumps back; shown is the mean of the places at the ends of the cycles."

    def __init__(self, start: Tensor, rules: Rules) -> None:
        super().__init__(start, rules)
        self.mean, self.count = self.w.detach().clone(), 0

    def rate(self) -> float:
        """On the line of the present cycle."""
        cycle = self.rules.params.period
        share = (self.steps % cycle + 1) / cycle
        return self.rules.eta * ((1 - share) + share * self.rules.params.floor)

    def step(self, gradient: Tensor, surface: Surface) -> None:
        """A step of SGD; at the end of a cycle its place joins the mean."""
        super().step(gradient, surface)
        if self.steps % self.rules.params.period == 0:
            self.mean = (self.count * self.mean + self.w.detach()) / (self.count + 1)
            self.count += 1

    def place(self) -> Tensor:
        """The mean, once there is one."""
        return self.mean if self.count else self.w.detach()

    def memory(self) -> State:
        """SGD's, and the mean."""
        return {"sgd": super().memory(), "mean": self.mean, "count": self.count}

    def remember(self, memory: State) -> None:
        """Both."""
        super().remember(memory["sgd"])
        self.mean, self.count = torch.as_tensor(memory["mean"]).clone(), int(memory["count"])
