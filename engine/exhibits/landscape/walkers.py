"""Networks that learn: one optimiser each, all of them on the same batch."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.landscape.judge import loss_of
from engine.exhibits.landscape.networks import Network
from engine.exhibits.landscape.params import LandscapeParams
from engine.exhibits.landscape.tasks import Task
from engine.kit.learning import Kind, Optimiser

RACERS: dict[Kind, str] = {
    "sgd": "SGD", "momentum": "Momentum", "nesterov": "Nesterov", "rmsprop": "RMSProp", "adam": "Adam",
}  # fmt: skip
BY_SIZE: tuple[Kind, ...] = ("rmsprop", "adam")
"""Those who divide the gradient by its size: their step is alpha."""
MEMORY = 0.99  # of squares; RMSProp's and Adam's second moment


class Walker:
    """One network, the optimiser that moves it, and the loss of its last batch.

    Args:
        network: at its start.
        kind: of optimiser.
        params: hyperparameters; see :meth:`set`.
        task: what is learnt.
    """

    def __init__(self, network: Network, kind: Kind, params: LandscapeParams, task: Task) -> None:
        self.network, self.task = network, task
        self.optimiser = Optimiser(network.weights, kind, params.mu, MEMORY)
        self.set(kind, params)
        self.out = False  # has diverged, and stands where it was last
        self.gradients: tuple[Tensor, ...] = ()

    def set(self, kind: Kind, params: LandscapeParams) -> None:
        """Hyperparameters have changed; another kind of optimiser begins without memory."""
        self.kind, self.params = kind, params
        self.optimiser.configure(kind, params.mu, MEMORY)

    @property
    def w(self) -> Tensor:
        """Where it is: (P,), which goes on changing."""
        return self.network.flat

    @property
    def rate(self) -> float:
        """What its optimiser multiplies with."""
        return self.params.alpha if self.kind in BY_SIZE else self.params.rate

    def feel(self, rows: Tensor) -> None:
        """Read the gradient of a batch: backpropagation."""
        if self.out:
            return
        loss = loss_of(self.params.loss, self.network(self.task.x[rows]), self.task.y[rows])
        self.gradients = torch.autograd.grad(loss, self.network.weights)

    def go(self, rate: float | None = None) -> None:
        """Go where the gradient says, ``rate`` far if that is given."""
        if not self.out:
            self.optimiser.step(self.gradients, self.rate if rate is None else rate)

    def put(self, w: Tensor) -> None:
        """Stand elsewhere, without memory."""
        self.w.copy_(w)
        self.optimiser = Optimiser(self.network.weights, self.kind, self.params.mu, MEMORY)
        self.out = False

    @property
    def lost(self) -> bool:
        """Whether its weights are no longer numbers, or beyond all measure."""
        return not float(self.w.abs().max()) < 1e6

    def limit(self) -> float:
        """The curvature from which its steps overshoot ever farther, on a quadratic with the full gradient: 2 / eta
        for gradient descent, more for a heavy ball; NaN where no such number is known.
        """
        eta, mu = self.params.rate, self.params.mu
        if self.kind == "sgd":
            return 2 / eta
        if self.kind == "momentum":
            return 2 * (1 + mu) / eta
        return 2 * (1 + mu) / (eta * (1 + 2 * mu)) if self.kind == "nesterov" else math.nan

    def state_dict(self) -> State:
        """Weights and memory."""
        return {"w": self.w, "optimiser": self.optimiser.state_dict(), "out": self.out}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.w.copy_(torch.as_tensor(state["w"]))
        self.optimiser.load_state_dict(state["optimiser"])
        self.out = bool(state["out"])
