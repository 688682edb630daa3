r"""What is known of a surface: its heights, its curvature and its minima, computed when it changes."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.exhibits.optimisers.surfaces import Surface, eigenvalues

CELLS = 96  # of the picture along each side
PROBES = 64  # of curvature and of minima along each side
MOST = 150  # minima
NEWTON_STEPS = 40
SAME = 1e-4  # minima nearer to each other than this share of the window are one


class Terrain:
    """A surface and what is known of it.

    Shapes:
        heights: (CELLS, CELLS), the loss in the window, row 0 on top.
        curvature: (PROBES, PROBES), the largest |eigenvalue| of the Hessian there.
        minima: (k, 2), the lowest first. depths: (k,), the loss at them.
    """

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.heights = _finite(surface.value(surface.grid(CELLS)))
        self.probes = surface.grid(PROBES).reshape(-1, 2)
        self.values, slopes = surface.slope(self.probes)
        bends = eigenvalues(surface.hessian(self.probes)).abs().amax(dim=-1)
        self.curvature = torch.nan_to_num(bends, nan=0.0, posinf=0.0, neginf=0.0).reshape(PROBES, PROBES)
        sizes = slopes.norm(dim=-1)
        self.slope = max(float(sizes[sizes.isfinite()].median()) if sizes.isfinite().any() else 1.0, 1e-12)
        self.minima, self.depths = find_minima(surface, self.values.reshape(PROBES, PROBES))
        self.lowest = float(torch.cat([self.heights.reshape(-1), self.depths]).min())

    def smoothness(self, start: Tensor) -> float:
        r"""The constant beta = max |lambda_i(H(w))| over what lies in the window no higher than ``start``.

        With it ||grad L(v) - grad L(w)|| <= beta ||v - w|| there, and gradient descent with eta <= 1/beta never climbs
        out. Read off a grid and at the start itself.

        Shapes:
            start: (2,).
        """
        reached = self.values <= self.surface.value(start)
        below = self.curvature.reshape(-1)[reached]
        here = float(eigenvalues(self.surface.hessian(start[None])).abs().max())
        known = [float(below.max())] if len(below) else []
        found = max([*known, here] if here == here and here != float("inf") else [*known, 0.0])
        return found if found > 1e-9 else 1.0

    def nearest(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """Distance to the nearest minimum and which it is; NaN and -1 where there is none.

        Shapes:
            w: (n, 2). Returns (n,) and (n,).
        """
        if not len(self.minima):
            return torch.full_like(w[:, 0], torch.nan), torch.full((len(w),), -1, device=w.device)
        away, which = torch.cdist(w, self.minima).min(dim=1)
        return away, which


def find_minima(surface: Surface, values: Tensor) -> tuple[Tensor, Tensor]:
    """The minima in the window, by damped Newton steps from the lowest cells of their neighbourhoods.

    Shapes:
        values: (n, n), the loss on ``surface.grid(n)``. Returns (k, 2) and (k,), the lowest first.
    """
    n = len(values)
    padded = torch.nn.functional.pad(_finite(values), (1, 1, 1, 1), value=torch.inf)
    around = [padded[i : i + n, j : j + n] for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    low = (values[None] <= torch.stack(around)).all(dim=0)
    w = surface.grid(n)[low][: 2 * MOST]  # (k, 2)
    for _ in range(NEWTON_STEPS):
        w, moved = _newton_step(surface, w, 4 * surface.half / n)
        if moved < 1e-13 * surface.half:
            break
    return _distinct(surface, w)


def _newton_step(surface: Surface, w: Tensor, longest: float) -> tuple[Tensor, float]:
    """Every place goes as far along Newton's direction, turned downhill, as pays; and how far the farthest went."""
    value, gradient = surface.slope(w)
    H = torch.nan_to_num(surface.hessian(w))
    least = eigenvalues(H)[:, 0]
    shift = (1e-9 - least).clamp(min=0) * 1.5
    step = (
        -torch.linalg.pinv(H + shift[:, None, None] * torch.eye(2, dtype=w.dtype, device=w.device), hermitian=True)
        @ gradient[..., None]
    )
    step = torch.nan_to_num(step[..., 0])
    step = step * (longest / step.norm(dim=-1, keepdim=True).clamp(min=longest))
    shares = torch.tensor([0.0, 1.0, 0.5, 0.2, 0.05], dtype=w.dtype, device=w.device)
    tried = w[None] + shares[:, None, None] * step[None]  # (5, k, 2)
    heights = surface.value(tried).nan_to_num(nan=torch.inf)
    heights[0] = value.nan_to_num(nan=torch.inf)
    best = heights.argmin(dim=0)
    if not len(w):
        return w, 0.0
    after = tried[best, torch.arange(len(w), device=w.device)]
    return after, float((after - w).norm(dim=-1).max())


def _distinct(surface: Surface, w: Tensor) -> tuple[Tensor, Tensor]:
    """Those that are minima indeed, inside the window, each once."""
    value, gradient = surface.slope(w)
    bend = eigenvalues(surface.hessian(w))
    left, right, bottom, top = surface.bounds
    level = gradient.norm(dim=-1) <= 1e-6 * (1 + bend.abs().amax(dim=-1)) * surface.half
    inside = (w[:, 0] >= left) & (w[:, 0] <= right) & (w[:, 1] >= bottom) & (w[:, 1] <= top)
    order = torch.argsort(value)
    kept: list[int] = []
    for i in order.tolist():
        if not (level[i] and inside[i] and bend[i, 0] > 1e-7 * bend[i, 1].abs()) or len(kept) == MOST:
            continue
        if all(float((w[i] - w[k]).norm()) > SAME * surface.half for k in kept):
            kept.append(i)
    return w[kept], value[kept]


def _finite(heights: Tensor) -> Tensor:
    """Heights, as high as the highest known one where there is none."""
    known = heights[heights.isfinite()]
    return torch.nan_to_num(heights, nan=float(known.max()) if len(known) else 0.0,
                            posinf=float(known.max()) if len(known) else 0.0,
                            neginf=float(known.min()) if len(known) else 0.0)  # fmt: skip
