"""What was completed as a file: the cloud as PLY, a surface as OBJ, in the frame of the shape that was brought."""

from __future__ import annotations

from typing import Literal

import numpy as np

from engine.exhibits.completion.files import Frame as OwnFrame
from engine.exhibits.completion.files import as_obj, as_ply
from engine.exhibits.completion.meshing import surface
from engine.frames import decode

GIVEN, ADDED = (150, 150, 150), (0, 68, 136)
"""Colours of what was seen, and of what the network adds."""

Ending = Literal["ply", "obj"]


def file_of(frame: bytes, scene: bytes, ending: Ending) -> bytes:
    """A published frame of the exhibit as a file.

    Args:
        frame, scene: as they were published; the scene says where the shape's own frame lies.

    Raises:
        ValueError: no surface can be laid through the points.
    """
    shown, where = decode(frame)[0].arrays, _own_frame(scene)
    given, added = shown["input"], shown["completed"]
    cloud = np.concatenate([given, added])
    if ending == "ply":
        colours = np.array([GIVEN] * len(given) + [ADDED] * len(added), np.uint8)
        return as_ply(where.outward(cloud), colours)
    if len(shown["triangles"]):
        return as_obj(where.outward(shown["vertices"]), shown["triangles"])
    found = surface(cloud, "alpha")
    return as_obj(where.outward(found.vertices), found.triangles)


def _own_frame(scene: bytes) -> OwnFrame:
    told = decode(scene)[0]
    centre = np.array([told.metrics[name] for name in ("cx", "cy", "cz")])
    return OwnFrame(centre, told.metrics["scale"], "z" if told.words["up"] == "z" else "y")
