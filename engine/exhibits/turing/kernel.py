"""The fast path: explicit Euler on a square lattice, fused into one pass per step and compiled by numba.

Each cell's arithmetic is the model's ``reaction`` and what :mod:`euler` holds; here is the loop around it.

What is kept is how far u and v are from a fixed pair of numbers, the *base*, near the uniform state. A step changes a
faint wave by less than the last digit of u = 1 in float32, so that kept as u it would stand still; kept as u - base it
grows as it should. Only the reaction sees base + deviation.

All arithmetic is float32. A numba literal such as ``1.0`` is a float64 and would drag the loop along, so the
reactions of the planar models are written without literals. ``contract`` allows fused multiply-adds; the other
fast-math flags stay off because a NaN or an infinity must survive to be noticed. ``error_model="numpy"``: a division
by zero gives an infinity, and leaves the loop free to be vectorised.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import Any
from zlib import crc32

import numba
import numpy as np
from numba.extending import register_jitable

from engine.exhibits.turing.euler import euler, laplacian

Reaction = Callable[..., tuple[Any, Any]]
Fields = tuple[np.ndarray, np.ndarray]
"""u and v, less their base, with their padding: (height, width + 2 PAD) each."""

Numbers = tuple[Any, ...]
"""D_u, D_v, dt, the base of u and of v, and the lowest deviations of u and of v: seven numbers, float32."""

Span = tuple[int, int]
"""First row, and the row after the last."""

Wrap = tuple[bool, bool]
"""(rows, columns): whether opposite edges touch."""

PAD = 16
"""Columns of padding on either side: ghost cells next to the edge, and rows that start on a cache line."""

ZERO, TINY = np.float32(0), np.float32(1e-18)
"""Smaller numbers become zero. Ahead of a front a field falls off exponentially; its squares would soon be denormal
numbers, with which processors are slow."""

_parallel_region = threading.Lock()
"""Numba's fallback threading layer aborts the process when two threads enter parallel code at once."""


@register_jitable
def _rows(reaction: Any, now: Fields, then: Fields, rows: Span, wrap: Wrap, numbers: Numbers, constants: Any) -> None:
    """One Euler step of the rows in ``rows`` from the fields ``now`` into ``then``, ghost columns included.

    Rows are cut out as slices indexed from 0: only then does LLVM see that no index is negative, and vectorise.
    """
    (u, v), (un, vn) = now, then
    Du, Dv, dt, base_u, base_v, low_u, low_v = numbers
    height, a, e = u.shape[0], PAD, u.shape[1] - PAD
    for i in range(rows[0], rows[1]):
        north = i - 1 if i > 0 else (height - 1 if wrap[0] else 0)
        south = i + 1 if i < height - 1 else (0 if wrap[0] else height - 1)
        u0, ul, ur, uu, ud = u[i, a:e], u[i, a - 1 : e - 1], u[i, a + 1 : e + 1], u[north, a:e], u[south, a:e]
        v0, vl, vr, vu, vd = v[i, a:e], v[i, a - 1 : e - 1], v[i, a + 1 : e + 1], v[north, a:e], v[south, a:e]
        uw, vw = un[i, a:e], vn[i, a:e]
        for j in range(e - a):
            x, y = u0[j], v0[j]
            f, g = reaction(base_u + x, base_v + y, *constants)
            x = euler(x, f, laplacian(x, ul[j], ur[j], uu[j], ud[j]), Du, dt)
            y = euler(y, g, laplacian(y, vl[j], vr[j], vu[j], vd[j]), Dv, dt)
            x = low_u if x < low_u else x  # a NaN stays one
            y = low_v if y < low_v else y
            uw[j] = ZERO if abs(x) < TINY else x
            vw[j] = ZERO if abs(y) < TINY else y
        west, east = (e - 1, a) if wrap[1] else (a, e - 1)
        un[i, a - 1], un[i, e] = un[i, west], un[i, east]
        vn[i, a - 1], vn[i, e] = vn[i, west], vn[i, east]


def fingerprint(reaction: Reaction) -> int:
    """A number that changes with the formulas of a step, so that numba's disk cache notices an edited one."""
    code = [formula.__code__ for formula in (reaction, laplacian, euler)]
    return crc32(b"".join(part.co_code + repr(part.co_consts).encode() for part in code) + numba.__version__.encode())


@cache
def serial(reaction: Reaction) -> Any:
    """The compiled loop for one core."""
    formulas = fingerprint(reaction)

    @numba.njit(nogil=True, cache=True, fastmath={"contract"}, error_model="numpy")
    def steps(now: Fields, then: Fields, count: int, wrap: Wrap, numbers: Numbers, constants: Any) -> None:
        formulas  # noqa: B018 - a free variable is part of the cache's key
        rows = (0, now[0].shape[0])
        for step in range(count):
            if step % 2 == 0:
                _rows(reaction, now, then, rows, wrap, numbers, constants)
            else:
                _rows(reaction, then, now, rows, wrap, numbers, constants)

    return steps


@cache
def parallel(reaction: Reaction) -> Any:
    """The compiled loop for several cores: every step shares out bands of rows."""
    formulas = fingerprint(reaction)

    @numba.njit(nogil=True, cache=True, parallel=True, fastmath={"contract"}, error_model="numpy")
    def steps(now: Fields, then: Fields, count: int, wrap: Wrap, numbers: Numbers, constants: Any, bands: int) -> None:
        formulas  # noqa: B018 - a free variable is part of the cache's key
        height = now[0].shape[0]
        for step in range(count):
            for band in numba.prange(bands):
                rows = (height * band // bands, height * (band + 1) // bands)
                if step % 2 == 0:
                    _rows(reaction, now, then, rows, wrap, numbers, constants)
                else:
                    _rows(reaction, then, now, rows, wrap, numbers, constants)

    return steps


def run_parallel(reaction: Reaction, arguments: tuple[Any, ...], cores: int) -> None:
    """Call the loop of :func:`parallel` on so many cores, from one thread at a time."""
    steps = parallel(reaction)
    cores = min(cores, int(numba.config.NUMBA_NUM_THREADS))  # type: ignore[attr-defined]
    with _parallel_region:
        before = numba.get_num_threads()
        numba.set_num_threads(cores)
        try:
            steps(*arguments, cores)
        finally:
            numba.set_num_threads(before)
