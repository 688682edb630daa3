"""The arithmetic of one node in one hop, in words: at a glance, and with every number that it takes to check it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.network import Hop, Network
from engine.exhibits.messages.products import Product, making, sending
from engine.exhibits.messages.rules import Rule
from engine.exhibits.messages.training import Trainer

FEW = 4  # numbers of a vector, and neighbours, that are written out
MOST = 8  # terms of a sum
GATHERS = {"sum": "sum", "mean": "mean", "max": "largest, each number by itself"}
SQUASHED = {"relu": "ReLU", "tanh": "tanh"}

AT_A_GLANCE = ("told_before", "told_messages", "told_gathered", "told_after")
IN_FULL = ("each_message", "each_gathered", "each_new")
"""Words of a line each: how a message came about, how a number was gathered, how a number of the state became new."""

BY_PRODUCTS = "products"
"""A word of a line each: one number of a vector, as the sum of all products that it is made of."""


def arithmetic(graph: Graph, trainer: Trainer, hop: Hop | None, node: int) -> dict[str, str]:
    """What a node does in a hop, in numbers: the words ``AT_A_GLANCE``, ``IN_FULL`` and ``BY_PRODUCTS``.

    A hop that is not complete is told as far as it has come.
    """
    told = dict.fromkeys((*AT_A_GLANCE, *IN_FULL, BY_PRODUCTS), "")
    if graph.n == 0:
        return told
    if hop is None:
        return told | {"told_before": f"Node {graph.names[node]}: no hop, so its state is what it started with."}
    return told | _Telling(graph, trainer, hop, node).words()


def vector(numbers: Tensor | np.ndarray) -> str:
    """The first numbers of a vector, written out."""
    plain = numbers.detach().tolist() if isinstance(numbers, Tensor) else numbers.tolist()
    return f"({', '.join(map(number, plain[:FEW]))}{', …' if len(numbers) > FEW else ''})"


def number(value: float) -> str:
    """With two decimals, and a true minus where something is left of it."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


