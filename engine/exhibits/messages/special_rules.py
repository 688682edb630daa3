"""Rules for a purpose: formulas with parents and children, triangles, and no edges at all; and all rules by name."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.exhibits.messages.rules import GAT, GCN, GIN, MPNN, SAGE, How, Rule, linear
from engine.exhibits.messages.wiring import Wiring


class Paliwal(Rule):
    """Parents and children apart, as for formulas: h_i' = h_i + MLP(h_i, mean of P(h_j, h_i), mean of C(h_k, h_i)).

    The means are over the parents j and over the children k. In a graph without direction the first node of a link is
    the parent.

    References:
        A. Paliwal et al., AAAI 2020.
    """

    label = "Parents and children"
    latex = (
        r"h_i' = h_i + \mathrm{MLP}\Bigl(h_i,\ \frac{1}{p_i}\sum_{j \in P(i)} f(h_j, h_i),\ "
        r"\frac{1}{c_i}\sum_{k \in C(i)} g(h_k, h_i)\Bigr)"
    )
    squashes = False

    def __init__(self, width: int) -> None:
        super().__init__()
        self.f, self.g = linear(2 * width, width), linear(2 * width, width)
        self.join = linear(3 * width, width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        source, target = wiring.ends(loops=False)
        both = torch.cat([h[source], h[target]], dim=1)  # (E, 2 d)
        down, up = both[: wiring.links], both[wiring.links :]
        return torch.relu(torch.cat([self.f(down), self.g(up)]))  # (E, d)

    def aggregate(self, messages: Tensor, wiring: Wiring, how: How = "usual") -> Tensor:
        """From parents and from children, beside each other: (n, 2 d)."""
        _, target = wiring.ends(loops=False)
        m = wiring.links
        return torch.cat([wiring.mean(messages[:m], target[:m]), wiring.mean(messages[m:], target[m:])], dim=1)

    def update(self, h: Tensor, a: Tensor) -> Tensor:
        return h + torch.relu(self.join(torch.cat([h, a], dim=1)))


class SecondOrder(Rule):
    """Covariant aggregation of second order: a node gathers h_j of its neighbours, and h_j h_k of every two of them.

    The products are contracted with the adjacency of the neighbours among each other, so what is summed is over the
    triangles that a node belongs to:

        a_i = [ sum_j h_j ,  sum_jk A_ij A_ik A_jk (U h_j) * (V h_k) ],   h_i' = W [h_i, a_i] + b

    References:
        R. Kondor et al., "Covariant compositional networks for learning graphs", 2018.
    """

    label = "Second order, covariant"
    latex = (
        r"h_i' = W \Bigl[h_i,\ \sum_{j \in N(i)} h_j,\ "
        r"\sum_{j, k \in N(i)} A_{jk}\, (U h_j) \odot (V h_k)\Bigr] + b"
    )

    def __init__(self, width: int) -> None:
        super().__init__()
        self.U, self.V = linear(width, width, bias=False), linear(width, width, bias=False)
        self.W = linear(3 * width, width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        source, _ = wiring.ends(loops=False)
        edge, third = wiring.triangles
        thirds = h.new_zeros(wiring.edges, h.shape[1]).index_add(0, edge, self.V(h)[third])  # (E, d)
        return torch.cat([h[source], self.U(h)[source] * thirds], dim=1)  # (E, 2 d)

    def update(self, h: Tensor, a: Tensor) -> Tensor:
        return self.W(torch.cat([h, a], dim=1))


class Alone(Rule):
    """No messages at all, a multilayer perceptron of every node by itself: h_i' = W h_i + b."""

    label = "MLP, no edges"
    latex = r"h_i' = W h_i + b"

    def __init__(self, width: int) -> None:
        super().__init__()
        self.W = linear(width, width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        return h.new_zeros(wiring.edges, h.shape[1])

    def aggregate(self, messages: Tensor, wiring: Wiring, how: How = "usual") -> Tensor:
        return messages.new_zeros(wiring.nodes, messages.shape[1])

    def update(self, h: Tensor, a: Tensor) -> Tensor:
        return self.W(h)

    def weigh(self, h: Tensor, wiring: Wiring) -> Tensor:
        return torch.zeros(wiring.edges, device="cpu")


class DeepSets(Alone):
    """A set, not a graph: h_i' = V h_i + U (mean of all h) + b; edges do not count.

    References:
        M. Zaheer et al., NeurIPS 2017.
    """

    label = "Deep Sets, no edges"
    latex = r"h_i' = V h_i + U \frac{1}{n} \sum_j h_j + b"

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.V = linear(width, width, bias=False)

    def update(self, h: Tensor, a: Tensor) -> Tensor:
        return self.V(h) + self.W(h.mean(0, keepdim=True))


RULES: dict[str, type[Rule]] = {
    "gcn": GCN, "sage": SAGE, "gat": GAT, "gin": GIN, "mpnn": MPNN, "paliwal": Paliwal, "second": SecondOrder,
    "deep-sets": DeepSets,
    "mlp": Alone,
}  # fmt: skip
