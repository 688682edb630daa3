"""What files of meshes claim to hold: OBJ, STL, OFF."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from engine.exhibits.completion.claims import (
    MOST_FACES,
    MOST_HEADER,
    MOST_POINTS,
    Claim,
    Place,
    long_enough,
    text_of,
    whole,
)


def obj(blob: bytes) -> Claim:
    """OBJ: only its vertices and faces are kept, so that no other file it names is opened.

    Raises:
        ValueError: also where it names a file in another folder.
    """
    vertices: list[Place] = []
    faces: list[list[int]] = []
    for number, line in enumerate(text_of(blob, "OBJ").splitlines(), start=1):
        word, _, rest = line.strip().partition(" ")
        if word == "v":
            vertices.append(_vertex(rest, number))
        elif word == "f":
            faces.append([_corner(corner, len(vertices)) for corner in rest.split()])
        elif word == "mtllib" and re.search(r"[/\\]|^\s*\.\.", rest):
            raise ValueError(f"The OBJ file names a file elsewhere: {line.strip()[:60]!r}. Take that line out.")
        if len(vertices) > MOST_POINTS or len(faces) > MOST_FACES:
            return Claim(len(vertices), len(faces), b"")
    if not vertices:
        raise ValueError("The OBJ file holds no vertices.")
    highest = max((max(face) for face in faces if face), default=0)
    if highest > len(vertices):
        raise ValueError(f"A face of the OBJ file names vertex {highest:,}; there are {len(vertices):,}.")
    x0, y0, z0 = origin = vertices[0]  # far from 0 the reader's single precision would be too coarse
    lines = [f"v {x - x0:.9g} {y - y0:.9g} {z - z0:.9g}" for x, y, z in vertices]
    lines += [f"f {' '.join(map(str, face))}" for face in faces]
    return Claim(len(vertices), len(faces), "\n".join([*lines, ""]).encode(), origin)


def _vertex(text: str, number: int) -> Place:
    try:
        x, y, z = (float(word) for word in text.split()[:3])
    except ValueError:
        raise ValueError(f"Row {number:,} of the OBJ file is 'v {text.strip()[:40]}'; a vertex is v x y z.") from None
    if not all(map(math.isfinite, (x, y, z))):
        raise ValueError(f"Row {number:,} of the OBJ file is 'v {text.strip()[:40]}', which is no finite place.")
    return x, y, z


def _corner(corner: str, points: int) -> int:
    """The vertex of a face's corner, counted from 1; one counted backwards from here is counted from the start."""
    number = corner.partition("/")[0]
    if not re.fullmatch(r"-?\d{1,9}", number):
        raise ValueError(f"A face of the OBJ file names the corner {corner[:20]!r}, which is no number of a vertex.")
    found = int(number) if int(number) > 0 else points + 1 + int(number)
    if found < 1 or int(number) == 0:
        raise ValueError(f"A face of the OBJ file names vertex {number}; {points:,} stand before it.")
    return found


def stl(blob: bytes) -> Claim:
    """STL: triangles, binary or as text."""
    if len(blob) >= 84 and len(blob) == 84 + 50 * (count := int.from_bytes(blob[80:84], "little")):
        return Claim(3 * min(count, MOST_POINTS // 3), count, blob)
    if not blob.lstrip()[:5].lower() == b"solid":
        raise ValueError("The file is no STL: its length does not fit the number of triangles that it gives.")
    facets, corners = (
        len(re.findall(word, text_of(blob, "an STL file that starts with solid")))
        for word in (r"\bfacet\s+normal\b", r"\bvertex\s")
    )
    if corners != 3 * facets:
        raise ValueError(f"The STL file holds {facets:,} triangles but {corners:,} corners.")
    return Claim(corners, facets, blob)


def off(blob: bytes) -> Claim:
    """OFF: numbers of vertices and faces, the vertices, the faces."""
    words = _off_words(text_of(blob, "OFF"))
    if next(words, "") not in ("OFF", "COFF", "NOFF", "CNOFF"):
        raise ValueError("The file is no OFF: it does not start with that word.")
    points, faces = whole(next(words, ""), "the number of vertices"), whole(next(words, ""), "the number of faces")
    if max(points, faces) <= MOST_FACES:
        long_enough(len(blob), 6 * points + 4 * faces)
    return Claim(points, faces, blob)


def _off_words(text: str) -> Iterator[str]:
    for line in text[:MOST_HEADER].splitlines():
        yield from line.partition("#")[0].split()
