"""What moves on the ground, on water and in the air, each heading along +z: cars, boats, aeroplanes, rockets."""

from __future__ import annotations

import numpy as np

from engine.exhibits.completion.families.mesh import (
    Family,
    Parts,
    Point,
    Solid,
    block,
    box,
    circle,
    leaned,
    loft,
    mirrored,
    moved,
    tube,
    turned,
)

QUARTER = np.pi / 2


def wing(root: Point, tip: Point, chords: tuple[float, float], thick: float) -> Solid:
    """A wing from ``root`` to ``tip``, its chord along z, its thickness along y, both shrinking on the way."""
    ring = circle(12)
    rings = np.zeros((2, 12, 3))
    for place, (end, chord) in enumerate(zip((root, tip), chords, strict=True)):
        rings[place] = end
        rings[place, :, 1] -= thick * chord / 2 * ring[:, 1]
        rings[place, :, 2] += chord / 2 * ring[:, 0]
    return loft(rings)


def aeroplane(rng: np.random.Generator) -> Parts:
    """A fuselage, swept wings, a tail, engines under the wings of most."""
    length, radius = rng.uniform(1.7, 2.2), rng.uniform(0.1, 0.17)
    parts: Parts = {"fuselage": [_fuselage(length, radius)]}
    span, sweep, rise = rng.uniform(0.75, 1.15), rng.uniform(0.0, 0.55), rng.uniform(-0.02, 0.15)
    chord, at = rng.uniform(0.35, 0.55), rng.uniform(-0.05, 0.2)
    height = rng.choice([-0.5, 0.0, 0.7]) * radius
    root, tip = (0.5 * radius, height, at), (span, height + rise, at - sweep)
    side = wing(root, tip, (chord, rng.uniform(0.25, 0.7) * chord), 0.12)
    parts["wings"] = [side, mirrored(side)]
    parts["tail"] = _tail(rng, length, radius)
    engines = int(rng.integers(0, 3))
    size, along = rng.uniform(0.055, 0.09), np.linspace(0, 1, engines + 2)[1:-1]
    pods = [_pod((*(np.asarray(root) + share * (np.asarray(tip) - root)),), size) for share in along]
    parts["engines"] = [each for pod in pods for each in (pod, mirrored(pod))]
    return parts


def _fuselage(length: float, radius: float) -> Solid:
    """A body of revolution about z: a round nose, a long tail that rises a little."""
    along = np.linspace(0, 1, 14)
    width = np.minimum(1, (along / 0.12) ** 0.5) * np.minimum(1, ((1 - along) / 0.4) ** 0.7 + 0.05)
    rings = np.zeros((14, 20, 3))
    rings[:, :, [1, 0]] = radius * width[:, None, None] * circle(20)
    rings[:, :, 1] += radius * (0.7 * np.clip(along - 0.6, 0, 1) / 0.4)[:, None]
    rings[:, :, 2] = length * (0.5 - along)[:, None]
    return loft(rings)


def _tail(rng: np.random.Generator, length: float, radius: float) -> list[Solid]:
    span, chord, sweep = rng.uniform(0.28, 0.42), rng.uniform(0.2, 0.3), rng.uniform(0.05, 0.2)
    end = -0.42 * length
    fin = leaned(
        wing((0, 0, end), (rng.uniform(0.3, 0.5), 0, end - sweep), (1.1 * chord, 0.5 * chord), 0.12), 2, QUARTER
    )
    height = radius * 0.4 if rng.random() < 0.7 else 0.3
    plane = wing((0, height, end), (span, height, end - sweep), (chord, 0.5 * chord), 0.12)
    return [fin, plane, mirrored(plane)]


def _pod(at: tuple[float, ...], size: float) -> Solid:
    x, y, z = at
    along = np.array(
        [[x, y - 1.3 * size, z + 3.2 * size], [x, y - 1.3 * size, z + size], [x, y - 1.3 * size, z - size]]
    )
    return tube(along, np.array([0.85, 1.0, 0.6]) * size, sides=14)


