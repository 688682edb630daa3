"""Teaching a network to complete shapes: one batch at a time, down the gradient of J0 + J1."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.completion import checkpoint
from engine.exhibits.completion.data import batch, training_shapes
from engine.exhibits.completion.distances import chamfer_l1
from engine.exhibits.completion.models import SIZES, Completer, Passage, build
from engine.exhibits.completion.params import CompletionParams
from engine.kit.device import generator
from engine.kit.generators import portable, restore
from engine.kit.learning import Optimiser


class Trainer:
    """A network, its optimiser, and the step that teaches it.

    Args:
        params: may be replaced between steps.
        seed: of the network's start and of every batch.
        device: where the network lives.

    After a step ``J0`` and ``J1``, the two losses, can be looked at (J0 is NaN of a model that has none); within one,
    ``part`` says where it stands, ``passage`` what has become of the batch, and ``truth`` what it should become.
    """

    def __init__(self, params: CompletionParams, seed: int, device: str = "cpu") -> None:
        self.params, self.device = params, torch.device(device)
        self.size = SIZES[params.size]
        self.model: Completer = build(params.model, self.size, int(params.heads), params.k, generator(seed, device))
        self.trained = params.start == "trained" and checkpoint.load(self.model, params)
        self.optimiser = Optimiser([self.model.flat], "adam", 0.9, 0.999)  # all weights are one to it: quicker
        self.random = np.random.default_rng(seed)
        self.steps = 0
        self.J0 = self.J1 = torch.full((), math.nan, device=self.device)
        self._forget()

    def _forget(self) -> None:
        self.part = ""
        self.passage: Passage | None = None
        self.truth: Tensor | None = None

    def phases(self) -> Iterator[str]:
        """One step of Adam down the gradient of lambda J0 + J1; yields after each part.

        J0 is the Chamfer distance of the coarse points to the shape, J1 that of all completed points.
        """
        p = self.params
        x, self.truth = self.draw()
        self.part, self.passage = "sample", Passage(x)
        yield self.part
        for part, passage in self.model.walk(x):
            self.part, self.passage = part, passage
            yield part
        loss = self.losses(self.passage, self.truth)
        self.part = "losses"
        yield self.part
        slopes = torch.autograd.grad(loss, self.model.weights)
        self.optimiser.step([torch.cat([each.flatten() for each in slopes])], p.lr)
        self.steps += 1
        self.part = "learn"
        yield self.part
        self._forget()

    def step(self) -> None:
        """One step without stops."""
        for _ in self.phases():
            pass

    def draw(self) -> tuple[Tensor, Tensor]:
        """What is seen of a batch of shapes, (B, N, 3), and the whole of them, (B, n, 3)."""
        p, size = self.params, self.size
        shapes = training_shapes(size.truth)
        seen, truth = batch(shapes, p.batch, size.partial, p.view, p.missing, p.noise, self.random)
        return torch.from_numpy(seen).to(self.device), torch.from_numpy(truth).to(self.device)

    def losses(self, passage: Passage, truth: Tensor) -> Tensor:
        """The loss of a batch, lambda J0 + J1."""
        assert passage.fine is not None
        J1 = chamfer_l1(passage.fine, truth).mean()
        self.J1 = J1.detach()
        if passage.sparse is None:
            return J1
        J0 = chamfer_l1(passage.sparse, truth).mean()
        self.J0 = J0.detach()
        return self.params.j0 * J0 + J1

    @torch.no_grad()
    def complete(self, x: np.ndarray) -> Passage:
        """What the network, as it is now, makes of clouds (B, N, 3)."""
        return self.model(torch.from_numpy(x).to(self.device))

    def state_dict(self) -> State:
        """Weights, the optimiser's memory, the random generator, the number of steps and the last losses."""
        return {
            "weights": self.model.flat, "optimiser": self.optimiser.state_dict(), "random": portable(self.random),
            "steps": self.steps, "J0": self.J0, "J1": self.J1,
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.model.flat.copy_(torch.as_tensor(state["weights"]))
        self.optimiser.load_state_dict(state["optimiser"])
        restore(self.random, state["random"])
        self.steps = int(state["steps"])
        self.J0, self.J1 = (torch.as_tensor(state[name]).clone().to(self.device) for name in ("J0", "J1"))
        self._forget()


CODE = (Trainer.phases, Trainer.losses)
"""What runs at full speed and in slow motion; for the page to show."""
