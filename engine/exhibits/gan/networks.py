"""The two players: multilayer perceptrons with leaky ReLUs, all weights of one in a single flat tensor.

They compute what ``nn.Sequential(nn.Linear, nn.LeakyReLU, ...)`` does, bit by bit. One flat tensor makes it cheap to
copy, save and check a whole network, and its random start comes from the run's own generator.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import leaky_relu, linear, normalize, one_hot

SLOPE = 0.2


class Network:
    """x -> W_L a(... a(W_1 x + b_1) ...) + b_L with a the leaky ReLU.

    Args:
        shapes: (outputs, inputs) of every layer.
        rng: draws the start, uniform within 1 / sqrt(inputs) as PyTorch's layers do.
    """

    def __init__(self, shapes: list[tuple[int, int]], rng: torch.Generator) -> None:
        self.flat = torch.empty(sum(outputs * (inputs + 1) for outputs, inputs in shapes))
        self.W: list[Tensor] = []
        self.b: list[Tensor] = []
        at = 0
        for outputs, inputs in shapes:
            W, b = self.flat[at : at + outputs * (inputs + 1)].split([outputs * inputs, outputs])
            bound = 1 / math.sqrt(inputs)
            self.W.append(W.uniform_(-bound, bound, generator=rng).view(outputs, inputs).requires_grad_())
            self.b.append(b.uniform_(-bound, bound, generator=rng).requires_grad_())
            at += outputs * (inputs + 1)
        self.parameters = [each for pair in zip(self.W, self.b, strict=True) for each in pair]

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x (B, d), returns (B, d')."""
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            x = leaky_relu(linear(x, W, b), SLOPE)
        return linear(x, self.W[-1], self.b[-1])


class Generator(Network):
    """G(z), or G(z, label): the label comes one-hot behind z."""

    def __init__(self, latent: int, classes: int, width: int, depth: int, dimension: int, rng: torch.Generator) -> None:
        self.classes = classes
        super().__init__(_layers(latent, classes, width, depth, dimension), rng)

    def __call__(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Shapes: z (B, latent), labels (B,), returns (B, d)."""
        return self.forward(_with_label(z, labels, self.classes))


class Shift:
    """The lecture's generator with a single weight: G(z) = (theta, z)."""

    def __init__(self, theta: float) -> None:
        self.flat = torch.tensor([theta])
        self.parameters = [self.flat[:].requires_grad_()]

    def __call__(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Shapes: z (B, 1), returns (B, 2)."""
        return torch.cat([self.parameters[0].expand(len(z), 1), z], 1)


class Discriminator(Network):
    """D(x), or D(x, label): one number for each sample.

    Args:
        minibatch: behind the first hidden layer, tell every sample how much the features of its batch vary:
            their standard deviation over the batch, averaged over the features (Karras et al., 2018).
    """

    def __init__(
        self, dimension: int, classes: int, width: int, depth: int, minibatch: bool, rng: torch.Generator
    ) -> None:
        self.classes, self.minibatch, self.spectral = classes, minibatch, False
        shapes = _layers(dimension, classes, width, depth, 1)
        if minibatch:
            shapes[1] = (shapes[1][0], shapes[1][1] + 1)
        super().__init__(shapes, rng)
        self.u = [normalize(torch.randn(outputs, generator=rng), dim=0) for outputs, _ in shapes]

    def __call__(
        self, x: Tensor, labels: Tensor | None = None, *, batches: int = 1, variation: Tensor | None = None
    ) -> Tensor:
        """What D says.

        Args:
            batches: x consists of so many batches, whose statistics are taken apart.
            variation: take this for the batch statistic, as :meth:`variation` gives it.

        Shapes:
            x (B, d), labels (B,), returns (B,).
        """
        W = self.normalised() if self.spectral else self.W
        h = _with_label(x, labels, self.classes)
        for layer in range(len(W) - 1):
            h = leaky_relu(linear(h, W[layer], self.b[layer]), SLOPE)
            if layer == 0 and self.minibatch:
                h = torch.cat([h, _variation(h, batches) if variation is None else variation.expand(len(h), 1)], 1)
        return linear(h, W[-1], self.b[-1]).squeeze(1)

    def variation(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """The batch statistic of the samples x, (1, 1)."""
        W = self.normalised() if self.spectral else self.W
        h = leaky_relu(linear(_with_label(x, labels, self.classes), W[0], self.b[0]), SLOPE)
        return _variation(h, 1)[:1]

    def normalised(self) -> list[Tensor]:
        """Every W divided by its largest singular value, as the power iteration has it: u^T W v."""
        found = []
        for W, u in zip(self.W, self.u, strict=True):
            v = normalize(W.detach().t() @ u, dim=0)
            found.append(W / torch.dot(u, W @ v))
        return found

    @torch.no_grad()
    def iterate(self) -> None:
        """One round of power iteration, u <- W v / |W v| with v = W^T u / |W^T u| (Miyato et al., 2018)."""
        for W, u in zip(self.W, self.u, strict=True):
            u.copy_(normalize(W @ normalize(W.t() @ u, dim=0), dim=0))


def _layers(inputs: int, classes: int, width: int, depth: int, outputs: int) -> list[tuple[int, int]]:
    sizes = [inputs + (classes if classes > 1 else 0), *[width] * depth, outputs]
    return list(zip(sizes[1:], sizes[:-1], strict=True))


def _with_label(x: Tensor, labels: Tensor | None, classes: int) -> Tensor:
    if classes <= 1 or labels is None:
        return x
    return torch.cat([x, one_hot(labels, classes).to(x.dtype)], 1)


def _variation(h: Tensor, batches: int) -> Tensor:
    """Standard deviation of each feature over its batch, averaged over the features; (B, width) -> (B, 1)."""
    groups = h.view(batches, -1, h.shape[1])  # (batches, B / batches, width)
    deviation = (groups.var(1, correction=0) + 1e-8).sqrt().mean(1)  # (batches,)
    return deviation.repeat_interleave(groups.shape[1])[:, None]
