"""Encoder and decoder: matrices, perceptrons or convolutions, and PCA beside them."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from engine.exhibits.latent.data import Dataset
from engine.exhibits.latent.params import LatentParams
from engine.kit.nets import SLOPE, Perceptron, flatten, initialise


class ConvolutionalEncoder(nn.Module):
    """Convolutions that each halve the picture, then a matrix.

    Args:
        shape: (h, w) of the picture. channels: of the first convolution; every further one has twice as many.
        depth: how many, at most as often as the picture can be halved. outputs: numbers that come out.
    """

    def __init__(self, shape: tuple[int, ...], channels: int, depth: int, outputs: int, rng: torch.Generator) -> None:
        super().__init__()
        self.shape = shape
        sizes = _channels(shape, channels, depth)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1, device="meta") for a, b in itertools.pairwise(sizes)
        )
        left = [length >> (len(sizes) - 1) for length in shape]
        self.out = nn.Linear(sizes[-1] * left[0] * left[1], outputs, device="meta")
        self.flat = flatten(self, rng.device)
        initialise(self, rng)
        self.weights = list(self.parameters())

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x (B, h w), returns (B, outputs)."""
        h = x.unflatten(1, (1, *self.shape))  # (B, 1, h, w)
        for convolution in self.convolutions:
            h = leaky_relu(convolution(h), SLOPE)
        return self.out(h.flatten(1))


class ConvolutionalDecoder(nn.Module):
    """A matrix, then transposed convolutions that each double the picture. Arguments as of the encoder."""

    def __init__(self, inputs: int, shape: tuple[int, ...], channels: int, depth: int, rng: torch.Generator) -> None:
        super().__init__()
        sizes = _channels(shape, channels, depth)[::-1]
        self.small = (sizes[0], *(length >> (len(sizes) - 1) for length in shape))  # (c, h', w')
        self.into = nn.Linear(inputs, self.small[0] * self.small[1] * self.small[2], device="meta")
        self.convolutions = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, stride=2, padding=1, device="meta") for a, b in itertools.pairwise(sizes)
        )
        self.flat = flatten(self, rng.device)
        initialise(self, rng)
        self.weights = list(self.parameters())

    def forward(self, z: Tensor) -> Tensor:
        """Shapes: z (B, k), returns (B, h w)."""
        h = leaky_relu(self.into(z), SLOPE).unflatten(1, self.small)
        for number, convolution in enumerate(self.convolutions):
            h = convolution(h if number == 0 else leaky_relu(h, SLOPE))
        return h.flatten(1)


def _channels(shape: tuple[int, ...], channels: int, depth: int) -> list[int]:
    """Channels before and after every convolution; the picture is halved while its sides are even."""
    halvings, side = 0, min(shape)
    while halvings < depth and side % 2 == 0 and side > 2:
        halvings, side = halvings + 1, side // 2
    return [1, *(channels << number for number in range(halvings))]


Network = Perceptron | ConvolutionalEncoder | ConvolutionalDecoder


def encoder(params: LatentParams, data: Dataset, outputs: int, rng: torch.Generator) -> Network:
    """From an example to ``outputs`` numbers."""
    if params.convolutional:
        return ConvolutionalEncoder(data.shape, max(4, params.width // 4), params.depth, outputs, rng)
    hidden = [] if params.linear else [params.width] * params.depth
    return Perceptron([data.size, *hidden, outputs], rng)


def decoder(params: LatentParams, data: Dataset, rng: torch.Generator) -> Network:
    """From a code to an example, or to the logits of its pixels."""
    if params.convolutional:
        return ConvolutionalDecoder(params.k, data.shape, max(4, params.width // 4), params.depth, rng)
    hidden = [] if params.linear else [params.width] * params.depth
    return Perceptron([params.k, *hidden, data.size], rng)


class Pca:
    """The best that matrices can do: x ~ mean + V V^T (x - mean), V the directions of largest variance.

    Args:
        x: (N, d), what is fitted. k: how many directions; those beyond d are left out of the code as zeros.

    ``V`` is (d, k) with orthonormal columns.
    """

    def __init__(self, x: Tensor, k: int) -> None:
        self.mean = x.mean(0)
        _, _, directions = torch.linalg.svd(x - self.mean, full_matrices=False)
        V = directions[:k].T  # (d, min(k, d))
        sign = torch.where(V.gather(0, V.abs().argmax(0, keepdim=True)) < 0, -1.0, 1.0)  # the largest is positive
        self.V = torch.nn.functional.pad(V * sign, (0, k - V.shape[1]))

    def encode(self, x: Tensor) -> Tensor:
        """Shapes: x (B, d), returns (B, k)."""
        return (x - self.mean) @ self.V

    def decode(self, z: Tensor) -> Tensor:
        """Shapes: z (B, k), returns (B, d)."""
        return self.mean + z @ self.V.T

    def error(self, x: Tensor) -> float:
        """Mean squared error per number: below it no linear autoencoder comes on what PCA was fitted to."""
        return float((self.decode(self.encode(x)) - x).square().mean())
