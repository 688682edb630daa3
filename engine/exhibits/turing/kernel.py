"""The fast path: explicit Euler on a square lattice, fused into one pass per step and compiled by numba.

With lattice spacing h = 1 and the five-point Laplacian L, one step of :func:`advance` is

    u <- u + dt (f(u, v) + Du L u)
    v <- v + dt (g(u, v) + Dv L v)

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

Reaction = Callable[..., tuple[Any, Any]]

PAD = 16
"""Columns of padding on either side: ghost cells next to the edge, and rows that start on a cache line."""

ZERO, TINY = np.float32(0), np.float32(1e-18)
"""Smaller numbers become zero. Ahead of a front a field falls off exponentially; its squares would soon be denormal
numbers, with which processors are slow."""

_parallel_region = threading.Lock()
"""Numba's fallback threading layer aborts the process when two threads enter parallel code at once."""


@register_jitable
def _rows(reaction, u, v, un, vn, first, last, wrap_rows, wrap_columns, Du, Dv, dt, constants):  # type: ignore[no-untyped-def]
    """One Euler step of rows ``first`` to ``last`` from (u, v) into (un, vn), ghost columns included.

    Rows are cut out as slices indexed from 0: only then does LLVM see that no index is negative, and vectorise.
    """
    height, a, e = u.shape[0], PAD, u.shape[1] - PAD
    for i in range(first, last):
        north = i - 1 if i > 0 else (height - 1 if wrap_rows else 0)
        south = i + 1 if i < height - 1 else (0 if wrap_rows else height - 1)
        u0, ul, ur, uu, ud, uw = (
            u[i, a:e],
            u[i, a - 1 : e - 1],
            u[i, a + 1 : e + 1],
            u[north, a:e],
            u[south, a:e],
            un[i, a:e],
        )
        v0, vl, vr, vu, vd, vw = (
            v[i, a:e],
            v[i, a - 1 : e - 1],
            v[i, a + 1 : e + 1],
            v[north, a:e],
            v[south, a:e],
            vn[i, a:e],
        )
        for j in range(e - a):
            x, y = u0[j], v0[j]
            f, g = reaction(x, y, *constants)
            x += dt * (f + Du * (((ul[j] + ur[j]) - (x + x)) + ((uu[j] + ud[j]) - (x + x))))
            y += dt * (g + Dv * (((vl[j] + vr[j]) - (y + y)) + ((vu[j] + vd[j]) - (y + y))))
            uw[j] = ZERO if abs(x) < TINY else x
            vw[j] = ZERO if abs(y) < TINY else y
        west, east = (e - 1, a) if wrap_columns else (a, e - 1)
        un[i, a - 1], un[i, e] = un[i, west], un[i, east]
        vn[i, a - 1], vn[i, e] = vn[i, west], vn[i, east]


def fingerprint(reaction: Reaction) -> int:
    """A number that changes with the formula, so that numba's disk cache notices an edited one."""
    code = reaction.__code__
    return crc32(code.co_code + repr(code.co_consts).encode() + numba.__version__.encode())


@cache
def serial(reaction: Reaction) -> Any:
    """The compiled loop for one core."""
    formula = fingerprint(reaction)

    @numba.njit(nogil=True, cache=True, fastmath={"contract"}, error_model="numpy")
    def euler(u, v, un, vn, steps, wrap_rows, wrap_columns, Du, Dv, dt, constants):  # type: ignore[no-untyped-def]
        formula  # noqa: B018 - a free variable is part of the cache's key
        height = u.shape[0]
        for step in range(steps):
            if step % 2 == 0:
                _rows(reaction, u, v, un, vn, 0, height, wrap_rows, wrap_columns, Du, Dv, dt, constants)
            else:
                _rows(reaction, un, vn, u, v, 0, height, wrap_rows, wrap_columns, Du, Dv, dt, constants)

    return euler


@cache
def parallel(reaction: Reaction) -> Any:
    """The compiled loop for several cores: every step shares out bands of rows."""
    formula = fingerprint(reaction)

    @numba.njit(nogil=True, cache=True, parallel=True, fastmath={"contract"}, error_model="numpy")
    def euler(u, v, un, vn, steps, wrap_rows, wrap_columns, Du, Dv, dt, constants, bands):  # type: ignore[no-untyped-def]
        formula  # noqa: B018 - a free variable is part of the cache's key
        height = u.shape[0]
        for step in range(steps):
            for band in numba.prange(bands):
                first, last = height * band // bands, height * (band + 1) // bands
                if step % 2 == 0:
                    _rows(reaction, u, v, un, vn, first, last, wrap_rows, wrap_columns, Du, Dv, dt, constants)
                else:
                    _rows(reaction, un, vn, u, v, first, last, wrap_rows, wrap_columns, Du, Dv, dt, constants)

    return euler


def run_parallel(reaction: Reaction, arguments: tuple[Any, ...], cores: int) -> None:
    """Call the loop of :func:`parallel` on so many cores, from one thread at a time."""
    euler = parallel(reaction)
    cores = min(cores, int(numba.config.NUMBA_NUM_THREADS))  # type: ignore[attr-defined]
    with _parallel_region:
        before = numba.get_num_threads()
        numba.set_num_threads(cores)
        try:
            euler(*arguments, cores)
        finally:
            numba.set_num_threads(before)
