"""What is kept of the past, and what is measured only now and then because it takes time."""

from __future__ import annotations

import numpy as np
import torch

from engine.exhibit import State
from engine.exhibits.adversarial_patterns.ensemble import Ensemble
from engine.exhibits.adversarial_patterns.homogeneity import similarity_grid
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
        self.strict = strict and len(self.inputs) <= MOST_SAMPLES
        # of each coordinate: features differ as the preactivations do
        scale = np.linalg.norm(self.inputs.cpu().numpy(), axis=0)
        self.grid = similarity_grid((first.U0[0].cpu().numpy() * scale)[:, :FEATURES])
        self.trace = Trace(MOMENTS, distance=(inits, 2, 2), heat=(2, min(SHOWN, m)))
        self.trails = Trails(m, r + first.V.shape[1])
        self.of_filter, self.of_grid = Spectrum(side, side), Spectrum(*self.grid.shape)
        self.filter_power = np.zeros((2, len(self.of_filter.k)))
        self.grid_power = np.zeros((2, len(self.of_grid.k)))
        self.least_eigenvalues: list[float] | None = None  # of H(t) in both trainings
        self.take(0)

    def take(self, step: int) -> None:
        """Look at everything as it is now."""
        moved = [training.moved() for training in self.ensemble.trainings]
        distance = [[np.sqrt(np.square(part).sum(axis=(1, 2))) for part in parts] for parts in moved]
        heat = np.stack([np.linalg.norm(dU[0], axis=1) for dU, _ in moved])  # (2, m)
        self.trace.add(step, {"distance": np.moveaxis(np.array(distance), 2, 0), "heat": heat[:, :SHOWN]})
        follow = slice(self.trails.neurons)
        self.trails.add(step, np.stack([np.hstack([dU[0, follow], dV[0].T[follow]]) for dU, dV in moved]))
        for which, training in enumerate(self.ensemble.trainings):
            change = (training.U[0, :SHOWN] - training.U0[0, :SHOWN]) @ self.basis
            images = change.cpu().numpy().reshape(-1, *self.of_filter.shape)
            self.filter_power[which] = self.of_filter.radial(images) / len(images)
            self.grid_power[which] = self.of_grid.radial(heat[which][self.grid])
        if self.strict and step % EIGENVALUES_EVERY == 0:
            self.least_eigenvalues = [self._eigenvalue(training) for training in self.ensemble.trainings]

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
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.trace.load_state_dict(state["trace"])
        self.trails.load_state_dict(state["trails"])
        self.least_eigenvalues = state["least_eigenvalues"] and list(state["least_eigenvalues"])
        for name in ("filter_power", "grid_power"):
            setattr(self, name, np.array(state[name]))
