"""The graph as it lies before a hand: where its nodes are, which are known or looked at; and what a hand does."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.exhibit import Refused, State
from engine.exhibits.messages.graph import NOISE, Graph
from engine.exhibits.messages.hand import Hand, free_slot, link_at, node_at
from engine.exhibits.messages.layout import placed

FEWEST = 2  # nodes


@dataclass
class Board:
    """A graph that may be looked at, labelled and edited.

    Args:
        graph: what lies there. at: (n, 2), where. labelled: (n,), whether something may be learnt from a node.
        capacity: how many nodes it may come to have. chosen, other: the nodes looked at now and before.
        whole: what is known is known of whole graphs, which a hand does not join.
        seed: of the features of new nodes.
        held: the node that a stroke began at. tied: the node that waits to be linked with another.
    """

    graph: Graph
    at: np.ndarray
    labelled: np.ndarray
    capacity: int
    chosen: int
    other: int
    whole: bool = False
    seed: int = 0
    held: int | None = field(default=None, init=False)
    tied: int | None = field(default=None, init=False)

    def touch(self, event: Hand) -> bool:
        """Do what a hand asks at a place; whether the graph, or what is known of it, is another now.

        Raises:
            Refused: there is no room for another node, too few would be left, or two graphs would become one.
        """
        if event.begins:
            self.held = node_at(self.at, event.x, event.y)
        before = self.graph, self.labelled
        getattr(self, f"_{event.kind}")(event)
        self.tied = self.tied if event.kind == "link" else None
        return before[0] is not self.graph or before[1] is not self.labelled

    def look(self, node: int) -> None:
        """Look at a node, and remember the one looked at before."""
        if node != self.chosen:
            self.other, self.chosen = self.chosen, node

    def _look(self, event: Hand) -> None:
        if self.held is not None:
            self.look(self.held)

    def _label(self, event: Hand) -> None:
        """Of a node alone, or of the whole graph it belongs to."""
        if self.held is None or not event.begins:
            return
        which = (
            self.graph.member == self.graph.member[self.held] if self.whole else np.arange(self.graph.n) == self.held
        )
        self.labelled = np.where(which, ~self.labelled[self.held], self.labelled)

    def _move(self, event: Hand) -> None:
        if self.held is not None:
            self.at = self.at.copy()
            self.at[self.held] = np.clip([event.x, event.y], -1, 1)

    def _add(self, event: Hand) -> None:
        """A node where there is none yet; it is like the nearest."""
        if not event.begins or self.held is not None:
            return
        slot = free_slot(self.graph, self.capacity)
        if slot is None:
            raise Refused(f"There is room for {self.capacity} nodes, and so many there are. Delete one first.")
        place = np.clip([event.x, event.y], -1, 1)
        nearest = int(np.hypot(*(self.at - place).T).argmin())
        noise = np.random.default_rng([self.seed, slot]).standard_normal(NOISE)
        self.graph = self.graph.with_node(slot, nearest, noise.astype(np.float32))
        self.at = np.concatenate([self.at, place[None]]).astype(np.float32)
        self.labelled = np.append(self.labelled, self.whole and self.labelled[nearest])
        self.chosen = self.graph.n - 1

    def _link(self, event: Hand) -> None:
        """From where the stroke began, or the node that was clicked before, to the node here."""
        here = node_at(self.at, event.x, event.y)
        if here is None or here == self.tied:
            return
        start = self.tied if event.begins or self.tied is not None else self.held
        if start is None or start == here:
            self.tied = here if event.begins else None
            return
        self.tied = self.held = None
        if self.whole and self.graph.member[start] != self.graph.member[here]:
            raise Refused("These two belong to different graphs, of which the question is asked one by one. Link two "
                          "nodes of one graph.")  # fmt: skip
        self.graph = self.graph.toggled(start, here)

    def _delete(self, event: Hand) -> None:
        """The node here, or else the link."""
        if not event.begins:
            return
        if self.held is None:
            link = link_at(self.graph, self.at, event.x, event.y)
            if link is not None:
                self.graph = self.graph.linked_by(np.arange(len(self.graph.pairs)) != link)
            return
        if self.graph.n <= FEWEST:
            raise Refused(f"A graph keeps at least {FEWEST} nodes.")
        gone, self.held = self.held, None
        self.at, self.labelled = np.delete(self.at, gone, axis=0), np.delete(self.labelled, gone)
        self.chosen, self.other = (min(node - (node > gone), self.graph.n - 2) for node in (self.chosen, self.other))
        self.graph = self.graph.without(gone)

    def lay(self, layout: str) -> None:
        """Place all nodes anew."""
        self.at = placed(self.graph, layout)

    def reorder(self, order: np.ndarray) -> None:
        """Number the nodes anew; everything stays where and what it is."""
        self.graph, self.at, self.labelled = self.graph.shuffled(order), self.at[order], self.labelled[order]
        self.chosen, self.other = (int(np.flatnonzero(order == node)[0]) for node in (self.chosen, self.other))

    def state_dict(self) -> State:
        """Graph, places, labels, and who is looked at."""
        return {
            "graph": self.graph.state_dict(), "at": self.at, "labelled": self.labelled, "chosen": self.chosen,
            "other": self.other, "capacity": self.capacity,
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: State, *, whole: bool, seed: int) -> Board:
        """The board that :meth:`state_dict` gave."""
        numbers = {name: int(state[name]) for name in ("capacity", "chosen", "other")}
        labelled, at = np.array(state["labelled"]).astype(bool), np.array(state["at"])
        return cls(Graph.from_state(state["graph"]), at, labelled, whole=whole, seed=seed, **numbers)
