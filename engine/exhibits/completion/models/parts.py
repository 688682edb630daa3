"""What the models share: what passes through them, rows by number, neighbours, edge convolutions and folding."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, relu

from engine.kit.nets import SLOPE, flatten


@dataclass
class Passage:
    """What a model has made of partial clouds so far; ``None`` for what it has not come to, or does not have.

    Shapes:
        x: (B, N, 3), what is seen. centres: (B, M, 3). proxies, encoded: (B, M, C). coarse: (B, Q, 3), the coarse
        cloud; of PoinTr the places of the dynamic queries. queries: (B, Q, C). fine: (B, N', 3), the completion; its
        point i comes of query ``i // per_query``, and from ``rebuilt`` on it is what was seen.
        attention: (B, heads, M, M), of the encoder's last block. sparse: (B, Q', 3), what J0 compares with the truth.
    """

    x: Tensor
    centres: Tensor | None = None
    proxies: Tensor | None = None
    encoded: Tensor | None = None
    coarse: Tensor | None = None
    queries: Tensor | None = None
    fine: Tensor | None = None
    attention: Tensor | None = None
    sparse: Tensor | None = None
    rebuilt: int = 0
    per_query: int = 1


class Completer(nn.Module):
    """A network that completes clouds. A subclass tells in :meth:`walk` how.

    Its parameters lie in one tensor, ``flat``; ``weights`` are the parameters one by one.
    """

    flat: Tensor
    weights: list[nn.Parameter]

    def walk(self, x: Tensor) -> Iterator[tuple[str, Passage]]:
        """Complete partial clouds x (B, N, 3), part by part: after each its name, and all there is so far."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Passage:
        """Complete partial clouds at once. Shapes: x (B, N, 3)."""
        *_, (_, passage) = self.walk(x)
        return passage

    def begin(self, rng: torch.Generator) -> None:
        """Lay all parameters into one tensor and draw their start; to be called last in ``__init__``."""
        self.flat = flatten(self, rng.device)
        start(self, rng)
        self.weights = list(self.parameters())


def start(module: nn.Module, rng: torch.Generator) -> None:
    """Draw weights and biases uniformly within 1 / sqrt(inputs), as PyTorch's layers do, but from ``rng`` alone; layer
    norms begin by changing nothing.
    """
    for part in module.modules():
        if isinstance(part, nn.LayerNorm):
            part.weight.detach().fill_(1.0)
            part.bias.detach().fill_(0.0)
        elif isinstance(part, nn.Linear):
            bound = 1 / math.sqrt(part.in_features)
            for parameter in part.parameters(recurse=False):
                parameter.detach().uniform_(-bound, bound, generator=rng)


def rows(x: Tensor, index: Tensor) -> Tensor:
    """The rows of every cloud that are asked for. Shapes: x (B, N, C), index (B, ...); returns (B, ..., C)."""
    B, N, C = x.shape
    first = torch.arange(0, B * N, N, device=x.device).view(B, *[1] * (index.dim() - 1))
    return x.reshape(B * N, C).index_select(0, (index + first).flatten()).view(*index.shape, C)


def neighbours(at: Tensor, of: Tensor, k: int) -> Tensor:
    """The k points of one cloud that are nearest to each point of another, itself included where they are one.

    Shapes:
        at (B, M, 3), of (B, N, 3); returns (B, M, k), rows of ``of``.
    """
    at, of, k = at.detach(), of.detach(), min(k, of.shape[1])
    if at.device.type != "cpu":
        return torch.cdist(at, of).topk(k, dim=2, largest=False, sorted=False).indices
    found = np.empty((len(at), at.shape[1], k), np.int64)
    _nearest_few(at.contiguous().numpy(), of.transpose(1, 2).contiguous().numpy(), found)
    return torch.from_numpy(found)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _nearest_few(at, of, found):  # type: ignore[no-untyped-def]
    """``at`` (B, M, 3), ``of`` (B, 3, N), ``found`` (B, M, k): those met so far stand in order, the farthest last."""
    B, M, k = found.shape
    n = of.shape[2]
    square, best = np.empty(n, np.float32), np.empty(k, np.float32)
    for b in range(B):
        x, y, z = of[b, 0], of[b, 1], of[b, 2]
        for i in range(M):
            px, py, pz = at[b, i, 0], at[b, i, 1], at[b, i, 2]
            for j in range(n):
                dx, dy, dz = x[j] - px, y[j] - py, z[j] - pz
                square[j] = dx * dx + dy * dy + dz * dz
            best[:] = np.float32(np.inf)
            found[b, i] = 0
            for j in range(n):
                if square[j] < best[k - 1]:
                    place = k - 1
                    while place > 0 and square[j] < best[place - 1]:
                        best[place], found[b, i, place] = best[place - 1], found[b, i, place - 1]
                        place -= 1
                    best[place], found[b, i, place] = square[j], j


def largest(x: Tensor, index: Tensor) -> Tensor:
    """max_j x_j over the rows j that are asked for, one feature at a time; the gradient goes to the first that is it.

    Shapes:
        x (B, N, C), index (B, M, k); returns (B, M, C).
    """
    if x.device.type != "cpu":
        return rows(x, index).max(2).values
    found: Tensor = _Largest.apply(x, index)  # type: ignore[no-untyped-call]
    return found


