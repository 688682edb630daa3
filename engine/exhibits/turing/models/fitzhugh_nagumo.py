r"""FitzHugh and Nagumo's simplified nerve, with a diffusing recovery variable: activator u, inhibitor v.

    u_t = D_u Lap u + u - u^3 - v
    v_t = D_v Lap v + e (u - a v - b)

A fast inhibitor (large e, D_v > D_u) gives Turing patterns, a slow one (small e, D_v = 0) pulses and spirals.

References:
    FitzHugh, Biophysical Journal 1 (1961) 445. Nagumo, Arimoto & Yoshizawa, Proceedings of the IRE 50 (1962) 2061.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from engine.exhibits.turing.models.base import UV, Matrix, Model
from engine.params import Params, live

NAME = "fitzhugh-nagumo"
HERE = {"model": (NAME,)}


class FitzHughNagumoParams(Params):
    """The live parameters of the FitzHugh-Nagumo model."""

    fhn_e: float = live(
        2.0, label="Speed of the inhibitor e", help="How fast the inhibitor follows the activator.",
        ge=0.01, le=5.0, step=0.01, group="Kinetics", when=HERE,
    )  # fmt: skip
    fhn_a: float = live(
        0.7, label="Decay of the inhibitor a",
        help="How fast the inhibitor decays; above 1 there can be three rest states.",
        ge=0.05, le=2.0, step=0.01, group="Kinetics", when=HERE,
    )  # fmt: skip
    fhn_b: float = live(
        0.05, label="Offset b", help="Breaks the symmetry between up and down: 0 gives a labyrinth, more gives spots.",
        ge=-0.6, le=0.6, step=0.01, group="Kinetics", when=HERE,
    )  # fmt: skip
    fhn_Du: float = live(
        1.0, label="Spread of the activator Dᵤ", help="How fast the activator u spreads.",
        ge=0.0, le=5.0, step=0.05, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    fhn_Dv: float = live(
        16.0, label="Spread of the inhibitor Dᵥ", help="How fast the inhibitor v spreads.",
        ge=0.0, le=60.0, step=0.1, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    fhn_dt: float = live(
        0.01, label="Time step dt", help="Time that passes in one Euler step.",
        ge=0.001, le=0.2, step=0.001, group="Time", when=HERE,
    )  # fmt: skip


@register_jitable
def reaction(u: Any, v: Any, e: Any, a: Any, b: Any) -> UV:
    """(u - u^3 - v, e (u - a v - b))."""
    return u - u * u * u - v, e * (u - a * v - b)


def jacobian(u: Any, v: Any, e: Any, a: Any, b: Any) -> Matrix:
    """Derivatives of :func:`reaction` with respect to u and v."""
    return 1 - 3 * u * u, -1.0 + 0 * u, e + 0 * u, -e * a + 0 * u


def rest(e: Any, a: Any, b: Any) -> UV:
    """A root of the cubic u^3 + 3 q u - 2 r = 0 with 3 q = (1 - a) / a and 2 r = b / a, and v = (u - b) / a.

    With one real root that one, else the outer root on the side of b (Cardano, Viete).
    """
    q, r = (1 - a) / (3 * a), b / (2 * a)
    square = r * r + q**3
    root = np.sqrt(np.maximum(square, 0))
    one = np.cbrt(r + root) + np.cbrt(r - root)
    side = np.where(np.asarray(r) < 0, -1.0, 1.0)
    q_out = np.sqrt(np.maximum(-q, 1e-50))
    outer = side * 2 * q_out * np.cos(np.arccos(np.clip(np.abs(r) / q_out**3, 0, 1)) / 3)
    u = np.where(square >= 0, one, outer) + 0 * e
    return u, (u - b) / a


def states(e: float, a: float, b: float) -> list[tuple[float, float]]:
    """One to three steady states, from the lowest u up."""
    roots = np.roots([a, 0.0, 1 - a, -b])
    real = sorted(float(root.real) for root in roots if abs(root.imag) < 1e-7)
    return [(u, (u - b) / a) for u in real]


MODEL = Model(
    name=NAME,
    label="FitzHugh-Nagumo",
    latex=r"""\begin{aligned}
\partial_t u &= D_u\nabla^2 u + u - u^3 - v\\
\partial_t v &= D_v\nabla^2 v + e\,(u - a\,v - b)
\end{aligned}""",
    note="The nerve equations: with a fast, far-reaching inhibitor they draw stripes and spots.",
    reaction=reaction,
    jacobian=jacobian,
    rest=rest,
    states=states,
    kinetics=("fhn_e", "fhn_a", "fhn_b"),
    diffusion=("fhn_Du", "fhn_Dv"),
    dt="fhn_dt",
    plane=("fhn_b", "fhn_a"),
    activator="u",
    brushes=("add activator", "add inhibitor"),
    dose={"activator": (0.8, 0.0), "inhibitor": (0.0, 0.8)},
    below=(0.5, 0.2),
    above=(0.5, 0.2),
)
