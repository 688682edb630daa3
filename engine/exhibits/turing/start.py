"""Where disturbances go: the states a run starts from, and the brush."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

NOISE = 0.02
"""Amplitude of a noise start, as a fraction of the model's dose of activator."""
GRAIN = 0.1
"""Relative roughness of a seed, which breaks its symmetry."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Palette:
    """The states (u, v) that a start is painted with.

    Args:
        ground: the uniform state that is there before.
        rest: the one that an erasing brush goes back to.
        other: a second uniform state, None where the model has but one.
        activator, inhibitor: what a full dab of each adds.
        odd: some spots take as much away as others add.
    """

    ground: Point
    rest: Point
    other: Point | None
    activator: Point
    inhibitor: Point
    odd: bool = False


def seed_mask(start: str, size: int, word: str, wrap: bool, rng: np.random.Generator) -> np.ndarray:
    """How strongly each cell is seeded.

    Args:
        start: ``centre``, ``spots``, ``word``, ``disc``, ``skate`` for a U, or ``wave`` for a strip that ends in the
            middle.
        size: cells along each side.
        word: what to write; nothing but blanks falls back to ``centre``.
        wrap: whether spots reach round the edges.

    Shapes:
        returns (size, size), from 0 to 1.
    """
    if start == "spots":
        return _spots(size, wrap, rng)
    if start == "word" and word.strip():
        return _word(size, word.strip())
    mask = np.zeros((size, size))
    middle, half = size // 2, size // 24
    if start == "disc":
        dab(mask, (middle, middle), (middle, middle), 0.27 * size, wrap=(False, False))
    elif start == "skate":
        _u_shape(mask)
    elif start == "wave":
        mask[:middle, middle - 2 * half : middle] = 1
    else:
        mask[middle - half : middle + half, middle - half : middle + half] = 1
    return mask


def _u_shape(mask: np.ndarray) -> None:
    """A U of 11 by 12 cells in the middle, as wide as a brush of radius 2.5 makes it."""
    middle = mask.shape[0] / 2
    left, right, top, bottom = middle - 5.5, middle + 5.5, middle - 6, middle + 6
    corners = ((left, top), (left, bottom), (right, bottom), (right, top))
    for begin, end in pairwise(corners):
        dab(mask, begin, end, 2.5, wrap=(False, False))


def _spots(size: int, wrap: bool, rng: np.random.Generator) -> np.ndarray:
    """Discs of 3 to 6 cells' radius, one for every 55 by 55 cells."""
    mask = np.zeros((size, size))
    for _ in range(round((size / 55) ** 2)):
        x, y = rng.uniform(0, size, 2)
        dab(mask, (x, y), (x, y), rng.uniform(3, 6), wrap=(wrap, wrap))
    return mask


def _word(size: int, word: str) -> np.ndarray:
    """The word in the middle, as large as fits into 84 % of the width and half the height."""
    scale = 100
    left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), word, font=_font(scale))
    scale = int(scale * min(0.84 * size / max(right - left, 1), 0.5 * size / max(bottom - top, 1)))
    picture = Image.new("L", (size, size))
    draw = ImageDraw.Draw(picture)
    left, top, right, bottom = draw.textbbox((0, 0), word, font=_font(scale))
    draw.text(((size - left - right) / 2, (size - top - bottom) / 2), word, fill=255, font=_font(scale))
    return np.asarray(picture, dtype=float) / 255


def _font(points: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=max(points, 6))


def dab(
    mask: np.ndarray,
    begin: Point,
    end: Point,
    radius: float,
    *,
    wrap: tuple[bool, bool],
) -> None:
    """Raise ``mask`` to 1 within ``radius`` of the segment from ``begin`` to ``end``, with an edge one cell soft.

    Args:
        begin, end: (x, y) in cells, cell (i, j) having its centre at (j + 1/2, i + 1/2).
        wrap: (rows, columns) whether the brush reaches round the edges.

    Shapes:
        mask: (height, width), changed in place.
    """
    (x0, y0), (x1, y1) = begin, end
    reach = radius + 1
    i = np.arange(np.floor(min(y0, y1) - reach), np.ceil(max(y0, y1) + reach))
    j = np.arange(np.floor(min(x0, x1) - reach), np.ceil(max(x0, x1) + reach))
    px, py = j[None, :] + 0.5 - x0, i[:, None] + 0.5 - y0
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = np.clip((px * (x1 - x0) + py * (y1 - y0)) / length, 0, 1) if length else 0.0
    weight = np.clip(radius + 0.5 - np.hypot(px - along * (x1 - x0), py - along * (y1 - y0)), 0, 1)
    rows, keep_rows = _fold(i, mask.shape[0], wrap[0])
    columns, keep_columns = _fold(j, mask.shape[1], wrap[1])
    np.maximum.at(mask, (rows[keep_rows][:, None], columns[keep_columns]), weight[keep_rows][:, keep_columns])


def _fold(index: np.ndarray, size: int, wrap: bool) -> tuple[np.ndarray, np.ndarray]:
    """Indices on the grid, and which of them to keep."""
    whole = index.astype(np.int64)
    return whole % size, np.full(whole.shape, True) if wrap else (whole >= 0) & (whole < size)


def initial(
    start: str, palette: Palette, size: int, word: str, wrap: bool, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The fields (u, v) of a square run at time 0.

    A noise start adds normal noise to every cell. The others paint roughly, and leave all other cells exactly at
    ``palette.ground``: a disc of the other uniform state; a U of the state of rest within the other; a wave, whose
    wake of inhibitor makes it run to one side; or else a dose of activator.

    Shapes:
        u, v: (size, size).
    """
    if start == "noise":
        dose = max(abs(d) for d in palette.activator)
        return _changed(palette.ground, NOISE * dose * rng.standard_normal((2, size, size)))
    mask = seed_mask(start, size, word, wrap, rng)
    if palette.odd and start == "spots":
        mask -= seed_mask(start, size, word, wrap, rng)
    grain = rng.uniform(-1, 1, (2, size, size))
    change = np.multiply.outer(palette.activator, mask) * (1 + GRAIN * grain)
    if start == "wave":
        change += np.multiply.outer(palette.inhibitor, np.roll(mask, -2 * (size // 24), axis=1))
    elif start in ("disc", "skate") and palette.other is not None:
        goal = palette.other if start == "disc" else palette.rest
        towards = np.subtract(goal, palette.ground)
        change = np.multiply.outer(towards, mask) * (1 - GRAIN * np.abs(grain))
    return _changed(palette.ground, change)


def _changed(ground: Point, change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``ground`` plus ``change``, whose first axis is for u and v."""
    return ground[0] + change[0], ground[1] + change[1]


def initial_ring(rest: Point, dose: Point, cells: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The fields of a ring at time 0: the uniform state with a little noise in every cell.

    Shapes:
        u, v: (1, cells).
    """
    change = NOISE * max(abs(d) for d in dose) * rng.standard_normal((2, 1, cells))
    return _changed(rest, change)
