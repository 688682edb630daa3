"""What is measured of a run: distances between the distributions, modes, and what is going wrong, in words."""

from __future__ import annotations

import math

import numpy as np
import torch

from engine.exhibit import State
from engine.exhibits.gan.lamps import SETTLED, lit, modes_covered, swings, within_modes
from engine.exhibits.gan.training import Trainer
from engine.kit.device import fetch, generator
from engine.kit.divergence import (
    Neighbourhoods,
    distances,
    jensen_shannon_of_kinds,
    wasserstein,
    wasserstein_floor,
)
from engine.kit.pointset import PointSet

LOOK_EVERY = 250  # steps between two looks at the distributions
NOTE_EVERY = 16  # steps between two notes in the trace
NOTES = 64
MATCHED = 200  # samples of either kind for the Wasserstein distance
COMPARED = 2000  # and for the Jensen-Shannon divergence
RECENT = 8
COLUMNS = ("loss_D", "loss_G", "D_real", "D_fake", "ranked", "gradient", "slope", "gap", "centre_x", "centre_y")
MEANS = 8  # the first so many of them are averaged, the rest is the path of the centre
NOT_AVAILABLE = float("nan")


class Instruments:
    """Keeps a trace of the steps and, every so often, a copy of the generator to be looked at when somebody asks.

    What is shown thus depends on the steps alone, however often a frame is asked for, and costs nothing unwatched.

    Args:
        trainer, data: what is measured.
    """

    def __init__(self, trainer: Trainer, data: PointSet) -> None:
        self.trainer, self.data = trainer, data
        rng = generator(1, trainer.device)
        self._z = trainer.draw_latent(2500, rng)
        self._labels = torch.randint(max(1, trainer.classes), (2500,), generator=rng, device=trainer.device)
        self.trace = torch.full((NOTES, len(COLUMNS)), torch.nan, device=trainer.device)
        self.notes = 0
        self._seen: tuple[object, dict[str, float]] = (None, {})
        self._swung = (-1, False)
        self._real: tuple[int, Neighbourhoods | None, float] = (-1, None, NOT_AVAILABLE)
        self.copy = trainer.new_generator(rng)
        self.look()

    def look(self) -> None:
        """Keep a copy of the generator."""
        self.copy.flat.copy_(self.trainer.G.flat)
        self.look_step = self.trainer.steps

    def after_step(self) -> None:
        """A step was done: note and look, when it is time."""
        if self.trainer.steps % NOTE_EVERY == 1:
            self._note()
        if self.trainer.steps % LOOK_EVERY == 0:
            self.look()

    @torch.no_grad()
    def _note(self) -> None:
        t, batch = self.trainer, self.trainer.batch
        assert batch is not None and t.gradients is not None
        opinion = t.objective.opinion
        centre = batch.Gz.mean(0)
        row = [
            t.loss_D, t.loss_G, opinion(batch.D_x).mean(), opinion(batch.D_Gz).mean(),
            (batch.D_x > batch.D_Gz).float().mean(), t.gradients.norm(dim=1).mean(), t.slope,
            (batch.D_x - batch.D_Gz).mean(), centre[0],
            centre[1] if len(centre) > 1 else torch.zeros_like(centre[0]),
        ]  # fmt: skip
        self.trace[self.notes % NOTES] = torch.stack(row)
        self.notes += 1

    def metrics(self, trace: np.ndarray) -> dict[str, float]:
        """Everything there is to read off, by name; lamps are 1 when lit.

        Args:
            trace: a copy of ``self.trace`` in the host's memory.
        """
        found = {**self._recent(trace), **self._distances()}
        critic, settled = self.trainer.objective.judge == "critic", self.look_step >= SETTLED
        lamps = lit(found, self.trainer.params, settled=settled, critic=critic, swinging=self._swings(trace))
        told = {name: value for name, value in found.items() if not name.startswith("_")}
        return told | {name: float(value) for name, value in lamps.items()}

    def _recent(self, trace: np.ndarray) -> dict[str, float]:
        """Means over the last notes."""
        if self.notes == 0:
            return dict.fromkeys(COLUMNS[:MEANS], NOT_AVAILABLE)
        rows = [(self.notes - 1 - back) % NOTES for back in range(min(RECENT, self.notes))]
        return dict(zip(COLUMNS[:MEANS], trace[rows].mean(0).tolist(), strict=False))

    def _swings(self, trace: np.ndarray) -> bool:
        if self._swung[0] != self.notes:
            rows = [(self.notes + index) % NOTES for index in range(NOTES)]  # from the oldest
            self._swung = (self.notes, self.notes >= NOTES and swings(trace[rows][:, MEANS:], self._spread()))
        return self._swung[1]

    def _spread(self) -> float:
        return max(self.data.spread(), 1e-6)

    def _distances(self) -> dict[str, float]:
        key = (self.look_step, self.data.version)
        if self._seen[0] != key:
            self._seen = (key, self._measure())
        return dict(self._seen[1])

    @torch.no_grad()
    def _measure(self) -> dict[str, float]:
        """Compare 2500 generated samples with the real ones."""
        source, real = self.data.source, self.data.points
        names = ("js", "w1", "w1_floor", "modes", "quality", "within", "_reached", "_little")
        found = dict.fromkeys(names, NOT_AVAILABLE)
        fakes = fetch({"fakes": self.copy(self._z, self._labels)})["fakes"]
        if len(real) == 0 or not np.isfinite(fakes).all():
            return found
        cost = distances(real[:MATCHED], fakes[:MATCHED])
        found |= self._divergences(real, fakes, cost)
        found["_little"] = max(2 * found["w1_floor"], 0.05 * self._spread())
        if not self.trainer.shifts:
            near = max(0.1 * source.extent, 2.5 * self.data.noise)  # nearly all samples of a mode are that near to it
            found["_reached"] = float((cost.min(1) < near).mean())
        if source.modes is not None and self.data.untouched:
            sigma = max(self.data.noise, 0.005)
            covered, found["quality"] = modes_covered(fakes, source.modes, sigma)
            found["modes"], found["within"] = float(covered), within_modes(fakes, real, source.modes)
        return found

    def _divergences(self, real: np.ndarray, fakes: np.ndarray, cost: np.ndarray) -> dict[str, float]:
        """JS, W1 and its floor: in closed form between parallel lines, else from samples.

        The generated line has no area, so any noise on the real one leaves them nothing in common: JS is log 2 but for
        theta = 0 without noise. W1 is |theta| without noise.
        """
        lines, theta = self.trainer.shifts and self.data.untouched, abs(float(fakes[0, 0]))
        if lines and not self.data.noise:
            return {"js": math.log(2) if theta else 0.0, "w1": theta, "w1_floor": 0.0}
        kind, floor = self._real_samples(real)
        js = math.log(2)
        if not lines:
            made = fakes[: len(real)][:COMPARED]
            js = jensen_shannon_of_kinds(kind, Neighbourhoods(made)) if kind else NOT_AVAILABLE
        return {"js": js, "w1": wasserstein(cost), "w1_floor": floor}

    def _real_samples(self, real: np.ndarray) -> tuple[Neighbourhoods | None, float]:
        """What JS and the floor of W1 ask of the real samples alone, worked out once for the same data."""
        if self._real[0] != self.data.version:
            kind = Neighbourhoods(real[:COMPARED]) if len(real) > 1 else None
            self._real = (self.data.version, kind, wasserstein_floor(real, MATCHED))
        return self._real[1:]

    def state_dict(self) -> State:
        """The trace, and the copy of the generator."""
        return {"trace": self.trace, "notes": self.notes, "copy": self.copy.flat, "look_step": self.look_step}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        for tensor, name in ((self.trace, "trace"), (self.copy.flat, "copy")):
            tensor.copy_(torch.as_tensor(state[name]).to(self.trainer.device))
        self.notes, self.look_step = int(state["notes"]), int(state["look_step"])
        self._seen, self._swung = (None, {}), (-1, False)
