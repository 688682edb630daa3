"""Rules for a purpose: parents and children, triangles, edges with states, and no edges at all; and all by name."""

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
    squashes, parts = False, True

    def __init__(self, width: int) -> None:
        super().__init__()
        self.f, self.g = linear(2 * width, width), linear(2 * width, width)
        self.join = linear(3 * width, width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        source, target = wiring.ends(loops=False)
        both = torch.cat([h.index_select(0, source), h.index_select(0, target)], dim=1)  # (E, 2 d)
        down, up = both[: wiring.links], both[wiring.links :]
        return torch.relu(torch.cat([self.f(down), self.g(up)]))  # (E, d)

    def aggregate(self, messages: Tensor, wiring: Wiring, how: How = "usual") -> Tensor:
        """From parents and from children, beside each other: (n, 2 d)."""
        _, target = wiring.ends(loops=False)
        m = wiring.links
        return torch.cat([wiring.mean(messages[:m], target[:m]), wiring.mean(messages[m:], target[m:])], dim=1)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
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

    sent = 2

    def __init__(self, width: int) -> None:
        super().__init__()
        self.U, self.V = linear(width, width, bias=False), linear(width, width, bias=False)
        self.W = linear(3 * width, width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        source, _ = wiring.ends(loops=False)
        edge, third = wiring.triangles
        thirds = h.new_zeros(wiring.edges, h.shape[1]).index_add(0, edge, self.V(h).index_select(0, third))  # (E, d)
        return torch.cat([h.index_select(0, source), self.U(h).index_select(0, source) * thirds], dim=1)  # (E, 2 d)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        return self.W(torch.cat([h, a], dim=1))


class Block(Rule):
    """The full graph network block: edges, nodes and the whole graph have states, and each is told of the others.

        e_ji' = relu(f[e_ji, h_j, h_i, u]),  h_i' = relu(g[sum_j e_ji', h_i, u]),  u' = relu(k[mean e', mean h', u])

    The states of edges and of each separate graph start as 0; they lie below those of the nodes: (n + 2 m + graphs, d).
    What is read of a graph is its u.

    References:
        P. Battaglia et al., "Relational inductive biases, deep learning, and graph networks", 2018.
    """

    label = "Full graph network block"
    latex = (
        r"e_{ji}' = f(e_{ji}, h_j, h_i, u),\quad h_i' = g\Bigl(\sum_{j \in N(i)} e_{ji}',\ h_i,\ u\Bigr),\quad "
        r"u' = k\Bigl(\tfrac{1}{2m}\sum e',\ \tfrac{1}{n}\sum_i h_i',\ u\Bigr)"
    )
    squashes = False

    def __init__(self, width: int) -> None:
        super().__init__()
        self.f, self.g, self.k = linear(4 * width, width), linear(3 * width, width), linear(3 * width, width)

    def spread(self, h: Tensor, wiring: Wiring) -> Tensor:
        return torch.cat([h, h.new_zeros(wiring.edges + wiring.graphs, h.shape[1])])

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        source, target = wiring.ends(loops=False)
        nodes, edges, whole = self.apart(h, wiring)
        ends = nodes.index_select(0, source), nodes.index_select(0, target)
        around = whole.index_select(0, wiring.member[target])
        return torch.relu(self.f(torch.cat([edges, *ends, around], dim=1)))  # (2 m, d)

    def aggregate(self, messages: Tensor, wiring: Wiring, how: How = "usual") -> Tensor:
        """For nodes the sum of what arrives, for edges what they carry, for graphs its mean: (n + 2 m + graphs, d)."""
        _, target = wiring.ends(loops=False)
        member = wiring.member[target]
        count = torch.bincount(member, minlength=wiring.graphs).clamp(min=1)[:, None]
        mean = messages.new_zeros(wiring.graphs, messages.shape[1]).index_add(0, member, messages) / count
        return torch.cat([wiring.total(messages, target), messages, mean])

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        (nodes, _, whole), (sums, edges, mean) = self.apart(h, wiring), self.apart(a, wiring)
        new = torch.relu(self.g(torch.cat([sums, nodes, whole.index_select(0, wiring.member)], dim=1)))
        of_all = torch.relu(self.k(torch.cat([mean, wiring.pooled(new), whole], dim=1)))
        return torch.cat([new, edges, of_all])

    def whole(self, h: Tensor, wiring: Wiring, pool: str) -> Tensor:
        return self.apart(h, wiring)[2]

    @staticmethod
    def apart(rows: Tensor, wiring: Wiring) -> tuple[Tensor, Tensor, Tensor]:
        """The rows of nodes, edges, and graphs."""
        nodes, edges, whole = rows.split([wiring.nodes, wiring.edges, wiring.graphs])
        return nodes, edges, whole


class Alone(Rule):
    """No messages at all, a multilayer perceptron of every node by itself: h_i' = W h_i + b."""

    label = "MLP, no edges"
    latex = r"h_i' = W h_i + b"
    hears = False

    def __init__(self, width: int) -> None:
        super().__init__()
        self.W = linear(width, width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        return h.new_zeros(wiring.edges, h.shape[1])

    def aggregate(self, messages: Tensor, wiring: Wiring, how: How = "usual") -> Tensor:
        return messages.new_zeros(wiring.nodes, messages.shape[1])

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        return self.W(h)

    def weigh(self, h: Tensor, wiring: Wiring) -> Tensor:
        return torch.zeros(wiring.edges, device="cpu")


class DeepSets(Alone):
    """A set, not a graph: h_i' = V h_i + U (mean of all h of the same graph) + b; edges do not count.

    References:
        M. Zaheer et al., NeurIPS 2017.
    """

    label = "Deep Sets, no edges"
    latex = r"h_i' = V h_i + U \frac{1}{n} \sum_j h_j + b"

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.V = linear(width, width, bias=False)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        return self.V(h) + self.W(wiring.pooled(h).index_select(0, wiring.member))


RULES: dict[str, type[Rule]] = {
    "gcn": GCN, "sage": SAGE, "gat": GAT, "gin": GIN, "mpnn": MPNN, "paliwal": Paliwal, "second": SecondOrder,
    "block": Block, "deep-sets": DeepSets,
    "mlp": Alone,
}  # fmt: skip
