"""What a racer is, and one that is made of an optimiser of torch."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.optimisers.params import OptimisersParams
from engine.exhibits.optimisers.surfaces import Surface

NONE = (math.nan, math.nan)


@dataclass(frozen=True)
class Rules:
    """By what the racers walk.

    Args:
        eta: learning rate of those who multiply the gradient with it.
        alpha: step of those who divide the gradient by its size, in the units of the surface.
        params: all other hyperparameters.
    """

    eta: float
    alpha: float
    params: OptimisersParams


@dataclass(frozen=True)
class Internals:
    """What an optimiser remembers for one walker; NaN where it does not.

    Args:
        momentum: its running mean of gradients, or its velocity.
        second: its running mean, or sum, of squared gradients.
        effective: what it multiplies the gradient, or its mean, with: a number for each coordinate.
    """

    momentum: tuple[float, float] = NONE
    second: tuple[float, float] = NONE
    effective: tuple[float, float] = NONE


class Racer(ABC):
    """One optimiser on its way.

    Args:
        start: (k, 2), where it begins.
        rules: by what it walks; change them with :meth:`tune`.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    says: ClassVar[str]
    """The recurrence in words."""
    stochastic: ClassVar[bool] = False
    """Whether it sees only a batch of the data."""
    together: ClassVar[bool] = True
    """Whether many walkers in one tensor walk as each would alone."""

    def __init__(self, start: Tensor, rules: Rules) -> None:
        self.w = start.detach().clone().requires_grad_()
        self.rules = rules
        self.steps = 0

    @abstractmethod
    def step(self, gradient: Tensor, surface: Surface) -> None:
        """One step from w, where the loss has this gradient."""

    def tune(self, rules: Rules) -> None:
        """Go on by other rules."""
        self.rules = rules

    def place(self) -> Tensor:
        """Where it stands: (k, 2)."""
        return self.w.detach()

    def internals(self) -> Internals:
        """What it remembers of its first walker."""
        return Internals()

    def memory(self) -> State:
        """What it needs besides w to go on."""
        return {}

    def remember(self, memory: State) -> None:
        """Take up what :meth:`memory` gave."""
        assert not memory

    def state_dict(self) -> State:
        """Everything it needs to go on."""
        return {"w": self.w.detach(), "steps": self.steps, "memory": self.memory()}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.w = torch.as_tensor(state["w"]).detach().clone().requires_grad_()
        self.steps = int(state["steps"])
        self.remember(state["memory"])


class ByTorch(Racer):
    """A racer that is one of torch's optimisers."""

    def __init__(self, start: Tensor, rules: Rules) -> None:
        super().__init__(start, rules)
        self._make()

    @abstractmethod
    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's optimiser for w."""

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Its hyperparameters under torch's names."""

    def _make(self) -> None:
        self.optimiser = self.build(self.w)
        self.optimiser.param_groups[0].update(self.settings())

    def step(self, gradient: Tensor, surface: Surface) -> None:
        """Torch's step."""
        self.optimiser.param_groups[0].update(self.settings())
        self.w.grad = gradient
        self.optimiser.step()
        self.steps += 1

    def tune(self, rules: Rules) -> None:
        """Other hyperparameters; what it remembers stays."""
        super().tune(rules)
        self.optimiser.param_groups[0].update(self.settings())

    def remembered(self, name: str) -> Tensor | None:
        """Something of the optimiser's memory."""
        found = self.optimiser.state[self.w].get(name)
        return found if isinstance(found, Tensor) else None

    def memory(self) -> State:
        """Of torch's optimiser."""
        return dict(self.optimiser.state[self.w])

    def remember(self, memory: State) -> None:
        """For w as it now is."""
        self._make()
        self.optimiser.state[self.w].update({name: _copied(value) for name, value in memory.items()})


def _copied(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_copied(each) for each in value]
    return value.detach().clone() if isinstance(value, Tensor) else value


def pair(value: Tensor | None) -> tuple[float, float]:
    """The two coordinates of the first walker; NaN of nothing."""
    return NONE if value is None else (float(value[0, 0]), float(value[0, 1]))
