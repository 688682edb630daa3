"""What is drawn: nodes by prediction or state, messages under way, weights, the matrix, the embedding, energies."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import Frame
from engine.exhibits.messages.arithmetic import arithmetic
from engine.exhibits.messages.board import Board
from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.links import LinkPrediction
from engine.exhibits.messages.network import Hop
from engine.exhibits.messages.relations import partition
from engine.exhibits.messages.rules import Rule
from engine.exhibits.messages.spectra import apart, energies
from engine.exhibits.messages.training import Trainer

MOST_VECTORS = 40  # nodes whose states are drawn as vectors
MOST_CELLS = 200  # rows of the matrix; larger ones are shown in coarser cells
BESIDE, BELOW = 0.075, 0.1  # from a node to its vector, and to its name
EDGE = 0.93
TINY = 1e-9


class Show:
    """Looks at a trainer.

    Args:
        trainer: what is looked at. board: where its graph lies.
        classes: what they are called; numbers where they have no names.
    """

    def __init__(self, trainer: Trainer, board: Board, classes: tuple[str, ...] = ()) -> None:
        self.trainer, self.board, self.classes = trainer, board, classes

    @property
    def graph(self) -> Graph:
        """What messages go along."""
        return self.trainer.graph

    @property
    def at(self) -> np.ndarray:
        """Where its nodes lie, (n, 2)."""
        return self.board.at

    def scene(self) -> Frame:
        """What changes only when the graph does, or by hand.

        Shapes:
            at (n, 2). pairs (m, 2), bonds (m,), how strong they are, 0 to 1. truth, known (n,). reach (n,), 1 at the
            chosen node and less the farther away, 0 where its state does not reach. looked (1, 2), the chosen node.
            name_at (1, 2), where its name stands. vectors_at (k, 2), of some nodes. row_of (n,), in which row of the
            matrix each node is. strength and matrix as in :meth:`_weights`, where they do not depend on the states.
        """
        graph, chosen, task = self.graph, self.board.chosen, self.trainer.task
        kinds = len(graph.alphabet.bonds)
        scene = Frame(
            {
                "at": self.at.astype(np.float32), "pairs": graph.pairs.astype(np.int32),
                "bonds": ((1 + graph.bonds) / kinds).astype(np.float32),
                "truth": graph.truth.astype(np.uint8), "known": self.board.labelled.astype(np.uint8),
                "reach": self._reach(chosen), "looked": self.at[chosen : chosen + 1].astype(np.float32),
                "name_at": (self.at[chosen : chosen + 1] - [0, BELOW]).clip(-1, 1).astype(np.float32),
                "vectors_at": (self.at[self.shown(chosen)] + [0, BESIDE]).astype(np.float32),
                "row_of": rows_of(graph).astype(np.int32),
            },
            {},
            {
                "names": ",".join(self._named()), "plain_names": "\n".join(graph.names),
                "symbols": ",".join(graph.symbols()),
                "looked_name": graph.names[chosen].replace(",", " ") if graph.n else "",
            },
        )  # fmt: skip
        if not self.trainer.network.kind.attends:
            scene |= Frame(self._weights(torch.zeros(0, device="cpu"), None))
        return scene | task.scene() if isinstance(task, LinkPrediction) else scene

    def _reach(self, chosen: int) -> np.ndarray:
        """1 at the chosen node, less the farther away, 0 beyond what its last state can have heard of: (n,)."""
        away = self.graph.distances(chosen) if self.graph.n else np.zeros(0)
        if not self.trainer.network.kind.hears:
            return (away == 0).astype(np.float32)
        return np.clip(1 - away / (self.trainer.params.layers + 1), 0, 1).astype(np.float32)

    def _named(self) -> list[str]:
        said = self.trainer.task.truths(self.graph, self.classes)
        return [
            f"{name.replace(',', ' ')} · {truth}{' · known' if known else ''}"
            for name, truth, known in zip(self.graph.names, said, self.board.labelled, strict=True)
        ]

    def shown(self, chosen: int) -> np.ndarray:
        """The nodes whose vectors are drawn: all of a small graph, else the chosen one and its neighbours."""
        if self.graph.n <= MOST_VECTORS:
            return np.arange(self.graph.n)
        near = self.graph.distances(chosen) <= 1
        return np.flatnonzero(near)[:MOST_VECTORS]

    @torch.no_grad()
    def frame(self) -> Frame:
        """What the network says of everything now; between two phases, as far as the step has come."""
        t, graph, chosen = self.trainer, self.graph, self.board.chosen
        states, hops, scores = t.network.states(t.given, t.wiring, t.ways)
        hop = t.hop or (hops[min(t.params.hop, len(hops)) - 1] if hops else None)
        now = self._state_now(states[-1])
        rough = energies(states, t.wiring)
        arrays = {
            "tone": self._tone(now), "embedding": self._embedding(states[-1]),
            "energy": np.maximum(rough, TINY), "hops": np.arange(len(states), dtype=np.float32),
        }  # fmt: skip
        if t.network.kind.attends:
            arrays |= self._weights(hop.before if hop else states[-1], hop)
        frame = t.task.meaning(scores) | Frame(arrays, self._metrics(states[-1], rough))
        frame = frame | self._vectors(now, chosen) | Frame(words=arithmetic(graph, t, hop, chosen))
        return frame | self._flow(chosen) if t.part == "message" else frame

    def glance(self) -> Frame:
        """The part of the frame that moves: what everything is taken for."""
        answer = self.trainer.answer()
        return Frame(answer.arrays, ranges=answer.ranges)

    def _state_now(self, last: Tensor) -> Tensor:
        """The vectors that nodes hold at this phase, (n, d)."""
        t = self.trainer
        if t.part == "embed":
            return t.state.detach()
        if t.hop is None or t.part not in ("message", "gather", "update"):
            return last
        found = {"message": t.hop.before, "gather": t.hop.gathered, "update": t.hop.after}[t.part]
        assert found is not None
        return found.detach()

    def _tone(self, vectors: Tensor) -> np.ndarray:
        """Where vectors lie along the direction in which they differ most, 0 to 1; (rows,)."""
        centred = _centred(vectors.numpy())
        if centred is None:
            return np.full(len(vectors), 0.5, np.float32)
        along = centred @ _directions(centred)[:, 0]
        if len(along) == len(self.at) and along @ self.at[:, 0] < 0:
            along = -along
        return (0.5 + 0.5 * along / np.abs(along).max()).astype(np.float32)

    def _embedding(self, last: Tensor) -> np.ndarray:
        """The last states in the plane of their two main directions, turned so as to lie like the picture: (n, 2)."""
        centred = _centred(last.numpy())
        if centred is None:
            return np.zeros((len(last), 2), np.float32)
        flat = centred @ _directions(centred)[:, :2]  # (n, 2)
        left, _, right = np.linalg.svd(flat.T @ (self.at - self.at.mean(0)))
        flat = flat @ left @ right
        return (EDGE * flat / max(float(np.abs(flat).max()), TINY)).astype(np.float32)

    def _weights(self, before: Tensor, hop: Hop | None) -> dict[str, np.ndarray]:
        """How much links count in the hop looked at: strength (m,), 0 to 1, and the matrix, rows receive.

        Args:
            before: the states that messages are sent of. hop: None for any, where they do not depend on states.
        """
        t, graph = self.trainer, self.graph
        rule = cast(Rule, t.network.hops[hop.number - 1 if hop else 0]) if len(t.network.hops) else None
        loops = t.network.kind.loops
        source, target = t.wiring.ends(loops)
        weight = rule.weigh(before, t.wiring).detach() if rule else torch.ones(len(source), device="cpu")
        m = len(graph.pairs)
        both = (weight[:m] + weight[m : 2 * m]) / 2
        strength = (both / both.max().clamp(min=TINY)).numpy() if m else np.zeros(0)
        counts = np.ones(len(source), np.float32) if t.params.matrix == "adjacency" else weight.numpy()
        kept = slice(2 * m) if t.params.matrix == "adjacency" else slice(None)  # nobody is linked with itself
        matrix = _matrix(graph, target.numpy()[kept], source.numpy()[kept], counts[kept])
        return {"strength": strength.astype(np.float32), "matrix": matrix}

    def _vectors(self, now: Tensor, chosen: int) -> Frame:
        """Some nodes' states as small pictures, (k, rows, columns), on one scale."""
        vectors = now[torch.from_numpy(self.shown(chosen))].numpy()
        size = float(np.abs(vectors).max()) if vectors.size else 0.0
        size = size if np.isfinite(size) and size > TINY else 1.0
        return Frame({"vectors": _tiles(vectors)}, ranges={"vectors": (-size, size)})

    def _flow(self, chosen: int) -> Frame:
        """The messages on their way: flow (E, 4), from and to; flow_tone (E,); those to the chosen node as vectors."""
        t = self.trainer
        assert t.hop is not None
        edges = t.wiring.edges
        source, target = (ends[:edges].numpy() for ends in t.wiring.ends(loops=False))
        messages = t.hop.messages[:edges].detach()
        sent = bool(messages.abs().sum())
        flow = np.concatenate([self.at[source], self.at[target]], axis=1).astype(np.float32)[: edges if sent else 0]
        mine = np.flatnonzero(target == chosen)[: MOST_VECTORS if sent else 0]
        parcels = messages.numpy()[mine]
        size = max(float(np.abs(messages.numpy()).max(initial=0.0)), TINY)
        arrays = {"flow": flow, "flow_tone": self._tone(messages)[: len(flow)], "parcels": _tiles(parcels)}
        arrays["parcel_flow"] = np.concatenate([self.at[source[mine]], self.at[target[mine]]], 1).astype(np.float32)
        return Frame(arrays, ranges={"parcels": (-size, size)})

    def _metrics(self, last: Tensor, rough: np.ndarray) -> dict[str, float]:
        falls = len(rough) > 1 and rough[-2] > TINY and rough[-1] > TINY
        return {
            "nodes": float(self.graph.n), "links": float(len(self.graph.pairs)),
            "homophily_now": self.graph.homophily(), "loss": float(self.trainer.loss),
            "energy_start": float(rough[0]), "energy_end": float(rough[-1]),
            "rate": float(rough[-1] / rough[-2]) if falls else float("nan"),
            "state_classes": float(partition(last.numpy())),
            "apart": apart(last, self.trainer.wiring),
        }  # fmt: skip


