"""Four ways to spoil an example, for an autoencoder that is to make it good."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Corrupt = Callable[[Tensor, float, tuple[int, ...], torch.Generator], Tensor]


def _uniform(like: Tensor, rng: torch.Generator) -> Tensor:
    return torch.rand(like.shape, generator=rng, device="cpu")


def gaussian(x: Tensor, level: float, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    """Add noise of standard deviation ``level``."""
    return x + level * torch.randn(x.shape, generator=rng, device="cpu")


def salt_and_pepper(x: Tensor, level: float, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    """A share ``level`` of the numbers becomes the least or the greatest of all, each as likely."""
    hit, which = _uniform(x, rng) < level, _uniform(x, rng) < 0.5
    return torch.where(hit, torch.where(which, x.amax(), x.amin()), x)


def masking(x: Tensor, level: float, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    """A share ``level`` of the numbers becomes 0."""
    return x * (_uniform(x, rng) >= level)


def occlusion(x: Tensor, level: float, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    """A square of side ``level`` times the image's becomes 0; where there is no image, one number may."""
    if not shape:
        return masking(x, level / 2, shape, rng)
    height, width = shape
    side = [level * length for length in shape]
    corner = torch.rand(2, len(x), 1, generator=rng, device="cpu")
    top, left = (corner[axis] * (shape[axis] - side[axis]) for axis in (0, 1))  # (B, 1)
    rows, columns = torch.arange(height, device="cpu") + 0.5, torch.arange(width, device="cpu") + 0.5
    in_rows = (rows > top) & (rows < top + side[0])  # (B, h)
    in_columns = (columns > left) & (columns < left + side[1])  # (B, w)
    hidden = in_rows[:, :, None] & in_columns[:, None, :]  # (B, h, w)
    return x * ~hidden.flatten(1)


CORRUPTIONS: dict[str, Corrupt] = {
    "gaussian": gaussian,
    "salt and pepper": salt_and_pepper,
    "occlusion": occlusion,
    "masking": masking,
}


def corrupt(x: Tensor, kind: str, level: float, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    """Spoil examples; at level 0 they stay as they are.

    Args:
        kind: one of ``CORRUPTIONS``. level: how badly, 0 to 1. shape: of an image, or empty.

    Shapes:
        x: (B, d). Returns (B, d).
    """
    return CORRUPTIONS[kind](x, level, shape, rng)
