r"""The loss of a line y = m x + c over data: the lecture's points, or a pasted table."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.optimisers.surfaces.base import Surface

LARGEST, MOST = 1e4, 200  # of a number in a table, and of its rows
LATEX = r"\frac1n\sum_i(m x_i + c - y_i)^2"


def read_table(text: str) -> np.ndarray:
    """Pairs x, y as rows (n, 2); the lecture's y = 5 x + 2 for x = -10 ... 10 where the text is empty.

    Commas, semicolons, tabs, blanks and line ends separate; a first line of two names is skipped.

    Raises:
        ValueError: with a sentence that says what is wrong.
    """
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    if not words:
        x = np.arange(-10.0, 11.0)
        return np.stack([x, 5 * x + 2], axis=1)
    if [word.lower() for word in words[:2]] == ["x", "y"]:
        words = words[2:]
    numbers = [_number(word) for word in words]
    if len(numbers) % 2:
        raise ValueError(f"The table has {len(numbers)} numbers; it needs an x and a y for every point.")
    rows = np.array(numbers).reshape(-1, 2)
    if len(rows) > MOST:
        raise ValueError(f"The table has {len(rows)} points; use at most {MOST}.")
    if len(np.unique(rows[:, 0])) < 2:
        raise ValueError("The table needs points with two different x at least, or there is no line through them.")
    return rows


def _number(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        raise ValueError(f"The table has {word[:20]!r} where a number should be.") from None
    if not abs(number) <= LARGEST:
        raise ValueError(f"The table has {word[:20]}; numbers must lie between -{LARGEST:g} and {LARGEST:g}.")
    return number


def line_fit(rows: np.ndarray) -> Surface:
    """The mean squared error of a line over slope m and intercept c.

    Shapes:
        rows: (n, 2), a point x, y each.
    """
    best = np.polynomial.polynomial.polyfit(rows[:, 0], rows[:, 1], 1)  # c, m
    half = 2 * max(1.0, float(np.abs(best).max()))
    return _over(rows, (float(best[1]), float(best[0])), half)


def _over(rows: np.ndarray, best: tuple[float, float], half: float) -> Surface:
    x, y = torch.tensor(rows[:, 0], device="cpu"), torch.tensor(rows[:, 1], device="cpu")

    def mean_squared_error(m: Tensor, c: Tensor) -> Tensor:
        return ((m[..., None] * x + c[..., None] - y) ** 2).mean(dim=-1)

    def batch(chosen: Any) -> Surface:
        return _over(rows[np.asarray(chosen)], best, half)

    return Surface(
        label="Line fit",
        latex=LATEX,
        note="The loss of a line over its slope m and its intercept c. Where the x lie evenly about 0 the two do not "
        "disturb each other, and gradient descent is a closed formula.",
        formula=mean_squared_error,
        centre=best,
        half=half,
        start=(best[0] - 0.8 * half, best[1] + 0.8 * half),
        axes=("slope m", "intercept c"),
        names={"x": x.numpy(), "y": y.numpy(), "n": len(rows), "ranges": {"i": len(rows)}},
        data=len(rows),
        batch=batch,
    )
