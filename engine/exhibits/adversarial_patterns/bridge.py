"""The bridge to chemistry: one reaction from one noisy start, stirred no more and stirred not at all.

Without diffusion every cell reacts by itself and finds the same steady state: the field becomes homogeneous. With
diffusion the same reaction makes a pattern. The models and the lattice are those of the exhibit ``turing``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.exhibit import State
from engine.exhibits.turing import PLANAR
from engine.exhibits.turing.grid import Step, make_grid
from engine.exhibits.turing.params import TuringParams

SHAPE = (64, 128)
CHOICES: dict[str, tuple[dict[str, float], float, int]] = {
    "schnakenberg": ({}, 0.02, 5),
    "gray-scott": ({"gs_F": 0.06, "gs_k": 0.062}, 0.002, 12),
}
"""Settings in which the uniform state is Turing-unstable, the noise at the start as a share of the model's dose (small
where the reaction has another stable state to fall into), and Euler steps per step of the networks."""


class Bridge:
    """Two lattices with the same start, without and with diffusion. They are small, and always on the CPU.

    Args:
        name: of the model.
        seed: draws the noise.
    """

    def __init__(self, name: str, seed: int) -> None:
        values, noise, self.speed = CHOICES[name]
        params = TuringParams.model_validate({"model": name, **values})
        self.model = PLANAR[name]
        constants = self.model.constants(params)
        rest = [float(value) for value in (self.model.base or self.model.rest)(*constants)]
        rng = np.random.default_rng([seed, 1])
        noise *= max(abs(dose) for dose in self.model.dose["activator"])
        u, v = (value + noise * rng.standard_normal(SHAPE) for value in rest)
        self.lattices = [make_grid(u, v, (True, True), "cpu", (rest[0], rest[1])) for _ in range(2)]
        together = Step(self.model.reaction, constants, self.model.diffusivities(params), self.model.time_step(params))
        self.steps = [replace(together, D=(0.0, 0.0)), together]
        self.which = "uv".index(self.model.activator)
        low, high = rest[self.which] - self.model.below[self.which], rest[self.which] + self.model.above[self.which]
        self.limits = (low, high)

    def advance(self, steps: int) -> None:
        """So many steps of the networks."""
        for lattice, step in zip(self.lattices, self.steps, strict=True):
            lattice.advance(steps * self.speed, step, cores=1)

    def fields(self) -> tuple[np.ndarray, np.ndarray]:
        """The activator without and with diffusion: (64, 128) each."""
        without, together = (lattice.fields()[self.which] for lattice in self.lattices)
        return without, together

    def state_dict(self) -> State:
        """All four fields, as deviations from the uniform state."""
        return {"name": self.model.name, "deviations": [list(lattice.deviations()) for lattice in self.lattices]}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``; one of an earlier version holds the fields themselves."""
        if "deviations" not in state:
            for lattice, (u, v) in zip(self.lattices, state["fields"], strict=True):
                lattice.store(np.asarray(u), np.asarray(v))
            return
        for lattice, (u, v) in zip(self.lattices, state["deviations"], strict=True):
            lattice.store_deviations(np.asarray(u), np.asarray(v))
