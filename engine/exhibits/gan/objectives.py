"""The two losses of every objective, in the symbols of the papers.

``D_x`` and ``D_Gz`` are what the discriminator's network says, without a last squashing function, of a batch of real
samples ``x`` and of generated samples ``G(z)``. Where a paper means a probability, that is ``sigma(D_x)``, and

    log sigma(s) = -softplus(-s)        log(1 - sigma(s)) = -softplus(s)

is how its logarithms are computed without overflow. E is the mean over the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import softplus

from engine.exhibits.gan.coulomb import potential

Judge = Literal["discriminator", "critic"]


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch as the objectives see it.

    Shapes:
        x, Gz: (B, d), real and generated samples. D_x, D_Gz: (B / p,), what D says of them, p at a time.
    """

    x: Tensor
    Gz: Tensor
    D_x: Tensor
    D_Gz: Tensor
    dimension: int = 3
    epsilon: float = 1.0


def saturating_D(b: Batch) -> Tensor:
    """L_D = -E log D(x) - E log(1 - D(G(z)))"""
    return softplus(-b.D_x).mean() + softplus(b.D_Gz).mean()


def saturating_G(b: Batch) -> Tensor:
    """L_G = E log(1 - D(G(z)))"""
    return -softplus(b.D_Gz).mean()


def non_saturating_G(b: Batch) -> Tensor:
    """L_G = -E log D(G(z))"""
    return softplus(-b.D_Gz).mean()


def least_squares_D(b: Batch) -> Tensor:
    """L_D = 1/2 E (D(x) - 1)^2 + 1/2 E D(G(z))^2"""
    return 0.5 * (b.D_x - 1).square().mean() + 0.5 * b.D_Gz.square().mean()


def least_squares_G(b: Batch) -> Tensor:
    """L_G = 1/2 E (D(G(z)) - 1)^2"""
    return 0.5 * (b.D_Gz - 1).square().mean()


def wasserstein_D(b: Batch) -> Tensor:
    """L_D = E D(G(z)) - E D(x), for a critic D kept Lipschitz by clipping its weights or by a penalty."""
    return b.D_Gz.mean() - b.D_x.mean()


def wasserstein_G(b: Batch) -> Tensor:
    """L_G = -E D(G(z))"""
    return -b.D_Gz.mean()


def coulomb_D(b: Batch) -> Tensor:
    """L_D = 1/2 E (D(a) - Phi(a))^2 over real and generated a, with Phi the potential of this very batch.

    Of a pack of samples it is the mean of their potentials.
    """
    Phi_x, Phi_Gz = (potential(a, b.x, b.Gz, b.dimension, b.epsilon).view(len(b.D_x), -1).mean(1) for a in (b.x, b.Gz))
    return 0.5 * (b.D_x - Phi_x).square().mean() + 0.5 * (b.D_Gz - Phi_Gz).square().mean()


def coulomb_G(b: Batch) -> Tensor:
    """L_G = -1/2 E D(G(z))"""
    return -0.5 * b.D_Gz.mean()


def pairing_D(b: Batch) -> Tensor:
    """L_D = -E log sigma(D(x) - D(G(z))), each real sample paired with a generated one."""
    return softplus(b.D_Gz - b.D_x).mean()


def pairing_G(b: Batch) -> Tensor:
    """L_G = -E log sigma(D(G(z)) - D(x))"""
    return softplus(b.D_x - b.D_Gz).mean()


