"""Meshes with named parts, and what they are put together from: surfaces that a ring of points sweeps over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

Solid = tuple[np.ndarray, np.ndarray]
"""Vertices (v, 3) and triangles (f, 3), counted from 0."""

Point = tuple[float, float, float]

Parts = dict[str, list[Solid]]
"""The solids of every part, by the part's name."""


@dataclass(frozen=True)
class Mesh:
    """Triangles in space, each belonging to a named part.

    Attributes:
        vertices: (v, 3) float32; y upwards.
        triangles: (f, 3) int32, numbers of vertices.
        parts: (f,) int32, for each triangle the place of its part in ``part_names``.
        part_names: such as ``("seat", "back", "legs")``.
    """

    vertices: np.ndarray
    triangles: np.ndarray
    parts: np.ndarray
    part_names: tuple[str, ...]

    def normalised(self) -> Mesh:
        """The same with the middle of its bounding box in the origin and its farthest vertex at distance 1."""
        moved = self.vertices - (self.vertices.min(0) + self.vertices.max(0)) / 2
        return Mesh(moved / np.linalg.norm(moved, axis=1).max(), self.triangles, self.parts, self.part_names)

    def areas(self) -> np.ndarray:
        """(f,) of every triangle: half the length of the cross product of two edges."""
        a, b, c = (self.vertices[self.triangles[:, corner]] for corner in range(3))  # (f, 3) each
        return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)


@dataclass(frozen=True)
class Family:
    """A kind of shape: its name, its parts, and how one is drawn.

    Args:
        build: draws from the generator and answers the solids of every part, by the part's name; a part of which this
            shape has none may be missing.
    """

    name: str
    parts: tuple[str, ...]
    build: Callable[[np.random.Generator], Parts]

    def draw(self, rng: np.random.Generator) -> Mesh:
        """One shape, as large as it was drawn."""
        return assemble(self.build(rng), self.parts)


def assemble(solids: Parts, names: Sequence[str]) -> Mesh:
    """One mesh of many solids.

    Raises:
        ValueError: a part has no place in ``names``.
    """
    strangers = set(solids) - set(names)
    if strangers:
        raise ValueError(f"no such part: {', '.join(sorted(strangers))}; there are {', '.join(names)}")
    vertices, triangles, parts, count = [], [], [], 0
    for number, name in enumerate(names):
        for points, corners in solids.get(name, []):
            vertices.append(points)
            triangles.append(corners + count)
            parts.append(np.full(len(corners), number, np.int32))
            count += len(points)
    return Mesh(
        np.concatenate(vertices).astype(np.float32),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate(parts),
        tuple(names),
    )


def loft(rings: np.ndarray, *, closed: bool = False, capped: bool = True) -> Solid:
    """The surface that a ring of points sweeps over on its way.

    It faces outwards where the ring runs anticlockwise, seen from where it is going.

    Args:
        rings: (k, s, 3): the ring at each of k places.
        closed: whether the last ring is joined to the first.
        capped: whether the first and the last ring are filled, by triangles around their middle.
    """
    k, s, _ = rings.shape
    points = rings.reshape(-1, 3)
    if capped and not closed:
        points = np.concatenate([points, rings[[0, -1]].mean(1)])
    return points, _weave(k, s, closed, capped and not closed)


@lru_cache(maxsize=512)
def _weave(k: int, s: int, closed: bool, capped: bool) -> np.ndarray:
    """(f, 3) the triangles between k rings of s points each; the middles of the caps follow the rings."""
    here = np.arange(k if closed else k - 1)[:, None] * s + np.arange(s)  # (k', s)
    beside = np.roll(here, -1, axis=1)
    above, across = (here + s) % (k * s), (beside + s) % (k * s)
    faces = [np.stack([here, beside, across], -1).reshape(-1, 3), np.stack([here, across, above], -1).reshape(-1, 3)]
    if capped:
        ring = np.arange(s)
        round_about = np.roll(ring, -1)
        faces.append(np.stack([np.full(s, k * s), round_about, ring], -1))
        faces.append(np.stack([np.full(s, k * s + 1), ring + (k - 1) * s, round_about + (k - 1) * s], -1))
    found = np.concatenate(faces)
    found.setflags(write=False)
    return found


@lru_cache(maxsize=64)
def circle(sides: int) -> np.ndarray:
    """(sides, 2) corners of the regular polygon in the unit circle; a square's edges lie along the axes."""
    angle = np.arange(sides) * (2 * np.pi / sides) + (np.pi / 4 if sides == 4 else 0)
    found = np.stack([np.cos(angle), np.sin(angle)], -1)
    found.setflags(write=False)
    return found