class _Largest(torch.autograd.Function):
    """The same on a processor without laying out all (B, M, k, C): a tenth of the time there and back."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, index: Tensor) -> Tensor:
        found = np.empty((*index.shape[:2], x.shape[2]), np.float32)
        where = np.empty(found.shape, np.int64)
        _largest_many(x.detach().contiguous().numpy(), index.contiguous().numpy(), found, where)
        ctx.where, ctx.shape = torch.from_numpy(where), x.shape
        return torch.from_numpy(found)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return gradient.new_zeros(ctx.shape).scatter_add_(1, ctx.where, gradient), None


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _largest_many(x, index, found, where):  # type: ignore[no-untyped-def]
    """``x`` (B, N, C), ``index`` (B, M, k), ``found`` and ``where`` (B, M, C)."""
    B, M, k = index.shape
    for b in range(B):
        for i in range(M):
            best, place = found[b, i], where[b, i]
            best[:], place[:] = x[b, index[b, i, 0]], index[b, i, 0]
            for j in range(1, k):
                row = index[b, i, j]
                other = x[b, row]
                for c in range(len(best)):
                    place[c] = row if other[c] > best[c] else place[c]
                    best[c] = other[c] if other[c] > best[c] else best[c]


class Neighbourhood(nn.Module):
    """g_i = max_j a(W_near (f_j - f_i) + W_own f_i + b) over the k neighbours j of i, with a the leaky ReLU.

    As a is monotone, the maximum may be taken before it; as W is linear, it is applied to points and not to pairs:
    g_i = a(max_j W_near f_j + (W_own - W_near) f_i + b), k times cheaper and the same.

    Args:
        inputs, outputs: widths of f and g. norm: whether what goes into a is layer-normalised.

    References:
        Y. Wang et al., Dynamic graph CNN for learning on point clouds, 2019.
    """

    def __init__(self, inputs: int, outputs: int, *, norm: bool = False) -> None:
        super().__init__()
        self.near = nn.Linear(inputs, outputs, bias=False, device="meta")
        self.own = nn.Linear(inputs, outputs, device="meta")
        self.norm = nn.LayerNorm(outputs, device="meta") if norm else nn.Identity()

    def forward(self, f: Tensor, index: Tensor, f_at: Tensor | None = None) -> Tensor:
        """Shapes: f (B, N, C), index (B, M, k) rows of f, f_at (B, M, C), f itself by default; returns (B, M, C')."""
        f_at = f if f_at is None else f_at
        nearest = largest(self.near(f), index)  # (B, M, C')
        return leaky_relu(self.norm(nearest + self.own(f_at) - self.near(f_at)), SLOPE)


class Folding(nn.Module):
    """Folds a square into a patch of surface, twice: p = A(f, u), then p = B(f, p), for every u of the square.

    A and B are perceptrons of three layers. The first of each is linear in (f, u): what it makes of f is computed once
    for all u.

    Args:
        inputs: width of the feature f. hidden: of the perceptrons. side: points along the square.

    References:
        Y. Yang et al., FoldingNet: point cloud auto-encoder via deep grid deformation, CVPR 2018.
    """

    def __init__(self, inputs: int, hidden: int, side: int) -> None:
        super().__init__()
        self.of_feature = nn.ModuleList(nn.Linear(inputs, hidden, device="meta") for _ in range(2))
        self.of_place = nn.ModuleList(nn.Linear(size, hidden, bias=False, device="meta") for size in (2, 3))
        self.middle = nn.ModuleList(nn.Linear(hidden, hidden // 2, device="meta") for _ in range(2))
        self.out = nn.ModuleList(nn.Linear(hidden // 2, 3, device="meta") for _ in range(2))
        self.side = side

    def square(self, device: torch.device) -> Tensor:
        """The places u, (side^2, 2), in [-1, 1]^2."""
        ticks = torch.linspace(-1, 1, self.side, device=device)
        return torch.cartesian_prod(ticks, ticks)

    def fold(self, which: int, f: Tensor, u: Tensor) -> Tensor:
        """One folding. Shapes: f (..., 1, C), u (..., S, 2 or 3); returns (..., S, 3)."""
        h = relu(self.of_feature[which](f) + self.of_place[which](u))
        return self.out[which](relu(self.middle[which](h)))

    def forward(self, f: Tensor) -> Tensor:
        """Shapes: f (B, Q, C); returns (B, Q, side^2, 3)."""
        f = f[:, :, None]
        return self.fold(1, f, self.fold(0, f, self.square(f.device)))


def perceptron(*sizes: int, norm: bool = False) -> nn.Sequential:
    """Linear layers of these sizes with leaky ReLUs between them, each with a layer norm before it if wished."""
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        between = [nn.LayerNorm(outputs, device="meta")] if norm else []
        layers += [nn.Linear(inputs, outputs, device="meta"), *between, nn.LeakyReLU(SLOPE)]
    return nn.Sequential(*layers[: -2 if norm else -1])
