"""Every product of a matrix and a vector in one hop of a rule, for one number of it to be written out term by term."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

import torch
from torch import Tensor, nn

from engine.exhibits.messages.rules import GAT, GCN, GIN, MPNN, SAGE, Rule
from engine.exhibits.messages.special_rules import Alone, Block, DeepSets, Paliwal, SecondOrder
from engine.exhibits.messages.wiring import Wiring

MOST = 64  # terms that are written out
GATES = ("reset gate", "update gate", "candidate")


@dataclass(frozen=True)
class Product:
    """y = W x + b.

    Args:
        says: what it is, in the symbols of the rule's formula.

    Shapes:
        x (columns,), weight W (rows, columns), or None where x stays as it is, bias b (rows,), or None for none.
    """

    says: str
    x: Tensor
    weight: Tensor | None
    bias: Tensor | None = None

    @classmethod
    def of(cls, says: str, x: Tensor, linear: nn.Linear) -> Product:
        """What a linear map makes of a vector."""
        return cls(says, x, linear.weight, linear.bias)

    def terms(self, row: int) -> list[tuple[float, float]]:
        """The factors, of W and of x, whose products sum up to a number of W x."""
        if self.weight is None:
            return [(1.0, float(self.x[row]))]
        return list(zip(self.weight[row].tolist(), self.x.tolist(), strict=True))

    def value(self, row: int) -> float:
        """That number of y."""
        y = self.x[row] if self.weight is None else self.weight[row] @ self.x
        return float(y if self.bias is None else y + self.bias[row])

    def written(self, row: int) -> str:
        """All its terms and their sum, in words."""
        terms = [f"{factor(a)} · {factor(b)}" if self.weight is not None else factor(b) for a, b in self.terms(row)]
        more = [f"… ({len(terms) - MOST} more)"] if len(terms) > MOST else []
        bias = [] if self.bias is None else [f"bias {factor(float(self.bias[row]))}"]
        return f"{self.says}, number {row + 1}: {' + '.join(terms[:MOST] + more + bias)} = {digits(self.value(row))}"


def digits(value: float) -> str:
    """With three decimals, and a true minus where something is left of it."""
    return f"{round(value, 3) + 0.0:.3f}".replace("-", "−")


def factor(value: float) -> str:
    """The same within a sum: what is negative in brackets."""
    text = digits(value)
    return f"({text})" if text.startswith("−") else text


@singledispatch
def sending(rule: Rule, h: Tensor, wiring: Wiring, edge: int) -> list[Product]:
    """What a message is made of, before it is gated or weighed; nothing where it is the sender's state itself.

    Shapes:
        h (n, d), and below that the states of whatever else has one.
    """
    return []


@singledispatch
def making(rule: Rule, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    """What the update of a node is made of, in the order in which it is done.

    Shapes:
        h as for :func:`sending`, a (n, columns), what has been gathered.
    """
    return []


@sending.register(GCN)
@sending.register(GAT)
def _(rule: GCN, h: Tensor, wiring: Wiring, edge: int) -> list[Product]:
    return [Product("W h", h[wiring.source[edge]], rule.W.weight)]


@making.register(GCN)
@making.register(GAT)
def _(rule: GCN, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    return [Product("Together + b", a[node], None, rule.W.bias)]


@making.register
def _(rule: SAGE, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    return [Product.of("U a + b, of what is together", a[node], rule.U), Product.of("V h, of its own", h[node], rule.V)]


@making.register
def _(rule: GIN, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    first = Product.of("First layer, of h + a", h[node] + a[node], rule.first)
    return [first, Product.of("Second layer, of ReLU of the first", torch.relu(rule.first(first.x)), rule.second)]


@sending.register
def _(rule: MPNN, h: Tensor, wiring: Wiring, edge: int) -> list[Product]:
    return [Product.of("f(h)", h[wiring.source[edge]], rule.f)]


@making.register
def _(rule: MPNN, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    return [
        Product(f"{gate}, of {what}", x, weight, bias)
        for what, x, both in (("what is together", a[node], rule.gru.of_x), ("its own state", h[node], rule.gru.of_h))
        for gate, weight, bias in zip(GATES, both.weight.chunk(3), both.bias.chunk(3), strict=True)
    ]


@sending.register
def _(rule: Paliwal, h: Tensor, wiring: Wiring, edge: int) -> list[Product]:
    both = torch.cat([h[wiring.source[edge]], h[wiring.target[edge]]])  # (2 d,)
    from_parent = edge < wiring.links
    return [Product.of("f[h_j, h_i]" if from_parent else "g[h_k, h_i]", both, rule.f if from_parent else rule.g)]


@making.register
def _(rule: Paliwal, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    return [Product.of("MLP of [h, parents, children]", torch.cat([h[node], a[node]]), rule.join)]


@sending.register
def _(rule: SecondOrder, h: Tensor, wiring: Wiring, edge: int) -> list[Product]:
    of, third = wiring.triangles
    common = h[third[of == edge]].sum(0)  # (d,)
    return [Product.of("U h", h[wiring.source[edge]], rule.U),
            Product.of("V, of the sum of h of common neighbours", common, rule.V)]  # fmt: skip


@making.register
def _(rule: SecondOrder, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    return [Product.of("W [h, a] + b", torch.cat([h[node], a[node]]), rule.W)]


@sending.register
def _(rule: Block, h: Tensor, wiring: Wiring, edge: int) -> list[Product]:
    source, target = int(wiring.source[edge]), int(wiring.target[edge])
    nodes, edges, whole = rule.apart(h, wiring)
    parts = [edges[edge], nodes[source], nodes[target], whole[wiring.member[target]]]
    return [Product.of("f[e, h_j, h_i, u]", torch.cat(parts), rule.f)]


@making.register
def _(rule: Block, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    nodes, _, whole = rule.apart(h, wiring)
    return [Product.of("g[a, h, u]", torch.cat([a[node], nodes[node], whole[wiring.member[node]]]), rule.g)]


@making.register
def _(rule: Alone, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    return [Product.of("W h + b", h[node], rule.W)]


@making.register
def _(rule: DeepSets, h: Tensor, a: Tensor, wiring: Wiring, node: int) -> list[Product]:
    mean = wiring.pooled(h)[wiring.member[node]]
    return [Product.of("V h", h[node], rule.V), Product.of("U, of the mean of all h, + b", mean, rule.W)]
