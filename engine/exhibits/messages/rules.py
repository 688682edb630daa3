"""One hop of message passing, as each rule does it: what is sent, how it is brought together, what is made of it.

    m_ji = message(h_j, h_i)        a_i = aggregate of all m_ji that arrive at i        h_i <- update(h_i, a_i)

Parameters are made on ``meta``; the network that puts hops together draws them.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from engine.exhibits.messages.wiring import Wiring

How = Literal["usual", "sum", "mean", "max"]
SLOPE = 0.2  # of the leaky ReLU in attention


def linear(inputs: int, outputs: int, *, bias: bool = True) -> nn.Linear:
    """A linear map whose numbers are drawn later."""
    return nn.Linear(inputs, outputs, bias=bias, device="meta")


class Rule(nn.Module):
    """One hop.

    Args:
        width: d, numbers in every node's state.

    Shapes:
        h, a (n, d), messages (E, d), where E counts the edges, with the loops if the rule has ``loops``.
    """

    label: ClassVar[str]
    latex: ClassVar[str]
    usual: ClassVar[How] = "sum"
    """How messages are brought together, unless one asks for another way."""

    free: ClassVar[bool] = False
    """Whether one may ask for another way."""

    loops: ClassVar[bool] = False
    """Whether a node sends to itself."""

    squashes: ClassVar[bool] = True
    """Whether the network's nonlinearity comes after it."""

    hears: ClassVar[bool] = True
    """Whether anything goes along edges."""

    parts: ClassVar[bool] = False
    """Whether what is gathered is more than one sum, mean or maximum."""

    attends: ClassVar[bool] = False
    """Whether how much an edge counts depends on the states of its nodes."""

    sent: ClassVar[int] = 1
    """Numbers in a message, as a multiple of the width."""

    def spread(self, h: Tensor, wiring: Wiring) -> Tensor:
        """What the first hop starts from: the states of nodes, and below them of whatever else has one."""
        return h

    def whole(self, h: Tensor, wiring: Wiring, pool: str) -> Tensor:
        """What is read of each separate graph, (graphs, d)."""
        return wiring.pooled(h, pool)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        """What goes along every edge."""
        raise NotImplementedError

    def aggregate(self, messages: Tensor, wiring: Wiring, how: How = "usual") -> Tensor:
        """What arrives at every node, brought together."""
        _, target = wiring.ends(self.loops)
        way = self.usual if how == "usual" or not self.free else how
        return {"sum": wiring.total, "mean": wiring.mean, "max": wiring.most}[way](messages, target)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        """The new state of every node."""
        raise NotImplementedError

    def weigh(self, h: Tensor, wiring: Wiring) -> Tensor:
        """How much every edge counts, (E,): 1 where the rule does not weigh them."""
        return torch.ones(len(wiring.ends(self.loops)[0]), device="cpu")

    def forward(self, h: Tensor, wiring: Wiring, how: How = "usual") -> Tensor:
        """The whole hop."""
        return self.update(h, self.aggregate(self.message(h, wiring), wiring, how), wiring)


