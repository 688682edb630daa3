"""An optimiser whose kind and coefficients may be changed while it is at work."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.gan.params import GanParams


class Optimiser:
    """One of PyTorch's optimisers on the weights of one network.

    Args:
        parameters: the weights.
    """

    def __init__(self, parameters: Sequence[Tensor], params: GanParams) -> None:
        self.parameters = list(parameters)
        self.kind = ""
        self.configure(params)

    def configure(self, params: GanParams) -> None:
        """Take over what has changed; another kind of optimiser starts without memory."""
        self._params = params
        if params.optimiser != self.kind:
            self.kind = params.optimiser
            self._torch = self._make()
        group = self._torch.param_groups[0]
        if self.kind == "adam":
            group["betas"] = (params.beta1, params.beta2)
        elif self.kind == "rmsprop":
            group["alpha"] = params.beta2
        elif self.kind == "momentum":
            group["momentum"] = params.beta1

    def _make(self) -> torch.optim.Optimizer:
        if self.kind == "adam":
            return torch.optim.Adam(self.parameters, fused=True)
        if self.kind == "rmsprop":
            return torch.optim.RMSprop(self.parameters, foreach=True)
        return torch.optim.SGD(self.parameters, momentum=0.9 if self.kind == "momentum" else 0.0, fused=True)

    def step(self, gradients: Sequence[Tensor], lr: float) -> None:
        """Go one step down the gradients."""
        self._torch.param_groups[0]["lr"] = lr
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = gradient
        self._torch.step()

    def state_dict(self) -> State:
        """The optimiser's memory, one dict of tensors for each weight."""
        memory = self._torch.state
        return {"kind": self.kind, "memory": [_tensors(memory.get(each, {})) for each in self.parameters]}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``; another kind's memory is of no use and stays behind."""
        self._torch = self._make()
        self.configure(self._params)
        if state["kind"] == self.kind:
            for parameter, memory in zip(self.parameters, state["memory"], strict=True):
                self._torch.state[parameter] = {name: torch.as_tensor(value).clone() for name, value in memory.items()}


def _tensors(memory: State) -> State:
    return {name: value for name, value in memory.items() if value is not None}
