"""What keeps D smooth: penalties on its gradient, and clipping."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def slopes(D_x: Tensor, x: Tensor) -> Tensor:
    """|grad_x D(x)|^2 at every sample, or at every pack of samples that D judges at once, itself differentiable.

    Shapes:
        D_x: (B / p,), computed from x: (B, d), which requires its gradient. Returns (B / p,).
    """
    (gradient,) = torch.autograd.grad(D_x.sum(), x, create_graph=True)
    return gradient.reshape(len(D_x), -1).square().sum(1)


def R1(squared_slopes: Tensor, gamma: float | Tensor) -> Tensor:
    """Gamma / 2 E |grad D(x)|^2 over real samples; over generated samples it is called R2 (Mescheder et al., 2018)."""
    return 0.5 * gamma * squared_slopes.mean()


def gradient_penalty(
    D: Callable[[Tensor], Tensor], x: Tensor, Gz: Tensor, u: Tensor, weight: float | Tensor
) -> tuple[Tensor, Tensor]:
    """Weight E (|grad D(a)| - 1)^2 at a = u x + (1 - u) G(z) (Gulrajani et al., 2017).

    Args:
        u: (B, 1), uniform on [0, 1]; the same for all samples of a pack.

    Returns:
        The penalty, and the mean of |grad D(a)|.
    """
    a = (u * x + (1 - u) * Gz).detach().requires_grad_()
    norm = (slopes(D(a), a) + 1e-12).sqrt()
    return weight * (norm - 1).square().mean(), norm.detach().mean()


@torch.no_grad()
def clip(weights: Tensor, c: float | Tensor) -> None:
    """W <- clip(w, -c, c) (Arjovsky et al., 2017)."""
    weights.clamp_(-c, c)  # type: ignore[arg-type]
