"""Networks as PyTorch modules whose parameters lie in one flat tensor, and their random start.

A module that went through :func:`flatten` computes and learns as ever. But a whole network is then copied, saved,
clipped or checked for NaN by one operation on one tensor:

    other.flat.copy_(network.flat)        network.flat.clamp_(-c, c)        finite(network.flat)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, linear
from torch.nn.modules.conv import _ConvNd

SLOPE = 0.2


def flatten(module: nn.Module, device: torch.device | str | None = None) -> Tensor:
    """Put all parameters of ``module``, in their order, into one tensor of which they become views.

    Parameters that two parts of the module share stay shared. Those on the ``meta`` device hold no numbers yet: theirs
    are undefined until :func:`initialise` or a copy fills them. Moving the module afterwards (``to``) breaks the tie.

    Args:
        device: where the tensor is to live; default where the parameters are.

    Returns:
        The tensor, (number of weights,), which asks for no gradient.

    Raises:
        ValueError: the module has no parameters, or of several types.
    """
    parameters = list(module.parameters())
    if len({each.dtype for each in parameters}) != 1:
        raise ValueError(
            f"{type(module).__name__} has {len(parameters)} parameters; to flatten it takes one type of them"
        )
    count = sum(each.numel() for each in parameters)
    flat = torch.empty(count, dtype=parameters[0].dtype, device=device or parameters[0].device)
    views: dict[nn.Parameter, nn.Parameter] = {}
    for parameter, part in zip(parameters, flat.split([each.numel() for each in parameters]), strict=True):
        view = part.view(parameter.shape)
        if not parameter.is_meta:
            view.copy_(parameter.detach())
        views[parameter] = nn.Parameter(view, requires_grad=parameter.requires_grad)
    for owner in module.modules():
        for name, own in owner.named_parameters(recurse=False, remove_duplicate=False):
            owner.register_parameter(name, views[own])
    return flat


def finite(flat: Tensor) -> bool:
    """Whether all numbers of a tensor are finite. A finite sum says so at a tenth of the cost of asking each, unless it
    overflows.
    """
    flat = flat.detach()
    return bool(flat.sum().isfinite()) or bool(flat.isfinite().all())


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Draw every weight and bias anew as PyTorch's layers do, but from ``rng`` alone: uniform within 1 / sqrt(inputs).

    Raises:
        TypeError: a part is neither a linear nor a convolutional layer, but has parameters of its own.
    """
    for part in module.modules():
        own = list(part.parameters(recurse=False))
        if not own:
            continue
        if not isinstance(part, (nn.Linear, _ConvNd)):
            raise TypeError(f"there is no rule for the start of a {type(part).__name__}")
        bound = 1 / math.sqrt(part.weight[0].numel())
        for parameter in own:
            parameter.detach().uniform_(-bound, bound, generator=rng)


class Perceptron(nn.Module):
    """x -> W_L a(... a(W_1 x + b_1) ...) + b_L with a the leaky ReLU, all of it in one tensor ``flat``.

    Args:
        sizes: of every layer, from the input to the output.
        rng: draws the start, on its own device.
        extra: further inputs of some layers, by their number, which a subclass feeds.
    """

    def __init__(self, sizes: Sequence[int], rng: torch.Generator, *, extra: dict[int, int] | None = None) -> None:
        super().__init__()
        more = extra or {}
        self.layers = nn.ModuleList(
            nn.Linear(inputs + more.get(number, 0), outputs, device="meta")
            for number, (inputs, outputs) in enumerate(itertools.pairwise(sizes))
        )
        self.flat = flatten(self, rng.device)
        initialise(self, rng)
        self.weights = list(self.parameters())  # W_1, b_1, ... W_L, b_L; looked up once, since every step wants them
        self.W, self.b = self.weights[::2], self.weights[1::2]  # (outputs, inputs) and (outputs,) each

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x (B, d), returns (B, d')."""
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            x = leaky_relu(linear(x, W, b), SLOPE)
        return linear(x, self.W[-1], self.b[-1])
