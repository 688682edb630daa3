"""Which links there are: some are hidden, and the network is to tell them from pairs that were never linked."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from engine.exhibit import Frame, State
from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.tasks import Task
from engine.kit.device import generator


class LinkPrediction(Task):
    """Whether two nodes are linked, by the product of their readings: P(a ~ b) = sigmoid(z_a . z_b), z = R h^L + r.

    It learns from the links that are told, and in every step from as many pairs drawn at random that are not.

    Args:
        hidden: (k, 2), links that are not told, by the slots of their nodes. absent: (k, 2), pairs never linked.
        seed: draws the pairs of every step.

    References:
        T. Kipf, M. Welling, "Variational graph auto-encoders", 2016 (its plain form).
    """

    latex = (
        r"L = -\frac{1}{2m} \Bigl(\sum_{a \sim b} \log \sigma(z_a^\top z_b) + "
        r"\sum_{a \not\sim b} \log \sigma(-z_a^\top z_b)\Bigr),\quad z = R h^L + r"
    )

    def __init__(self, hidden: np.ndarray, absent: np.ndarray, seed: int) -> None:
        self.ask(hidden, absent)
        self.random = generator(seed, "cpu")

    def ask(self, hidden: np.ndarray, absent: np.ndarray) -> None:
        """Ask for other pairs from now on."""
        self.hidden, self.absent = hidden, absent

    def outputs(self, graph: Graph, width: int) -> int:
        return width

    def take(self, graph: Graph, labelled: np.ndarray) -> None:
        self.told, self.n = torch.from_numpy(graph.pairs), graph.n
        linked = graph.adjacency() > 0
        self.linked = torch.from_numpy(linked)
        self.asked = [torch.from_numpy(_rows(graph, pairs, linked)) for pairs in (self.hidden, self.absent)]

    @property
    def known(self) -> int:
        return len(self.told)

    def others(self) -> Tensor:
        """Pairs without a link, at most as many as there are links, drawn anew with every call: (m, 2)."""
        a, b = torch.randint(self.n, (2, len(self.told)), generator=self.random, device="cpu")
        apart = (a != b) & ~self.linked[a, b]
        return torch.stack([a[apart], b[apart]], 1)

    def loss(self, scores: Tensor) -> Tensor:
        others = self.others()
        likely = torch.cat([between(scores, self.told), between(scores, others)])
        want = torch.cat([torch.ones(len(self.told), device="cpu"), torch.zeros(len(others), device="cpu")])
        return binary_cross_entropy_with_logits(likely, want)

    def meaning(self, scores: Tensor) -> Frame:
        hidden, absent = (between(scores, pairs).sigmoid().numpy() for pairs in self.asked)
        told = between(scores, self.told).numpy() > 0
        right = np.concatenate([hidden > 0.5, absent <= 0.5])
        metrics = {
            "train_accuracy": float(told.mean()) if len(told) else float("nan"),
            "test_accuracy": float(right.mean()) if len(right) else float("nan"),
            "auc": auc(hidden, absent), "hidden": float(len(hidden)),
        }  # fmt: skip
        arrays = {"hidden_belief": hidden, "absent_belief": absent}
        return Frame(arrays, metrics, ranges=dict.fromkeys(arrays, (0.0, 1.0)))

    def scene(self) -> Frame:
        """The pairs that are asked for, by the rows of their nodes: (k, 2) each."""
        hidden, absent = (pairs.numpy().astype(np.int32) for pairs in self.asked)
        return Frame({"hidden_pairs": hidden, "absent_pairs": absent})

    def state_dict(self) -> State:
        return {"hidden": self.hidden, "absent": self.absent, "random": self.random.get_state()}

    def load_state_dict(self, state: State) -> None:
        self.hidden, self.absent = np.array(state["hidden"]), np.array(state["absent"])
        self.random.set_state(torch.as_tensor(state["random"]))


def between(z: Tensor, pairs: Tensor) -> Tensor:
    """z_a . z_b of every pair: (n, d) and (m, 2) become (m,)."""
    return (z[pairs[:, 0]] * z[pairs[:, 1]]).sum(1)


def auc(hidden: np.ndarray, absent: np.ndarray) -> float:
    """The area under the ROC curve: how often a hidden link, (k,), is held likelier than an absent one, (l,)."""
    from scipy.stats import rankdata  # imports much

    if not len(hidden) or not len(absent):
        return float("nan")
    ranks = rankdata(np.concatenate([hidden, absent]))[: len(hidden)]
    return float((ranks.sum() - len(hidden) * (len(hidden) + 1) / 2) / (len(hidden) * len(absent)))


def split(graph: Graph, share: float, seed: int) -> tuple[Graph, np.ndarray, np.ndarray]:
    """A graph of which only a share of the links is told; the hidden ones, and as many pairs that never were, by slots.

    A coin for every pair of slots decides, so what is hidden does not depend on the order of nodes, and stays hidden
    when other links come and go.
    """
    ends = np.sort(graph.slots[graph.pairs], axis=1)
    told = _coins(ends, seed) < share
    a, b = np.triu_indices(graph.n, 1)
    free = graph.adjacency()[a, b] == 0
    pairs = np.sort(graph.slots[np.stack([a[free], b[free]], 1)], axis=1)
    first = np.argsort(_coins(pairs, seed), kind="stable")[: int((~told).sum())]
    return graph.linked_by(told), ends[~told], pairs[first]


def _coins(pairs: np.ndarray, seed: int) -> np.ndarray:
    """A number between 0 and 1 for each of the pairs (m, 2), which depends on it and the seed alone: (m,).

    References:
        G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    """
    x = (pairs[:, 0].astype(np.uint64) << np.uint64(32)) + pairs[:, 1].astype(np.uint64)
    x += np.uint64((seed + 1) * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor)
    return (x ^ (x >> np.uint64(31))).astype(np.float64) / 2**64


def _rows(graph: Graph, pairs: np.ndarray, linked: np.ndarray) -> np.ndarray:
    """Pairs of slots as rows of nodes that are still there and not linked."""
    place = np.full(max(int(graph.slots.max(initial=0)), int(pairs.max(initial=0))) + 1, -1)
    place[graph.slots] = np.arange(graph.n)
    rows = place[pairs.reshape(-1, 2)]
    rows = rows[(rows >= 0).all(axis=1)]
    return rows[~linked[rows[:, 0], rows[:, 1]]]
