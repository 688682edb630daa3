"""How well the network completes shapes it has never learnt from, beside two baselines that need no network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from engine.exhibit import State
from engine.exhibits.completion.baselines import Nearest
from engine.exhibits.completion.data import held_out, training_shapes
from engine.exhibits.completion.distances import emd, measures
from engine.exhibits.completion.models import SIZES
from engine.exhibits.completion.params import CompletionParams
from engine.exhibits.completion.partial import Erasure, Kind, erase
from engine.exhibits.completion.training import Trainer

EVERY = 20  # steps between two looks
MEASURES = ("cd_l1", "cd_l2", "f_score", "seen", "unseen")
EXACT = 256  # points of a cloud between which the earth mover's distance is solved exactly
MOVED = 4  # shapes for which it is


@dataclass(frozen=True)
class Examples:
    """Held-out shapes to measure on: one of every family, each from another side.

    Shapes:
        x (E, N, 3), truth (E, n, 3), seen (E, n). nothing, nearest: the measures of the input as it is, and of the
        training shape that is nearest to it, on average.
    """

    x: np.ndarray
    truth: torch.Tensor
    seen: torch.Tensor
    nothing: dict[str, float]
    nearest: dict[str, float]


@lru_cache(maxsize=8)
def examples(size: str, view: Kind, missing: float, noise: float) -> Examples:
    """What the network is measured on."""
    points = SIZES[size].truth
    shapes = held_out(points)
    truth = shapes.points[-len(shapes.names) :]  # those that are not in the picture
    x, seen = erase(truth, Erasure(view, missing, noise=noise), np.random.default_rng(7), SIZES[size].partial)
    nearest = training_shapes(points)[_nearest(points).find(x)]
    whole, which = torch.from_numpy(truth.copy()), torch.from_numpy(seen)
    return Examples(
        x, whole, which, averages(torch.from_numpy(x), whole, which),
        averages(torch.from_numpy(nearest), whole, which),
    )  # fmt: skip


@lru_cache(maxsize=2)
def _nearest(points: int) -> Nearest:
    return Nearest(training_shapes(points))


def averages(made: torch.Tensor, truth: torch.Tensor, seen: torch.Tensor) -> dict[str, float]:
    """The measures of clouds (E, N, 3), averaged over the shapes that have them."""
    return {name: float(found.nanmean()) for name, found in measures(made, truth, seen).items()}


class Instruments:
    """Looks every so many steps at how held-out shapes are completed.

    Args:
        trainer: whose network.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.found = trainer, dict[str, float]()
        self.look()

    def after_step(self) -> bool:
        """A step has been done; answers whether this was the time to look."""
        due = self.trainer.steps % EVERY == 0
        if due:
            self.look()
        return due

    def look(self) -> None:
        """Measure."""
        E = examples_for(self.trainer.params)
        fine = self.trainer.complete(E.x).fine
        assert fine is not None
        made = fine.cpu()
        found = averages(made, E.truth, E.seen)
        found["emd"] = float(emd(made[:MOVED], E.truth[:MOVED], EXACT, np.random.default_rng(11)).mean())
        found |= {f"{name}_network": found[name] for name in MEASURES}
        found |= {f"{name}_input": value for name, value in E.nothing.items()}
        found |= {f"{name}_nearest": value for name, value in E.nearest.items()}
        self.found = {name: _plain(value) for name, value in found.items()}

    def metrics(self) -> dict[str, float]:
        """What the last look has found, and the losses of the last batch."""
        return self.found | {"J0": _plain(float(self.trainer.J0)), "J1": _plain(float(self.trainer.J1))}

    def state_dict(self) -> State:
        """What was found."""
        return {"found": dict(self.found)}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.found = {name: float(value) for name, value in state["found"].items()}


def examples_for(params: CompletionParams) -> Examples:
    """What a network is measured on under these parameters."""
    return examples(params.size, params.shown_view, params.missing, params.noise)


def _plain(value: float) -> float:
    return value if math.isfinite(value) else math.nan
