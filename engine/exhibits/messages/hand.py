"""What a hand does to the graph: look, tell, move, add, link, delete; and graphs that come from a file."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from engine.exhibit import Poke
from engine.exhibits.messages.files import MOST_LINKS, MOST_NODES
from engine.exhibits.messages.graph import Graph

NEAR = 0.09  # a touch so near to a node, in units of half the picture, means it
ON = 0.04  # and so near to a link

Number = Annotated[float, Field(ge=-1e4, le=1e4)]
Node = Annotated[int, Field(ge=0, lt=MOST_NODES)]
Name = Annotated[str, Field(max_length=60)]


class Hand(Poke):
    """A hand on the picture, in the units of the layout, or on the matrix, in its cells.

    Args:
        kind: ``look``: at the node there. ``label``: tell its class, or keep it secret again. ``move``: drag it.
            ``add``: a node there. ``link``: the node where the stroke begins, or was clicked last, with that where it
            ends; linked ones part. ``delete``: the node there, or else the link. ``row``: look at the node of that row
            of the matrix. ``point``: look at node ``index``. ``shuffle``: number the nodes anew. ``graph``: replace all
            by a graph of these names, pairs and classes.
        index: of a node. x, y: where; x0, y0: where the stroke came from. radius: of the brush.
    """

    kind: Literal["look", "label", "move", "add", "link", "delete", "row", "point", "shuffle", "graph"]
    index: int = Field(0, ge=0, lt=MOST_NODES)
    x: Number = 0.0
    y: Number = 0.0
    x0: Number | None = None
    y0: Number | None = None
    radius: float = Field(NEAR, ge=0.0, le=1.0)
    names: list[Name] = Field([], max_length=MOST_NODES)
    pairs: list[tuple[Node, Node]] = Field([], max_length=MOST_LINKS)
    truth: list[Annotated[int, Field(ge=0, lt=5)]] = Field([], max_length=MOST_NODES)

    @property
    def begins(self) -> bool:
        """Whether the stroke begins here."""
        return self.x0 in (None, self.x) and self.y0 in (None, self.y)


def node_at(at: np.ndarray, x: float, y: float) -> int | None:
    """The row of ``at`` (n, 2) at a place, if one is near."""
    away = np.hypot(*(at - [x, y]).T)
    return int(away.argmin()) if len(away) and away.min() < NEAR else None


def link_at(graph: Graph, at: np.ndarray, x: float, y: float) -> int | None:
    """The link that passes a place, if one is near."""
    if not len(graph.pairs):
        return None
    start, end = at[graph.pairs[:, 0]], at[graph.pairs[:, 1]]
    way = end - start
    share = np.clip((([x, y] - start) * way).sum(1) / np.maximum((way**2).sum(1), 1e-12), 0, 1)
    away = np.hypot(*(start + share[:, None] * way - [x, y]).T)
    return int(away.argmin()) if away.min() < ON else None


def free_slot(graph: Graph, capacity: int) -> int | None:
    """The lowest number by which no node is known; None where all are taken."""
    free = np.setdiff1d(np.arange(capacity), graph.slots)
    return int(free[0]) if len(free) else None
