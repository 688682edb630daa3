"""The two players: multilayer perceptrons with leaky ReLUs, that may be told a label."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, linear, normalize, one_hot

from engine.kit.nets import SLOPE, Perceptron


class Generator(Perceptron):
    """G(z), or G(z, label): the label comes one-hot behind z."""

    def __init__(self, latent: int, classes: int, width: int, depth: int, dimension: int, rng: torch.Generator) -> None:
        super().__init__([_inputs(latent, classes), *[width] * depth, dimension], rng)
        self.classes = classes

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Shapes: z (B, latent), labels (B,), returns (B, d)."""
        return super().forward(_with_label(z, labels, self.classes))


class Shift(nn.Module):
    """The lecture's generator with a single weight: G(z) = (theta, z)."""

    def __init__(self, theta: float, device: torch.device | str = "cpu") -> None:
        super().__init__()
        self.flat = torch.tensor([theta], device=device)
        self.theta = nn.Parameter(self.flat[:])
        self.weights = [self.theta]

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Shapes: z (B, 1), returns (B, 2)."""
        return torch.cat([self.theta.expand(len(z), 1), z], 1)


class Discriminator(Perceptron):
    """D(x), or D(x, label): one number for each sample; with packing D(x_1, ..., x_p), one for each p of them.

    Args:
        minibatch: behind the first hidden layer, tell every sample how much the features of its batch vary:
            their standard deviation over the batch, averaged over the features (Karras et al., 2018).
        pack: p, how many samples lie side by side before the first layer (Lin et al., 2018); all else is as ever.
    """

    def __init__(
        self,
        dimension: int,
        classes: int,
        width: int,
        depth: int,
        minibatch: bool,
        rng: torch.Generator,
        pack: int = 1,
    ) -> None:
        sizes = [pack * _inputs(dimension, classes), *[width] * depth, 1]
        super().__init__(sizes, rng, extra={1: 1} if minibatch else None)
        self.classes, self.minibatch, self.spectral, self.pack = classes, minibatch, False, pack
        self.u = [normalize(torch.randn(len(W), generator=rng, device=rng.device), dim=0) for W in self.W]

    def forward(
        self, x: Tensor, labels: Tensor | None = None, *, batches: int = 1, variation: Tensor | None = None
    ) -> Tensor:
        """What D says.

        Args:
            batches: x consists of so many batches, whose statistics are taken apart.
            variation: take this for the batch statistic, as :meth:`variation` gives it.

        Shapes:
            x (B, d), labels (B,), returns (B / p,), for the first p samples, the next p and so on.
        """
        W, b = self.normalised() if self.spectral else self.W, self.b
        h = self._packed(x, labels)
        for layer in range(len(W) - 1):
            h = leaky_relu(linear(h, W[layer], b[layer]), SLOPE)
            if layer == 0 and self.minibatch:
                h = torch.cat([h, _variation(h, batches) if variation is None else variation.expand(len(h), 1)], 1)
        return linear(h, W[-1], b[-1]).squeeze(1)

    def _packed(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """The inputs of the first layer, (B / p, p (d + classes))."""
        return _with_label(x, labels, self.classes).reshape(len(x) // self.pack, -1)

    def beside(
        self, x: Tensor, labels: Tensor | None, others: Tensor, of: Tensor | None, variation: Tensor | None = None
    ) -> Tensor:
        """What D says of every sample with one choice of p - 1 others beside it.

        Shapes:
            x (B, d), labels (B,), others (p - 1, d), of (p - 1,), their labels; returns (B,).
        """
        packs = torch.cat([x[:, None], others.expand(len(x), -1, -1)], 1).flatten(0, 1)  # (B p, d)
        if labels is not None and of is not None:
            labels = torch.cat([labels[:, None], of.expand(len(x), -1)], 1).flatten()
        return self(packs, labels, variation=variation)

    def variation(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """The batch statistic of the samples x, (1, 1)."""
        W = self.normalised() if self.spectral else self.W
        h = leaky_relu(linear(self._packed(x, labels), W[0], self.b[0]), SLOPE)
        return _variation(h, 1)[:1]

    def normalised(self) -> Sequence[Tensor]:
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


def _inputs(size: int, classes: int) -> int:
    return size + (classes if classes > 1 else 0)


def _with_label(x: Tensor, labels: Tensor | None, classes: int) -> Tensor:
    if classes <= 1 or labels is None:
        return x
    return torch.cat([x, one_hot(labels, classes).to(x.dtype)], 1)


def _variation(h: Tensor, batches: int) -> Tensor:
    """Standard deviation of each feature over its batch, averaged over the features; (B, width) -> (B, 1)."""
    groups = h.view(batches, -1, h.shape[1])  # (batches, B / batches, width)
    deviation = (groups.var(1, correction=0) + 1e-8).sqrt().mean(1)  # (batches,)
    return deviation.repeat_interleave(groups.shape[1])[:, None]
