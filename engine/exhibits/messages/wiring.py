"""A graph as tensors: along which edges messages go, and how they are brought together where they arrive."""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from engine.exhibits.messages.graph import Graph


class Wiring:
    """Every link of a graph as two edges j -> i, there and back, followed by an edge from every node to itself.

    Args:
        pairs: (m, 2), the links; where the graph has a direction, (parent, child).
        nodes: n.
        member: (n,), which of several separate graphs a node belongs to.
        bonds: (2 m, kinds), what each link is, a one-hot vector there and back; None where all are alike.

    ``source`` and ``target`` are (2 m + n,): first parents to children, then children to parents, then the loops.
    """

    def __init__(self, pairs: Tensor, nodes: int, member: Tensor | None = None, bonds: Tensor | None = None) -> None:
        self.nodes, self.links = nodes, len(pairs)
        loops = torch.arange(nodes, device="cpu")
        self.source = torch.cat([pairs[:, 0], pairs[:, 1], loops])
        self.target = torch.cat([pairs[:, 1], pairs[:, 0], loops])
        self.member = torch.zeros(nodes, dtype=torch.long, device="cpu") if member is None else member
        self.graphs = int(self.member.max()) + 1 if nodes else 1
        self.bonds = bonds
        self.degree = torch.bincount(self.target[: self.edges], minlength=nodes).float()  # (n,), loops left out

    @classmethod
    def of(cls, graph: Graph) -> Wiring:
        """The wiring of a graph."""
        kinds = len(graph.alphabet.bonds)
        bonds = one_hot(torch.from_numpy(graph.bonds), kinds).float().repeat(2, 1) if kinds > 1 else None
        return cls(torch.from_numpy(graph.pairs), graph.n, torch.from_numpy(graph.member), bonds)

    @property
    def edges(self) -> int:
        """Edges without the loops, 2 m."""
        return 2 * self.links

    def ends(self, loops: bool) -> tuple[Tensor, Tensor]:
        """Sources j and targets i of the edges, with or without the loops."""
        count = len(self.source) if loops else self.edges
        return self.source[:count], self.target[:count]

    @cached_property
    def symmetric(self) -> Tensor:
        """1 / sqrt((1 + d_i) (1 + d_j)) of every edge and loop, (2 m + n,)."""
        root = (1 + self.degree).rsqrt()
        return root[self.source] * root[self.target]

    @cached_property
    def triangles(self) -> tuple[Tensor, Tensor]:
        """Edges j -> i and the nodes k that are neighbours of both: (triangles,) each."""
        near = torch.zeros(self.nodes, self.nodes, dtype=torch.bool, device="cpu")
        source, target = self.ends(loops=False)
        near[target, source] = True
        edge, third = (near[source] & near[target]).nonzero().T
        return edge, third

    def total(self, messages: Tensor, target: Tensor) -> Tensor:
        """The sum of what arrives at every node: (E, d) becomes (n, d)."""
        return messages.new_zeros(self.nodes, messages.shape[1]).index_add(0, target, messages)

    def mean(self, messages: Tensor, target: Tensor) -> Tensor:
        """The mean of what arrives at every node, 0 where nothing does: (E, d) becomes (n, d)."""
        count = torch.bincount(target, minlength=self.nodes).clamp(min=1).to(messages.dtype)
        return self.total(messages, target) / count[:, None]

    def most(self, messages: Tensor, target: Tensor) -> Tensor:
        """The largest of what arrives at every node, number by number, 0 where nothing does: (E, d) becomes (n, d)."""
        index = target[:, None].expand_as(messages)
        zeros = messages.new_zeros(self.nodes, messages.shape[1])
        return zeros.scatter_reduce(0, index, messages, "amax", include_self=False)

    def softmax(self, scores: Tensor, target: Tensor) -> Tensor:
        """exp(s) over its sum among the edges that arrive at the same node: (E,)."""
        highest = scores.new_full((self.nodes,), -torch.inf)
        highest = highest.scatter_reduce(0, target, scores.detach(), "amax")  # so that exp does not overflow
        grown = (scores - highest[target]).exp()
        return grown / grown.new_zeros(self.nodes).index_add(0, target, grown)[target]

    def pooled(self, h: Tensor, how: str = "mean") -> Tensor:
        """The mean, sum or largest over each separate graph, 0 over one without nodes: (n, d) becomes (graphs, d)."""
        zeros = h.new_zeros(self.graphs, h.shape[1])
        if how == "max":
            return zeros.scatter_reduce(0, self.member[:, None].expand_as(h), h, "amax", include_self=False)
        total = zeros.index_add(0, self.member, h)
        return total / self.sizes[:, None] if how == "mean" else total

    @cached_property
    def sizes(self) -> Tensor:
        """Nodes of each separate graph, at least 1: (graphs,)."""
        return torch.bincount(self.member, minlength=self.graphs).clamp(min=1).float()
