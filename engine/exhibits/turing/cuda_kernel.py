"""The fast path on a graphics card: an Euler step in one CUDA kernel, a thread for each cell, compiled by numba.

Each cell's arithmetic is the same as on the CPU: the model's ``reaction`` and what :mod:`euler` holds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from numba import cuda

from engine.exhibits.turing.euler import euler, laplacian
from engine.exhibits.turing.kernel import TINY, ZERO, Reaction

BLOCK = (32, 4)
"""Threads in a block: along a row, where neighbours lie side by side in memory, and across rows."""

FIRST = 7
"""Where the reaction's constants begin, behind D_u, D_v, dt, the base of u and of v, and how low each may fall."""

CONSTANTS: tuple[Callable[[Any], Any], ...] = (
    lambda numbers: (),
    lambda numbers: (numbers[7],),
    lambda numbers: (numbers[7], numbers[8]),
    lambda numbers: (numbers[7], numbers[8], numbers[9]),
    lambda numbers: (numbers[7], numbers[8], numbers[9], numbers[10]),
)
"""How to read so many constants of a reaction: a kernel must know the length of a tuple when it is compiled."""


def possible() -> bool:
    """Whether numba finds a graphics card and a compiler for it."""
    return bool(cuda.is_available())


@cache
def build(reaction: Reaction, constants: int) -> Any:
    """The kernel of a reaction, to be called as ``kernel[blocks, BLOCK, stream](now, then, numbers, *wrap)``.

    Args:
        reaction: the model's.
        constants: how many it takes.

    Shapes:
        now, then: (2, height, width), u and v less their base, before and after. numbers: (FIRST + constants,). All
        float32 on the device.
    """
    react, lap, step, read = (
        cuda.jit(device=True)(formula) for formula in (reaction, laplacian, euler, CONSTANTS[constants])
    )

    @cuda.jit  # type: ignore[untyped-decorator]
    def kernel(now: Any, then: Any, numbers: Any, wrap_rows: bool, wrap_columns: bool) -> None:
        j, i = cuda.grid(2)  # type: ignore[attr-defined]
        height, width = now.shape[1], now.shape[2]
        if i >= height or j >= width:
            return
        west = j - 1 if j > 0 else (width - 1 if wrap_columns else 0)
        east = j + 1 if j < width - 1 else (0 if wrap_columns else width - 1)
        north = i - 1 if i > 0 else (height - 1 if wrap_rows else 0)
        south = i + 1 if i < height - 1 else (0 if wrap_rows else height - 1)
        u, v = now[0], now[1]
        f, g = react(numbers[3] + u[i, j], numbers[4] + v[i, j], *read(numbers))
        lap_u = lap(u[i, j], u[i, west], u[i, east], u[north, j], u[south, j])
        lap_v = lap(v[i, j], v[i, west], v[i, east], v[north, j], v[south, j])
        x = step(u[i, j], f, lap_u, numbers[0], numbers[2])
        y = step(v[i, j], g, lap_v, numbers[1], numbers[2])
        x = numbers[5] if x < numbers[5] else x  # a NaN stays one
        y = numbers[6] if y < numbers[6] else y
        then[0, i, j] = ZERO if abs(x) < TINY else x
        then[1, i, j] = ZERO if abs(y) < TINY else y

    return kernel


def blocks(height: int, width: int) -> tuple[int, int]:
    """How many blocks cover the grid, along rows and across."""
    return -(-width // BLOCK[0]), -(-height // BLOCK[1])
