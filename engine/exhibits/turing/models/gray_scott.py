r"""Gray and Scott's autocatalysis in a stirred tank: food u, feeding catalyst v.

    u_t = D_u Lap u - u v^2 + F (1 - u)
    v_t = D_v Lap v + u v^2 - (F + k) v

F is the rate at which food flows in and everything flows out, k the rate at which the catalyst decays. On Pearson's
grid (2.5 x 2.5 at 256 x 256, D_u = 2e-5, D_v = 1e-5) the diffusivities on the unit lattice are .2097 and .1049.

References:
    Gray & Scott, Chemical Engineering Science 39 (1984) 1087. Pearson, Science 261 (1993) 189.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from engine.exhibits.turing.models.base import UV, Matrix, Model
from engine.params import Params, live

NAME = "gray-scott"
HERE = {"model": (NAME,)}


class GrayScottParams(Params):
    """The live parameters of the Gray-Scott model."""

    gs_F: float = live(
        0.037, label="Feed rate F", help="How fast fresh food flows in and everything flows out.",
        ge=0.0, le=0.12, step=0.0001, group="Kinetics", when=HERE,
    )  # fmt: skip
    gs_k: float = live(
        0.06, label="Kill rate k", help="How fast the catalyst decays, beyond being washed out.",
        ge=0.03, le=0.08, step=0.0001, group="Kinetics", when=HERE,
    )  # fmt: skip
    gs_Du: float = live(
        0.2097, label="Spread of the food Dᵤ", help="How fast the food u spreads.",
        ge=0.0, le=0.3, step=0.0001, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    gs_Dv: float = live(
        0.1049, label="Spread of the catalyst Dᵥ", help="How fast the catalyst v spreads.",
        ge=0.0, le=0.3, step=0.0001, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    gs_dt: float = live(
        1.0, label="Time step dt", help="Time that passes in one Euler step.",
        ge=0.05, le=1.5, step=0.05, group="Time", when=HERE,
    )  # fmt: skip


@register_jitable
def reaction(u: Any, v: Any, F: Any, k: Any) -> UV:
    """(F - F u - u v^2, u v^2 - (F + k) v)."""
    uvv = u * v * v
    return F - F * u - uvv, uvv - (F + k) * v


def jacobian(u: Any, v: Any, F: Any, k: Any) -> Matrix:
    """Derivatives of :func:`reaction` with respect to u and v."""
    return -v * v - F, -2 * u * v, v * v, 2 * u * v - F - k


def rest(F: Any, k: Any) -> UV:
    """Food everywhere and no catalyst: always there, always stable."""
    return 1.0 + 0 * F * k, 0.0 * F * k


def upper(F: Any, k: Any) -> UV:
    """The state rich in catalyst, v = (F + sqrt(F^2 - 4 F (F + k)^2)) / 2(F + k); NaN beyond the saddle-node."""
    with np.errstate(invalid="ignore", divide="ignore"):
        v = (F + np.sqrt(np.asarray(F * F - 4 * F * (F + k) ** 2, dtype=float))) / (2 * (F + k))
        return (F + k) / v, v


def states(F: float, k: float) -> list[tuple[float, float]]:
    """(1, 0), and where F > 4 (F + k)^2 two more with u v = F + k and F (1 - u) = (F + k) v."""
    square = F * F - 4 * F * (F + k) ** 2
    if square < 0 or F == 0:
        return [(1.0, 0.0)]
    catalyst = [(F + sign * square**0.5) / (2 * (F + k)) for sign in (-1, 1)]
    return [(1.0, 0.0), *(((F + k) / v, v) for v in catalyst)]


MODEL = Model(
    name=NAME,
    label="Gray-Scott",
    latex=r"""\begin{aligned}
\partial_t u &= D_u\nabla^2 u - u v^2 + F(1-u)\\
\partial_t v &= D_v\nabla^2 v + u v^2 - (F+k)\,v
\end{aligned}""",
    note="The state without catalyst is stable, so a pattern needs a seed large enough to feed itself.",
    reaction=reaction,
    jacobian=jacobian,
    rest=rest,
    states=states,
    kinetics=("gs_F", "gs_k"),
    diffusion=("gs_Du", "gs_Dv"),
    dt="gs_dt",
    plane=("gs_k", "gs_F"),
    activator="v",
    brushes=("add catalyst", "remove food"),
    dose={"activator": (-0.5, 0.25), "inhibitor": (-1.0, 0.0)},
    below=(1.0, 0.0),
    above=(0.0, 0.4),
    base=upper,
)

CLASSES: tuple[tuple[str, float, float], ...] = (
    ("α", 0.010, 0.047), ("α", 0.014, 0.053), ("β", 0.014, 0.039), ("β", 0.026, 0.051),
    ("γ", 0.022, 0.051), ("γ", 0.026, 0.055), ("δ", 0.030, 0.055), ("δ", 0.042, 0.059),
    ("ε", 0.018, 0.055), ("ε", 0.022, 0.059), ("ζ", 0.026, 0.059), ("ζ", 0.022, 0.061),
    ("η", 0.034, 0.063), ("θ", 0.030, 0.057), ("θ", 0.038, 0.061), ("ι", 0.046, 0.0594),
    ("κ", 0.050, 0.063), ("κ", 0.058, 0.063), ("λ", 0.034, 0.065), ("λ", 0.026, 0.061),
    ("μ", 0.046, 0.065), ("μ", 0.058, 0.065), ("ν", 0.046, 0.067), ("ξ", 0.010, 0.041),
    ("ξ", 0.014, 0.047), ("π", 0.062, 0.061), ("π", 0.062, 0.0609), ("ρ", 0.090, 0.059),
    ("ρ", 0.102, 0.055), ("σ", 0.090, 0.057), ("σ", 0.110, 0.0523),
)  # fmt: skip
"""Samples (name, F, k) of the pattern classes of Pearson (1993) and Munafo (2009); (.062, .0609) holds U-skates.
The first of each class is the one whose letter stands on the map, where it touches no other."""


def saddle_node(points: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """The curve (k, F) on which the two states with catalyst appear: F = 4 (F + k)^2."""
    F = np.linspace(0, 0.12, points)
    return np.sqrt(F) / 2 - F, F


def hopf(points: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """The curve (k, F) on which the upper state's trace vanishes: v^2 = k, so (F + k)^2 = F sqrt(k), lower branch."""
    k = np.linspace(0, 1 / 16, points)
    half = np.sqrt(k) / 2 - k
    return k, half - np.sqrt(np.maximum(half**2 - k**2, 0))
