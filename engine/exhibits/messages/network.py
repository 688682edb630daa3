"""A network that passes messages: an embedding of every node, some hops, and a reading of its last state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm

from engine.exhibits.messages.rules import How, linear
from engine.exhibits.messages.special_rules import RULES
from engine.exhibits.messages.wiring import Wiring
from engine.kit.nets import flatten, initialise

Norm = Literal["none", "layer", "pair"]
Squash = Literal["relu", "tanh", "none"]
SMALL = 1e-5  # keeps a division by a vanishing spread finite

SQUASH: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "tanh": torch.tanh, "none": lambda h: h}


@dataclass(frozen=True)
class Ways:
    """How the hops are joined, which may change while the network learns.

    Args:
        how: messages are brought together, by the rules that leave it open.
        squash: the nonlinearity after a hop. norm: what brings states back to one size after it.
        residual: whether a hop is added to what was there before it.
    """

    how: How = "usual"
    squash: Squash = "relu"
    norm: Norm = "none"
    residual: bool = False


@dataclass
class Hop:
    """One hop of a walk through the network, as far as it has come.

    Shapes:
        before, after (n, d), messages (E, d), gathered (n, d) or wider.
    """

    number: int
    before: Tensor
    messages: Tensor
    gathered: Tensor | None = None
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


class Network(nn.Module):
    """h^0 = E x + e;  h^k = hop k of the rule;  scores = R h^L + r.

    Args:
        rule: name in ``RULES``. inputs: numbers that are known of a node. width: d. layers: L, the hops.
        outputs: numbers that are read of a node. rng: draws all weights.
    """

    def __init__(self, rule: str, *, inputs: int, width: int, layers: int, outputs: int, rng: torch.Generator) -> None:
        super().__init__()
        self.kind = RULES[rule]
        self.embed, self.read = linear(inputs, width), linear(width, outputs)
        self.hops = nn.ModuleList(self.kind(width) for _ in range(layers))
        self.flat = flatten(self, rng.device)
        initialise(self, rng)
        self.weights = list(self.parameters())

    def walk(self, x: Tensor, wiring: Wiring, ways: Ways) -> Iterator[tuple[str, Hop | Tensor]]:
        """Pass messages, stopping after each part.

        That is ("embed", h^0), for every hop ("message", it), ("gather", it) and ("update", it), and ("read", scores).

        Shapes:
            x (n, inputs), h (n, d), scores (n, outputs).
        """
        h = self.embed(x)  # (n, d)
        yield "embed", h
        for number, rule in enumerate(self.hops, start=1):
            hop = Hop(number, h, rule.message(h, wiring))  # type: ignore[operator]
            yield "message", hop
            hop.gathered = rule.aggregate(hop.messages, wiring, ways.how)  # type: ignore[operator]
            yield "gather", hop
            h = self.joined(h, rule.update(h, hop.gathered), ways)  # type: ignore[operator]
            hop.after = h
            yield "update", hop
        yield "read", self.read(h)  # (n, outputs)

    def joined(self, before: Tensor, update: Tensor, ways: Ways) -> Tensor:
        """Nonlinearity, normalisation and residual of a hop."""
        new = SQUASH[ways.squash](update) if self.kind.squashes else update
        new = NORMS[ways.norm](new)
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
