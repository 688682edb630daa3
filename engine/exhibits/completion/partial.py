"""What a camera, a knife, a moth or a laser scanner leaves of a cloud: partial views, noise and outliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.spatial import ConvexHull, QhullError

Kind = Literal["camera", "half-space", "holes", "rings"]
KINDS: tuple[Kind, ...] = get_args(Kind)

CAMERA_DISTANCE = 2.5
"""From the origin to the camera; shapes lie in the unit sphere."""

FLIPPED_PER_POINT = 1 / 17
"""Radius of hidden point removal's sphere, in units of the farthest point's distance from the camera, for each point of
the cloud: a denser cloud hides more. So chosen, seven points in eight are judged as rays judge that are traced
against the meshes, for 512 to 2,048 points.
"""

HOLES = 3
RINGS = 24
"""Rings of the laser scanner across the shape."""


@dataclass(frozen=True)
class Erasure:
    """How a shape is erased.

    Args:
        kind: ``camera``: hidden from a camera, and then what is farthest from it, until ``missing`` is reached;
            ``half-space``: the share ``missing`` that lies farthest on the other side of a plane;
            ``holes``: the same share around a few points; ``rings``: all but rings of a laser scanner.
        missing: share of the points that is unseen, 0 to 0.95; for ``camera`` and ``rings`` at least that.
        towards: from the origin to the camera (3,), or to the side that remains; None draws one for every shape.
        noise: standard deviation added to each coordinate of the input, in units of the shape's radius.
        outliers: share of the input replaced by points anywhere in the cube around the shape.
    """

    kind: Kind = "camera"
    missing: float = 0.5
    towards: tuple[float, float, float] | None = None
    noise: float = 0.0
    outliers: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A shape is erased by one of {', '.join(KINDS)}, not {self.kind!r}.")
        if not 0 <= self.missing <= 0.95:
            raise ValueError(f"The missing share is {self.missing}; it is between 0 and 0.95.")


class Sights:
    """What a few cameras around each shape see, found when it is first asked for: training asks again and again.

    Args:
        clouds: (S, n, 3), the whole shapes.
        views: cameras around each.
        seed: of where they stand.
    """

    def __init__(self, clouds: np.ndarray, views: int = 8, seed: int = 0) -> None:
        self.clouds, self.views = clouds, views
        self._cameras = np.random.default_rng([seed, 0x516]).standard_normal((len(clouds), views, 3))
        self._cameras /= np.linalg.norm(self._cameras, axis=-1, keepdims=True)
        self._seen = np.zeros((len(clouds), views, clouds.shape[1]), bool)
        self._known = np.zeros((len(clouds), views), bool)

    def one(self, shape: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """The direction (3,) of one of the cameras around a shape, and which points (n,) it does not find hidden."""
        view = int(rng.integers(self.views))
        towards = self._cameras[shape, view]
        if not self._known[shape, view]:
            self._seen[shape, view] = unhidden(self.clouds[shape], CAMERA_DISTANCE * towards)
            self._known[shape, view] = True
        return towards, self._seen[shape, view]


def erase(
    points: np.ndarray,
    how: Erasure,
    rng: np.random.Generator,
    count: int,
    sights: Sights | None = None,
    shapes: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Partial views of a batch of clouds.

    Args:
        points: (B, n, 3) float32, the whole shapes.
        rng: draws directions, holes, noise, outliers and which of the seen points are the input.
        count: m, points of every input.
        sights: of a set of shapes, from which the directions are taken where ``how`` leaves them open.
        shapes: (B,) which of that set ``points`` are.

    Returns:
        input (B, m, 3) float32: seen points, drawn without replacement while they last, then again; and
        seen (B, n) bool: which points of the truth are.
    """
    inputs = np.empty((len(points), count, 3), np.float32)
    seen = np.empty(points.shape[:2], bool)
    for number, cloud in enumerate(points):
        known = None
        if how.towards is not None:
            towards = np.asarray(how.towards, np.float64) / np.linalg.norm(how.towards)
        elif sights is not None and shapes is not None and how.kind in ("camera", "rings"):
            towards, known = sights.one(int(shapes[number]), rng)
        else:
            towards = direction(rng)
        seen[number] = visible(cloud, how, towards, rng, known)
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


def visible(
    cloud: np.ndarray, how: Erasure, towards: np.ndarray, rng: np.random.Generator, known: np.ndarray | None = None
) -> np.ndarray:
    """(n,) bool, which points of one cloud (n, 3) remain; always at least one.

    Args:
        towards: unit vector (3,).
        rng: draws the holes.
        known: (n,) bool, what is not hidden from a camera there, if that is known.
    """
    if how.kind == "half-space":
        return _nearest(-(cloud @ towards), how.missing)
    if how.kind == "holes":
        middles = cloud[rng.choice(len(cloud), min(HOLES, len(cloud)), replace=False)]  # (HOLES, 3)
        away = np.linalg.norm(cloud[:, None] - middles, axis=-1) / rng.uniform(0.5, 1.0, len(middles))  # (n, HOLES)
        return _nearest(-away.min(1), how.missing)
    camera = CAMERA_DISTANCE * towards
    found = unhidden(cloud, camera) if known is None else known
    if how.kind == "rings":
        on_rings = found & _on_rings(cloud, camera, how.missing)
        found = on_rings if on_rings.any() else found
    away = np.where(found, np.linalg.norm(cloud - camera, axis=1), np.inf)  # (n,)
    return found & _nearest(away, how.missing)


def _nearest(away: np.ndarray, missing: float) -> np.ndarray:
    """(n,) bool: the share 1 - ``missing`` with the smallest ``away``."""
    keep = max(1, round(len(away) * (1 - missing)))
    found = np.zeros(len(away), bool)
    found[np.argpartition(away, keep - 1)[:keep]] = True
    return found


def _on_rings(cloud: np.ndarray, camera: np.ndarray, missing: float) -> np.ndarray:
    """(n,) bool: within the beams of a scanner that turns about an upright axis at the camera."""
    beam = cloud - camera
    elevation = np.arctan2(beam[:, 1], np.hypot(beam[:, 0], beam[:, 2]))
    span = 2 * np.arcsin(1 / CAMERA_DISTANCE)
    return np.asarray((elevation / span * RINGS) % 1 < 0.5 * (1 - missing))


def unhidden(cloud: np.ndarray, camera: np.ndarray, radius: float | None = None) -> np.ndarray:
    """Hidden point removal, exactly.

    Seen from the camera C, a point p is flipped to p + 2 (R - |p - C|) (p - C) / |p - C|. Those are visible that are
    corners of the convex hull of all flipped points and C.

    Args:
        radius: R, in units of the farthest point's distance from C; by default it follows the number of points.

    Returns:
        (n,) bool.

    References:
        S. Katz, A. Tal, R. Basri, *Direct visibility of point sets*, SIGGRAPH 2007.
    """
    beam = cloud.astype(np.float64) - camera  # (n, 3)
    away = np.linalg.norm(beam, axis=1, keepdims=True)  # (n, 1)
    radius = max(1.0, FLIPPED_PER_POINT * len(cloud)) if radius is None else radius
    flipped = beam + 2 * (radius * away.max() - away) * beam / away
    found = np.zeros(len(cloud) + 1, bool)
    try:
        found[ConvexHull(np.concatenate([flipped, np.zeros((1, 3))])).vertices] = True
    except QhullError:  # all in one plane with the camera
        found[:] = True
    return found[:-1]


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
