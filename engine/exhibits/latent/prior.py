"""Where codes are expected to lie, and the plane on which they are seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from scipy.special import ndtri
from torch import Tensor

SIDE = 15
LOW, HIGH = 0.05, 0.95
"""The grid of codes that are shown decoded: so many quantiles along either axis, between these two."""

WIDER = 1.25  # steps in which the plane's window grows and shrinks


@dataclass(frozen=True)
class Prior:
    """A normal distribution of codes: the standard one, or that which fits given codes.

    Args:
        mean: (k,). cov: (k, k).
    """

    mean: Tensor
    cov: Tensor

    @staticmethod
    def standard(k: int) -> Prior:
        """N(0, 1)."""
        return Prior(torch.zeros(k, device="cpu"), torch.eye(k, device="cpu"))

    @staticmethod
    def fitted(codes: Tensor) -> Prior:
        """With mean and covariance of codes (n, k)."""
        mean = codes.mean(0)
        apart = codes - mean
        return Prior(mean, apart.T @ apart / len(codes))

    @cached_property
    def root(self) -> Tensor:
        """L with L L^T = cov, (k, k); a direction without variance gets next to none."""
        eye = torch.eye(len(self.mean), device="cpu")
        L, failed = torch.linalg.cholesky_ex(self.cov + 1e-6 * (self.cov.diagonal().mean() + 1e-6) * eye)
        return L if int(failed) == 0 else eye

    def draws(self, epsilon: Tensor) -> Tensor:
        """Codes from standard normal noise (n, k)."""
        return self.mean + epsilon @ self.root.T

    def whitened(self, codes: Tensor) -> Tensor:
        """Codes (n, k) in units in which this is N(0, 1)."""
        return torch.linalg.solve_triangular(self.root, (codes - self.mean).T, upper=False).T


@dataclass(frozen=True)
class Lens:
    """A plane in the space of codes: z = origin + basis p for a place p of it.

    Args:
        origin: (k,). basis: (k, 2) with orthonormal columns; of a single number the second is zero.
    """

    origin: Tensor
    basis: Tensor

    @staticmethod
    def along(k: int, right: int, up: int) -> Lens:
        """Through two of the numbers, counted from 0."""
        basis = torch.zeros(k, 2, device="cpu")
        basis[right, 0] = 1
        if k > 1:
            basis[up if up != right else (right + 1) % k, 1] = 1
        return Lens(torch.zeros(k, device="cpu"), basis)

    @staticmethod
    def principal(codes: Tensor, before: Lens) -> Lens:
        """Through the mean of codes (n, k), along the two directions in which they vary most; turned within that
        plane so that it looks as much as possible as ``before``.
        """
        mean = codes.mean(0)
        _, vectors = torch.linalg.eigh((codes - mean).T @ (codes - mean))
        widest = vectors[:, -2:].flip(1)  # (k, 2)
        left, _, right = torch.linalg.svd(widest.T @ before.basis)
        return Lens(mean, widest @ left @ right)

    def project(self, codes: Tensor) -> Tensor:
        """Places (n, 2) of codes (n, k)."""
        return (codes - self.origin) @ self.basis

    def lift(self, places: Tensor) -> Tensor:
        """Codes (n, k) of places (n, 2)."""
        return self.origin + places @ self.basis.T

    def covariance(self, cov: Tensor) -> Tensor:
        """Of the places, where ``cov`` (..., k, k) is that of the codes; (..., 2, 2)."""
        return self.basis.T @ cov @ self.basis


def quantile_grid(prior: Prior, lens: Lens) -> tuple[Tensor, Tensor]:
    """Codes at the quantiles .05 to .95 of the prior along both axes of the plane, in rows from the top; of a single
    number as many quantiles in a row.

    Returns:
        Places (225, 2) and codes (225, k).
    """
    along = SIDE * SIDE if len(prior.mean) == 1 else SIDE
    ticks = torch.tensor(ndtri(LOW + (HIGH - LOW) * torch.arange(along, device="cpu").double().numpy() / (along - 1)),
                         dtype=torch.float32, device="cpu")  # fmt: skip
    if along > SIDE:
        epsilon = torch.stack([ticks, torch.zeros_like(ticks)], 1)
    else:
        epsilon = torch.stack([ticks.repeat(SIDE), ticks.flip(0).repeat_interleave(SIDE)], 1)  # (225, 2)
    middle = lens.project(prior.mean[None])
    flat = Prior(middle[0], lens.covariance(prior.cov))
    places = flat.draws(epsilon)
    return places, lens.lift(places)


def window(places: Tensor, now: float, least: float) -> float:
    """Half the side of a square in which nearly all of the places (n, 2) lie, from a ladder of sizes: it grows at
    once, and shrinks only when much too large.

    Args:
        now: its present size. least: it is never smaller.
    """
    needed = max(float(places.abs().quantile(0.995)) * 1.08, least)
    if not math.isfinite(needed):
        return now
    fitting = max(WIDER ** math.ceil(math.log(needed) / math.log(WIDER) - 1e-9), least)
    return fitting if fitting > now or fitting < now / WIDER**2.5 else now