def car(rng: np.random.Generator) -> Parts:
    """A body with a bonnet, a cabin that narrows upwards, four wheels; some have a spoiler."""
    length, width = rng.uniform(1.6, 2.1), rng.uniform(0.7, 0.9)
    wheel, body = rng.uniform(0.15, 0.22), rng.uniform(0.22, 0.34)
    floor = 0.8 * wheel
    waist = floor + body
    lower = [
        (floor, 0.94 * width, 0.94 * length, 0),
        (floor + 0.4 * body, width, length, 0),
        (waist, 0.94 * width, 0.96 * length, 0),
    ]
    cabin, back, roof = rng.uniform(0.4, 0.65) * length, rng.uniform(-0.2, 0.0) * length, rng.uniform(0.25, 0.42)
    upper = [
        (waist, 0.9 * width, cabin, back),
        (waist + roof, 0.74 * width, rng.uniform(0.5, 0.85) * cabin, back - 0.05),
    ]
    parts: Parts = {"body": [block(lower)], "cabin": [block(upper)]}
    axle, thick = rng.uniform(0.28, 0.34) * length, rng.uniform(0.06, 0.09)
    parts["wheels"] = [
        tube([(x - thick, wheel, z), (x + thick, wheel, z)], wheel, sides=20)
        for x in (-width / 2, width / 2)
        for z in (-axle, axle)
    ]
    if rng.random() < 0.3:
        tail, high = -0.45 * length, rng.uniform(0.1, 0.2)
        posts = [box((0.04, high, 0.06), (x, waist + high / 2, tail)) for x in (-0.3 * width, 0.3 * width)]
        parts["spoiler"] = [*posts, box((0.9 * width, 0.04, 0.16), (0, waist + high, tail))]
    return parts


def boat(rng: np.random.Generator) -> Parts:
    """A hull with a deck, a mast with a sail, or a cabin with a funnel."""
    length, width, deep = rng.uniform(1.5, 2.1), rng.uniform(0.5, 0.75), rng.uniform(0.22, 0.36)
    parts: Parts = {"hull": [_hull(length, width, deep, rng.uniform(0.0, 0.25))]}
    if rng.random() < 0.6:
        tall, at = rng.uniform(1.1, 1.7), rng.uniform(0.0, 0.25)
        parts["mast"] = [tube([(0, 0, at), (0, tall, at)], 0.03, sides=8)]
        low, reach = 0.14, rng.uniform(0.45, 0.75)
        belly = rng.uniform(0.02, 0.14)
        parts["sail"] = [_sail((low, tall - 0.05), at - 0.04, reach, belly)]
        return parts
    high, long, at = rng.uniform(0.22, 0.4), rng.uniform(0.3, 0.45) * length, rng.uniform(-0.2, 0.0)
    parts["cabin"] = [block([(0, 0.62 * width, long, at), (high, 0.55 * width, 0.85 * long, at)])]
    funnel = rng.uniform(0.06, 0.1)
    parts["funnel"] = [tube([(0, high, at), (0, high + rng.uniform(0.25, 0.45), at - 0.04)], funnel, sides=14)]
    return parts


def _hull(length: float, width: float, deep: float, rise: float) -> Solid:
    """Sections along z: half ellipses under a flat deck, narrow at the bow, where the deck rises."""
    along = np.linspace(0, 1, 12)  # stern to bow
    wide = width / 2 * np.minimum(1, 0.75 + along) * (1 - np.clip((along - 0.4) / 0.6, 0, 1) ** 2 * 0.97)
    angle = np.linspace(0, np.pi, 11)
    keel = np.stack([np.cos(angle), -np.sin(angle)], -1)  # (11, 2)
    deck = np.stack([np.linspace(-1, 1, 7)[1:-1], np.zeros(5)], -1)
    ring = np.concatenate([keel, deck])  # (16, 2)
    rings = np.zeros((12, 16, 3))
    rings[:, :, 0] = -wide[:, None] * ring[:, 0]
    rings[:, :, 1] = deep * (1 - 0.5 * along[:, None] ** 3) * ring[:, 1] + rise * along[:, None] ** 2
    rings[:, :, 2] = length * (along - 0.5)[:, None]
    return loft(rings)


