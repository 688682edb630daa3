"""Those who multiply the gradient, or its running sum, with one rate; and Muon, who keeps its direction only."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.exhibits.optimisers.racers.base import NONE, ByTorch, Internals, pair


class GradientDescent(ByTorch):
    """w <- w - eta g."""

    name, label = "gd", "Gradient descent"
    says = "It steps down the slope, η times as far as the slope is steep."

    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's SGD, which with the whole gradient is gradient descent."""
        return torch.optim.SGD([w], foreach=False)

    def settings(self) -> dict[str, Any]:
        """The rate, and no momentum."""
        return {"lr": self.rules.eta}

    def internals(self) -> Internals:
        """One number multiplies both coordinates; the velocity, if there is one, is torch's momentum buffer."""
        return Internals(pair(self.remembered("momentum_buffer")), NONE, (self.settings()["lr"],) * 2)


class StochasticDescent(GradientDescent):
    """As gradient descent, with the gradient of a batch drawn anew for each step."""

    name, label, stochastic = "sgd", "SGD", True
    says = "Gradient descent that looks at a few points of the data only, others at every step."


class Momentum(GradientDescent):
    """v <- mu v + g,  w <- w - eta v."""

    name, label = "momentum", "Momentum"
    says = "A heavy ball: the velocity keeps a share μ of itself and gains the gradient."

    def settings(self) -> dict[str, Any]:
        """Rate and momentum."""
        return {"lr": self.rules.eta, "momentum": self.rules.params.mu}


class Nesterov(Momentum):
    """v <- mu v + g,  w <- w - eta (g + mu v)."""

    name, label = "nesterov", "Nesterov"
    says = "Momentum that reads the slope where the velocity is about to carry it."

    def settings(self) -> dict[str, Any]:
        """Torch has Nesterov's only where there is momentum."""
        return super().settings() | {"nesterov": self.rules.params.mu > 0}


class Muon(ByTorch):
    """Momentum, made orthogonal as a matrix. Of a matrix with one row that leaves the direction: even steps."""

    name, label, together = "muon", "Muon", False
    says = "Momentum whose matrix is made orthogonal; of one row that leaves the direction, so all steps are as long."

    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's."""
        return torch.optim.Muon([w], weight_decay=0.0)

    def settings(self) -> dict[str, Any]:
        """Step and momentum."""
        return {"lr": self.rules.alpha, "momentum": self.rules.params.mu}

    def internals(self) -> Internals:
        """The running mean of gradients."""
        return Internals(pair(self.remembered("momentum_buffer")))
