"""A network that passes messages: an embedding of every node, some hops, and a reading of its last state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm, pad

from engine.exhibits.messages.rules import How, linear
from engine.exhibits.messages.special_rules import RULES
from engine.exhibits.messages.wiring import Wiring
from engine.kit.nets import flatten, initialise

Norm = Literal["none", "layer", "pair"]
Squash = Literal["relu", "tanh", "none"]
Pool = Literal["none", "mean", "sum", "max"]
SMALL = 1e-5  # keeps a division by a vanishing spread finite

SQUASH: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "tanh": torch.tanh, "none": lambda h: h}


@dataclass(frozen=True)
class Ways:
    """How the hops are joined, which may change while the network learns.

    Args:
        how: messages are brought together, by the rules that leave it open.
        squash: the nonlinearity after a hop. norm: what brings states back to one size after it.
        residual: whether a hop is added to what was there before it.
        pool: what is made of the last states of all nodes where whole graphs are read; none where nodes are.
    """

    how: How = "usual"
    squash: Squash = "relu"
    norm: Norm = "none"
    residual: bool = False
    pool: Pool = "none"


@dataclass
class Hop:
    """One hop of a walk through the network, as far as it has come.

    Shapes:
        before, after (n, d), messages (E, d), gathered (n, d) or wider, update (n, d): what the rule made of it, before
        nonlinearity, normalisation and residual. rows (n, d), before with the states of whatever else has one below it.
    """

    number: int
    rows: Tensor
    before: Tensor
    messages: Tensor
    gathered: Tensor | None = None
    update: Tensor | None = None
    after: Tensor | None = None


def pair_norm(h: Tensor) -> Tensor:
    """States of mean 0, and 1 away from it in the root mean square: nodes that come together are driven apart again.

    References:
        L. Zhao, L. Akoglu, "PairNorm: tackling oversmoothing in GNNs", ICLR 2020.
    """
    centred = h - h.mean(0, keepdim=True)
    return centred / (SMALL + centred.square().sum(1).mean()).sqrt()


NORMS: dict[str, Callable[[Tensor], Tensor]] = {
    "none": lambda h: h,
    "layer": lambda h: layer_norm(h, h.shape[1:]),
    "pair": pair_norm,
}


def nodes_of(rows: Tensor, wiring: Wiring) -> Tensor:
    """Those rows that belong to nodes; rules may keep others below them."""
    return rows if len(rows) == wiring.nodes else rows[: wiring.nodes]


class Network(nn.Module):
    """h^0 = E x + e;  h^k = hop k of the rule;  scores = R h^L + r, or of whole graphs R pool(h^L) + r.

    Where links have kinds, each message also carries a vector for its link's: m_ji + B^k e_ji with e_ji one-hot.

    Args:
        rule: name in ``RULES``. inputs: numbers that are known of a node. width: d. layers: L, the hops.
        outputs: numbers that are read of a node, or of a graph. rng: draws all weights. bonds: kinds of links.
    """

    def __init__(
        self, rule: str, *, inputs: int, width: int, layers: int, outputs: int, rng: torch.Generator, bonds: int = 1
    ) -> None:
        super().__init__()
        self.kind = RULES[rule]
        self.embed, self.read = linear(inputs, width), linear(width, outputs)
        self.hops = nn.ModuleList(self.kind(width) for _ in range(layers))
        kinds = layers if bonds > 1 and self.kind.hears else 0
        self.bonds = nn.ModuleList(linear(bonds, self.kind.sent * width, bias=False) for _ in range(kinds))
        self.flat = flatten(self, rng.device)
        initialise(self, rng)
        self.weights = list(self.parameters())

    def walk(self, x: Tensor, wiring: Wiring, ways: Ways) -> Iterator[tuple[str, Hop | Tensor]]:
        """Pass messages, stopping after each part.

        That is ("embed", h^0), for every hop ("message", it), ("gather", it) and ("update", it), and ("read", scores).

        Shapes:
            x (n, inputs), or (n,) as for :meth:`embedded`, h (n, d), scores (n, outputs).
        """
        h = self.embedded(x)  # (n, d)
        yield "embed", h
        if self.hops:
            h = self.hops[0].spread(h, wiring)  # type: ignore[operator]
        for number, rule in enumerate(self.hops, start=1):
            hop = Hop(number, h, nodes_of(h, wiring), self.sent(number, h, wiring))
            yield "message", hop
            gathered = rule.aggregate(hop.messages, wiring, ways.how)  # type: ignore[operator]
            hop.gathered = nodes_of(gathered, wiring)
            yield "gather", hop
            update = rule.update(h, gathered, wiring)  # type: ignore[operator]
            h = self.joined(h, update, ways, wiring.nodes)
            hop.update, hop.after = nodes_of(update, wiring), nodes_of(h, wiring)
            yield "update", hop
        yield "read", self.read(self.last(h, wiring, ways.pool))  # (n, outputs), or (graphs, outputs)

    def embedded(self, x: Tensor) -> Tensor:
        """h^0 = E x + e, (n, d): of vectors (n, inputs), or of one-hot ones, said by the place of their 1, (n,)."""
        if x.is_floating_point():
            return self.embed(x)
        return self.embed.weight.index_select(1, x).T.contiguous() + self.embed.bias

    def sent(self, number: int, h: Tensor, wiring: Wiring) -> Tensor:
        """The messages of a hop, (E, d); where links have kinds, with a vector for that."""
        messages: Tensor = self.hops[number - 1].message(h, wiring)  # type: ignore[operator]
        if not self.bonds or wiring.bonds is None:
            return messages
        kinds = self.bonds[number - 1](wiring.bonds)  # (2 m, d)
        return messages + pad(kinds, (0, 0, 0, len(messages) - len(kinds)))  # loops have no kind

    def last(self, h: Tensor, wiring: Wiring, pool: Pool) -> Tensor:
        """What is read: the states of all nodes, or what stands for each graph."""
        if pool == "none":
            return nodes_of(h, wiring)
        if not self.hops:
            return wiring.pooled(h, pool)
        return self.hops[-1].whole(h, wiring, pool)  # type: ignore[operator]

    def joined(self, before: Tensor, update: Tensor, ways: Ways, nodes: int | None = None) -> Tensor:
        """Nonlinearity, normalisation (of the first rows, those of ``nodes``; None for all) and residual of a hop."""
        new = SQUASH[ways.squash](update) if self.kind.squashes else update
        if ways.norm != "none":
            new = torch.cat([NORMS[ways.norm](new[:nodes]), new[len(new) if nodes is None else nodes :]])
        return before + new if ways.residual else new

    def forward(self, x: Tensor, wiring: Wiring, ways: Ways) -> Tensor:
        """Scores of every node, (n, outputs)."""
        for _part, found in self.walk(x, wiring, ways):
            scores = found
        assert isinstance(scores, Tensor)
        return scores

    @torch.no_grad()
    def states(self, x: Tensor, wiring: Wiring, ways: Ways) -> tuple[list[Tensor], list[Hop], Tensor]:
        """h^0 ... h^L, the hops, and the scores."""
        states, hops, scores = [], [], x
        for part, found in self.walk(x, wiring, ways):
            if part == "embed":
                states.append(found)
            elif part == "update":
                assert isinstance(found, Hop) and found.after is not None
                hops.append(found)
                states.append(found.after)
            elif part == "read":
                scores = found  # type: ignore[assignment]
        return states, hops, scores  # type: ignore[return-value]
