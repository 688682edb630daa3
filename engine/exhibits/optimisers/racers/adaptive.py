"""Those who give every coordinate a step of its own, made from the slopes it has seen."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.exhibits.optimisers.racers.base import NONE, ByTorch, Internals, pair


class Rprop(ByTorch):
    """Only signs count: a step of its own for each coordinate, longer while the sign stays, shorter when it changes."""

    name, label = "rprop", "Rprop"
    says = "Only the sign of the slope counts; every coordinate's step grows while the sign stays and shrinks when not."

    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's, with a first step of alpha."""
        return torch.optim.Rprop([w], lr=self.rules.alpha, step_sizes=(1e-12, 1e6), foreach=False)

    def settings(self) -> dict[str, Any]:
        """By how much a step shrinks and grows."""
        params = self.rules.params
        return {"lr": self.rules.alpha, "etas": (params.shrink, params.grow)}

    def internals(self) -> Internals:
        """The step of each coordinate."""
        return Internals(effective=pair(self.remembered("step_size")))


class Adagrad(ByTorch):
    """s <- s + g^2,  w <- w - alpha g / (sqrt(s) + eps)."""

    name, label = "adagrad", "Adagrad"
    says = "Every coordinate is divided by the root of the sum of its squared gradients: steps only ever shrink."

    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's."""
        return torch.optim.Adagrad([w], foreach=False)

    def settings(self) -> dict[str, Any]:
        """Step and safeguard."""
        return {"lr": self.rules.alpha, "eps": self.rules.params.eps}

    def internals(self) -> Internals:
        """The sum of squares, and the step it leaves."""
        total = self.remembered("sum")
        if total is None:
            return Internals()
        return Internals(NONE, pair(total), pair(self.rules.alpha / (total.sqrt() + self.rules.params.eps)))


class RMSProp(ByTorch):
    """v <- rho v + (1 - rho) g^2,  w <- w - alpha g / (sqrt(v) + eps)."""

    name, label = "rmsprop", "RMSProp"
    says = "As Adagrad, but it forgets: a running mean of squares instead of their sum."

    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's."""
        return torch.optim.RMSprop([w], foreach=False)

    def settings(self) -> dict[str, Any]:
        """Step, memory and safeguard."""
        return {"lr": self.rules.alpha, "alpha": self.rules.params.rho, "eps": self.rules.params.eps}

    def internals(self) -> Internals:
        """The mean of squares, and the step it leaves."""
        mean = self.remembered("square_avg")
        if mean is None:
            return Internals()
        return Internals(NONE, pair(mean), pair(self.rules.alpha / (mean.sqrt() + self.rules.params.eps)))


class Adam(ByTorch):
    """m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g^2,  w <- w - alpha m^ / (sqrt(v^) + eps), both without bias."""

    name, label = "adam", "Adam"
    says = "The mean of gradients over the root of the mean of their squares, both freed of their start at 0."

    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's."""
        return torch.optim.Adam([w], foreach=False)

    def settings(self) -> dict[str, Any]:
        """Step, two memories and safeguard."""
        params = self.rules.params
        return {"lr": self.rules.alpha, "betas": (params.beta1, params.beta2), "eps": params.eps}

    def internals(self) -> Internals:
        """Both moments, and the step they leave."""
        mean, square = self.remembered("exp_avg"), self.remembered("exp_avg_sq")
        if mean is None or square is None:
            return Internals()
        params, t = self.rules.params, self.steps
        m, v = mean / (1 - params.beta1**t), square / (1 - params.beta2**t)
        return Internals(pair(m), pair(v), pair(self.rules.alpha / (v.sqrt() + params.eps)))


class AdamW(Adam):
    """As Adam, and before each step w <- (1 - alpha lambda) w: the decay is not divided by anything."""

    name, label = "adamw", "AdamW"
    says = "Adam, and every step pulls the weights themselves a little towards 0."

    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's."""
        return torch.optim.AdamW([w], foreach=False)

    def settings(self) -> dict[str, Any]:
        """As Adam's, and the decay."""
        return super().settings() | {"weight_decay": self.rules.params.decay}
