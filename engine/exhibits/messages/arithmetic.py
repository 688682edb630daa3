"""The arithmetic of one node in one hop, in words: at a glance, and with every number that it takes to check it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.network import Hop, Network
from engine.exhibits.messages.rules import Rule
from engine.exhibits.messages.training import Trainer

FEW = 4  # numbers of a vector, and neighbours, that are written out
MOST = 8  # terms of a sum
GATHERS = {"sum": "sum", "mean": "mean", "max": "largest, number by number,"}
SQUASHED = {"relu": "ReLU", "tanh": "tanh"}

AT_A_GLANCE = ("told_before", "told_messages", "told_gathered", "told_after")
IN_FULL = tuple(f"{what}_{number}" for what in ("message", "gather", "update") for number in range(1, FEW + 1))
"""Words, each a line: how a message came about, how a number was gathered, how a number of the state became new."""


def arithmetic(graph: Graph, trainer: Trainer, hop: Hop | None, node: int) -> dict[str, str]:
    """What a node does in a hop, in numbers: the words ``AT_A_GLANCE`` and ``IN_FULL``.

    A hop that is not complete is told as far as it has come.
    """
    told = dict.fromkeys((*AT_A_GLANCE, *IN_FULL), "")
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
        lines = {"message": self.weighed()}
        if hop.gathered is not None:
            what = "mean over parents, then over children" if self.network.kind.parts else GATHERS[self.way]
            told["told_gathered"] = f"Together, their {what}: {vector(hop.gathered[self.node])}"
            lines["gather"] = self.gathered()
        if hop.after is not None:
            told["told_after"] = f"New state of {self.name}: {vector(hop.after[self.node])}"
            lines["update"] = self.updated()
        return told | {f"{what}_{row}": line for what, all_ in lines.items() for row, line in enumerate(all_, 1)}

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
        if self.silent or type(rule).weigh is Rule.weigh or self.network.bonds:
            return []
        with torch.no_grad():
            weights = rule.weigh(self.hop.before, self.trainer.wiring)
        lines = []
        for edge in self.arriving[:FEW]:
            weight, message = float(weights[edge]), self.hop.messages[edge].detach()
            lines.append(f"From {self.who(edge)}: {weight:.3f} · {vector(message / weight)} = {vector(message)}")
        return lines

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
