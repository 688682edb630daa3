"""A ring, or one row of a square, through time: one row per moment, the newest at the bottom."""

from __future__ import annotations

import numpy as np

ROWS = 200
EVERY = 20
"""Steps between two rows."""
WIDEST = 256
"""Cells of a row, at most: of wider squares every second or fourth is kept."""


class Kymograph:
    """The last ``ROWS`` recorded rows.

    Args:
        row: fills the picture before anything is recorded.

    Shapes:
        row: (cells,). rows: (ROWS, cells) float32; of more than ``WIDEST`` cells a divisor of them.
    """

    def __init__(self, row: np.ndarray) -> None:
        self.stride = -(-len(row) // WIDEST)
        self.rows = np.repeat(row[None, :: self.stride].astype(np.float32), ROWS, axis=0)

    def swing(self) -> float:
        """How much a cell changes over the time shown: the standard deviation, averaged over the cells."""
        with np.errstate(all="ignore"):
            return float(self.rows.std(axis=0).mean())

    def record(self, row: np.ndarray) -> None:
        """Push everything up by one row and put ``row`` at the bottom."""
        self.rows[:-1] = self.rows[1:]
        self.rows[-1] = row[:: self.stride]
