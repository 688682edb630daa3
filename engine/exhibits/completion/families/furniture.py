"""What one sits on, eats at and reads by: chairs, sofas, tables, stools, lamps."""

from __future__ import annotations

import numpy as np

from engine.exhibits.completion.families.mesh import Family, Parts, Solid, block, box, ellipsoid, leaned, tube, turned


def _legs(
    rng: np.random.Generator, width: float, depth: float, height: float, thick: float, splay: float
) -> list[Solid]:
    """Four legs from the corners of a seat or a top at ``height`` down to the floor, round or square, splayed."""
    sides, taper = (12 if rng.random() < 0.5 else 4), rng.uniform(0.6, 1.0)
    found = []
    for x in (-1, 1):
        for z in (-1, 1):
            top = (x * (width / 2 - thick), height, z * (depth / 2 - thick))
            foot = (top[0] + x * splay, 0.0, top[2] + z * splay)
            found.append(tube([foot, top], [taper * thick, thick], sides=sides))
    return found


def chair(rng: np.random.Generator) -> Parts:
    """Seat, back that leans, four splayed legs, arms on every third."""
    width, depth = rng.uniform(0.7, 1.1), rng.uniform(0.7, 1.0)
    seat, thick = rng.uniform(0.6, 0.9), rng.uniform(0.05, 0.12)
    rise, lean = rng.uniform(0.7, 1.2), rng.uniform(0.0, 0.25)
    parts: Parts = {"seat": [box((width, thick, depth), (0, seat, 0))]}
    parts["legs"] = _legs(rng, width, depth, seat, rng.uniform(0.035, 0.06), rng.uniform(0.0, 0.1))
    hinge = (0.0, seat, -depth / 2)
    slats = int(rng.integers(0, 5))
    back = _slatted(width, rise, thick, slats, hinge) if slats else [_panel(width, rise, thick, hinge)]
    parts["back"] = [leaned(each, 0, -lean, hinge) for each in back]
    if rng.random() < 0.35:
        parts["arms"] = _arms(width, depth, seat, rng.uniform(0.25, 0.35))
    return parts


def _panel(width: float, rise: float, thick: float, hinge: tuple[float, float, float]) -> Solid:
    return box((width, rise, 0.8 * thick), (0, hinge[1] + rise / 2, hinge[2] + 0.4 * thick))


def _slatted(width: float, rise: float, thick: float, slats: int, hinge: tuple[float, float, float]) -> list[Solid]:
    """Two posts, a rail on top, upright slats between them."""
    top, z = hinge[1] + rise, hinge[2] + 0.4 * thick
    across = np.linspace(-0.5, 0.5, slats + 2) * (width - thick)
    found = [box((thick if abs(x) == across[-1] else 0.06, rise, 0.05), (x, hinge[1] + rise / 2, z)) for x in across]
    return [*found, box((width, 1.6 * thick, 0.07), (0, top, z))]


def _arms(width: float, depth: float, seat: float, rise: float) -> list[Solid]:
    found = []
    for x in (-width / 2, width / 2):
        found.append(box((0.08, 0.05, 0.9 * depth), (x, seat + rise, -0.05 * depth)))
        found.append(box((0.05, rise, 0.05), (x, seat + rise / 2, 0.35 * depth)))
    return found


def table(rng: np.random.Generator) -> Parts:
    """A top, square or round, on four legs or on one foot, some with a shelf."""
    width, depth, height = rng.uniform(1.2, 2.0), rng.uniform(0.8, 1.4), rng.uniform(0.6, 1.1)
    thick = rng.uniform(0.05, 0.12)
    if rng.random() < 0.35:
        return _round_table(rng, depth / 2 + 0.2, height, thick)
    parts: Parts = {"top": [box((width, thick, depth), (0, height, 0))]}
    parts["legs"] = _legs(rng, width, depth, height, rng.uniform(0.04, 0.08), 0.0)
    if rng.random() < 0.4:
        parts["shelf"] = [box((0.9 * width, 0.5 * thick, 0.9 * depth), (0, rng.uniform(0.2, 0.5) * height, 0))]
    return parts


def _round_table(rng: np.random.Generator, radius: float, height: float, thick: float) -> Parts:
    stem, foot = rng.uniform(0.05, 0.12), rng.uniform(0.45, 0.8) * radius
    top = [(0, height - thick), (radius, height - thick), (radius, height), (0, height)]
    leg = [(0, 0), (foot, 0), (foot, 0.05), (stem, 0.16), (stem, height - thick)]
    return {"top": [turned(top, sides=28)], "legs": [turned(leg)]}


