"""Those who know, or guess, the curvature."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.exhibits.optimisers.racers.base import ByTorch, Racer
from engine.exhibits.optimisers.surfaces import Surface


class Newton(Racer):
    """w <- w - s (H + delta I)^-1 g, with the pseudo-inverse: it jumps to where the local parabola is level."""

    name, label = "newton", "Newton"
    says = "It jumps to where the parabola that fits here is level, be that a minimum, a maximum or a saddle."

    def step(self, gradient: Tensor, surface: Surface) -> None:
        """One jump."""
        params = self.rules.params
        H = surface.hessian(self.place()) + params.damping * torch.eye(2, dtype=gradient.dtype, device=gradient.device)
        with torch.no_grad():
            known = torch.nan_to_num(H, nan=0.0, posinf=0.0, neginf=0.0)  # no curvature, no step
            jump = (torch.linalg.pinv(known, hermitian=True) @ gradient[..., None])[..., 0]  # (k, 2)
            self.w -= params.jump * jump
        self.steps += 1


class LBFGS(ByTorch):
    """A curvature gathered from the last gradients, without ever computing second derivatives."""

    name, label, together = "lbfgs", "L-BFGS", False
    says = "Newton's jump with a curvature guessed from its last steps, and as far along it as pays."

    def build(self, w: Tensor) -> torch.optim.Optimizer:
        """Torch's, one iteration for each step."""
        return torch.optim.LBFGS([w], max_iter=1, max_eval=25, tolerance_grad=1e-14, tolerance_change=0.0)

    def settings(self) -> dict[str, Any]:
        """Memory, step and line search."""
        params = self.rules.params
        search = "strong_wolfe" if params.search else None
        return {"lr": params.jump, "history_size": params.history, "line_search_fn": search}

    def step(self, gradient: Tensor, surface: Surface) -> None:
        """Torch's step, which asks for the loss wherever it looks."""
        self.optimiser.param_groups[0].update(self.settings())
        self.optimiser.step(lambda: self._look(surface))  # type: ignore[arg-type,return-value]
        self.steps += 1

    def _look(self, surface: Surface) -> Tensor:
        value, self.w.grad = surface.slope(self.w)
        return value.sum()
