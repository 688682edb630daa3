"""Geometry-aware transformer blocks: attention by likeness, beside a branch that looks at the nearest points in space.

References:
    X. Yu et al., PoinTr: diverse point cloud completion with geometry-aware transformers, ICCV 2021.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.exhibits.completion.models.parts import Neighbourhood


class Attention(nn.Module):
    """softmax(Q K^T / sqrt(d)) V, in several heads of width d each.

    Args:
        dim: of all heads together. heads: how many; they divide ``dim``.
    """

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.Q, self.K, self.V = (nn.Linear(dim, dim, bias=False, device="meta") for _ in range(3))
        self.out = nn.Linear(dim, dim, device="meta")

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """What every row of x gathers from y, and how much it looks at which row.

        Shapes:
            x (B, M, C), y (B, N, C); returns (B, M, C) and (B, heads, M, N).
        """
        q, k, v = (part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in (self.Q(x), self.K(y), self.V(y)))
        weights = (q @ k.transpose(2, 3) * q.shape[3] ** -0.5).softmax(3)  # (B, heads, M, N)
        return self.out((weights @ v).transpose(1, 2).flatten(2)), weights


class GeometryAware(nn.Module):
    """Attention and, if ``aware``, the neighbour branch beside it: both are joined, and merged by a linear map."""

    def __init__(self, dim: int, heads: int, aware: bool) -> None:
        super().__init__()
        self.attention = Attention(dim, heads)
        self.near = Neighbourhood(dim, dim) if aware else None
        self.merge = nn.Linear(2 * dim, dim, device="meta") if aware else None

    def forward(self, x: Tensor, y: Tensor, index: Tensor) -> tuple[Tensor, Tensor]:
        """Shapes: x (B, M, C), y (B, N, C), index (B, M, k), the rows of y near each of x; returns as attention."""
        alike, weights = self.attention(x, y)
        if self.near is None or self.merge is None:
            return alike, weights
        return self.merge(torch.cat([alike, self.near(y, index, x)], 2)), weights


class EncoderBlock(nn.Module):
    """x <- x + aware(norm x);  x <- x + perceptron(norm x)."""

    def __init__(self, dim: int, heads: int, ratio: int, aware: bool) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(dim, device="meta") for _ in range(2))
        self.looks = GeometryAware(dim, heads, aware)
        self.mlp = _mlp(dim, ratio)

    def forward(self, x: Tensor, index: Tensor) -> tuple[Tensor, Tensor]:
        """Shapes: x (B, M, C), index (B, M, k); returns (B, M, C) and attention (B, heads, M, M)."""
        at = self.norms[0](x)
        found, weights = self.looks(at, at, index)
        x = x + found
        return x + self.mlp(self.norms[1](x)), weights


class DecoderBlock(nn.Module):
    """Queries look at each other, then at the proxies: q <- q + aware(q, q); q <- q + aware(q, x); perceptron."""

    def __init__(self, dim: int, heads: int, ratio: int, aware: bool) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(dim, device="meta") for _ in range(4))
        self.among, self.across = GeometryAware(dim, heads, aware), GeometryAware(dim, heads, aware)
        self.mlp = _mlp(dim, ratio)

    def forward(self, q: Tensor, x: Tensor, among: Tensor, across: Tensor) -> Tensor:
        """Shapes: q (B, Q, C), x (B, M, C), among (B, Q, k) rows of q, across (B, Q, k) rows of x; returns as q."""
        at = self.norms[0](q)
        q = q + self.among(at, at, among)[0]
        q = q + self.across(self.norms[1](q), self.norms[2](x), across)[0]
        return q + self.mlp(self.norms[3](q))


def _mlp(dim: int, ratio: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(dim, ratio * dim, device="meta"), nn.GELU(), nn.Linear(ratio * dim, dim, device="meta")
    )
