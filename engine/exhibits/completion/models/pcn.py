"""PCN: from the feature of the whole first a coarse cloud, then a small patch about each of its points.

References:
    W. Yuan et al., PCN: point completion network, 3DV 2018.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from engine.exhibits.completion.models.parts import Completer, Passage, perceptron
from engine.exhibits.completion.models.sizes import Size

PATCH = 0.05  # half the side of a patch before it is bent, as published


class Pcn(Completer):
    """Two stacked PointNets make a feature v of the points seen; a perceptron makes a coarse cloud of v; and every
    coarse point p becomes p + A(u, p, v) for all u of a small square.

    Invariant to the order of the points: all that is made of them goes through a maximum.

    Args:
        size: of all parts. rng: draws the start, on its own device.
    """

    def __init__(self, size: Size, rng: torch.Generator) -> None:
        super().__init__()
        a, b, c, v, hidden, coarse = size.pcn
        self.side = size.fold if coarse * size.fold**2 <= 2 * size.truth else 4
        self.first, self.second = perceptron(3, a, b), nn.ModuleList(_joined(2 * b, c))
        self.last = nn.Linear(c, v, device="meta")
        self.coarse = perceptron(v, v, v, 3 * coarse)
        self.of_place = nn.Linear(2, hidden, bias=False, device="meta")
        self.of_point, self.of_whole = (
            nn.Linear(3, hidden, bias=False, device="meta"),
            nn.Linear(v, hidden, device="meta"),
        )
        self.out = nn.ModuleList([nn.Linear(hidden, hidden, device="meta"), nn.Linear(hidden, 3, device="meta")])
        self.begin(rng)

    def walk(self, x: Tensor) -> Iterator[tuple[str, Passage]]:
        """Complete partial clouds x (B, N, 3): the feature of the whole, the coarse cloud, the fine one."""
        p = Passage(x, per_query=self.side**2)
        p.encoded = self.encode(x)[:, None]  # (B, 1, v)
        yield "encode", p
        p.coarse = p.sparse = self.coarse(p.encoded[:, 0]).unflatten(1, (-1, 3))
        yield "coarse", p
        p.fine = self.refine(p.coarse, p.encoded[:, 0])
        p.rebuilt = p.fine.shape[1]
        yield "fold", p

    def encode(self, x: Tensor) -> Tensor:
        """The feature of the whole, (B, v): g = max f(x_i), then v = max h(f(x_i), g)."""
        f = self.first(x)  # (B, N, b)
        own, shared = self.second
        h = relu(own(f) + shared(f.amax(1))[:, None])
        return self.last(h).amax(1)

    def refine(self, coarse: Tensor, whole: Tensor) -> Tensor:
        """Every coarse point becomes a patch. Shapes: coarse (B, Q, 3), whole (B, v); returns (B, Q side^2, 3)."""
        ticks = torch.linspace(-PATCH, PATCH, self.side, device=coarse.device)
        u = torch.cartesian_prod(ticks, ticks)  # (S, 2)
        h = relu(self.of_place(u) + (self.of_point(coarse) + self.of_whole(whole)[:, None])[:, :, None])
        middle, last = self.out
        return (coarse[:, :, None] + last(relu(middle(h)))).flatten(1, 2)


def _joined(inputs: int, outputs: int) -> list[nn.Module]:
    """A linear layer of two halves side by side: what it makes of the second, which all points share, is added."""
    half = inputs // 2
    return [nn.Linear(half, outputs, device="meta"), nn.Linear(half, outputs, bias=False, device="meta")]
