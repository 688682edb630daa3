"""What is kept of the past, and what is measured only now and then because it takes time."""

from __future__ import annotations

import math

import numpy as np
import torch

from engine.exhibit import State
from engine.exhibits.adversarial_patterns.ensemble import Ensemble
from engine.exhibits.adversarial_patterns.homogeneity import similarity_grid, variation
from engine.exhibits.adversarial_patterns.theory import kernel
from engine.exhibits.adversarial_patterns.trails import Trails
from engine.exhibits.adversarial_patterns.training import Training
from engine.exhibits.adversarial_patterns.walls import SHOWN
from engine.kit.spectrum import Spectrum
from engine.kit.trace import Trace

EVERY = 20
"""Steps between two records."""
EIGENVALUES_EVERY = 100
MOMENTS = 160
MOST_SAMPLES = 500
"""With more samples the kernel's eigenvalues are not followed: they would take longer than the training."""
FEATURES = 32


class Record:
    """The past of both trainings.

    Args:
        ensemble: the trainings.
        basis: of the inputs' span, (r, d_in).
        strict: whether to follow the smallest eigenvalue of the kernel H(t).
    """

    def __init__(self, ensemble: Ensemble, basis: torch.Tensor, strict: bool) -> None:
        self.ensemble, self.basis = ensemble, basis
        first = ensemble.without
        inits, m, r = first.U.shape
        side = round(basis.shape[1] ** 0.5)
        self.inputs = first.task.X
        self.start = first.residual()  # |z_0 - y|, (inits,)
        self.strict = strict and len(self.inputs) <= MOST_SAMPLES
        # of each coordinate: features differ as the preactivations do
        scale = np.linalg.norm(self.inputs.cpu().numpy(), axis=0)
        self.grid = similarity_grid((first.U0[0].cpu().numpy() * scale)[:, :FEATURES])
        self.trace = Trace(MOMENTS, distance=(inits, 2, 2), variation=(inits, 2), heat=(2, min(SHOWN, m)))
        self.trails = Trails(m, r + first.V.shape[1])
        self.of_filter, self.of_grid = Spectrum(side, side), Spectrum(*self.grid.shape)
        self.filter_power = np.zeros((2, len(self.of_filter.k)))
        self.grid_power = np.zeros((2, len(self.of_grid.k)))
        self.least_eigenvalues: list[float] | None = None  # of H(t) in both trainings
        self.steepest, self.least = 0.0, math.inf  # of the critic's slope and of the eigenvalues, so far
        self.take(0)

    def take(self, step: int) -> None:
        """Look at everything as it is now."""
        moved = [training.moved() for training in self.ensemble.trainings]
        distance = [[np.sqrt(np.square(part).sum(axis=(1, 2))) for part in parts] for parts in moved]
        each = np.stack([np.linalg.norm(dU, axis=2) for dU, _ in moved], axis=1)  # (inits, 2, m)
        heat, uneven = each[0], [[variation(way) for way in ways] for ways in each]
        kept = {"distance": np.moveaxis(np.array(distance), 2, 0), "variation": uneven, "heat": heat[:, :SHOWN]}
        self.trace.add(step, kept)
        follow = slice(self.trails.neurons)
        self.trails.add(step, np.stack([np.hstack([dU[0, follow], dV[0].T[follow]]) for dU, dV in moved]))
        for which, training in enumerate(self.ensemble.trainings):
            change = (training.U[0, :SHOWN] - training.U0[0, :SHOWN]) @ self.basis
            images = change.cpu().numpy().reshape(-1, *self.of_filter.shape)
            self.filter_power[which] = self.of_filter.radial(images) / len(images)
            self.grid_power[which] = self.of_grid.radial(heat[which][self.grid])
        self.steepest = max(self.steepest, self.ensemble.adversarial.critic_slope())
        if self.strict and step % EIGENVALUES_EVERY == 0:
            self.least_eigenvalues = [self._eigenvalue(training) for training in self.ensemble.trainings]
            self.least = min(self.least, *self.least_eigenvalues)

    def at_equal_distance(self) -> tuple[float, float]:
        """Unevenness, as :func:`variation`, of both trainings when they had come as far as the nearer one is by now.

        Means over the initialisations; between two moments kept, on a straight line. NaN before anything has moved.
        """
        ways = self.trace["distance"][..., 0].mean(axis=1)  # (T, 2 trainings)
        uneven = self.trace["variation"].mean(axis=1)
        if len(ways) < 2:
            return float("nan"), float("nan")
        least = float(ways[-1].min())
        return crossing(ways[:, 0], uneven[:, 0], least), crossing(ways[:, 1], uneven[:, 1], least)

    def _eigenvalue(self, training: Training) -> float:
        """The smallest of the kernel H(t)."""
        H = kernel(self.inputs, training.forward()[1][0])
        return float(torch.linalg.eigvalsh(H)[0]) if bool(H.isfinite().all()) else float("nan")

    def state_dict(self) -> State:
        """Everything that cannot be worked out anew."""
        return {
            "trace": self.trace.state_dict(),
            "trails": self.trails.state_dict(),
            "filter_power": self.filter_power,
            "grid_power": self.grid_power,
            "least_eigenvalues": self.least_eigenvalues,
            "extremes": [self.steepest, self.least if self.least_eigenvalues else None],
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.trace.load_state_dict(state["trace"])
        self.trails.load_state_dict(state["trails"])
        self.least_eigenvalues = state["least_eigenvalues"] and list(state["least_eigenvalues"])
        self.steepest, least = state["extremes"]
        self.least = math.inf if least is None else float(least)
        for name in ("filter_power", "grid_power"):
            setattr(self, name, np.array(state[name]))


def crossing(way: np.ndarray, value: np.ndarray, target: float) -> float:
    """``value`` where ``way`` first reaches ``target``, on a straight line between two moments.

    Shapes:
        way, value (T,): at every moment, of which ``value`` is not yet defined at the first, where nothing has moved.
    """
    after = int(np.argmax(way >= target))
    if after < 2:
        return float(value[1])
    share = (target - way[after - 1]) / (way[after] - way[after - 1])
    return float((1 - share) * value[after - 1] + share * value[after])
