"""An optimiser whose kind and coefficients may be changed while it is at work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import Tensor

from engine.exhibit import State

Kind = Literal["adam", "rmsprop", "momentum", "nesterov", "sgd"]


class Optimiser:
    """One of PyTorch's optimisers on the weights of one network.

    On a GPU the steps may be part of a CUDA graph: all it keeps lies there, and the learning rate may be a tensor.

    Args:
        weights: what is learnt, all on one device.
        kind, beta1, beta2: see :meth:`configure`.
    """

    def __init__(self, weights: Sequence[Tensor], kind: Kind, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.weights = list(weights)
        self.on_gpu = self.weights[0].device.type != "cpu"
        self.kind: Kind | None = None
        self.configure(kind, beta1, beta2)

    def configure(self, kind: Kind, beta1: float, beta2: float) -> None:
        """Take over what has changed; another kind of optimiser starts without memory.

        Args:
            beta1: how much of the last direction is kept, for ``adam``, ``momentum`` and ``nesterov``.
            beta2: how long the squares of the gradient are remembered, for ``adam`` and ``rmsprop``.
        """
        self.beta1, self.beta2 = beta1, beta2
        if kind != self.kind:
            self.kind = kind
            self._torch = self._make()
        group = self._torch.param_groups[0]
        if kind == "adam":
            group["betas"] = (beta1, beta2)
        elif kind == "rmsprop":
            group["alpha"] = beta2
        elif kind in ("momentum", "nesterov"):
            group["momentum"] = beta1

    def _make(self) -> torch.optim.Optimizer:
        if self.kind == "adam":
            return torch.optim.Adam(self.weights, fused=True, capturable=self.on_gpu)
        if self.kind == "rmsprop":
            return torch.optim.RMSprop(self.weights, foreach=True, capturable=self.on_gpu)
        rolls, ahead = self.kind in ("momentum", "nesterov"), self.kind == "nesterov"
        return torch.optim.SGD(self.weights, momentum=0.9 if rolls else 0.0, nesterov=ahead, fused=True)

    def step(self, gradients: Sequence[Tensor], lr: float | Tensor) -> None:
        """Go one step of size ``lr`` down the gradients."""
        self._torch.param_groups[0]["lr"] = lr
        for weight, gradient in zip(self.weights, gradients, strict=True):
            weight.grad = gradient.contiguous()  # fused ones read it as it lies in memory
        self._torch.step()

    def state_dict(self) -> State:
        """The optimiser's memory, one dict of tensors for each weight."""
        memory = self._torch.state
        return {"kind": self.kind, "memory": [_tensors(memory.get(each, {})) for each in self.weights]}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``; another kind's memory is of no use and stays behind."""
        self._torch = self._make()
        assert self.kind is not None
        self.configure(self.kind, self.beta1, self.beta2)
        if state["kind"] != self.kind:
            return
        for weight, memory in zip(self.weights, state["memory"], strict=True):
            self._torch.state[weight] = {name: self._own(value, weight) for name, value in memory.items()}

    def _own(self, value: Any, weight: Tensor) -> Tensor:
        """A copy; Adam's count of steps stays on the host unless all is on a GPU."""
        tensor = torch.as_tensor(value)
        return tensor.to(weight.device, copy=True) if tensor.dim() or self.on_gpu else tensor.clone()


def _tensors(memory: State) -> State:
    return {name: value for name, value in memory.items() if value is not None}
