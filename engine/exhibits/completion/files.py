"""A person's own shape: read, brought into the frame of the models, and what is made of it brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.exhibits.completion.families import Mesh
from engine.exhibits.completion.headers import checked
from engine.exhibits.completion.partial import drawn
from engine.exhibits.completion.sampling import sample
from engine.kit.apart import Failed
from engine.kit.open3d import OPEN3D

READ_S = 20.0
LEAST_POINTS = 16
FARTHEST = 1e9
Axis = Literal["y", "z"]
Side = Literal["none", "left", "right", "top", "bottom", "front", "back"]
SIDES: dict[Side, tuple[int, int]] = {
    "left": (0, -1), "right": (0, 1), "top": (1, 1), "bottom": (1, -1), "front": (2, 1), "back": (2, -1),
}  # fmt: skip
"""The axis of the models along which a side lies, and its direction there: front is towards who looks."""
LEAST_SHARE = 0.2
Reader = Callable[[bytes, str, bool], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Gap:
    """What a file lacks of its shape, as whoever brings it says: else a half is taken for a small whole.

    Args:
        side: on which it breaks off, seen from the front.
        share: of the whole's length across that side which is there, from ``LEAST_SHARE`` to 1.
    """

    side: Side = "none"
    share: float = 1.0

    def __post_init__(self) -> None:
        if self.side not in ("none", *SIDES):
            raise ValueError(f"A shape breaks off on one of the sides {', '.join(SIDES)}, or none, not {self.side!r}.")
        if not LEAST_SHARE <= self.share <= 1:
            raise ValueError(f"The share that is there is {self.share}; it is between {LEAST_SHARE} and 1.")

    def words(self) -> str:
        """What is said to be missing."""
        return "" if self.side == "none" else f" Taken for {self.share:.0%} of a shape whose {self.side} is missing."


WHOLE = Gap()


@dataclass(frozen=True)
class Frame:
    """Where a file's shape lies: own = scale · turned(normalised) + centre.

    Args:
        centre: (3,) float64, the middle of the whole's bounding box, in the file's units.
        scale: distance of the farthest point from there, in the file's units.
        up: the axis of the file that points upwards; with ``z`` its (x, y, z) is our (x, z, -y).
    """

    centre: np.ndarray
    scale: float
    up: Axis = "y"

    def inward(self, own: np.ndarray) -> np.ndarray:
        """Points (n, 3) of the file in the frame of the models, float32."""
        return turned((np.asarray(own, np.float64) - self.centre) / self.scale, self.up).astype(np.float32)

    def outward(self, normalised: np.ndarray) -> np.ndarray:
        """Points (n, 3) of the models in the frame of the file, float64."""
        return turned_back(np.asarray(normalised, np.float64), self.up) * self.scale + self.centre

    def words(self) -> str:
        """What was done to the file's points."""
        middle = ", ".join(f"{value:.4g}" for value in self.centre)
        return f"moved by its centre ({middle}) and divided by its radius {self.scale:.4g}"


def turned(points: np.ndarray, up: Axis) -> np.ndarray:
    """Points (n, 3) of a file with its upwards upwards."""
    return points if up == "y" else points[:, [0, 2, 1]] * (1, 1, -1)


def turned_back(points: np.ndarray, up: Axis) -> np.ndarray:
    """The inverse of :func:`turned`."""
    return points if up == "y" else points[:, [0, 2, 1]] * (1, -1, 1)


