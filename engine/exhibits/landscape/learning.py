"""One network that learns: what every study of the landscape begins with."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.landscape.judge import Judge
from engine.exhibits.landscape.networks import build
from engine.exhibits.landscape.params import LandscapeParams
from engine.exhibits.landscape.tasks import Task
from engine.exhibits.landscape.walkers import Walker
from engine.kit.device import generator
from engine.kit.learning import Kind
from engine.kit.trace import Trace

MOMENTS, MOMENT_BYTES = 96, 12e6  # of the way so far that are kept, and of memory for them at the most
LOOKED_BACK, FEWEST = 80, 10  # places from which a plane of the trajectory is made, at the most, and of large networks
PRODUCTS = 3e7  # multiplications that their products with each other may take: more would stall a step
PHASES = (
    "Batch: some samples are drawn",
    "Slopes: the loss of the batch, and its gradient with respect to every weight",
    "Step: the optimiser moves the weights",
)


class Learning:
    """One network that learns; the other studies vary it.

    Args:
        params: hyperparameters; see :meth:`set`.
        task: what is learnt.
        judge: says what weights are worth.
        seed: of starts and batches.

    ``trace`` holds where everybody has been: ``w``, (moments, M, P).
    """

    names: tuple[str, ...] = ("network",)
    strays: float = 0.5
    """In halves of the window: what moves has left a plane when it is farther off than that."""

    def __init__(self, params: LandscapeParams, task: Task, judge: Judge, seed: int) -> None:
        self.params, self.task, self.judge = params, task, judge
        self.rng = generator(seed, task.x.device)
        self.walkers = self._walkers()
        size = 4 * len(self.walkers) * len(self.walkers[0].w)
        moments = int(np.clip(MOMENT_BYTES / size, 8, MOMENTS))
        self.trace = Trace(moments, newest=True, w=(len(self.walkers), len(self.walkers[0].w)))
        self.steps = 0
        self.note()

    def _walkers(self) -> list[Walker]:
        network = build(self.params.spec(self.task), self.rng)
        return [Walker(network, self.params.optimiser, self.params, self.task)]

    def set(self, params: LandscapeParams) -> None:
        """Live parameters have changed."""
        self.params = params
        for walker, kind in zip(self.walkers, self._kinds(), strict=True):
            walker.set(kind, params)

    def _kinds(self) -> tuple[Kind, ...]:
        return (self.params.optimiser,)

    def phases(self) -> Iterator[str]:
        """One step of learning."""
        rows = self.draw()
        yield self.sentences[0]
        self.feel(rows)
        yield self.sentences[1]
        self.go()
        self.steps += 1
        self.note()
        yield self.sentences[2]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What slow motion says of the three parts of a step."""
        return PHASES

    def feel(self, rows: Tensor) -> None:
        """Second part of a step: everybody reads the gradient of the batch."""
        for walker in self.walkers:
            walker.feel(rows)

    def go(self) -> None:
        """Third part: everybody goes."""
        for walker in self.walkers:
            walker.go()

    def draw(self) -> Tensor:
        """Rows of a batch; all of them where it is as large as the training set: then no chance is left."""
        if self.params.batch >= self.task.train:
            return torch.arange(self.task.train, device=self.task.x.device)
        return torch.randint(self.task.train, (self.params.batch,), generator=self.rng, device=self.task.x.device)

    def note(self) -> None:
        """Remember where everybody is."""
        self.trace.add(self.steps, {"w": torch.stack([walker.w for walker in self.walkers]).cpu().numpy()})

    def passed(self) -> Tensor:
        """Where everybody has been, at even distances in time: (n, P)."""
        few_enough = int(np.clip(math.sqrt(PRODUCTS / len(self.main)), FEWEST, LOOKED_BACK))
        rows = min(self.trace.count, max(4, few_enough // len(self.walkers)))
        kept = self.trace.even("w", rows)
        return torch.from_numpy(kept.reshape(-1, kept.shape[-1]).copy()).to(self.task.x.device)

    @property
    def main(self) -> Tensor:
        """The weights that the landscape is about: (P,)."""
        return self.walkers[0].w

    @property
    def moving(self) -> Tensor:
        """The weights that the plane follows: (P,)."""
        return self.main

    def three(self) -> Tensor | None:
        """Three weight vectors that a plane should go through, (3, P), if this study has such."""
        return None

    @property
    def version(self) -> int:
        """Goes up when :meth:`three` has become others."""
        return 0

    def marks(self) -> dict[str, Tensor]:
        """Further weights to be seen: (P,) each."""
        return {}

    def lost(self) -> str | None:
        """What has diverged."""
        return "the network's weights" if self.walkers[0].lost else None

    def jump(self, w: Tensor) -> None:
        """Go on learning from other weights."""
        self.walkers[0].put(w)

    def state_dict(self) -> State:
        """Everything needed to go on."""
        walkers = [walker.state_dict() for walker in self.walkers]
        return {"walkers": walkers, "trace": self.trace.state_dict(), "steps": self.steps, "rng": self.rng.get_state()}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        for walker, saved in zip(self.walkers, state["walkers"], strict=True):
            walker.load_state_dict(saved)
        self.trace.load_state_dict(state["trace"])
        self.steps = int(state["steps"])
        self.rng.set_state(torch.as_tensor(state["rng"]))