def stool(rng: np.random.Generator) -> Parts:
    """A round seat on three or four splayed legs, most with a ring between them."""
    radius, height, splay = rng.uniform(0.32, 0.5), rng.uniform(0.7, 1.4), rng.uniform(0.05, 0.25)
    thick, legs = rng.uniform(0.06, 0.16), int(rng.integers(3, 5))
    seat = [(0, height), (0.9 * radius, height), (radius, height + thick / 2), (0.9 * radius, height + thick)]
    parts: Parts = {"seat": [turned([*seat, (0, height + 0.8 * thick)], sides=24)]}
    angles = np.arange(legs) * (2 * np.pi / legs) + np.pi / legs
    near, far = 0.75 * radius, 0.75 * radius + splay
    parts["legs"] = [
        tube([(far * c, 0, far * s), (near * c, height, near * s)], rng.uniform(0.03, 0.05), sides=10)
        for c, s in zip(np.cos(angles), np.sin(angles), strict=True)
    ]
    if rng.random() < 0.7:
        at = rng.uniform(0.2, 0.5)
        around = np.arange(32) * (2 * np.pi / 32)
        reach = near + (1 - at) * splay
        ring = np.stack([reach * np.cos(around), np.full(32, at * height), reach * np.sin(around)], -1)
        parts["ring"] = [tube(ring, 0.025, sides=8, closed=True)]
    return parts


def sofa(rng: np.random.Generator) -> Parts:
    """A long seat with a thick back, two arms, cushions for one to three, short legs."""
    width, depth, seat = rng.uniform(1.3, 2.0), rng.uniform(0.7, 0.9), rng.uniform(0.3, 0.42)
    rise, arm, clear = rng.uniform(0.35, 0.6), rng.uniform(0.12, 0.24), rng.uniform(0.06, 0.14)
    parts: Parts = {"seat": [box((width - 2 * arm, seat - clear, depth), (0, (seat + clear) / 2, 0))]}
    back = [
        (clear, width, 0.2, -depth / 2),
        (seat + rise, width, rng.uniform(0.1, 0.2), -depth / 2 - rng.uniform(0, 0.1)),
    ]
    parts["back"] = [block(back)]
    high = seat + rng.uniform(0.12, 0.28)
    parts["arms"] = [box((arm, high - clear, depth), (x, (high + clear) / 2, 0)) for x in _pair((width - arm) / 2)]
    places = int(rng.integers(1, 4))
    each = (width - 2 * arm) / places
    middles = (np.arange(places) - (places - 1) / 2) * each
    parts["cushions"] = [box((0.94 * each, 0.1, 0.85 * depth), (x, seat + 0.05, 0.05 * depth)) for x in middles]
    foot = [(x, z) for x in _pair(width / 2 - 0.1) for z in _pair(depth / 2 - 0.08)]
    parts["legs"] = [box((0.07, clear, 0.07), (x, clear / 2, z)) for x, z in foot]
    return parts


def _pair(x: float) -> tuple[float, float]:
    return -x, x


def lamp(rng: np.random.Generator) -> Parts:
    """A foot, a stem that may bend, a shade open above and below, a bulb."""
    height, foot = rng.uniform(1.0, 1.8), rng.uniform(0.25, 0.45)
    parts: Parts = {"foot": [turned([(0, 0), (foot, 0), (foot, 0.04), (0.06, rng.uniform(0.06, 0.16)), (0, 0.16)])]}
    bend, along = rng.uniform(0.0, 0.35), np.linspace(0, 1, 12)
    stem = np.stack([np.zeros(12), height * along, bend * along**2], -1)
    parts["stem"] = [tube(stem, rng.uniform(0.02, 0.05), sides=10)]
    wide, narrow, tall = rng.uniform(0.35, 0.6), rng.uniform(0.12, 0.32), rng.uniform(0.3, 0.6)
    shade = turned([(wide, height - 0.6 * tall), (narrow, height + 0.4 * tall)], sides=28)
    parts["shade"] = [(shade[0] + (0, 0, bend), shade[1])]
    parts["bulb"] = [ellipsoid((0.08, 0.1, 0.08), (0, height, bend))]
    return parts


FAMILIES = (
    Family("chair", ("seat", "back", "legs", "arms"), chair),
    Family("sofa", ("seat", "back", "arms", "cushions", "legs"), sofa),
    Family("table", ("top", "legs", "shelf"), table),
    Family("stool", ("seat", "legs", "ring"), stool),
    Family("lamp", ("foot", "stem", "shade", "bulb"), lamp),
)