@dataclass(frozen=True)
class Own:
    """A shape from a file.

    Args:
        name: of the file.
        points: (n, 3) float64, as the file has them: the points of a cloud, the vertices of a mesh.
        triangles: (f, 3) int64; none for a cloud.
        frame: in which the file has them.
        gap: what it is said to lack.
    """

    name: str
    points: np.ndarray
    triangles: np.ndarray
    frame: Frame
    gap: Gap = WHOLE

    def cloud(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """(count, 3) float32 in the frame of the models: of a mesh drawn evenly by area, of a cloud some of its points,
        each once before any a second time.
        """
        inside = self.frame.inward(self.points)
        if len(self.triangles) == 0:
            return drawn(inside, count, rng)
        parts = np.zeros(len(self.triangles), np.int32)
        return sample(Mesh(inside, self.triangles.astype(np.int32), parts, ("surface",)), count, rng)[0]

    def words(self) -> str:
        """What it is and how it was brought into the frame of the models, in one sentence."""
        what = f"{len(self.points):,} points"
        if len(self.triangles):
            what += f" and {len(self.triangles):,} triangles"
        return f"{self.name}: {what}, {self.frame.words()}.{self.gap.words()}"


def read(name: str, blob: bytes, *, up: Axis = "y", gap: Gap = WHOLE, reader: Reader | None = None) -> Own:
    """The shape in a PLY, PCD, OBJ, STL, OFF or XYZ file.

    What the file promises is checked against its length first; Open3D then reads it in a process of its own, which has
    a bounded time and memory.

    Args:
        name: of the file; its ending tells the format.
        blob: its bytes.
        up: the axis that points upwards in it. gap: what it lacks.
        reader: what reads it, instead of that process.

    Raises:
        ValueError: it cannot be read; the sentence says why, and what is wanted.
    """
    suffix, claim = checked(name, blob)
    ask = reader or (lambda *what: OPEN3D.ask("read", *what, seconds=READ_S))
    try:
        points, triangles = ask(claim.blob, suffix, bool(claim.faces))
    except Failed as failed:
        raise ValueError(f"The file {name[:60]!r} cannot be read. {failed}") from None
    points = np.asarray(points, np.float64) + claim.origin
    if claim.faces is None and len(points) != claim.points:
        raise ValueError(f"The file promises {claim.points:,} points, but only {len(points):,} can be read.")
    _sound(points, triangles)
    return Own(name, points, triangles, fitted(points, up, gap), gap)


def _sound(points: np.ndarray, triangles: np.ndarray) -> None:
    """Refuse what no shape is."""
    if len(points) < LEAST_POINTS and len(triangles) == 0:
        many = "one point" if len(points) == 1 else f"{len(points)} points"
        raise ValueError(f"The file holds only {many}; a shape takes at least {LEAST_POINTS}.")
    wrong = ~(np.isfinite(points).all(1) & (np.abs(points) < FARTHEST).all(1))
    if wrong.any():
        raise ValueError(
            f"{int(wrong.sum()):,} of the {len(points):,} points have a coordinate that is no number within "
            f"{FARTHEST:.0e}; the first is number {int(wrong.argmax()) + 1}."
        )
    if len(triangles) and not (triangles.min() >= 0 and triangles.max() < len(points)):
        raise ValueError(f"A face names vertex {int(triangles.max())}, counted from 0; there are {len(points):,}.")
    if len(triangles) and not np.ptp(points[triangles], axis=1).any():
        raise ValueError("Every face of the file is a mere point, so the mesh has no surface.")


def fitted(points: np.ndarray, up: Axis = "y", gap: Gap = WHOLE) -> Frame:
    """The frame in which points (n, 3) lie around the origin, the farthest at distance 1.

    With a ``gap`` the bounding box goes on beyond it, until what is there is its share of the box.

    Raises:
        ValueError: they all lie in one place.
    """
    there = turned(points, up)
    low, high = there.min(0), there.max(0)
    if gap.side != "none":
        axis, way = SIDES[gap.side]
        more = (high - low)[axis] * (1 / gap.share - 1)
        (high if way > 0 else low)[axis] += way * more
    centre = turned_back((low + high)[None] / 2, up)[0]
    scale = float(np.linalg.norm(points - centre, axis=1).max())
    if scale <= 1e-12 * max(1.0, float(np.abs(centre).max())):
        raise ValueError("All points of the file lie in one place.")
    return Frame(centre, scale, up)


def as_ply(points: np.ndarray, colours: np.ndarray | None = None) -> bytes:
    """A cloud as binary PLY with double precision.

    Args:
        points: (n, 3).
        colours: (n, 3) uint8, if wished.
    """
    kinds = [(axis, "<f8") for axis in "xyz"]
    header = ["ply", "format binary_little_endian 1.0", f"element vertex {len(points)}"]
    header += [f"property double {axis}" for axis in "xyz"]
    if colours is not None:
        kinds += [(name, "u1") for name in ("red", "green", "blue")]
        header += [f"property uchar {name}" for name in ("red", "green", "blue")]
    rows = np.empty(len(points), kinds)
    for column, axis in enumerate("xyz"):
        rows[axis] = points[:, column]
    if colours is not None:
        for column, name in enumerate(("red", "green", "blue")):
            rows[name] = colours[:, column]
    return "\n".join([*header, "end_header", ""]).encode() + rows.tobytes()


def as_obj(vertices: np.ndarray, triangles: np.ndarray) -> bytes:
    """A mesh as OBJ, its numbers with 12 digits.

    Args:
        vertices: (v, 3).
        triangles: (f, 3), counted from 0.
    """
    lines = [f"v {x:.12g} {y:.12g} {z:.12g}" for x, y, z in vertices.tolist()]
    lines += [f"f {a} {b} {c}" for a, b, c in (triangles + 1).tolist()]
    return "\n".join([*lines, ""]).encode()
