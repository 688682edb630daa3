"""What holds a drink: mugs, bottles, vases, goblets."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from engine.exhibits.completion.families.mesh import Family, Parts, Solid, mirrored, tube, turned


def mug(rng: np.random.Generator) -> Parts:
    """A cup open above, and a handle on its right."""
    top, bottom, height = rng.uniform(0.4, 0.6), rng.uniform(0.3, 0.55), rng.uniform(0.8, 1.4)
    along, belly = np.linspace(0, 1, 9), rng.uniform(-0.08, 0.12)
    outside = np.stack([bottom + (top - bottom) * along + belly * np.sin(np.pi * along), height * along], -1)
    body = turned([(0, 0), *outside, (0.92 * top, height), (0.9 * bottom, 0.06), (0, 0.06)], sides=28)
    low, high, reach = rng.uniform(0.15, 0.3), rng.uniform(0.7, 0.88), rng.uniform(0.25, 0.45)
    angle = np.linspace(-np.pi / 2, np.pi / 2, 14)
    y = height * (low + (high - low) * (np.sin(angle) + 1) / 2)
    wall = np.interp(y, outside[:, 1], outside[:, 0])
    path = np.stack([wall - 0.03 + reach * np.cos(angle), y, np.zeros(14)], -1)
    return {"body": [body], "handle": [tube(path, rng.uniform(0.045, 0.08), sides=10)]}


def bottle(rng: np.random.Generator) -> Parts:
    """A body, shoulders, a neck, and a cap on most."""
    radius, height = rng.uniform(0.25, 0.45), rng.uniform(0.7, 1.2)
    neck, long, shoulder = rng.uniform(0.3, 0.5) * radius, rng.uniform(0.2, 0.6), rng.uniform(0.15, 0.4)
    along, waist = np.linspace(0, 1, 9), rng.uniform(0.0, 0.12)
    body = np.stack([radius * (1 - waist * np.sin(np.pi * along) ** 2), height * along], -1)
    slope = neck + (radius - neck) * (1 + np.cos(np.pi * along)) / 2
    over = np.stack([slope, height + shoulder * along], -1)
    top = height + shoulder + long
    parts: Parts = {"body": [turned([(0, 0.04), (0.7 * radius, 0.0), *body], sides=24)]}
    parts["neck"] = [turned([*over, (neck, top)], sides=24)]
    if rng.random() < 0.7:
        wide = 1.25 * neck
        parts["cap"] = [turned([(wide, top - 0.12), (wide, top), (0, top)], sides=20)]
    return parts


def vase(rng: np.random.Generator) -> Parts:
    """A foot, a belly and a neck in one smooth line, open above; two handles on some."""
    height, radius = rng.uniform(1.1, 1.8), rng.uniform(0.3, 0.5)
    belly, neck, lip = rng.uniform(0.3, 0.6), rng.uniform(0.3, 0.7), rng.uniform(0.5, 1.1)
    along = np.linspace(0, 1, 24)
    knots = ([0.0, belly * 0.5, belly, 0.82, 1.0], [rng.uniform(0.4, 0.7), 0.85, 1.0, neck, lip])
    width = radius * PchipInterpolator(*knots)(along)
    line = np.stack([width, height * along], -1)
    split = 16
    parts: Parts = {"body": [turned([(0, 0), *line[: split + 1]])], "neck": [turned(line[split:])]}
    if rng.random() < 0.4:
        parts["handles"] = _handles(line, rng.uniform(0.12, 0.25))
    return parts


def _handles(line: np.ndarray, reach: float) -> list[Solid]:
    """Two bows from the belly to the neck."""
    low, high = line[14], line[21]
    share = np.linspace(0, 1, 10)[:, None]
    flat = low + share * (high - low) + np.sin(np.pi * share) * (reach, 0.0)
    bow = tube(np.concatenate([flat, np.zeros((10, 1))], axis=1), 0.04, sides=8)
    return [bow, mirrored(bow)]


def goblet(rng: np.random.Generator) -> Parts:
    """A foot, a thin stem, a bowl open above."""
    foot, stem, long = rng.uniform(0.3, 0.45), rng.uniform(0.03, 0.06), rng.uniform(0.4, 0.9)
    wide, deep, close = rng.uniform(0.3, 0.5), rng.uniform(0.4, 0.8), rng.uniform(-0.5, 0.4)
    angle = np.linspace(-np.pi / 2, close, 12)
    bowl = np.stack([wide * np.cos(angle), long + deep * (1 + np.sin(angle)) / (1 + np.sin(close))], -1)
    return {
        "foot": [turned([(0, 0), (foot, 0), (foot, 0.03), (stem, 0.12)])],
        "stem": [turned([(stem, 0.12), (stem, long)], sides=14)],
        "bowl": [turned(bowl)],
    }


FAMILIES = (
    Family("mug", ("body", "handle"), mug),
    Family("bottle", ("body", "neck", "cap"), bottle),
    Family("vase", ("body", "neck", "handles"), vase),
    Family("goblet", ("foot", "stem", "bowl"), goblet),
)
