"""Tubes along curves: rings, torus knots, springs, letters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.exhibits.completion.families.mesh import Family, Parts, Solid, tube

Stroke = tuple[str, Sequence[tuple[float, float]]]
"""A part's name, and the places (x, y) that the pen passes."""

KNOTS = ((2, 3), (3, 2), (2, 5), (3, 4))
"""Windings around the axis and around the ring."""


def torus(rng: np.random.Generator) -> Parts:
    """A ring around the y axis, a little oval."""
    angle = np.arange(40) * (2 * np.pi / 40)
    wide, deep = rng.uniform(0.8, 1.2), 1.0
    path = np.stack([wide * np.cos(angle), np.zeros(40), deep * np.sin(angle)], -1)
    return {"ring": [tube(path, rng.uniform(0.12, 0.42), sides=18, closed=True)]}


def knot(rng: np.random.Generator) -> Parts:
    """A torus knot: a closed tube that winds p times around the axis while it winds q times around the ring."""
    p, q = KNOTS[int(rng.integers(len(KNOTS)))]
    angle = np.arange(120) * (2 * np.pi / 120)
    minor = rng.uniform(0.3, 0.45)
    away = 1 + minor * np.cos(q * angle)
    path = np.stack([away * np.cos(p * angle), minor * np.sin(q * angle), away * np.sin(p * angle)], -1)
    return {"tube": [tube(path, rng.uniform(0.08, 0.13), sides=10, closed=True)]}


def spring(rng: np.random.Generator) -> Parts:
    """A coil around the y axis, with a plate at either end of some."""
    turns, height, radius = rng.uniform(3.0, 6.0), rng.uniform(1.2, 2.0), rng.uniform(0.35, 0.6)
    angle = np.linspace(0, 2 * np.pi * turns, 96)
    taper = np.linspace(1, rng.uniform(0.5, 1.0), 96)
    path = np.stack([radius * taper * np.cos(angle), np.linspace(0, height, 96), radius * taper * np.sin(angle)], -1)
    thick = rng.uniform(0.05, 0.09)
    parts: Parts = {"coil": [tube(path, thick, sides=10)]}
    if rng.random() < 0.5:
        ends = ((-thick - 0.05, radius), (height + thick, radius * taper[-1]))
        parts["plates"] = [tube([(0, y, 0), (0, y + 0.05, 0)], 1.15 * wide, sides=24) for y, wide in ends]
    return parts


def _arc(x: float, y: float, width: float, height: float, start: float, end: float) -> list[tuple[float, float]]:
    """Places on an ellipse, from angle to angle in degrees."""
    angle = np.radians(np.linspace(start, end, 15))
    return [(float(x + width * np.cos(a)), float(y + height * np.sin(a))) for a in angle]


LETTERS: dict[str, tuple[Stroke, ...]] = {
    "A": (("slanted", [(0, 0), (0.5, 1)]), ("slanted", [(0.5, 1), (1, 0)]), ("level", [(0.2, 0.38), (0.8, 0.38)])),
    "C": (("bow", _arc(0.5, 0.5, 0.5, 0.5, 50, 310)),),
    "D": (("stem", [(0, 0), (0, 1)]), ("bow", [(0, 1), *_arc(0.35, 0.5, 0.6, 0.5, 90, -90), (0, 0)])),
    "E": (
        ("stem", [(0, 0), (0, 1)]),
        *(("level", [(0, y), (0.8, y)]) for y in (0.0, 0.5, 1.0)),
    ),
    "F": (("stem", [(0, 0), (0, 1)]), ("level", [(0, 1), (0.8, 1)]), ("level", [(0, 0.52), (0.65, 0.52)])),
    "H": (("stem", [(0, 0), (0, 1)]), ("stem", [(0.9, 0), (0.9, 1)]), ("level", [(0, 0.5), (0.9, 0.5)])),
    "K": (("stem", [(0, 0), (0, 1)]), ("slanted", [(0, 0.4), (0.85, 1)]), ("slanted", [(0.28, 0.6), (0.9, 0)])),
    "L": (("stem", [(0, 0), (0, 1)]), ("level", [(0, 0), (0.75, 0)])),
    "N": (("stem", [(0, 0), (0, 1)]), ("slanted", [(0, 1), (0.85, 0)]), ("stem", [(0.85, 0), (0.85, 1)])),
    "P": (("stem", [(0, 0), (0, 1)]), ("bow", [(0, 1), *_arc(0.4, 0.74, 0.35, 0.26, 90, -90), (0, 0.48)])),
    "S": (("bow", [*_arc(0.45, 0.75, 0.4, 0.25, 30, 270), *_arc(0.45, 0.25, 0.4, 0.25, 90, -150)[1:]]),),
    "T": (("stem", [(0.45, 0), (0.45, 1)]), ("level", [(0, 1), (0.9, 1)])),
    "U": (
        ("stem", [(0, 1), (0, 0.4)]),
        ("bow", _arc(0.42, 0.4, 0.42, 0.4, 180, 360)),
        ("stem", [(0.84, 0.4), (0.84, 1)]),
    ),
    "X": (("slanted", [(0, 0), (0.85, 1)]), ("slanted", [(0.85, 0), (0, 1)])),
    "Y": (("stem", [(0.45, 0), (0.45, 0.5)]), ("slanted", [(0.45, 0.5), (0, 1)]), ("slanted", [(0.45, 0.5), (0.9, 1)])),
    "Z": (("level", [(0, 1), (0.85, 1)]), ("slanted", [(0.85, 1), (0, 0)]), ("level", [(0, 0), (0.85, 0)])),
}


def letter(rng: np.random.Generator) -> Parts:
    """A capital that stands upright and faces +z, its strokes as wide as one another, narrow or broad, upright or
    slanting.
    """
    strokes = LETTERS[sorted(LETTERS)[int(rng.integers(len(LETTERS)))]]
    wide, slant = rng.uniform(0.75, 1.1), rng.uniform(-0.05, 0.2)
    thick, deep = rng.uniform(0.07, 0.12), rng.uniform(0.6, 1.6)
    parts: Parts = {}
    for name, places in strokes:
        parts.setdefault(name, []).append(_stroke(places, wide, slant, thick, deep))
    return parts


def _stroke(places: Sequence[tuple[float, float]], wide: float, slant: float, thick: float, deep: float) -> Solid:
    path = [(wide * x + slant * y, y, 0.0) for x, y in places]
    return tube(path, thick * deep, sides=4, flat=1 / deep)


FAMILIES = (
    Family("torus", ("ring",), torus),
    Family("knot", ("tube",), knot),
    Family("spring", ("coil", "plates"), spring),
    Family("letter", ("stem", "slanted", "level", "bow"), letter),
)
