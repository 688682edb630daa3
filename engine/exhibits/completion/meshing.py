"""A surface through a cloud of points, as a mesh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.spatial import Delaunay, QhullError, cKDTree

from engine.kit.open3d import OPEN3D

Method = Literal["alpha", "poisson", "ball-pivoting"]
METHODS: tuple[Method, ...] = get_args(Method)
SECONDS = 10.0
MOST_POINTS = 20_000
OCTREE_DEPTH = 6
ALPHA, REACH, BALLS = 2.0, 1.5, (1.2, 2.4)
"""Radius of the alpha shape, how far Poisson's surface may leave the points, radii of the rolling balls: in units of
:func:`spacing`.
"""


@dataclass(frozen=True)
class Surface:
    """Vertices (v, 3) float32 and triangles (f, 3) int32."""

    vertices: np.ndarray
    triangles: np.ndarray


def surface(points: np.ndarray, method: Method = "alpha", *, seconds: float = SECONDS) -> Surface:
    """A surface through points.

    Args:
        points: (n, 3), at least 4.
        method: ``alpha``: the alpha shape, computed here at once. ``poisson``: a smooth closed surface whose gradient
            fits the points' normals. ``ball-pivoting``: triangles on which a rolling ball comes to rest. The last two
            are Open3D's, in a process of its own.
        seconds: the longest that those two may take.

    Raises:
        ValueError: there is none: too few points, all in a plane, or Open3D could not; the sentence says which.

    References:
        H. Edelsbrunner, E. Mücke, *Three-dimensional alpha shapes*, 1994; M. Kazhdan, H. Hoppe, *Screened Poisson
        surface reconstruction*, 2013; F. Bernardini et al., *The ball-pivoting algorithm*, 1999.
    """
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}; there are {', '.join(METHODS)}.")
    cloud = np.unique(np.asarray(points, np.float64), axis=0)
    cloud = cloud[np.isfinite(cloud).all(1)]
    if not 4 <= len(cloud) <= MOST_POINTS:
        raise ValueError(f"A surface is laid through 4 to {MOST_POINTS:,} different points, not {len(cloud):,}.")
    unit = spacing(cloud)
    if method == "alpha":
        found = alpha_shape(cloud, ALPHA * unit)
    elif method == "poisson":
        found = Surface(*OPEN3D.ask("poisson", cloud, OCTREE_DEPTH, REACH * unit, seconds=seconds))
    else:
        found = Surface(*OPEN3D.ask("ball_pivoting", cloud, [unit * each for each in BALLS], seconds=seconds))
    if len(found.triangles) == 0:
        raise ValueError("No surface comes out: the points lie too evenly or too far apart for it.")
    return Surface(found.vertices.astype(np.float32), found.triangles.astype(np.int32))


def spacing(cloud: np.ndarray) -> float:
    """How far points (n, 3) lie from their fourth nearest neighbour, as a median."""
    away, _ = cKDTree(cloud).query(cloud, k=min(5, len(cloud)))
    return float(np.median(away[:, -1]))


def alpha_shape(cloud: np.ndarray, alpha: float) -> Surface:
    """The border of those tetrahedra of the Delaunay triangulation whose circumscribed sphere is smaller than alpha.

    Args:
        cloud: (n, 3) float64.
        alpha: the radius, in the units of the points.

    Raises:
        ValueError: the points lie in a plane.
    """
    try:
        corners = Delaunay(cloud).simplices  # (t, 4)
    except QhullError:
        raise ValueError("All points lie in a plane; no surface is laid through them.") from None
    kept = corners[circumradius(cloud[corners]) < alpha]  # (t', 4)
    sides = np.concatenate([kept[:, [1, 2, 3]], kept[:, [0, 3, 2]], kept[:, [0, 1, 3]], kept[:, [0, 2, 1]]])
    opposite = np.concatenate([kept[:, corner] for corner in range(4)])
    _, first, count = np.unique(np.sort(sides, axis=1), axis=0, return_index=True, return_counts=True)
    border = _outward(cloud, sides[first[count == 1]], opposite[first[count == 1]])
    used, triangles = np.unique(border, return_inverse=True)
    return Surface(cloud[used].astype(np.float32), triangles.reshape(-1, 3).astype(np.int32))


def _outward(cloud: np.ndarray, sides: np.ndarray, opposite: np.ndarray) -> np.ndarray:
    """Triangles (f, 3) turned so that they face away from their tetrahedron's fourth corner."""
    a, b, c, d = (cloud[index] for index in (*sides.T, opposite))
    inward = np.einsum("fi,fi->f", np.cross(b - a, c - a), d - a) > 0
    return np.where(inward[:, None], sides[:, ::-1], sides)


def circumradius(tetrahedra: np.ndarray) -> np.ndarray:
    """(t,) radii of the spheres through the corners (t, 4, 3); infinite for flat ones.

    With u, v, w from one corner to the others: |u|² (v x w) + |v|² (w x u) + |w|² (u x v), its length over
    2 |u · (v x w)|.
    """
    u, v, w = (tetrahedra[:, corner] - tetrahedra[:, 0] for corner in (1, 2, 3))  # (t, 3) each
    vw, wu, uv = np.cross(v, w), np.cross(w, u), np.cross(u, v)
    squares = [(each**2).sum(1, keepdims=True) for each in (u, v, w)]
    above = np.linalg.norm(squares[0] * vw + squares[1] * wu + squares[2] * uv, axis=1)
    below = 2 * np.abs((u * vw).sum(1))
    return np.divide(above, below, out=np.full(len(above), np.inf), where=below > 0)
