"""What is measured of a run: distances between the distributions, modes, and what is going wrong, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from engine.exhibit import State
from engine.exhibits.gan.training import Trainer
from engine.kit.density import Cells
from engine.kit.device import fetch, generator
from engine.kit.divergence import distances, jensen_shannon, wasserstein
from engine.kit.pointset import PointSet

LOOK_EVERY = 250  # steps between two looks at the distributions
NOTE_EVERY = 16  # steps between two notes in the trace
NOTES = 64
MATCHED = 200  # samples of either kind for the Wasserstein distance
RECENT = 8
COLUMNS = ("loss_D", "loss_G", "D_real", "D_fake", "ranked", "gradient", "slope", "centre_x", "centre_y")
NOT_AVAILABLE = float("nan")


@dataclass(frozen=True)
class Lamp:
    """Something that goes wrong in adversarial training.

    Args:
        label: its name. definition: when the lamp is lit.
    """

    label: str
    definition: str


LAMPS = {
    "collapse": Lamp(
        "mode collapse",
        "Lit, after the first 500 steps, when most real samples have no generated one nearby, although the generated "
        "samples lie close to real ones or are huddled together, and the gradient has not vanished.",
    ),
    "too_strong": Lamp(
        "D too strong",
        "Lit when a discriminator scores the real sample above the generated one in more than 95 % of the pairs of the "
        "last 128 steps. (A critic of a Wasserstein objective is meant to be that good.)",
    ),
    "oscillation": Lamp(
        "oscillation",
        "Lit when the centre of the generated samples swings back and forth: over the last 1,024 steps its "
        "autocorrelation falls below -0.3 and comes back above 0.3, with a swing of more than a fifth of the data's "
        "spread.",
    ),
    "vanishing": Lamp(
        "vanishing gradient",
        "Lit when the gradient that reaches a generated sample is shorter than 0.001 on average, or shorter than 0.02 "
        "although D tells more than 90 % of the pairs apart.",
    ),
}


def modes_covered(fakes: np.ndarray, modes: np.ndarray, sigma: float) -> tuple[int, float]:
    """How many modes have a high-quality sample, and the share of such samples.

    A sample is of high quality within 3 sigma of its nearest mode (Lin et al., PacGAN, 2018).

    Shapes:
        fakes: (n, d). modes: (m, d).
    """
    apart, nearest = torch.cdist(torch.as_tensor(fakes).float(), torch.as_tensor(modes).float()).min(1)
    good = apart <= 3 * sigma
    return len(torch.unique(nearest[good])), float(good.float().mean())


def swings(path: np.ndarray, spread: float) -> bool:
    """Whether a path (T, 2) goes back and forth by more than a fifth of ``spread``."""
    path = path - path.mean(0)
    power = float((path**2).sum(1).mean())
    if not power > (0.2 * spread) ** 2 / 2:
        return False
    longest = len(path) * 3 // 4
    spectrum = np.abs(np.fft.rfft(path, 2 * len(path), axis=0)) ** 2
    correlation = np.fft.irfft(spectrum, axis=0).sum(1)[:longest] / (
        np.arange(len(path), len(path) - longest, -1) * power
    )
    below = np.flatnonzero(correlation < -0.3)
    return bool(below.size and (correlation[below[0] :] > 0.3).any())


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
        self.cells = Cells(data.source.extent, 48 if data.source.dimension == 2 else 400, data.source.dimension)
        self.trace = torch.full((NOTES, len(COLUMNS)), torch.nan, device=trainer.device)
        self.notes = 0
        self._seen: tuple[object, dict[str, float]] = (None, {})
        self._swung = (-1, False)
        self._real: tuple[int, np.ndarray] = (-1, np.zeros(0))
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
            (batch.D_x > batch.D_Gz).float().mean(), t.gradients.norm(dim=1).mean(), t.slope, centre[0],
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
        near, reached, breadth = (found.pop(name) for name in ("_near", "_reached", "_breadth"))
        lit = {
            "too_strong": self.trainer.objective.judge == "discriminator" and found["ranked"] > 0.95,
            "oscillation": self._swings(trace),
            "vanishing": found["gradient"] < (0.02 if found["ranked"] > 0.9 else 0.001),
        }
        partial = reached < 0.5 and (near > 0.5 or breadth < 0.75)
        lit["collapse"] = self.look_step >= 500 and partial and not lit["vanishing"]
        return found | {name: float(value) for name, value in lit.items()}

    def _recent(self, trace: np.ndarray) -> dict[str, float]:
        """Means over the last notes."""
        if self.notes == 0:
            return dict.fromkeys(COLUMNS[:7], NOT_AVAILABLE)
        rows = [(self.notes - 1 - back) % NOTES for back in range(min(RECENT, self.notes))]
        return dict(zip(COLUMNS[:7], trace[rows].mean(0).tolist(), strict=False))

    def _swings(self, trace: np.ndarray) -> bool:
        if self._swung[0] != self.notes:
            rows = [(self.notes + index) % NOTES for index in range(NOTES)]  # from the oldest
            self._swung = (self.notes, self.notes >= NOTES and swings(trace[rows][:, 7:], self._spread()))
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
        names = ("js", "w1", "modes", "quality", "_near", "_reached", "_breadth")
        found = dict.fromkeys(names, NOT_AVAILABLE)
        fakes = fetch({"fakes": self.copy(self._z, self._labels)})["fakes"]
        if len(real) == 0 or not np.isfinite(fakes).all():
            return found
        found["js"] = jensen_shannon(self._density(), self.cells.density(fakes[:1000]))
        cost = distances(real[:MATCHED], fakes[:MATCHED])
        found["w1"] = wasserstein(cost)
        near = 0.1 * source.extent
        found["_near"], found["_reached"] = float((cost.min(0) < near).mean()), float((cost.min(1) < near).mean())
        found["_breadth"] = float(np.linalg.norm(fakes.std(0))) / self._spread()
        if source.modes is not None and self.data.untouched:
            sigma = max(self.data.noise, 0.005)
            covered, found["quality"] = modes_covered(fakes, source.modes, sigma)
            found["modes"] = float(covered)
        return found

    def _density(self) -> np.ndarray:
        """Of the real samples."""
        if self._real[0] != self.data.version:
            self._real = (self.data.version, self.cells.density(self.data.points))
        return self._real[1]

    def state_dict(self) -> State:
        """The trace, and the copy of the generator."""
        return {"trace": self.trace, "notes": self.notes, "copy": self.copy.flat, "look_step": self.look_step}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        for tensor, name in ((self.trace, "trace"), (self.copy.flat, "copy")):
            tensor.copy_(torch.as_tensor(state[name]).to(self.trainer.device))
        self.notes, self.look_step = int(state["notes"]), int(state["look_step"])
        self._seen, self._swung = (None, {}), (-1, False)