def _sail(height: tuple[float, float], mast: float, reach: float, belly: float) -> Solid:
    """A triangle behind the mast that the wind bends to one side."""
    low, high = height
    up = np.linspace(0, 1, 10)
    back = np.linspace(0, 1, 8)
    y = low + (high - low) * up[:, None] + np.zeros(8)
    z = mast - reach * (1 - 0.97 * up[:, None]) * back
    x = belly * np.sin(np.pi * back) * (1 - up[:, None])
    front = np.stack([x + 0.008, y, z], -1)  # (10, 8, 3)
    rear = np.stack([x - 0.008, y, z], -1)[:, ::-1]
    return loft(np.concatenate([front, rear], axis=1))


def rocket(rng: np.random.Generator) -> Parts:
    """A body with a pointed nose, three to five fins, a nozzle; some with boosters."""
    radius, height, nose = rng.uniform(0.16, 0.26), rng.uniform(1.1, 1.7), rng.uniform(0.35, 0.7)
    along = np.linspace(0, 1, 10)
    cone = np.stack([radius * np.sqrt(1 - along**2), height + nose * along], -1)
    parts: Parts = {"body": [turned([(0, 0), (radius, 0), (radius, height)])], "nose": [turned(cone)]}
    fins, span, chord = int(rng.integers(3, 6)), rng.uniform(0.2, 0.4), rng.uniform(0.3, 0.5)
    blade = leaned(
        wing((0.9 * radius, 0, 0), (radius + span, 0, -rng.uniform(0.1, 0.3)), (chord, 0.5 * chord), 0.1), 0, -QUARTER
    )
    blade = moved(blade, (0, chord / 2 + 0.02, 0))
    parts["fins"] = [leaned(blade, 1, 2 * np.pi * turn / fins) for turn in range(fins)]
    parts["nozzle"] = [turned([(0.5 * radius, 0), (0.8 * radius, -rng.uniform(0.12, 0.25))])]
    if rng.random() < 0.3:
        tall, away = rng.uniform(0.4, 0.6) * height, radius * 1.5
        parts["boosters"] = [
            moved(turned([(0, 0), (0.5 * radius, 0), (0.5 * radius, tall), (0, tall + 0.2)], sides=16), (x, 0, 0))
            for x in (-away, away)
        ]
    return parts


def balloon(rng: np.random.Generator) -> Parts:
    """A hot-air balloon: an envelope drawn out below, a basket, four ropes."""
    wide, tall = rng.uniform(0.6, 0.85), rng.uniform(0.7, 0.95)
    mouth, low = rng.uniform(0.15, 0.25), rng.uniform(0.5, 0.75)
    angle = np.linspace(QUARTER, -0.75, 12)
    crown = np.stack([wide * np.cos(angle), low + tall + tall * np.sin(angle)], -1)
    parts: Parts = {"envelope": [turned([*crown, (mouth, low - 0.15)])]}
    side, high = rng.uniform(0.16, 0.26), rng.uniform(0.16, 0.24)
    parts["basket"] = [block([(-high, 0.85 * side, 0.85 * side, 0), (0, side, side, 0)])]
    ends = [(x * side / 2, z * side / 2) for x in (-1, 1) for z in (-1, 1)]
    spread = 2 * mouth * np.sqrt(0.5) / side
    parts["ropes"] = [tube([(x, 0, z), (spread * x, low - 0.15, spread * z)], 0.012, sides=6) for x, z in ends]
    return parts


FAMILIES = (
    Family("aeroplane", ("fuselage", "wings", "tail", "engines"), aeroplane),
    Family("car", ("body", "cabin", "wheels", "spoiler"), car),
    Family("boat", ("hull", "mast", "sail", "cabin", "funnel"), boat),
    Family("rocket", ("body", "nose", "fins", "nozzle", "boosters"), rocket),
    Family("balloon", ("envelope", "basket", "ropes"), balloon),
)
