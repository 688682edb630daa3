"""A sentence for every phase of a step, and the arithmetic of the node that is looked at."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.network import Hop
from engine.exhibits.messages.training import Trainer

FEW = 4  # numbers of a vector, and neighbours, that are written out
GATHERS = {"sum": "sum", "mean": "mean", "max": "largest, number by number,"}


def narrate(part: str, trainer: Trainer) -> str:
    """Say what has just been done."""
    hop, layers = trainer.hop, trainer.params.layers
    if part == "embed":
        return "Start: every node turns what is known of it into a vector, its state"
    if hop and part == "message":
        if not hop.messages.abs().sum():
            return f"Hop {hop.number} of {layers}: nothing is sent, this network has no edges"
        return f"Hop {hop.number} of {layers}, message: every node sends a vector along each of its links"
    if hop and part == "gather":
        return f"Hop {hop.number} of {layers}, gather: every node brings together what has arrived"
    if hop and part == "update":
        return f"Hop {hop.number} of {layers}, update: of that, and of its own state, each makes its new state"
    if part == "read":
        return "Read: the last state of every node says its class, by the largest of its scores"
    known, loss = len(trainer.known), float(trainer.loss)
    return f"Learn: {known} known nodes say how wrong that was, loss {loss:.3g}; every weight moves"


def vector(numbers: Tensor | np.ndarray) -> str:
    """The first numbers of a vector, written out."""
    plain = numbers.detach().tolist() if isinstance(numbers, Tensor) else numbers.tolist()
    shown = ", ".join(f"{number:.2f}".replace("-", "−") for number in plain[:FEW])
    return f"({shown}{', …' if len(numbers) > FEW else ''})"


def arithmetic(graph: Graph, trainer: Trainer, hop: Hop | None, node: int) -> dict[str, str]:
    """What a node does in a hop, in numbers: words ``told_before``, ``_messages``, ``_gathered`` and ``_after``.

    A hop that is not complete is told as far as it has come.
    """
    told = dict.fromkeys(("told_before", "told_messages", "told_gathered", "told_after"), "")
    if graph.n == 0:
        return told
    name = graph.names[node]
    if hop is None:
        return told | {"told_before": f"Node {name}: no hop, so its state is what it started with."}
    rule = trainer.network.kind
    source, target = trainer.wiring.ends(rule.loops)
    arriving = (target == node).nonzero()[:, 0]
    told["told_before"] = f"Hop {hop.number}. State of {name}: {vector(hop.before[node])}"
    told["told_messages"] = _messages(graph, hop, source, arriving, node)
    if hop.gathered is not None:
        way = trainer.params.aggregate if rule.free and trainer.params.aggregate != "usual" else rule.usual
        told["told_gathered"] = f"Together, their {GATHERS[way]}: {vector(hop.gathered[node])}"
    if hop.after is not None:
        told["told_after"] = f"New state of {name}: {vector(hop.after[node])}"
    return told


def _messages(graph: Graph, hop: Hop, source: Tensor, arriving: Tensor, node: int) -> str:
    if not len(arriving) or not hop.messages.abs().sum():
        return "Nothing arrives."
    parts = []
    for edge in arriving[:FEW].tolist():
        sender = int(source[edge])
        who = "itself" if sender == node else graph.names[sender]
        parts.append(f"from {who} {vector(hop.messages[edge])}")
    more = f"; and {len(arriving) - FEW} more" if len(arriving) > FEW else ""
    return f"Arriving: {'; '.join(parts)}{more}"
