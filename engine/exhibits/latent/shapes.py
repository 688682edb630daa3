"""Images whose factors are known: one shape each, of a kind, at a place, of a size, turned by an angle."""

from __future__ import annotations

from itertools import product

import numpy as np

SIDE = 16
SOFT = 0.06  # half width of an edge; the picture is 2 wide
FACTORS = ("x", "y", "size", "rotation", "kind")
VARY: dict[str, dict[str, tuple[float, ...]]] = {
    "position and size": {
        "x": tuple(np.linspace(-0.55, 0.55, 11)), "y": tuple(np.linspace(-0.55, 0.55, 11)),
        "size": tuple(np.linspace(0.15, 0.4, 8)),
    },
    "position and rotation": {
        "x": tuple(np.linspace(-0.45, 0.45, 8)), "y": tuple(np.linspace(-0.45, 0.45, 8)),
        "rotation": tuple(np.arange(16) * np.pi / 16),
    },
    "everything": {
        "x": tuple(np.linspace(-0.45, 0.45, 6)), "y": tuple(np.linspace(-0.45, 0.45, 6)),
        "size": tuple(np.linspace(0.25, 0.45, 4)), "rotation": tuple(np.arange(6) * np.pi / 6), "kind": (0.0, 1.0, 2.0),
    },
}  # fmt: skip
"""Which factors vary, and the values they take: the set holds every combination once."""

STILL = {"x": 0.0, "y": 0.0, "size": 0.45, "rotation": 0.0, "kind": 0.0}


def everything(vary: str) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Every image of a set, the number of the value that each of its factors has, and the factors' names.

    Shapes:
        Images (n, 16, 16) float32 between 0 and 1; numbers (n, factors) int64.
    """
    factors = VARY[vary]
    names = tuple(factors)
    numbers = np.array(list(product(*(range(len(values)) for values in factors.values()))), np.int64)
    values = {name: np.array(factors[name])[numbers[:, column]] for column, name in enumerate(names)}
    constant = {name: np.full(len(numbers), value) for name, value in STILL.items()}
    if vary == "position and size":
        constant["kind"] = np.full(len(numbers), 3.0)
    return draw(**{**constant, **values}), numbers, names


def draw(x: np.ndarray, y: np.ndarray, size: np.ndarray, rotation: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Shapes with soft edges: 0 an ellipse, 1 a bar, 2 a triangle, 3 a disc.

    Args:
        x, y: of the middle; the picture shows [-1, 1], y upwards. size: half the length. rotation: in radians.

    Shapes:
        All (n,). Returns (n, 16, 16) float32.
    """
    axis = (np.arange(SIDE) + 0.5) * 2 / SIDE - 1
    right, up = axis[None, None, :] - x[:, None, None], -axis[None, :, None] - y[:, None, None]  # (n, 16, 16)
    cos, sin = np.cos(rotation)[:, None, None], np.sin(rotation)[:, None, None]
    u, v, r = right * cos + up * sin, -right * sin + up * cos, size[:, None, None]
    outside = np.select(
        [kind[:, None, None] == each for each in range(4)],
        [_ellipse(u, v, r), _bar(u, v, r), _triangle(u, v, r), np.hypot(u, v) - r],
    )
    return (1 / (1 + np.exp(np.clip(outside / SOFT, -30, 30)))).astype(np.float32)


def _ellipse(u: np.ndarray, v: np.ndarray, r: np.ndarray) -> np.ndarray:
    """About how far outside an ellipse of half axes r and r / 2."""
    return (np.hypot(u, 2 * v) / r - 1) * r / 2


def _bar(u: np.ndarray, v: np.ndarray, r: np.ndarray) -> np.ndarray:
    return np.maximum(np.abs(u) - r, np.abs(v) - r / 3)


def _triangle(u: np.ndarray, v: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Of height 2 r, its tip along u."""
    return np.maximum(-u - 0.6 * r, (u + 2 * np.abs(v) - r) / np.sqrt(5.0))
