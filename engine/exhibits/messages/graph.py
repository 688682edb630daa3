"""A graph as data: nodes with names and classes, pairs of nodes, and what may be done to them by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.exhibit import State

NOISE = 8  # numbers by which nodes differ for no reason


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
    """

    names: tuple[str, ...]
    pairs: np.ndarray
    truth: np.ndarray
    classes: int
    member: np.ndarray
    slots: np.ndarray
    noise: np.ndarray

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

    def shuffled(self, order: np.ndarray) -> Graph:
        """The same graph with its nodes in another order: node ``order[i]`` of this one becomes node i."""
        place = np.argsort(order)
        return replace(
            self, names=tuple(self.names[i] for i in order), pairs=place[self.pairs], truth=self.truth[order],
            member=self.member[order], slots=self.slots[order], noise=self.noise[order],
        )  # fmt: skip

    def with_pairs(self, pairs: np.ndarray) -> Graph:
        """The same nodes, linked otherwise."""
        return replace(self, pairs=pairs)

    def toggled(self, a: int, b: int) -> Graph:
        """Link two nodes, or part them."""
        same = (np.sort(self.pairs, axis=1) == sorted((a, b))).all(axis=1)
        pairs = self.pairs[~same] if same.any() else np.concatenate([self.pairs, [sorted((a, b))]])
        return self.with_pairs(pairs)

    def without(self, node: int) -> Graph:
        """The graph without a node and its links."""
        kept = np.arange(self.n) != node
        place = np.cumsum(kept) - 1
        pairs = place[self.pairs[(self.pairs != node).all(axis=1)]]
        return Graph(
            tuple(np.array(self.names, dtype=object)[kept]), pairs, self.truth[kept], self.classes, self.member[kept],
            self.slots[kept], self.noise[kept],
        )  # fmt: skip

    def with_node(self, slot: int, truth: int, noise: np.ndarray) -> Graph:
        """The graph with one node more, without links."""
        return replace(
            self, names=(*self.names, f"new {slot + 1}"), truth=np.append(self.truth, truth),
            member=np.append(self.member, 0), slots=np.append(self.slots, slot),
            noise=np.concatenate([self.noise, noise[None]]),
        )  # fmt: skip

    def state_dict(self) -> State:
        """The graph as plain arrays."""
        return {
            "names": "\n".join(self.names), "pairs": self.pairs, "truth": self.truth, "classes": self.classes,
            "member": self.member, "slots": self.slots, "noise": self.noise,
        }  # fmt: skip

    @classmethod
    def from_state(cls, state: State) -> Graph:
        """The graph that :meth:`state_dict` gave."""
        names = tuple(state["names"].split("\n")) if state["names"] else ()
        arrays = {name: np.array(state[name]) for name in ("pairs", "truth", "member", "slots", "noise")}
        return cls(names, classes=int(state["classes"]), **arrays)


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