class _Telling:
    """Tells of one node in one hop."""

    def __init__(self, graph: Graph, trainer: Trainer, hop: Hop, node: int) -> None:
        self.graph, self.trainer, self.hop, self.node = graph, trainer, hop, node
        self.network: Network = trainer.network
        self.name = graph.names[node]
        self.source, target = trainer.wiring.ends(self.network.kind.loops)
        self.arriving = (target == node).nonzero()[:, 0].tolist()
        self.silent = not self.arriving or not self.network.kind.hears

    @property
    def way(self) -> str:
        """How messages are brought together."""
        rule, way = self.network.kind, self.trainer.params.aggregate
        return way if rule.free and way != "usual" else rule.usual

    def words(self) -> dict[str, str]:
        hop = self.hop
        told = {
            "told_before": f"Hop {hop.number}. State of {self.name}: {vector(hop.before[self.node])}",
            "told_messages": self.messages(),
        }
        lines = {"each_message": self.weighed(), BY_PRODUCTS: self.products()}
        if hop.gathered is not None:
            what = "mean over parents, then over children" if self.network.kind.parts else GATHERS[self.way]
            told["told_gathered"] = f"Together, their {what}: {vector(hop.gathered[self.node])}"
            lines["each_gathered"] = self.gathered()
        if hop.after is not None:
            told["told_after"] = f"New state of {self.name}: {vector(hop.after[self.node])}"
            lines["each_new"] = self.updated()
        return told | {what: "\n".join(all_) for what, all_ in lines.items()}

    def who(self, edge: int) -> str:
        """The sender of an edge."""
        sender = int(self.source[edge])
        return "itself" if sender == self.node else self.graph.names[sender]

    def messages(self) -> str:
        if self.silent or not self.hop.messages.abs().sum():
            return "Nothing arrives."
        parts = [f"from {self.who(edge)} {vector(self.hop.messages[edge])}" for edge in self.arriving[:FEW]]
        more = f"; and {len(self.arriving) - FEW} more" if len(self.arriving) > FEW else ""
        return f"Arriving: {'; '.join(parts)}{more}"

    def weighed(self) -> list[str]:
        """How each message came about, where the rule weighs the links: its weight times the sender's vector."""
        rule: Rule = self.network.hops[self.hop.number - 1]  # type: ignore[assignment]
        if self.silent or self.network.bonds:
            return []
        if type(rule).weigh is Rule.weigh:
            return ["Messages are not weighed: all links count alike."]
        with torch.no_grad():
            weights = rule.weigh(self.hop.before, self.trainer.wiring)
        lines = []
        for edge in self.arriving[:FEW]:
            weight, message = float(weights[edge]), self.hop.messages[edge].detach()
            lines.append(f"From {self.who(edge)}: {weight:.3f} · {vector(message / weight)} = {vector(message)}")
        return lines

    @torch.no_grad()
    def products(self) -> list[str]:
        """Every product of a matrix and a vector, for one number of what comes of it."""
        hop, wiring, lines = self.hop, self.trainer.wiring, list[str]()
        rule: Rule = self.network.hops[hop.number - 1]  # type: ignore[assignment]
        row = min(self.trainer.params.entry, hop.before.shape[1]) - 1
        for edge in [] if self.silent else self.arriving[:FEW]:
            made = sending(rule, hop.rows, wiring, edge) + self.bond(edge)
            lines += [f"From {self.who(edge)}: {product.written(row)}" for product in made]
        if hop.gathered is not None:
            made = making(rule, hop.rows, hop.gathered, wiring, self.node)
            lines += [f"New: {product.written(row)}" for product in made]
        return lines

    def bond(self, edge: int) -> list[Product]:
        """What a message carries for its link's kind, where links have kinds."""
        kinds = self.trainer.wiring.bonds
        if not self.network.bonds or kinds is None or edge >= len(kinds):  # loops have none
            return []
        return [Product.of("B, of the kind of link", kinds[edge], self.network.bonds[self.hop.number - 1])]  # type: ignore[arg-type]

    def gathered(self) -> list[str]:
        """How the first numbers of what was gathered came about."""
        if self.silent or self.network.kind.parts:
            return []
        assert self.hop.gathered is not None
        sent, lines = self.hop.messages[self.arriving].detach(), []  # (arriving, d)
        for column, total in enumerate(self.hop.gathered[self.node, :FEW].tolist()):
            terms = [number(each) for each in sent[:MOST, column].tolist()]
            terms += [f"… ({len(sent) - MOST} more)"] if len(sent) > MOST else []
            lines.append(f"Number {column + 1}, gathered: {self.joined(terms)} = {number(total)}")
        return lines

    def joined(self, terms: list[str]) -> str:
        """Terms as a sum, a mean or a maximum."""
        if self.way == "max":
            return f"the largest of {', '.join(terms)}"
        sum_ = " + ".join(f"({term})" if term.startswith("−") else term for term in terms)
        return f"({sum_}) / {len(self.arriving)}" if self.way == "mean" else sum_

    def updated(self) -> list[str]:
        """How the first numbers of the new state came about."""
        hop, ways = self.hop, self.trainer.ways
        assert hop.update is not None and hop.after is not None
        squash = SQUASHED.get(ways.squash, "") if self.network.kind.squashes else ""
        lines = []
        for column in range(min(FEW, hop.after.shape[1])):
            old, made, new = (float(each[self.node, column]) for each in (hop.before, hop.update, hop.after))
            told = f"Number {column + 1}, new: the rule makes {number(made)}"
            told += f", {squash} of it" if squash else ""
            told += ", normalised" if ways.norm != "none" else ""
            told += f", plus {number(old)} from before" if ways.residual else ""
            lines.append(f"{told}: {number(new)}")
        return lines
