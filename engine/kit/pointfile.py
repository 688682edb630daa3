"""Points of the plane, read from the text of a file."""

from __future__ import annotations

import csv
import io
import math

import numpy as np

from engine.kit.textfile import text_of

MOST_READ = 2000
MOST_ROWS = 100_000
MOST_BYTES = 8 << 20


def parse_points(blob: bytes) -> np.ndarray:
    """Read points from the bytes of a CSV file: two columns, one point a row, a heading if wished.

    They are shifted and scaled together so that they fill the picture; of many, an even sample is taken.

    Returns:
        (n, 2) float32, n at most 2000, within [-1.2, 1.2].

    Raises:
        ValueError: it cannot be read; the sentence says where, and what is wanted.
    """
    text = text_of(blob, MOST_BYTES, "Save the points as CSV: two numbers a row.")
    try:
        rows = _rows(text)
    except csv.Error as error:
        raise ValueError(f"The file cannot be read as CSV: {error}.") from None
    points = np.array(rows, dtype=np.float64).reshape(-1, 2)
    if len(points) == 0:
        raise ValueError("The file holds no points. Write two numbers a row, such as 0.5, -1.2.")
    if len(points) == 1:
        raise ValueError("The file holds only one point; a distribution wants at least two.")
    if len(points) > MOST_READ:
        points = points[np.linspace(0, len(points) - 1, MOST_READ).round().astype(int)]
    return _fitted(points)


def _rows(text: str) -> list[tuple[float, float]]:
    delimiter = next((mark for mark in (";", "\t", ",") if mark in text[:4096]), " ")
    found: list[tuple[float, float]] = []
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True), start=1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells:
            continue
        if number == 1 and not any(_is_number(cell) for cell in cells):
            continue  # a heading
        if len(found) == MOST_ROWS:
            raise ValueError(f"The file holds more than {MOST_ROWS:,} rows. Take a sample of them first.")
        found.append(_point(cells, number))
    return found


def _point(cells: list[str], number: int) -> tuple[float, float]:
    if len(cells) != 2:
        columns = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        raise ValueError(f"Row {number} has {columns}; a point in the plane has two.")
    for cell in cells:
        if not _is_number(cell):
            raise ValueError(f"Row {number} holds {cell[:20]!r}, which is not a number.")
    x, y = (float(cell) for cell in cells)
    if not (math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) < 1e15):
        raise ValueError(f"Row {number} holds {cells[0][:12]}, {cells[1][:12]}; every number must be finite.")
    return x, y


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _fitted(points: np.ndarray) -> np.ndarray:
    low, high = points.min(0), points.max(0)
    half = max(float((high - low).max()) / 2, 1e-12)
    return np.asarray((points - (low + high) / 2) * (1.2 / half), dtype=np.float32)
