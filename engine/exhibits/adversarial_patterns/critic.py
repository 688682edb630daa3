r"""The adversary: a two-layer critic with gradient penalty, its gradients written out.

    g(y) = a^T s(W y) / sqrt(k),      minimised:  mean_p g(z_p) - mean_p g(y_p) + lambda mean_p (|grad g(m_p)| - 1)^2

with m_p somewhere between y_p and z_p. As s(w . y) = 1{w . y >= 0} w . y, every term is a sum of expressions
a_r s_rp w_r . q_p, with q_p = z_p / n, -y_p / n, or 2 lambda / n (1 - 1/|gamma_p|) gamma_p at m_p, where gamma_p is
the critic's gradient. With B = sum_p s_rp q_p the gradients are  a_r B_r / sqrt(k)  for w_r and  w_r . B_r / sqrt(k)
for a_r.

References:
    I. Gulrajani et al., Improved training of Wasserstein GANs, NeurIPS 2017.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.exhibit import State


def gradients(W: Tensor, a: Tensor, real: Tensor, fake: Tensor, mixed: Tensor, penalty: float) -> tuple[Tensor, Tensor]:
    """Gradients of the critic's objective with respect to W and a.

    Shapes:
        W (k, d_out), a (k,), real, fake, mixed (d_out, n), all with the same leading dimensions, if any.
        Returns (k, d_out) and (k,).
    """
    n, scale = real.shape[-1], a.shape[-1] ** -0.5
    seen = (W @ torch.cat([fake, real, mixed], -1) >= 0).to(W.dtype)  # (k, 3 n)
    gamma = ((W * a[..., None]).mT @ seen[..., 2 * n :]).mul_(scale)  # (d_out, n)
    length = gamma.square().sum(-2, keepdim=True).sqrt_().clamp_(min=1e-12)
    q = torch.cat([fake, -real, 2 * penalty * (1 - 1 / length) * gamma], -1).div_(n)  # (d_out, 3 n)
    B = (seen @ q.mT).mul_(scale)  # (k, d_out)
    return a[..., None] * B, (W * B).sum(-1)


class Critic:
    """A critic in training, by plain gradient descent.

    Args:
        W, a: initial weights; W is changed in place.
        fixed_top: leave a as it is.
        random: on the CPU; draws where between a real and a generated output the slope is penalised.

    Shapes:
        W (inits, k, d_out), a (inits, k).
    """

    def __init__(self, W: Tensor, a: Tensor, random: torch.Generator, *, fixed_top: bool) -> None:
        self.W, self.a, self.random, self.fixed_top = W, a, random, fixed_top

    def train(self, real: Tensor, fake: Tensor, *, steps: int, rate: float, penalty: float, L: float) -> None:
        """So many steps at these outputs, each followed by rescaling rows longer than L.

        Shapes:
            real (d_out, n), fake (inits, d_out, n).
        """
        real = real.expand_as(fake)
        for _ in range(steps):
            mixed = fake + self._shares(fake) * (real - fake)
            dW, da = gradients(self.W, self.a, real, fake, mixed, penalty)
            self.W.add_(dW, alpha=-rate)
            if not self.fixed_top:
                self.a.add_(da, alpha=-rate)
            self.bound(L)

    def _shares(self, fake: Tensor) -> Tensor:
        """How far from each output to its target the slope is looked at: (inits, 1, n), alike on every device."""
        size = fake.shape[0], 1, fake.shape[2]
        drawn = torch.rand(size, generator=self.random, dtype=fake.dtype, device=self.random.device)
        return drawn.to(fake.device)

    def bound(self, L: float) -> None:
        """Rescale rows of W so that none is longer than L."""
        self.W.mul_((L / self.W.norm(dim=-1, keepdim=True).clamp_(min=1e-12)).clamp_(max=1))

    def state_dict(self) -> State:
        """Weights and random state."""
        return {"W": self.W, "a": self.a, "random": self.random.get_state()}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.W.copy_(torch.as_tensor(state["W"]))
        self.a.copy_(torch.as_tensor(state["a"]))
        self.random.set_state(torch.as_tensor(state["random"]).clone().cpu())
