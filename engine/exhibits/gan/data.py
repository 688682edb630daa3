"""The real samples of a run: a finite set of points that may be drawn upon, and a reader for points in a file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.gan.sources import SOURCES

MOST_POINTS = 5000  # in a run
MOST_READ = 2000  # of a file
MOST_ROWS = 100_000
MOST_BYTES = 8 << 20


class Dataset:
    """N points, fixed but for their noise and what a person draws.

    Args:
        source: name in ``SOURCES``.
        count: N.
        noise: standard deviation of the Gaussian noise on every coordinate.
    """

    def __init__(self, source: str, count: int, noise: float, rng: np.random.Generator) -> None:
        self.source = SOURCES[source]
        self.version = 0  # goes up whenever the points change
        self.untouched = True  # nobody has drawn yet: the points lie where the source puts them
        clean, labels = self.source.sample(count, rng)
        self._put(clean, rng.standard_normal(clean.shape), labels)
        self.set_noise(noise)
        self._rng = rng

    def _put(self, clean: np.ndarray, wobble: np.ndarray, labels: np.ndarray) -> None:
        self.clean, self.wobble = clean.astype(np.float32), wobble.astype(np.float32)  # (N, d)
        self.labels = torch.from_numpy(labels.astype(np.int64))  # (N,)

    def set_noise(self, noise: float) -> None:
        """Move every point along its own wobble."""
        self.noise = noise
        self.version += 1
        self.points = torch.from_numpy(self.clean + np.float32(noise) * self.wobble)  # (N, d)

    def __len__(self) -> int:
        return len(self.clean)

    def batch(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """``size`` points drawn with replacement, and their labels."""
        index = torch.randint(len(self), (size,), generator=generator)
        return self.points[index], self.labels[index]

    def add(self, points: np.ndarray) -> None:
        """Take in further points (n, d), as many as there is room for."""
        points = points[: max(0, MOST_POINTS - len(self))]
        self.untouched = False
        labels = np.concatenate([self.labels.numpy(), np.zeros(len(points), np.int64)])
        self._put(np.concatenate([self.clean, points]), np.concatenate([self.wobble, np.zeros_like(points)]), labels)
        self.set_noise(self.noise)

    def spray(self, start: np.ndarray, end: np.ndarray, radius: float, count: int) -> None:
        """Add points scattered about the stroke from ``start`` (2,) to ``end`` (2,)."""
        along = self._rng.uniform(0, 1, (count, 1))
        self.add(start + along * (end - start) + 0.5 * radius * self._rng.standard_normal((count, 2)))

    def erase(self, start: np.ndarray, end: np.ndarray, radius: float) -> None:
        """Points nearer than ``radius`` to the stroke go."""
        way, at = end - start, self.points.numpy() - start
        along = np.clip(at @ way / max(way @ way, 1e-12), 0, 1)[:, None]
        self.keep(np.hypot(*(at - along * way).T) > radius)

    def keep(self, mask: np.ndarray) -> None:
        """Only the points where ``mask`` (N,) is true stay."""
        self.untouched = False
        self._put(self.clean[mask], self.wobble[mask], self.labels.numpy()[mask])
        self.set_noise(self.noise)

    def state_dict(self) -> State:
        """The points, and the generator of what will be sprayed."""
        return {
            "clean": self.clean,
            "wobble": self.wobble,
            "labels": self.labels,
            "untouched": self.untouched,
            "rng": _portable(self._rng.bit_generator.state),
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``, with the present noise."""
        self._put(np.array(state["clean"]), np.array(state["wobble"]), torch.as_tensor(state["labels"]).numpy().copy())
        self.untouched = bool(state["untouched"])
        self._rng.bit_generator.state = _native(state["rng"])
        self.set_noise(self.noise)


def _portable(state: Mapping[str, Any]) -> State:
    """NumPy's generator state with its 128-bit integers as text."""
    return {**state, "state": {name: str(number) for name, number in state["state"].items()}}


def _native(state: State) -> State:
    return {**state, "state": {name: int(number) for name, number in state["state"].items()}}


def parse_points(blob: bytes) -> np.ndarray:
    """Read points from the bytes of a CSV file: two columns, one point a row, a heading if wished.

    They are shifted and scaled together so that they fill the picture; of many, an even sample is taken.

    Returns:
        (n, 2) float32, n at most 2000, within [-1.2, 1.2].

    Raises:
        ValueError: it cannot be read; the sentence says where, and what is wanted.
    """
    if len(blob) > MOST_BYTES:
        raise ValueError(f"The file is {len(blob) / 2**20:.0f} MB long; at most {MOST_BYTES >> 20} MB are read.")
    try:
        text = blob.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("The file is no text. Save the points as CSV: two numbers a row.") from None
    if "\0" in text:
        raise ValueError("The file is no text. Save the points as CSV: two numbers a row.")
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
