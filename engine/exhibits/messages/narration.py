"""A sentence for every phase of a step."""

from __future__ import annotations

from engine.exhibits.messages.training import Trainer

READS = {
    "nodes": "the last state of every node says its class, by the largest of its scores",
    "links": "the last states of two nodes say by their product how likely they are linked",
    "graphs": "the last states of all nodes of a graph together say its class, by the largest score",
    "diameter": "the last states of all nodes of a graph together say how long its longest shortest way is",
    "triangles": "the last states of all nodes of a graph together say how many triangles it has",
}
TEACHERS = {"nodes": "known nodes", "links": "known links, and as many pairs that are none,"}


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
        return f"Read: {READS[trainer.params.task]}"
    who = TEACHERS.get(trainer.params.task, "known graphs")
    return (
        f"Learn: {trainer.task.known} {who} say how wrong that was, loss {float(trainer.loss):.3g}; every weight moves"
    )