class GCN(Rule):
    """Graph convolution: H' = D^-1/2 (A + I) D^-1/2 H W + b, with D the degrees of A + I.

    References:
        T. Kipf, M. Welling, ICLR 2017.
    """

    label = "GCN"
    latex = r"h_i' = b + \sum_{j \in N(i) \cup \{i\}} \frac{W h_j}{\sqrt{(1+d_i)(1+d_j)}}"
    loops = True

    def __init__(self, width: int) -> None:
        super().__init__()
        self.W = linear(width, width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        source, _ = wiring.ends(loops=True)
        return wiring.symmetric[:, None] * (h @ self.W.weight.T).index_select(0, source)  # (E, d)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        return a + self.W.bias

    def weigh(self, h: Tensor, wiring: Wiring) -> Tensor:
        return wiring.symmetric


class SAGE(Rule):
    """GraphSAGE: h_i' = V h_i + U a_i + b, where a_i is the mean (or the largest, or the sum) of the neighbours' h_j.

    References:
        W. Hamilton, R. Ying, J. Leskovec, NeurIPS 2017.
    """

    label = "GraphSAGE"
    latex = r"h_i' = V h_i + U \frac{1}{d_i} \sum_{j \in N(i)} h_j + b"
    usual: ClassVar[How] = "mean"
    free = True

    def __init__(self, width: int) -> None:
        super().__init__()
        self.U, self.V = linear(width, width), linear(width, width, bias=False)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        return h.index_select(0, wiring.ends(loops=False)[0])  # (E, d)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        return self.U(a) + self.V(h)


class GAT(Rule):
    """Graph attention with one head.

        alpha_ij = softmax over j of leakyReLU(s . W h_j + t . W h_i),  h_i' = b + sum_j alpha_ij W h_j

    References:
        P. Velickovic et al., ICLR 2018.
    """

    label = "GAT"
    latex = (
        r"h_i' = b + \sum_{j \in N(i) \cup \{i\}} \alpha_{ij} W h_j,\quad "
        r"\alpha_{ij} = \operatorname{softmax}_j\, \ell(s^\top W h_j + t^\top W h_i)"
    )
    loops = attends = True

    def __init__(self, width: int) -> None:
        super().__init__()
        self.W = linear(width, width)
        self.s, self.t = linear(width, 1, bias=False), linear(width, 1, bias=False)

    def attention(self, Wh: Tensor, wiring: Wiring) -> Tensor:
        """The alpha of every edge and loop, (E,)."""
        source, target = wiring.ends(loops=True)
        scores = leaky_relu(self.s(Wh).index_select(0, source) + self.t(Wh).index_select(0, target), SLOPE)[:, 0]
        return wiring.softmax(scores, target)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        Wh = h @ self.W.weight.T
        return self.attention(Wh, wiring)[:, None] * Wh.index_select(0, wiring.source)  # (E, d)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        return a + self.W.bias

    def weigh(self, h: Tensor, wiring: Wiring) -> Tensor:
        return self.attention(h @ self.W.weight.T, wiring)


class GIN(Rule):
    """Graph isomorphism network: h_i' = MLP(h_i + sum of the neighbours' h_j), epsilon being 0.

    References:
        K. Xu et al., ICLR 2019.
    """

    label = "GIN"
    latex = r"h_i' = \mathrm{MLP}\Bigl(h_i + \sum_{j \in N(i)} h_j\Bigr)"
    free = True

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = linear(width, width), linear(width, width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        return h.index_select(0, wiring.ends(loops=False)[0])  # (E, d)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        return self.second(torch.relu(self.first(h + a)))


class GRU(nn.Module):
    """Gated recurrent unit: how much of the old state to keep, and what to write.

        r = sigmoid(R_x x + R_h h),  z = sigmoid(Z_x x + Z_h h),  c = tanh(N_x x + r (N_h h)),  h' = (1 - z) c + z h

    with a bias in every linear map.

    References:
        K. Cho et al., EMNLP 2014.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.of_x, self.of_h = linear(width, 3 * width), linear(width, 3 * width)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        """Shapes: x, h (n, d), returns (n, d)."""
        (rx, zx, nx), (rh, zh, nh) = self.of_x(x).chunk(3, dim=1), self.of_h(h).chunk(3, dim=1)
        r, z = torch.sigmoid(rx + rh), torch.sigmoid(zx + zh)
        c = torch.tanh(nx + r * nh)
        return (1 - z) * c + z * h


class MPNN(Rule):
    """The lecture's network: m~_j = f(h_j) linear; m_ji = sigma(A_ij m~_j), sigma(0) being 0; h_i' = GRU(sum, h_i).

    With sigma the ReLU only neighbours get through the gate A_ij, so messages go along edges alone.
    """

    label = "MPNN"
    latex = r"h_i' = \mathrm{GRU}\Bigl(\sum_j \sigma(A_{ij} f(h_j)),\ h_i\Bigr)"
    free = True
    squashes = False

    def __init__(self, width: int) -> None:
        super().__init__()
        self.f, self.gru = linear(width, width), GRU(width)

    def message(self, h: Tensor, wiring: Wiring) -> Tensor:
        return torch.relu(self.f(h)).index_select(0, wiring.ends(loops=False)[0])  # (E, d)

    def update(self, h: Tensor, a: Tensor, wiring: Wiring) -> Tensor:
        return self.gru(a, h)
