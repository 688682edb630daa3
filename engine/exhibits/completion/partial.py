"""What a camera, a knife, a moth or a laser scanner leaves of a cloud: partial views, noise and outliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numba
import numpy as np
from scipy.spatial import ConvexHull, QhullError

Kind = Literal["camera", "half-space", "holes", "rings"]
KINDS: tuple[Kind, ...] = get_args(Kind)

CAMERA_DISTANCE = 2.5
"""From the origin to the camera; shapes lie in the unit sphere."""

FLIP_RADIUS = 100.0
"""Radius of hidden point removal's sphere, in units of the farthest point's distance from the camera."""

HOLES = 3
RINGS = 24
"""Rings of the laser scanner across the shape."""

RASTER = 48
"""Pixels along a side of the depth buffer."""


@dataclass(frozen=True)
class Erasure:
    """How a shape is erased.

    Args:
        kind: ``camera``: hidden from a camera, and then what is farthest from it, until ``missing`` is reached;
            ``half-space``: the share ``missing`` that lies farthest along the direction;
            ``holes``: the same share around a few points; ``rings``: all but rings of a laser scanner.
        missing: share of the points that is unseen, 0 to 0.95; for ``camera`` and ``rings`` at least that.
        towards: from the origin to the camera (3,), or across the cut; None draws one for every shape.
        noise: standard deviation added to each coordinate of the input, in units of the shape's radius.
        outliers: share of the input replaced by points anywhere in the cube around the shape.
        exact: hidden point removal by a convex hull, instead of by a depth buffer, which is some thirty times faster.
    """

    kind: Kind = "camera"
    missing: float = 0.5
    towards: tuple[float, float, float] | None = None
    noise: float = 0.0
    outliers: float = 0.0
    exact: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A shape is erased by one of {', '.join(KINDS)}, not {self.kind!r}.")
        if not 0 <= self.missing <= 0.95:
            raise ValueError(f"The missing share is {self.missing}; it is between 0 and 0.95.")


def erase(points: np.ndarray, how: Erasure, rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Partial views of a batch of clouds.

    Args:
        points: (B, n, 3) float32, the whole shapes.
        rng: draws directions, holes, noise, outliers and which of the seen points are the input.
        count: m, points of every input.

    Returns:
        input (B, m, 3) float32: seen points, drawn without replacement while they last, then again; and
        seen (B, n) bool: which points of the truth are.
    """
    inputs = np.empty((len(points), count, 3), np.float32)
    seen = np.empty(points.shape[:2], bool)
    for number, cloud in enumerate(points):
        towards = direction(rng) if how.towards is None else np.asarray(how.towards, np.float64)
        seen[number] = visible(cloud, how, towards / np.linalg.norm(towards), rng)
        inputs[number] = drawn(cloud[seen[number]], count, rng)
    return spoiled(inputs, how, rng), seen


def direction(rng: np.random.Generator) -> np.ndarray:
    """A unit vector (3,), each direction as likely as the other."""
    found = rng.standard_normal(3)
    return np.asarray(found / np.linalg.norm(found))


def aimed(azimuth: float, elevation: float) -> tuple[float, float, float]:
    """The unit vector at ``azimuth`` degrees from +z towards +x, and ``elevation`` degrees above the floor."""
    a, e = np.radians(azimuth), np.radians(elevation)
    return float(np.sin(a) * np.cos(e)), float(np.sin(e)), float(np.cos(a) * np.cos(e))


