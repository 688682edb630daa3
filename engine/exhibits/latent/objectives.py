"""What is minimised: how badly an example is rebuilt, and the penalties that keep codes in order."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Of the kernel with which crowds of codes are compared (Tolstikhin et al., 2018)."""


class Bernoulli:
    """Every pixel is a probability: -log p(x | z) = -sum_i x_i log y_i + (1 - x_i) log(1 - y_i).

    For grey pixels it is the cross-entropy, whose least value is not 0 but the pixels' own entropy.
    """

    latex = r"-\log p(x|z) = -\sum_i x_i \log y_i + (1 - x_i)\log(1 - y_i)"

    def output(self, raw: Tensor) -> Tensor:
        """What the decoder's numbers mean."""
        return raw.sigmoid()

    def loss(self, raw: Tensor, x: Tensor) -> Tensor:
        """-log p(x | z); raw, x (..., d), returns (...)."""
        return binary_cross_entropy_with_logits(raw, x.expand_as(raw), reduction="none").sum(-1)


class Gaussian:
    """Every number has noise: -log p(x | z) = sum_i (x_i - y_i)^2 / (2 s^2) + log(2 pi s^2) / 2.

    Args:
        sigma: s, the noise's standard deviation.
    """

    latex = r"-\log p(x|z) = \sum_i \frac{(x_i - y_i)^2}{2\sigma_x^2} + \tfrac12\log(2\pi\sigma_x^2)"

    def __init__(self, sigma: float) -> None:
        self.sigma = sigma

    def output(self, raw: Tensor) -> Tensor:
        """What the decoder's numbers mean."""
        return raw

    def loss(self, raw: Tensor, x: Tensor) -> Tensor:
        """-log p(x | z); raw, x (..., d), returns (...)."""
        constant = 0.5 * math.log(2 * math.pi * self.sigma**2)
        return ((x - raw).square() / (2 * self.sigma**2) + constant).sum(-1)


Likelihood = Bernoulli | Gaussian


def kl_to_prior(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mu, s^2) | N(0, 1)) = (mu^2 + s^2 - 1 - log s^2) / 2 of every number of a code, in nats.

    Shapes:
        mu, log_var: (B, k). Returns (B, k).
    """
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var)


def reparameterise(mu: Tensor, log_var: Tensor, epsilon: Tensor) -> Tensor:
    """A draw z = mu + s epsilon from N(mu, s^2) through which gradients reach mu and s.

    Shapes:
        all (B, k).
    """
    return mu + (0.5 * log_var).exp() * epsilon


def contraction(encode: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """|dz/dx|_F^2 of every example, with a gradient of its own.

    Rifai et al., "Contractive auto-encoders: explicit invariance during feature extraction", ICML 2011.

    Shapes:
        x: (B, d). ``encode`` answers (B, k), each row from its own x alone. Returns (B,).
    """
    at = x.detach().requires_grad_()
    with torch.enable_grad():
        z = encode(at)
        rows = [torch.autograd.grad(each.sum(), at, create_graph=True)[0] for each in z.unbind(1)]  # k of (B, d)
        return torch.stack(rows).square().sum((0, 2))


def inverse_multiquadratic(apart: Tensor, k: int, scales: tuple[float, ...] = SCALES) -> Tensor:
    """k(a, b) = sum over s of C / (C + |a - b|^2) with C = 2 k s, the kernel of WAE-MMD for a standard normal prior.

    Args:
        apart: distances |a - b|, of any shape. k: dimension of the space.

    Shapes:
        Returns as many numbers as there are distances.
    """
    square, wide = apart.square(), [2 * k * scale for scale in scales]
    return sum((C / (C + square) for C in wide), start=torch.zeros((), device="cpu"))


def mmd(z: Tensor, prior: Tensor) -> Tensor:
    """The unbiased estimate of MMD^2 between the distributions of two samples; it may fall below 0.

    sum_{i != j} k(z_i, z_j) / n(n - 1) + sum_{i != j} k(p_i, p_j) / m(m - 1) - 2 sum_{ij} k(z_i, p_j) / nm

    Shapes:
        z: (n, k). prior: (m, k). Returns a number; NaN for less than two of either.
    """
    if min(len(z), len(prior)) < 2:
        return torch.full((), math.nan, device="cpu")
    k = z.shape[1]
    own = [inverse_multiquadratic(torch.pdist(each), k).mean() for each in (z, prior)]  # over pairs i < j
    between = torch.cdist(z, prior, compute_mode="donot_use_mm_for_euclid_dist")
    return own[0] + own[1] - 2 * inverse_multiquadratic(between, k).mean()


def discriminate(D_prior: Tensor, D_z: Tensor) -> Tensor:
    """The loss of a discriminator of codes, -E log D(p) - E log(1 - D(z)), from its logits."""
    return softplus(-D_prior).mean() + softplus(D_z).mean()


def look_like_prior(D_z: Tensor) -> Tensor:
    """What the encoder pays it, -E log D(z), from its logits."""
    return softplus(-D_z).mean()
