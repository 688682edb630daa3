"""The lattice in torch, for graphics cards."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from engine.exhibits.turing.lattice import Lattice, Step


class TensorLattice(Lattice):
    """With torch, on the device named; float32."""

    def __init__(self, u: np.ndarray, v: np.ndarray, wrap: tuple[bool, bool], device: str) -> None:
        self.wrap = wrap
        self.device = device
        self.store(u, v)

    def fields(self) -> tuple[np.ndarray, np.ndarray]:
        return self.u.cpu().numpy().copy(), self.v.cpu().numpy().copy()

    def store(self, u: np.ndarray, v: np.ndarray) -> None:
        self.u = torch.tensor(u, dtype=torch.float32, device=self.device)
        self.v = torch.tensor(v, dtype=torch.float32, device=self.device)

    def advance(self, steps: int, step: Step, cores: int) -> None:
        for _ in range(steps):
            f, g = step.reaction(self.u, self.v, *step.constants)
            self.u, self.v = (
                self.u + step.dt * (f + step.D[0] * self._laplacian(self.u)),
                self.v + step.dt * (g + step.D[1] * self._laplacian(self.v)),
            )

    def _laplacian(self, field: Tensor) -> Tensor:
        modes = ["circular" if wrap else "replicate" for wrap in self.wrap]
        x = pad(field[None, None], (1, 1, 0, 0), mode=modes[1])[0, 0]  # (height, width + 2)
        y = pad(field[None, None], (0, 0, 1, 1), mode=modes[0])[0, 0]  # (height + 2, width)
        twice = field + field
        return ((x[:, :-2] + x[:, 2:]) - twice) + ((y[:-2] + y[2:]) - twice)

    def not_finite(self) -> str | None:
        fields = zip("uv", (self.u, self.v), strict=True)
        return next((name for name, field in fields if not bool(field.sum().isfinite())), None)
