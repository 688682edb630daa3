"""What a file of points claims to hold, checked against its length before anything else touches it."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.exhibits.completion.claims import (
    MOST_BYTES,
    MOST_FACES,
    MOST_HEADER,
    MOST_POINTS,
    Claim,
    long_enough,
    rows_of,
    text_of,
    whole,
)
from engine.exhibits.completion.meshheaders import obj, off, stl

FORMATS = (".ply", ".pcd", ".obj", ".stl", ".off", ".xyz")

FOREIGN = {
    b"PK\x03\x04": "a ZIP archive",
    b"PK\x05\x06": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF",
    b"glTF": "a glTF file",
}
"""How files begin that are something else, whatever they are called."""

PLY_BYTES = dict.fromkeys(("char", "uchar", "int8", "uint8"), 1)
PLY_BYTES |= dict.fromkeys(("short", "ushort", "int16", "uint16"), 2)
PLY_BYTES |= dict.fromkeys(("int", "uint", "float", "int32", "uint32", "float32"), 4)
PLY_BYTES |= dict.fromkeys(("double", "float64"), 8)


def suffix_of(name: str) -> str:
    """The format of a file called ``name``.

    Raises:
        ValueError: the name holds a path, or tells no format that is read.
    """
    if re.search(r"[/\\\0]|^\.\.", name):
        raise ValueError(f"The file's name {name[:60]!r} holds a path; a bare name such as chair.ply is wanted.")
    found = re.search(r"\.[A-Za-z0-9]+$", name)
    suffix = found[0].lower() if found else ""
    if suffix not in FORMATS:
        raise ValueError(f"{name[:60]!r} is none of {', '.join(each[1:].upper() for each in FORMATS)}.")
    return suffix


def checked(name: str, blob: bytes) -> tuple[str, Claim]:
    """The format of a file and what it claims to hold, once it is plain that it may be read.

    Raises:
        ValueError: it may not be; the sentence says why.
    """
    suffix = suffix_of(name)
    if len(blob) > MOST_BYTES:
        raise ValueError(f"The file is {len(blob) / 2**20:.0f} MB long; at most {MOST_BYTES >> 20} MB are read.")
    if not blob.strip():
        raise ValueError("The file is empty.")
    for start, what in FOREIGN.items():
        if blob.startswith(start):
            raise ValueError(f"The file is {what}, although it is called {suffix[1:].upper()}.")
    claim = CLAIMS[suffix](blob)
    if claim.points > MOST_POINTS:
        raise ValueError(f"The file holds {claim.points:,} points; at most {MOST_POINTS:,} are read. Thin them first.")
    if claim.faces is not None and claim.faces > MOST_FACES:
        raise ValueError(f"The file holds {claim.faces:,} faces; at most {MOST_FACES:,} are read.")
    if claim.faces == 0:
        form = suffix[1:].upper()
        raise ValueError(
            f"The {form} file is a mesh without faces, so without a surface; save its points as PLY or XYZ."
        )
    return suffix, claim


def ply(blob: bytes) -> Claim:
    """PLY: elements with properties, as text or binary."""
    found = re.search(rb"\Aply\r?\n(.*?)end_header[ \t]*\r?\n", blob[:MOST_HEADER], re.DOTALL)
    if not found:
        raise ValueError("The file has no header of PLY: it starts with the line ply and ends with end_header.")
    elements, encoding = _elements(text_of(found[1], "a header"))
    if "vertex" not in elements:
        raise ValueError("The PLY file holds no vertices.")
    points, properties = elements["vertex"]
    if not {"x", "y", "z"} <= properties.keys():
        raise ValueError("The vertices of the PLY file lack x, y or z.")
    if any(properties[axis] < 0 for axis in "xyz"):
        raise ValueError("A coordinate of the PLY file is a list.")
    least = 0
    for count, sizes in elements.values():
        least += count * sum(2 if encoding == "ascii" else abs(size) for size in sizes.values())
    faces, _ = elements.get("face", (0, {}))
    claim = Claim(points, faces or None, blob)
    if max(points, faces) <= MOST_FACES:
        long_enough(len(blob) - found.end() + (1 if encoding == "ascii" else 0), least)
    return claim


def _elements(header: str) -> tuple[dict[str, tuple[int, dict[str, int]]], str]:
    """By element, how many there are and the bytes of each property; of a list, those of its length, negative."""
    elements: dict[str, tuple[int, dict[str, int]]] = {}
    encoding, latest = "", ""
    for line in header.splitlines():
        match line.split():
            case ["format", ("ascii" | "binary_little_endian" | "binary_big_endian") as encoding, _]:
                pass
            case ["element", latest, count]:
                elements[latest] = (whole(count, f"the number of elements {latest[:20]!r}"), {})
            case ["property", "list", length, item, name] if latest and {length, item} <= PLY_BYTES.keys():
                elements[latest][1][name] = -PLY_BYTES[length]
            case ["property", kind, name] if latest and kind in PLY_BYTES:
                elements[latest][1][name] = PLY_BYTES[kind]
            case [] | ["comment" | "obj_info", *_]:
                pass
            case _:
                raise ValueError(f"The PLY header holds the line {line[:60]!r}, which says nothing that PLY knows.")
    if not encoding:
        raise ValueError("The PLY header lacks its format: ascii, binary_little_endian or binary_big_endian.")
    return elements, encoding


def pcd(blob: bytes) -> Claim:
    """PCD: fields, their sizes and types, and so many points, as text, binary, or compressed."""
    found = re.search(rb"(?:\A|\n)DATA[ \t]+(\w+)[ \t]*\r?\n", blob[:MOST_HEADER])
    if not found:
        raise ValueError("The file has no header of PCD, which ends with a line such as DATA ascii.")
    lines = [line.split() for line in text_of(blob[: found.start()], "a header").splitlines()]
    header = {line[0]: line[1:] for line in lines if line and not line[0].startswith("#")}
    fields = header.get("FIELDS", [])
    if not {"x", "y", "z"} <= set(fields):
        raise ValueError("The PCD file lacks one of the fields x, y and z.")
    for name in ("SIZE", "TYPE"):
        if len(header.get(name, [])) != len(fields):
            raise ValueError(f"The header of the PCD file gives {name} for another number of fields than it names.")
    points = whole(" ".join(header.get("POINTS", [])), "POINTS")
    spread = [whole(" ".join(header.get(name, [])) or "1", name) for name in ("WIDTH", "HEIGHT")]
    if "WIDTH" in header and spread[0] * spread[1] != points:
        raise ValueError(
            f"The header of the PCD file gives {points:,} POINTS, but WIDTH {spread[0]} x HEIGHT {spread[1]}."
        )
    counts = [whole(each, "COUNT") for each in header.get("COUNT", ["1"] * len(fields))]
    sizes = [whole(each, "SIZE") for each in header["SIZE"]]
    if len(counts) != len(fields) or not all(size in (1, 2, 4, 8) for size in sizes):
        raise ValueError("The header of the PCD file gives a SIZE or COUNT that PCD does not know.")
    _pcd_data(
        found[1].decode(),
        len(blob) - found.end(),
        points,
        sum(s * c for s, c in zip(sizes, counts, strict=True)),
        blob[found.end() :],
    )
    return Claim(points, None, blob)


def _pcd_data(encoding: str, there: int, points: int, row: int, data: bytes) -> None:
    if points > MOST_POINTS:
        return
    if encoding == "ascii":
        rows = rows_of(text_of(data, "PCD"))
        if rows != points:
            raise ValueError(f"The file breaks off: its header promises {points:,} points, {rows:,} rows follow.")
    elif encoding == "binary":
        long_enough(there, row * points)
    elif encoding == "binary_compressed":
        packed, unpacked = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:8], "little")
        long_enough(there, 8 + packed)
        if unpacked != row * points:
            raise ValueError(f"The PCD file unpacks to {unpacked:,} bytes; its header promises {row * points:,}.")
    else:
        raise ValueError(
            f"The data of the PCD file is {encoding[:20]!r}; ascii, binary and binary_compressed are read."
        )


def xyz(blob: bytes) -> Claim:
    """XYZ: three numbers in each line."""
    text = text_of(blob, "XYZ")
    points = text.count("\n") + (not text.endswith("\n"))
    return Claim(points if points > MOST_POINTS else rows_of(text), None, blob)


CLAIMS: dict[str, Callable[[bytes], Claim]] = {
    ".ply": ply,
    ".pcd": pcd,
    ".obj": obj,
    ".stl": stl,
    ".off": off,
    ".xyz": xyz,
}
