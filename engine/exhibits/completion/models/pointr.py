"""PoinTr: a cloud is translated from the points that are there into those that are missing.

References:
    X. Yu et al., PoinTr: diverse point cloud completion with geometry-aware transformers, ICCV 2021. Batch norms are
    layer norms here, so that what becomes of one cloud does not depend on the others of its batch.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from engine.exhibits.completion.distances import farthest, outermost
from engine.exhibits.completion.models.parts import (
    Completer,
    Folding,
    Neighbourhood,
    Passage,
    neighbours,
    perceptron,
    rows,
)
from engine.exhibits.completion.models.sizes import Size
from engine.exhibits.completion.models.transformer import DecoderBlock, EncoderBlock
from engine.kit.nets import SLOPE


class Dgcnn(nn.Module):
    """Features of centres: edge convolutions over nearest neighbours, on ever fewer points."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        first, a, b, c, d = size.edges
        self.lift = nn.Linear(3, first, device="meta")
        pairs = ((first, a), (a, b), (b, c), (c, d))
        self.edges = nn.ModuleList(Neighbourhood(*pair, norm=True) for pair in pairs)
        self.k, self.levels = size.edge_k, size.levels

    def forward(self, x: Tensor, order: Tensor) -> tuple[Tensor, Tensor]:
        """Centres and their features.

        Shapes:
            x (B, N, 3), order (B, >= levels[0]), rows of x in the order of farthest point sampling; returns (B, M, 3)
            and (B, M, C).
        """
        many, few = (order[:, :count] for count in self.levels)
        at_many, at_few = rows(x, many), rows(x, few)  # the first picks from all are also those from the many
        f = self.lift(x)
        f = self.edges[0](f, neighbours(x, x, self.k))
        f = self.edges[1](f, neighbours(at_many, x, self.k), rows(f, many))
        f = self.edges[2](f, neighbours(at_many, at_many, self.k))
        f = self.edges[3](f, neighbours(at_few, at_many, self.k), f[:, : self.levels[1]])
        return at_few, f


class BesideWhole(nn.Module):
    """A linear layer on the feature of the whole beside each row; what it makes of the whole is computed once."""

    def __init__(self, whole: int, each: int, outputs: int) -> None:
        super().__init__()
        self.of_whole = nn.Linear(whole, outputs, bias=False, device="meta")
        self.of_each = nn.Linear(each, outputs, device="meta")

    def forward(self, whole: Tensor, each: Tensor) -> Tensor:
        """Shapes: whole (B, C), each (B, Q, D); returns (B, Q, C')."""
        return self.of_whole(whole)[:, None] + self.of_each(each)


class PoinTr(Completer):
    """Points that are seen become proxies, the proxies are encoded, queries are generated where points may be missing,
    decoded by looking at the proxies, and each is folded into a patch. What was seen is added as it is.

    Invariant to the order of the points: of the same set it makes the same centres, queries and patches.

    Args:
        size: of all parts. heads: of the attention, which divide ``size.dim``. k: neighbours of the geometry-aware
            branch. rng: draws the start, on its own device.
    """

    def __init__(self, size: Size, heads: int, k: int, rng: torch.Generator) -> None:
        super().__init__()
        dim, code = size.dim, size.code
        self.size, self.k = size, k
        self.dgcnn = Dgcnn(size)
        self.proxy = perceptron(size.edges[-1], dim, dim, norm=True)
        self.position = perceptron(3, 128, dim, norm=True)
        block = (dim, heads, size.ratio)
        self.encoder = nn.ModuleList(EncoderBlock(*block, i < size.aware) for i in range(size.encoder))
        self.whole = perceptron(dim, code, code, norm=True)
        self.places = perceptron(code, code, 3 * size.queries)
        self.query = BesideWhole(code, 3, code)
        self.ask = perceptron(code, code, dim)
        self.decoder = nn.ModuleList(DecoderBlock(*block, i < size.aware) for i in range(size.decoder))
        self.again = perceptron(dim, code, code, norm=True)
        self.reduce = BesideWhole(code, dim + 3, dim)
        self.folding = Folding(dim, size.hidden, size.fold)
        self.begin(rng)

    def walk(self, x: Tensor) -> Iterator[tuple[str, Passage]]:
        """Complete partial clouds x (B, N, 3): centres, proxies, encoder, queries, decoder, folding."""
        p = Passage(x, rebuilt=self.size.rebuilt, per_query=self.size.fold**2)
        order = farthest(x, self.size.levels[0], outermost(x))
        p.centres = rows(x, order[:, : self.size.centres])
        yield "centres", p
        p.centres, features = self.dgcnn(x, order)
        p.proxies = self.proxy(features)  # (B, M, C)
        yield "proxies", p
        p.encoded, p.attention = self.encode(p.centres, p.proxies)
        yield "encode", p
        p.coarse, p.queries = self.generate(p.encoded)
        p.sparse = torch.cat([p.coarse, rows(x, order[:, : self.size.queries])], 1)
        yield "queries", p
        p.queries = self.decode(p.coarse, p.queries, p.centres, p.encoded)
        yield "decode", p
        p.fine = torch.cat([self.rebuild(p.coarse, p.queries), x], 1)
        yield "fold", p

    def encode(self, centres: Tensor, proxies: Tensor) -> tuple[Tensor, Tensor]:
        """Proxies look at each other, knowing where they are; returns (B, M, C) and the last attention."""
        index, position = neighbours(centres, centres, self.k), self.position(centres)
        x, weights = proxies, proxies.new_empty(0)
        for block in self.encoder:
            x, weights = block(x + position, index)
        return x, weights

    def generate(self, encoded: Tensor) -> tuple[Tensor, Tensor]:
        """The dynamic queries: places (B, Q, 3), predicted from the whole, and a feature of each, (B, Q, C)."""
        whole = self.whole(encoded).amax(1)  # (B, code)
        places = self.places(whole).unflatten(1, (-1, 3))  # (B, Q, 3)
        return places, self.ask(leaky_relu(self.query(whole, places), SLOPE))

    def decode(self, places: Tensor, q: Tensor, centres: Tensor, encoded: Tensor) -> Tensor:
        """Queries look at each other and at the proxies; returns (B, Q, C)."""
        among, across = neighbours(places, places, self.k), neighbours(places, centres, self.k)
        for block in self.decoder:
            q = block(q, encoded, among, across)
        return q

    def rebuild(self, places: Tensor, q: Tensor) -> Tensor:
        """Each query is folded into a patch about its place; returns (B, Q fold^2, 3)."""
        whole = self.again(q).amax(1)
        f = self.reduce(whole, torch.cat([q, places], 2))  # (B, Q, C)
        return (places[:, :, None] + self.folding(f)).flatten(1, 2)