@dataclass(frozen=True)
class Objective:
    """A pair of losses.

    Args:
        label: what it is called.
        latex: both losses.
        judge: what D is called: a critic in Wasserstein objectives, a discriminator otherwise.
        squash: whether sigma(D) is a probability, and that is what to show of it.
        pairs: whether G's loss needs D's opinion of the real samples too.
        clips: whether D's weights are clipped after each of its steps.
        gradient_penalty: whether the penalty (|grad D| - 1)^2 between the samples belongs to it.
        without_optimum: why D, or sigma(D), should not come to D* = p / (p + p_G); empty where it should. Of least
            squares D itself should: the minimum of p (D - 1)^2 + p_G D^2 at every place is there.
    """

    label: str
    latex: str
    judge: Judge
    loss_D: Callable[[Batch], Tensor]
    loss_G: Callable[[Batch], Tensor]
    squash: bool = False
    pairs: bool = False
    clips: bool = False
    gradient_penalty: bool = False
    without_optimum: str = ""

    def opinion(self, scores: Tensor) -> Tensor:
        """What to show of D: a probability for a discriminator, else the score itself."""
        return torch.sigmoid(scores) if self.squash else scores


_LOG_D = r"L_D=-\mathbb E\log D(x)-\mathbb E\log\bigl(1-D(G(z))\bigr)"
_WASSERSTEIN = r"\begin{aligned}L_D&=\mathbb E\,D(G(z))-\mathbb E\,D(x)%s\\L_G&=-\mathbb E\,D(G(z))\end{aligned}"
_CRITIC = "a critic is no probability"

OBJECTIVES: dict[str, Objective] = {
    "minimax": Objective(
        "minimax (saturating)",
        rf"\begin{{aligned}}&{_LOG_D}\\&L_G=\mathbb E\log\bigl(1-D(G(z))\bigr)\end{{aligned}}",
        "discriminator", saturating_D, saturating_G, squash=True,
    ),
    "non-saturating": Objective(
        "non-saturating",
        rf"\begin{{aligned}}&{_LOG_D}\\&L_G=-\mathbb E\log D(G(z))\end{{aligned}}",
        "discriminator", saturating_D, non_saturating_G, squash=True,
    ),
    "least-squares": Objective(
        "least squares",
        r"\begin{aligned}&L_D=\tfrac12\mathbb E(D(x)-1)^2+\tfrac12\mathbb E\,D(G(z))^2\\"
        r"&L_G=\tfrac12\mathbb E(D(G(z))-1)^2\end{aligned}",
        "discriminator", least_squares_D, least_squares_G,
    ),
    "wasserstein": Objective(
        "Wasserstein, clipping",
        _WASSERSTEIN % r",\quad w\leftarrow\mathrm{clip}(w,-c,c)",
        "critic", wasserstein_D, wasserstein_G, clips=True, without_optimum=_CRITIC,
    ),
    "wgan-gp": Objective(
        "Wasserstein, gradient penalty",
        _WASSERSTEIN % r"+\lambda\,\mathbb E\bigl(\|\nabla D(\hat x)\|-1\bigr)^2",
        "critic", wasserstein_D, wasserstein_G, gradient_penalty=True, without_optimum=_CRITIC,
    ),
    "coulomb": Objective(
        "Coulomb",
        r"\begin{aligned}&L_D=\tfrac12\mathbb E_a\bigl(D(a)-\hat\Phi(a)\bigr)^2,\quad"
        r"\hat\Phi(a)=\mathbb E\,k(a,x)-\mathbb E\,k(a,G(z))\\"
        r"&k(a,b)=\bigl(\|a-b\|^2+\varepsilon^2\bigr)^{-d/2},\quad L_G=-\tfrac12\mathbb E\,D(G(z))\end{aligned}",
        "discriminator", coulomb_D, coulomb_G, without_optimum="D learns the potential Φ, also a background",
    ),
    "pairing": Objective(
        "relativistic pairing",
        r"\begin{aligned}&L_D=-\mathbb E\log\sigma\bigl(D(x)-D(G(z))\bigr)\\"
        r"&L_G=-\mathbb E\log\sigma\bigl(D(G(z))-D(x)\bigr)\end{aligned}",
        "discriminator", pairing_D, pairing_G, pairs=True,
        without_optimum="only differences of D between two samples count",
    ),
}  # fmt: skip
