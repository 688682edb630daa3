"""What is asked of a network: the classes of nodes, which links there are, the classes of whole graphs, or a number of
each. A task says how wrong an answer is, and what the answer means for everything in the picture.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss

from engine.exhibit import Frame, State
from engine.exhibits.messages.graph import Graph
from engine.exhibits.messages.many import diameter, triangles


class Task(ABC):
    """A question, and how wrong an answer to it is.

    ``labelled`` says which nodes, or which graphs by any of their nodes, it may learn from.
    """

    latex: ClassVar[str]
    """The loss."""

    pools: ClassVar[bool] = False
    """Whether it asks of whole graphs."""

    def outputs(self, graph: Graph, width: int) -> int:
        """How many numbers are to be read of a node, or of a graph."""
        return graph.classes

    @abstractmethod
    def take(self, graph: Graph, labelled: np.ndarray) -> None:
        """The graph, or what is known of it, (n,) bool, has changed."""

    @property
    @abstractmethod
    def known(self) -> int:
        """From how many examples it learns."""

    @abstractmethod
    def loss(self, scores: Tensor) -> Tensor:
        """Of the examples that may be learnt from; scores as the network reads them, (n or graphs, outputs)."""

    @abstractmethod
    def meaning(self, scores: Tensor) -> Frame:
        """What an answer means: arrays by node or link, and the metrics ``train_accuracy`` and ``test_accuracy``."""

    def truths(self, graph: Graph, classes: tuple[str, ...]) -> list[str]:
        """What is true of every node, in words: by default its class, which may have a name."""
        return [classes[truth] if truth < len(classes) else f"class {truth + 1}" for truth in graph.truth.tolist()]

    def state_dict(self) -> State:
        """What goes on from step to step."""
        return {}

    def load_state_dict(self, state: State) -> None:  # noqa: B027 - most tasks keep nothing
        """Go on from ``state``."""


class NodeClasses(Task):
    """The class of every node, from those of the labelled ones: cross-entropy."""

    latex = r"L = -\frac{1}{|K|} \sum_{i \in K} \log \operatorname{softmax}(R h_i^L + r)_{y_i}"

    def take(self, graph: Graph, labelled: np.ndarray) -> None:
        self.labelled, self.truth = labelled, torch.from_numpy(graph.truth)
        self.teachers = torch.from_numpy(labelled).nonzero()[:, 0]  # (labelled,)

    @property
    def known(self) -> int:
        return len(self.teachers)

    def loss(self, scores: Tensor) -> Tensor:
        return cross_entropy(scores[self.teachers], self.truth[self.teachers])

    def meaning(self, scores: Tensor) -> Frame:
        return _classes(scores, self.truth.numpy(), self.labelled, np.arange(len(self.truth)))


class GraphTask(Task):
    """Something of every separate graph, from the labelled ones."""

    pools = True

    def take(self, graph: Graph, labelled: np.ndarray) -> None:
        self.member = graph.member
        self.there, first = np.unique(graph.member, return_index=True)  # numbers of graphs that have nodes
        self.row = np.searchsorted(self.there, graph.member)  # (n,), which of them a node belongs to
        self.labelled = np.bincount(self.row, labelled, len(self.there)) > 0  # (graphs,)
        self.teachers = torch.from_numpy(self.there[self.labelled])
        self._answers(graph, graph.truth[first])

    @abstractmethod
    def _answers(self, graph: Graph, truth: np.ndarray) -> None:
        """What is right of each graph; ``truth`` (graphs,) has their classes."""

    @property
    def known(self) -> int:
        return len(self.teachers)


class GraphClasses(GraphTask):
    """The class of every separate graph: cross-entropy."""

    latex = (
        r"L = -\frac{1}{|K|} \sum_{G \in K} \log \operatorname{softmax}(R\, \mathrm{pool}_{i \in G}\, h_i^L + r)_{y_G}"
    )

    def _answers(self, graph: Graph, truth: np.ndarray) -> None:
        self.truth = torch.from_numpy(truth)

    def loss(self, scores: Tensor) -> Tensor:
        return cross_entropy(scores[self.teachers], self.truth[torch.from_numpy(self.labelled)])

    def meaning(self, scores: Tensor) -> Frame:
        return _classes(scores[torch.from_numpy(self.there)], self.truth.numpy(), self.labelled, self.row)


class GraphNumber(GraphTask):
    """A whole number that belongs to every separate graph: mean squared error, in standard deviations.

    Args:
        number: of a graph, ``diameter`` or ``triangles``.
    """

    latex = (
        r"L = \frac{1}{|K|} \sum_{G \in K} \Bigl(R\, \mathrm{pool}_{i \in G}\, h_i^L + r - \frac{y_G - \mu}{s}\Bigr)^2"
    )

    def __init__(self, number: str) -> None:
        self.name, self.number = number, {"diameter": diameter, "triangles": triangles}[number]
        self.scale: tuple[float, float] | None = None  # mean and standard deviation of what was known at the start

    def outputs(self, graph: Graph, width: int) -> int:
        return 1

    def _answers(self, graph: Graph, truth: np.ndarray) -> None:
        parts = [graph.part(graph.member == each) for each in self.there]
        self.right = np.array([self.number(part) for part in parts], np.float32)  # (graphs,)
        if self.scale is None:
            known = self.right[self.labelled] if self.labelled.any() else self.right
            self.scale = float(known.mean()), max(float(known.std()), 0.1)

    def truths(self, graph: Graph, classes: tuple[str, ...]) -> list[str]:
        return [f"{self.name} {right:.0f}" for right in self.right[self.row].tolist()]

    @property
    def _scale(self) -> tuple[float, float]:
        assert self.scale is not None
        return self.scale

    def loss(self, scores: Tensor) -> Tensor:
        middle, spread = self._scale
        want = (torch.from_numpy(self.right[self.labelled]) - middle) / spread
        return mse_loss(scores[self.teachers, 0], want)

    def meaning(self, scores: Tensor) -> Frame:
        middle, spread = self._scale
        guess = middle + spread * scores[torch.from_numpy(self.there), 0].numpy()
        with np.errstate(invalid="ignore"):
            wrong = np.round(guess) != self.right
        low, high = float(self.right.min()), float(self.right.max())
        tone = [
            np.nan_to_num(np.clip((each - low) / max(high - low, 1), 0, 1))[self.row] for each in (self.right, guess)
        ]
        arrays = {"right_value": tone[0].astype(np.float32), "guess_value": tone[1].astype(np.float32),
                  "wrong": wrong[self.row].astype(np.uint8)}  # fmt: skip
        away, known = np.abs(guess - self.right), self.labelled
        metrics = _accuracies(~wrong, known) | {
            "error": _mean(away[~known]),
            "error_of_the_mean": _mean(np.abs(self._scale[0] - self.right)[~known]),
            "lowest": low, "highest": high,
        }  # fmt: skip
        return Frame(arrays, metrics, ranges={"right_value": (0.0, 1.0), "guess_value": (0.0, 1.0)})

    def state_dict(self) -> State:
        return {"scale": list(self._scale)}

    def load_state_dict(self, state: State) -> None:
        self.scale = (float(state["scale"][0]), float(state["scale"][1]))


def _classes(scores: Tensor, truth: np.ndarray, labelled: np.ndarray, row: np.ndarray) -> Frame:
    """What scores (m, classes) of m things mean for nodes, each of which belongs to the thing ``row`` (n,)."""
    belief = scores.softmax(1).max(1)
    prediction, confidence = belief.indices.numpy(), belief.values.numpy()
    wrong = prediction != truth
    arrays = {
        "prediction": prediction[row].astype(np.uint8), "confidence": confidence[row],
        "wrong": wrong[row].astype(np.uint8),
    }  # fmt: skip
    unknown = prediction[~labelled]
    metrics = _accuracies(~wrong, labelled) | {
        "confidence_mean": _mean(confidence),
        "one_colour": float(np.bincount(unknown).max() / len(unknown)) if len(unknown) else float("nan"),
    }
    return Frame(arrays, metrics, ranges={"confidence": (0.0, 1.0)})


def _accuracies(right: np.ndarray, labelled: np.ndarray) -> dict[str, float]:
    return {"train_accuracy": _mean(right[labelled]), "test_accuracy": _mean(right[~labelled])}


def _mean(numbers: np.ndarray) -> float:
    return float(numbers.mean()) if len(numbers) else float("nan")
