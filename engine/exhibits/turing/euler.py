"""One explicit Euler step: the formulas that compiled loops, CUDA kernels, torch and slow motion all call.

Their arguments may be single numbers, NumPy arrays or torch tensors.
"""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable


@register_jitable
def laplacian(u: Any, west: Any, east: Any, north: Any, south: Any) -> Any:
    """Lap u on the unit lattice, by five points: what the four neighbours have more than the cell itself."""
    twice = u + u
    return ((west + east) - twice) + ((north + south) - twice)


@register_jitable
def euler(u: Any, f: Any, lap: Any, D: Any, dt: Any) -> Any:
    """One step of u_t = f + D Lap u:  u + dt (f + D Lap u)."""
    return u + dt * (f + D * lap)
