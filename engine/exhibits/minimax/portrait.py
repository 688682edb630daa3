"""A picture of the flow by line integral convolution: noise smeared along the field (Cabral & Leedom 1993)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from engine.exhibits.minimax.projection import Projection

HEIGHT, WIDTH = 360, 640
REACH = 14  # pixels that noise is smeared to either side


def flow_picture(
    field: Callable[..., Any], constants: tuple[float, ...], projection: Projection, trails: np.ndarray
) -> np.ndarray:
    """The flow with the paths drawn bright over it, (HEIGHT, WIDTH) in 0 ... 1.

    Shapes:
        trails: (M, T, 2) in the coordinates of the picture.
    """
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    noise = np.random.default_rng(0).random((HEIGHT, WIDTH))
    total = noise.copy()
    for sign in (1.0, -1.0):
        r, c = rows.copy(), columns.copy()
        for _ in range(REACH):
            u = np.stack([(c - WIDTH / 2) / (HEIGHT / 2), (HEIGHT / 2 - r) / (HEIGHT / 2)], axis=-1)
            vx, vy = np.broadcast_arrays(*field(*np.moveaxis(projection.to_plane(u), -1, 0), *constants))
            size = np.maximum(np.hypot(vx, vy), 1e-12)
            r, c = r - sign * vy / size, c + sign * vx / size
            total += noise[np.clip(r, 0, HEIGHT - 1).astype(int), np.clip(c, 0, WIDTH - 1).astype(int)]
    picture = 0.45 * (total - total.min()) / np.ptp(total)
    for trail in trails:
        _draw(picture, trail[np.isfinite(trail).all(axis=-1)])
    return picture


def _draw(picture: np.ndarray, trail: np.ndarray) -> None:
    """A path as a line three pixels wide."""
    for (x0, y0), (x1, y1) in pairwise(trail):
        t = np.linspace(0, 1, 24)
        r = (HEIGHT / 2 * (1 - y0 - t * (y1 - y0))).astype(int)
        c = (WIDTH / 2 + HEIGHT / 2 * (x0 + t * (x1 - x0))).astype(int)
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                inside = (r + dr >= 0) & (r + dr < HEIGHT) & (c + dc >= 0) & (c + dc < WIDTH)
                picture[(r + dr)[inside], (c + dc)[inside]] = 1.0
