"""A graph as data: nodes with names and classes, pairs of nodes, and what may be done to them by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.exhibit import State

NOISE = 8  # numbers by which nodes differ for no reason


@dataclass(frozen=True)
class Alphabet:
    """What nodes and links may be: the elements and bonds of molecules, the signs of formulas.

    Args:
        kinds: of nodes, by number. bonds: of links, by number; a link drawn by hand is of the first.
        upright: links lead down, from parents to children, and are drawn so.
    """

    kinds: tuple[str, ...] = ("",)
    bonds: tuple[str, ...] = ("",)
    upright: bool = False


PLAIN = Alphabet()


@dataclass(frozen=True)
class Graph:
    """Nodes 0 ... n-1 and the pairs of them that are linked; never a pair twice, never a node with itself.

    Args:
        names: of the nodes.
        pairs: (m, 2). Where the graph has a direction, (parent, child).
        truth: (n,), the class of every node, 0 to ``classes`` - 1.
        member: (n,), which of several separate graphs a node belongs to; all 0 where there is only one.
        slots: (n,), by what number a node is known: it keeps it when others come and go.
        noise: (n, 8), standard normal numbers of its own.
        alphabet: what nodes and links may be. kinds: (n,), what each node is. bonds: (m,), what each link is; all 0
            unless said.
    """

    names: tuple[str, ...]
    pairs: np.ndarray
    truth: np.ndarray
    classes: int
    member: np.ndarray
    slots: np.ndarray
    noise: np.ndarray
    alphabet: Alphabet = PLAIN
    kinds: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    bonds: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        for name, rows in (("kinds", self.n), ("bonds", len(self.pairs))):
            if not len(getattr(self, name)):  # not said
                object.__setattr__(self, name, np.zeros(rows, np.int64))

    @property
    def n(self) -> int:
        """How many nodes."""
        return len(self.names)

    @property
    def degree(self) -> np.ndarray:
        """(n,), how many neighbours each node has."""
        return np.bincount(self.pairs.ravel(), minlength=self.n)

    def adjacency(self) -> np.ndarray:
        """(n, n), 1 where two nodes are linked."""
        A = np.zeros((self.n, self.n), np.float32)
        A[self.pairs[:, 0], self.pairs[:, 1]] = A[self.pairs[:, 1], self.pairs[:, 0]] = 1
        return A

    def homophily(self) -> float:
        """The share of links between nodes of one class; NaN without links."""
        same = self.truth[self.pairs[:, 0]] == self.truth[self.pairs[:, 1]]
        return float(same.mean()) if len(same) else float("nan")

    def distances(self, start: int) -> np.ndarray:
        """(n,), links from ``start`` to every node by the shortest way; n where there is none."""
        away = np.full(self.n, self.n)
        away[start] = 0
        front, steps = np.arange(self.n) == start, 0
        while front.any():
            steps += 1
            a, b = self.pairs.T
            reached = np.zeros(self.n, bool)
            reached[b[front[a]]] = reached[a[front[b]]] = True
            front = reached & (away == self.n)
            away[front] = steps
        return away

    def symbols(self) -> tuple[str, ...]:
        """What each node is, as a sign to write beside it."""
        return tuple(self.alphabet.kinds[kind] for kind in self.kinds)

    def shuffled(self, order: np.ndarray) -> Graph:
        """The same graph with its nodes in another order: node ``order[i]`` of this one becomes node i."""
        place = np.argsort(order)
        return replace(self._rows(order), pairs=place[self.pairs], bonds=self.bonds)

    def _rows(self, which: np.ndarray) -> Graph:
        """Only these nodes, in this order, without links."""
        return replace(
            self, names=tuple(self.names[i] for i in which), pairs=np.empty((0, 2), np.int64), bonds=np.zeros(0, int),
            truth=self.truth[which], member=self.member[which], slots=self.slots[which], noise=self.noise[which],
            kinds=self.kinds[which],
        )  # fmt: skip

    def part(self, kept: np.ndarray) -> Graph:
        """The nodes that are kept, (n,) bool, and the links among them."""
        place = np.cumsum(kept) - 1
        inside = kept[self.pairs].all(axis=1)
        return replace(self._rows(np.flatnonzero(kept)), pairs=place[self.pairs[inside]], bonds=self.bonds[inside])

    def with_pairs(self, pairs: np.ndarray) -> Graph:
        """The same nodes, linked otherwise, by links of the first kind."""
        return replace(self, pairs=pairs, bonds=np.zeros(len(pairs), np.int64))

    def linked_by(self, kept: np.ndarray) -> Graph:
        """Only some of the links, (m,) bool."""
        return replace(self, pairs=self.pairs[kept], bonds=self.bonds[kept])

    def toggled(self, a: int, b: int) -> Graph:
        """Link two nodes, or part them."""
        same = (np.sort(self.pairs, axis=1) == sorted((a, b))).all(axis=1)
        if same.any():
            return self.linked_by(~same)
        pair = [a, b] if self.alphabet.upright else sorted((a, b))
        return replace(self, pairs=np.concatenate([self.pairs, [pair]]), bonds=np.append(self.bonds, 0))

    def without(self, node: int) -> Graph:
        """The graph without a node and its links."""
        return self.part(np.arange(self.n) != node)

    def with_node(self, slot: int, like: int, noise: np.ndarray) -> Graph:
        """The graph with one node more, without links; it belongs where the node ``like`` does, and is of its kind."""
        return replace(
            self, names=(*self.names, f"new {slot + 1}"), truth=np.append(self.truth, self.truth[like]),
            member=np.append(self.member, self.member[like]), slots=np.append(self.slots, slot),
            noise=np.concatenate([self.noise, noise[None]]), kinds=np.append(self.kinds, self.kinds[like]),
        )  # fmt: skip

    def state_dict(self) -> State:
        """The graph as plain arrays."""
        return {
            "names": "\n".join(self.names), "pairs": self.pairs, "truth": self.truth, "classes": self.classes,
            "member": self.member, "slots": self.slots, "noise": self.noise, "kinds": self.kinds, "bonds": self.bonds,
            "kind_names": "\n".join(self.alphabet.kinds), "bond_names": "\n".join(self.alphabet.bonds),
            "upright": self.alphabet.upright,
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: State) -> Graph:
        """The graph that :meth:`state_dict` gave."""
        names = tuple(state["names"].split("\n")) if state["names"] else ()
        member, slots, noise = (np.array(state[name]) for name in ("member", "slots", "noise"))
        pairs, truth, classes = np.array(state["pairs"]), np.array(state["truth"]), int(state["classes"])
        plain = cls(names, pairs, truth, classes, member, slots, noise)
        if "kinds" not in state:  # saved before nodes had kinds
            return plain
        kinds, bonds = (tuple(state[name].split("\n")) for name in ("kind_names", "bond_names"))
        alphabet = Alphabet(kinds, bonds, bool(state["upright"]))
        return replace(plain, alphabet=alphabet, kinds=np.array(state["kinds"]), bonds=np.array(state["bonds"]))


def linked(
    names: tuple[str, ...],
    pairs: np.ndarray,
    truth: np.ndarray,
    random: np.random.Generator,
    member: np.ndarray | None = None,
) -> Graph:
    """A graph of these nodes and pairs; pairs said twice count once, loops not at all.

    Args:
        random: draws every node's own noise.
    """
    n = len(names)
    pairs = np.asarray(pairs, np.int64).reshape(-1, 2)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    _, first = np.unique(np.sort(pairs, axis=1), axis=0, return_index=True)
    truth = np.asarray(truth, np.int64)
    classes = max(2, int(truth.max(initial=0)) + 1)
    own = np.zeros(n, np.int64) if member is None else member
    noise = random.standard_normal((n, NOISE)).astype(np.float32)
    return Graph(names, pairs[np.sort(first)], truth, classes, own, np.arange(n), noise)


def beside(graphs: Sequence[Graph], random: np.random.Generator) -> Graph:
    """Separate graphs as one, node by node and link by link in their order; each is a member of its own.

    Args:
        graphs: of one alphabet. random: draws every node's own noise.
    """
    first = np.cumsum([0, *(graph.n for graph in graphs)])
    together = linked(
        tuple(name for graph in graphs for name in graph.names),
        np.concatenate([graph.pairs + start for graph, start in zip(graphs, first, strict=False)]),
        np.concatenate([graph.truth for graph in graphs]), random,
        np.repeat(np.arange(len(graphs)), [graph.n for graph in graphs]),
    )  # fmt: skip
    kinds, bonds = (np.concatenate([getattr(graph, name) for graph in graphs]) for name in ("kinds", "bonds"))
    return replace(together, alphabet=graphs[0].alphabet, kinds=kinds, bonds=bonds)
