"""Learning what a task asks from what is known of it: everything in every step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import Frame, State
from engine.exhibits.messages.features import features_of, width_of
from engine.exhibits.messages.graph import PLAIN, Graph
from engine.exhibits.messages.network import Hop, Network, Ways
from engine.exhibits.messages.params import MessagesParams
from engine.exhibits.messages.tasks import Task
from engine.exhibits.messages.wiring import Wiring
from engine.kit.device import generator
from engine.kit.learning import Optimiser


class Trainer:
    """A network, its optimiser, and the step that teaches it.

    Args:
        rule: of the network, by name.
        params: may be replaced between steps.
        task: what is asked of it.
        graph, labelled: what it learns from; see :meth:`take`.
        capacity: how many nodes the graph may come to have.
        seed: of the network's start.

    After a step ``loss`` can be looked at; within one, ``part`` says where it stands, and ``hop`` is the hop at hand.
    """

    def __init__(
        self, rule: str, params: MessagesParams, task: Task, graph: Graph, labelled: np.ndarray, capacity: int,
        seed: int,
    ) -> None:  # fmt: skip
        self.params, self.task, self.capacity = params, task, capacity
        rng = generator(seed, "cpu")
        self.network = Network(
            rule, inputs=width_of(params.features, graph, capacity), width=params.width, layers=params.layers,
            outputs=task.outputs(graph, params.width), rng=rng, bonds=len(graph.alphabet.bonds),
        )  # fmt: skip
        self.optimiser = Optimiser(self.network.weights, "adam")
        self.loss = torch.tensor(torch.nan, device="cpu")
        self.part, self.hop = "", None
        self.take(graph, labelled)

    part: str
    hop: Hop | None
    state: Tensor

    def take(self, graph: Graph, labelled: np.ndarray) -> None:
        """The graph, or what is known of it, has changed.

        Shapes:
            labelled (n,) bool, what may be learnt from.
        """
        self.graph, self.wiring = graph, Wiring.of(graph)
        self.x = features_of(self.params.features, graph, self.capacity, self.params.signal)  # (n, inputs)
        if self.params.features == "identity" and graph.alphabet == PLAIN:
            self.given = torch.from_numpy(graph.slots)  # the same, said shortly
        else:
            self.given = self.x
        self.task.take(graph, labelled)

    @property
    def ways(self) -> Ways:
        """How its hops are joined now."""
        p = self.params
        return Ways(p.aggregate, p.squash, p.norm, p.residual, p.pool if self.task.pools else "none")

    def phases(self) -> Iterator[str]:
        """One step: every hop, the loss of what is known, and a step of all weights down its gradient."""
        self.hop = None
        scores = self.state = self.given
        for part, found in self.network.walk(self.given, self.wiring, self.ways):
            if isinstance(found, Hop):
                self.hop = found
            else:
                scores = self.state = found
            self.part = part
            yield part
        if self.task.known:
            self.learn(scores)
            self.part = "learn"
            yield "learn"
        self.part, self.hop = "", None

    def step(self) -> None:
        """One step without stops."""
        for _ in self.phases():
            pass

    def learn(self, scores: Tensor) -> None:
        """A step of Adam down the loss of what is known, all weights decaying a little.

        Shapes:
            scores (n, outputs), or (graphs, outputs).
        """
        loss = self.task.loss(scores)
        weights = self.network.weights
        gradients = torch.autograd.grad(loss, weights, allow_unused=True, materialize_grads=True)
        pulls = torch._foreach_add(gradients, [each.detach() for each in weights], alpha=self.params.decay)
        self.optimiser.step(pulls, self.params.lr)
        self.loss = loss.detach()

    @torch.no_grad()
    def answer(self) -> Frame:
        """What its answer means now."""
        return self.task.meaning(self.network(self.given, self.wiring, self.ways))

    def state_dict(self) -> State:
        """Weights, the optimiser's memory, and what the task goes on from."""
        return {
            "weights": self.network.flat, "optimiser": self.optimiser.state_dict(), "loss": self.loss,
            "task": self.task.state_dict(),
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.network.flat.copy_(torch.as_tensor(state["weights"]))
        self.optimiser.load_state_dict(state["optimiser"])
        self.loss = torch.as_tensor(state["loss"]).clone()
        self.task.load_state_dict(state.get("task", {}))
        self.part, self.hop = "", None
