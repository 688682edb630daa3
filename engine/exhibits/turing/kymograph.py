"""A ring through time: one row per moment, the newest at the bottom."""

from __future__ import annotations

import numpy as np

ROWS = 200
EVERY = 20
"""Steps between two rows."""


class Kymograph:
    """The last ``ROWS`` recorded rows of a ring.

    Args:
        row: fills the picture before anything is recorded.

    Shapes:
        row: (cells,). rows: (ROWS, cells) float32.
    """

    def __init__(self, row: np.ndarray) -> None:
        self.rows = np.repeat(row[None, :].astype(np.float32), ROWS, axis=0)

    def record(self, row: np.ndarray) -> None:
        """Push everything up by one row and put ``row`` at the bottom."""
        self.rows[:-1] = self.rows[1:]
        self.rows[-1] = row