def turned(profile: Sequence[tuple[float, float]] | np.ndarray, *, sides: int = 24, capped: bool = False) -> Solid:
    """A surface of revolution about the y axis.

    Args:
        profile: (k, 2) of (radius, height); what is to face outwards, upwards.
    """
    line = np.asarray(profile, dtype=np.float64)  # (k, 2)
    rings = np.empty((len(line), sides, 3))
    rings[:, :, [2, 0]] = line[:, :1, None] * circle(sides)
    rings[:, :, 1] = line[:, 1:]
    return loft(rings, capped=capped)


def box(size: Point, middle: Point) -> Solid:
    """A box with edges of length ``size`` along the axes."""
    (w, h, d), (x, y, z) = size, middle
    return moved(block([(y - h / 2, w, d, z), (y + h / 2, w, d, z)]), (x, 0, 0))


def block(levels: Sequence[tuple[float, float, float, float]]) -> Solid:
    """A block whose rectangular section changes with height.

    Args:
        levels: (height, width along x, depth along z, middle along z), upwards.
    """
    rings = np.zeros((len(levels), 4, 3))
    corners = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) / 2
    for ring, (y, width, depth, z) in zip(rings, levels, strict=True):
        ring[:, [0, 2]] = corners * (width, depth)
        ring += (0, y, z)
    return loft(rings)


def tube(
    path: Sequence[Point] | np.ndarray,
    radius: float | Sequence[float] | np.ndarray,
    *,
    sides: int = 10,
    closed: bool = False,
    capped: bool = True,
    flat: float = 1.0,
) -> Solid:
    """A tube along a path; its ring is carried along without turning about it.

    Args:
        path: (k, 3) places of its middle line.
        radius: of the tube, one for all places or one for each.
        closed: whether the path returns to its start.
        flat: the ring's second half axis in units of its first.
    """
    line = np.asarray(path, dtype=np.float64)  # (k, 3)
    first, second = frames(line, closed)  # (k, 3) each
    ring = circle(sides)
    radii = np.broadcast_to(np.asarray(radius, dtype=np.float64), len(line))[:, None, None]
    around = first[:, None] * ring[:, :1] + second[:, None] * (flat * ring[:, 1:])  # (k, s, 3)
    return loft(line[:, None] + radii * around, closed=closed, capped=capped)


def frames(line: np.ndarray, closed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Two unit vectors (k, 3) across a path at each of its places, carried along by the least rotation.

    Where a closed path's vectors come back rotated against their start, that angle is taken out evenly on the way.
    """
    ahead = np.roll(line, -1, 0) - np.roll(line, 1, 0) if closed else np.gradient(line, axis=0)  # (k, 3)
    ahead = ahead / np.linalg.norm(ahead, axis=1, keepdims=True)
    first = np.empty_like(ahead)
    first[0] = _across(ahead[0])
    for place in range(1, len(line)):
        first[place] = _carried(first[place - 1], ahead[place])
    second = np.cross(ahead, first)
    if not closed:
        return first, second
    home = _carried(first[-1], ahead[0])
    angle = np.arctan2(home @ second[0], home @ first[0]) * (np.arange(len(line)) / len(line))[:, None]
    cos, sin = np.cos(angle), np.sin(angle)
    return cos * first - sin * second, sin * first + cos * second


def _across(ahead: np.ndarray) -> np.ndarray:
    """A unit vector across ``ahead``: in the plane of it and the axis that it is farthest from."""
    return _carried(np.eye(3)[np.abs(ahead).argmin()], ahead)


def _carried(vector: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    rest = vector - (vector @ ahead) * ahead
    return np.asarray(rest / np.linalg.norm(rest))


def moved(solid: Solid, by: Point) -> Solid:
    """The solid shifted."""
    return solid[0] + np.asarray(by), solid[1]


def scaled(solid: Solid, by: Point) -> Solid:
    """The solid stretched along the axes about the origin, each factor positive."""
    return solid[0] * np.asarray(by), solid[1]


def leaned(solid: Solid, axis: int, angle: float, about: Point = (0.0, 0.0, 0.0)) -> Solid:
    """The solid rotated about an axis (0, 1, 2 for x, y, z) through ``about`` by ``angle``, in radians."""
    cos, sin = np.cos(angle), np.sin(angle)
    one, other = (axis + 1) % 3, (axis + 2) % 3
    points = solid[0] - np.asarray(about)
    turned_points = points.copy()
    turned_points[:, one] = cos * points[:, one] - sin * points[:, other]
    turned_points[:, other] = sin * points[:, one] + cos * points[:, other]
    return turned_points + np.asarray(about), solid[1]


def mirrored(solid: Solid) -> Solid:
    """Its mirror image in the plane x = 0, with the triangles still seen from outside."""
    return solid[0] * np.array([-1.0, 1.0, 1.0]), solid[1][:, ::-1]


def ellipsoid(radii: Point, middle: Point, *, rings: int = 9, sides: int = 16) -> Solid:
    """An ellipsoid with half axes ``radii`` along the axes."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, rings)
    ball = turned(np.stack([np.cos(angle), np.sin(angle)], -1), sides=sides)
    return moved(scaled(ball, radii), middle)
