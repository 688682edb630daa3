"""Coulomb GAN: samples as charges, real ones attract and generated ones repel each other.

Unterthiner et al., "Coulomb GANs: Provably Optimal Nash Equilibria via Potential Fields", ICLR 2018.
"""

from __future__ import annotations

import torch
from torch import Tensor


def plummer(a: Tensor, b: Tensor, dimension: int, epsilon: float) -> Tensor:
    """The Plummer kernel k(a, b) = 1 / sqrt(|a - b|^2 + epsilon^2)^dimension.

    Args:
        dimension: how fast the force falls off. epsilon: softens it near a charge.

    Shapes:
        a: (n, d). b: (m, d). Returns (n, m).
    """
    apart = torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist")  # (n, m)
    return (apart.square() + epsilon**2).rsqrt() ** dimension


def potential(a: Tensor, x: Tensor, Gz: Tensor, dimension: int, epsilon: float) -> Tensor:
    """Phi(a) = mean k(a, x) - mean k(a, G(z)); no gradient flows through it.

    Shapes:
        a: (n, d), where to look. x, Gz: (m, d), real and generated samples. Returns (n,).
    """
    a, x, Gz = a.detach(), x.detach(), Gz.detach()
    return plummer(a, x, dimension, epsilon).mean(1) - plummer(a, Gz, dimension, epsilon).mean(1)


def force(a: Tensor, x: Tensor, Gz: Tensor, dimension: int, epsilon: float) -> Tensor:
    """The force on a generated sample at a: the gradient of :func:`potential`.

    grad k(a, b) = -dimension (a - b) / sqrt(|a - b|^2 + epsilon^2)^(dimension + 2)

    Shapes:
        a: (n, d). x, Gz: (m, d). Returns (n, d).
    """

    def pull(b: Tensor) -> Tensor:
        apart = a[:, None, :] - b[None, :, :]  # (n, m, d)
        weight = (apart.square().sum(-1, keepdim=True) + epsilon**2) ** (-dimension / 2 - 1)
        return (-dimension * apart * weight).mean(1)  # (n, d)

    return pull(x.detach()) - pull(Gz.detach())