def rows_of(graph: Graph) -> np.ndarray:
    """The row of the matrix, from above, in which each node is, (n,): nodes stand class by class, those of one graph
    together, and of a large graph each row is a block of them.
    """
    place = np.empty(graph.n, np.int64)
    place[_order(graph)] = np.arange(graph.n)
    return place // max(-(-graph.n // MOST_CELLS), 1)


def node_of_row(graph: Graph, y: float) -> int:
    """The first node of a row of the matrix, where ``y`` counts cells from the lower edge."""
    rows = rows_of(graph)
    row = int(np.clip(rows.max() - np.floor(y), 0, rows.max()))
    return int(next(node for node in _order(graph) if rows[node] == row))


def _order(graph: Graph) -> np.ndarray:
    """The nodes as they stand in the matrix, (n,)."""
    return np.lexsort((np.arange(graph.n), graph.member, graph.truth))


def _centred(vectors: np.ndarray) -> np.ndarray | None:
    """Rows (n, d) about their mean, over the largest number, for squares of what has run away would not be finite; None
    where nothing tells them apart, or some are not finite.
    """
    centred = vectors - vectors.mean(0, dtype=np.float64) if len(vectors) else np.zeros((1, 1))
    largest = float(np.abs(centred).max())
    return centred / largest if TINY <= largest < np.inf else None


def _directions(centred: np.ndarray) -> np.ndarray:
    """Orthonormal directions, that in which rows differ most first: (d, d)."""
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return vectors[:, ::-1]


def _tiles(vectors: np.ndarray) -> np.ndarray:
    """Vectors (k, d) as small pictures (k, rows, columns), as square as can be."""
    k, d = vectors.shape
    rows = max(divisor for divisor in range(1, int(d**0.5) + 1) if d % divisor == 0)
    return vectors.reshape(k, rows, d // rows).astype(np.float32)


def _matrix(graph: Graph, target: np.ndarray, source: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """How much every node counts for every other, rows receive: of a large graph the largest numbers of its blocks.

    Shapes:
        target, source, weight (E,), returns (rows, rows), at most 200.
    """
    rows = rows_of(graph)
    matrix = np.zeros((int(rows.max(initial=0)) + 1,) * 2, np.float32)
    np.maximum.at(matrix, (rows[target], rows[source]), weight)
    return matrix