def visible(cloud: np.ndarray, how: Erasure, towards: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) bool, which points of one cloud (n, 3) remain; always at least one."""
    if how.kind == "half-space":
        return _nearest(-cloud @ towards, how.missing)
    if how.kind == "holes":
        middles = cloud[rng.choice(len(cloud), min(HOLES, len(cloud)), replace=False)]  # (HOLES, 3)
        sizes = rng.uniform(0.5, 1.0, len(middles))
        away = np.linalg.norm(cloud[:, None] - middles, axis=-1) / sizes  # (n, HOLES)
        return _nearest(-away.min(1), how.missing)
    camera = CAMERA_DISTANCE * towards
    found = unhidden(cloud, camera) if how.exact else in_front(cloud, camera)
    if how.kind == "rings":
        found = _some(found & _on_rings(cloud, camera, how.missing), found)
    away = np.linalg.norm(cloud - camera, axis=1)
    return found & _nearest(np.where(found, away, np.inf), how.missing)


def _nearest(away: np.ndarray, missing: float) -> np.ndarray:
    """(n,) bool: the share 1 - ``missing`` with the smallest ``away``."""
    keep = max(1, round(len(away) * (1 - missing)))
    found = np.zeros(len(away), bool)
    found[np.argpartition(away, keep - 1)[:keep]] = True
    return found


def _some(wanted: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    return wanted if wanted.any() else otherwise


def _on_rings(cloud: np.ndarray, camera: np.ndarray, missing: float) -> np.ndarray:
    """(n,) bool: within the beams of a scanner that turns about an upright axis at the camera."""
    beam = cloud - camera
    elevation = np.arctan2(beam[:, 1], np.hypot(beam[:, 0], beam[:, 2]))
    span = 2 * np.arcsin(1 / CAMERA_DISTANCE)
    return np.asarray((elevation / span * RINGS) % 1 < 0.5 * (1 - missing))


def unhidden(cloud: np.ndarray, camera: np.ndarray, radius: float = FLIP_RADIUS) -> np.ndarray:
    """Hidden point removal, exactly.

    Seen from the camera C, a point p is flipped to p + 2 (R - |p - C|) (p - C) / |p - C|. Those are visible that are
    corners of the convex hull of all flipped points and C.

    Args:
        radius: R, in units of the farthest point's distance from C.

    Returns:
        (n,) bool.

    References:
        S. Katz, A. Tal, R. Basri, *Direct visibility of point sets*, SIGGRAPH 2007.
    """
    beam = cloud.astype(np.float64) - camera  # (n, 3)
    away = np.linalg.norm(beam, axis=1, keepdims=True)  # (n, 1)
    flipped = beam + 2 * (radius * away.max() - away) * beam / away
    found = np.zeros(len(cloud) + 1, bool)
    try:
        found[ConvexHull(np.concatenate([flipped, np.zeros((1, 3))])).vertices] = True
    except QhullError:  # all in one plane with the camera
        found[:] = True
    return found[:-1]


def in_front(cloud: np.ndarray, camera: np.ndarray) -> np.ndarray:
    """What a depth buffer sees: points not far behind the nearest in the pixels around their own. (n,) bool."""
    return np.asarray(_in_front(cloud.astype(np.float32), camera.astype(np.float32), RASTER))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _in_front(cloud, camera, raster):  # type: ignore[no-untyped-def]
    n = len(cloud)
    ahead = -camera / np.sqrt((camera**2).sum())
    up = np.zeros(3, np.float32)
    up[np.abs(ahead).argmin()] = 1
    right = np.cross(ahead, up)
    right /= np.sqrt((right**2).sum())
    up = np.cross(right, ahead)
    depth, row, column = np.empty(n, np.float32), np.empty(n, np.int64), np.empty(n, np.int64)
    buffer = np.full((raster, raster), np.float32(np.inf))
    for i in range(n):
        beam = cloud[i] - camera
        depth[i] = (beam * ahead).sum()
        scale = np.float32(0.5 * raster) * np.float32(2.2) / depth[i]
        row[i] = min(max(int((beam * up).sum() * scale + 0.5 * raster), 0), raster - 1)
        column[i] = min(max(int((beam * right).sum() * scale + 0.5 * raster), 0), raster - 1)
        for r in range(max(row[i] - 1, 0), min(row[i] + 2, raster)):
            for c in range(max(column[i] - 1, 0), min(column[i] + 2, raster)):
                buffer[r, c] = min(buffer[r, c], depth[i])
    found = np.empty(n, np.bool_)
    for i in range(n):
        found[i] = depth[i] <= buffer[row[i], column[i]] + np.float32(0.08)
    return found


def drawn(cloud: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """``count`` of the points: each once before any a second time."""
    rounds = -(-count // len(cloud))
    order = np.concatenate([rng.permutation(len(cloud)) for _ in range(rounds)])
    return np.asarray(cloud[order[:count]])


def spoiled(inputs: np.ndarray, how: Erasure, rng: np.random.Generator) -> np.ndarray:
    """Inputs (B, m, 3) with noise and outliers."""
    if how.noise > 0:
        inputs = inputs + how.noise * rng.standard_normal(inputs.shape).astype(np.float32)
    if how.outliers > 0:
        stray = rng.random(inputs.shape[:2]) < how.outliers  # (B, m)
        inputs = np.where(stray[..., None], rng.uniform(-1, 1, inputs.shape).astype(np.float32), inputs)
    return inputs
