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

EVERY = 10  # steps between two looks
THIRDS = 3  # of the held-out shapes: by turns each look is at one of them, so that none holds the picture up for long
MEASURES = ("cd_l1", "cd_l2", "f_score", "seen", "unseen")
EXACT = 256  # points of a cloud between which the earth mover's distance is solved exactly
MOVED = 6  # shapes for which it is


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


@lru_cache(maxsize=32)
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


def averages(
    made: torch.Tensor,
    truth: torch.Tensor,
    seen: torch.Tensor,
    matched: tuple[torch.Tensor, torch.Tensor] | None = None,
) -> dict[str, float]:
    """The measures of clouds (E, N, 3), averaged over the shapes that have them."""
    found = measures(made, truth, seen, matched=matched)
    return {name: float(values.nanmean()) for name, values in found.items()}


class Instruments:
    """Looks every so many steps at how held-out shapes are completed, at a third of them by turns.

    Args:
        trainer: whose network.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.found = trainer, dict[str, float]()
        self._each: dict[str, torch.Tensor] = {}  # of every shape what the last look at it has found, (E,)
        self._seen_as = (0.0, 0.0)  # how much was missing then, and the noise
        self.look()

    @property
    def due(self) -> bool:
        """Whether this is a step at which to look."""
        return self.trainer.steps % EVERY == 0

    @property
    def turn(self) -> int:
        """Whose turn it is now, of the ``THIRDS``."""
        return self.trainer.steps // EVERY % THIRDS

    def look(self, turn: int | None = None) -> None:
        """Measure all shapes, or those whose turn it is; all of them where they are seen otherwise than before."""
        p, E = self.trainer.params, examples_for(self.trainer.params)
        rows = np.arange(len(E.x))
        if turn is not None and self._seen_as == (p.missing, p.noise):
            rows = rows[turn::THIRDS]
        self._seen_as = (p.missing, p.noise)
        for name, values in self._measured(E, rows).items():
            self._each.setdefault(name, torch.full((len(E.x),), torch.nan, device="cpu"))[rows] = values
        self._sum_up(E)

    def _sum_up(self, E: Examples) -> None:
        found = {name: float(values.nanmean()) for name, values in self._each.items()}
        found |= {f"{name}_network": found[name] for name in MEASURES}
        found |= {f"{name}_input": value for name, value in E.nothing.items()}
        self.found = found | {f"{name}_nearest": value for name, value in E.nearest.items()}

    def _measured(self, E: Examples, rows: np.ndarray) -> dict[str, torch.Tensor]:
        """The measures of some of the examples, (rows,) each; the slowest of the first few alone, NaN of the others."""
        fine = self.trainer.complete(E.x[rows]).fine
        assert fine is not None
        made, truth = fine.cpu(), E.truth[rows]
        moved = [_moved(made[i : i + 1], truth[i : i + 1], row) for i, row in enumerate(rows.tolist())]
        return measures(made, truth, E.seen[rows]) | {"emd": torch.tensor(moved, device="cpu")}

    def metrics(self) -> dict[str, float]:
        """What the last looks have found, and the losses of the last batch."""
        return self.found | {"J0": float(self.trainer.J0), "J1": float(self.trainer.J1)}

    def state_dict(self) -> State:
        """What was found, and how the shapes were seen then."""
        return {"each": dict(self._each), "missing": self._seen_as[0], "noise": self._seen_as[1]}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self._each = {name: torch.as_tensor(values).clone() for name, values in state["each"].items()}
        self._seen_as = (float(state["missing"]), float(state["noise"]))
        p = self.trainer.params
        self._sum_up(examples(p.size, p.shown_view, *self._seen_as))


def examples_for(params: CompletionParams) -> Examples:
    """What a network is measured on under these parameters."""
    return examples(params.size, params.shown_view, params.missing, params.noise)


def _moved(made: torch.Tensor, truth: torch.Tensor, row: int) -> float:
    """The earth mover's distance of one of the examples, NaN of those for which it is not solved."""
    return float(emd(made, truth, EXACT, np.random.default_rng([11, row]))) if row < MOVED else math.nan
