r"""Turing's case (a) on a sheet: two morphogens that make each other, and everything together grows fastest.

    u_t = D_u Lap u + p u + q v - u^3
    v_t = D_v Lap v + q u + p v - v^3

Near zero it is linear, as his examples are. A wave e^{ikx} of u = v grows at p + q - D k^2 with D = D_u = D_v: no
wavelength is preferred, and diffusion only wipes out the finest differences. What noise leaves are blotches of any
width, such as he drew for the dappled coats of animals. The cubes, which are not his, end the growth.

References:
    Turing, Philosophical Transactions of the Royal Society B 237 (1952) 37, sections 8 and 9.
"""

from __future__ import annotations

import math
from typing import Any

from numba.extending import register_jitable

from engine.exhibits.turing.models.base import UV, Matrix, Model
from engine.params import Params, live

NAME = "dapples-1952"
HERE = {"model": (NAME,)}


class DapplesParams(Params):
    """The live parameters of the dapples."""

    dap_p: float = live(
        -0.5, label="Each on itself p", help="How much each morphogen makes of itself; below 0 it decays.",
        ge=-2.0, le=1.0, step=0.01, group="Kinetics", when=HERE,
    )  # fmt: skip
    dap_q: float = live(
        1.0, label="Each on the other q", help="How much each morphogen makes of the other.",
        ge=0.0, le=2.0, step=0.01, group="Kinetics", when=HERE,
    )  # fmt: skip
    dap_Du: float = live(
        1.0, label="Spread of u Dᵤ", help="How fast the first morphogen spreads.",
        ge=0.0, le=20.0, step=0.05, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    dap_Dv: float = live(
        1.0, label="Spread of v Dᵥ", help="How fast the second morphogen spreads.",
        ge=0.0, le=20.0, step=0.05, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    dap_dt: float = live(
        0.02, label="Time step dt", help="Time that passes in one Euler step.",
        ge=0.001, le=0.2, step=0.001, group="Time", when=HERE,
    )  # fmt: skip


@register_jitable
def reaction(u: Any, v: Any, p: Any, q: Any) -> UV:
    """(p u + q v - u^3, q u + p v - v^3)."""
    return p * u + q * v - u * u * u, q * u + p * v - v * v * v


def jacobian(u: Any, v: Any, p: Any, q: Any) -> Matrix:
    """Derivatives of :func:`reaction` with respect to u and v."""
    return p - 3 * u * u, q + 0 * u, q + 0 * u, p - 3 * v * v


def rest(p: Any, q: Any) -> UV:
    """Nothing of either."""
    return 0 * p + 0 * q, 0 * p + 0 * q


def states(p: float, q: float) -> list[tuple[float, float]]:
    """With s = u + v and d = u - v: (p + q) s = s (s^2 + 3 d^2) / 4 and (p - q) d = d (3 s^2 + d^2) / 4."""
    squares = [(4 * (p + q), 0.0), (0.0, 4 * (p - q)), (p - 2 * q, p + 2 * q)]
    found = [(0.0, 0.0)]
    for s2, d2 in squares:
        if min(s2, d2) < 0 or max(s2, d2) <= 0:
            continue
        s, d = math.sqrt(s2), math.sqrt(d2)
        found += [((sign * s + d) / 2, (sign * s - d) / 2) for sign in (1, -1)]
        found += [((sign * s - d) / 2, (sign * s + d) / 2) for sign in (1, -1)]
    return sorted(set(found))


MODEL = Model(
    name=NAME,
    label="Dapples of 1952",
    latex=r"""\begin{aligned}
\partial_t u &= D_u\nabla^2 u + p\,u + q\,v - u^3\\
\partial_t v &= D_v\nabla^2 v + q\,u + p\,v - v^3
\end{aligned}""",
    note="Turing's other case: no wavelength is preferred, and chance leaves blotches of any width.",
    reaction=reaction,
    jacobian=jacobian,
    rest=rest,
    states=states,
    kinetics=("dap_p", "dap_q"),
    diffusion=("dap_Du", "dap_Dv"),
    dt="dap_dt",
    plane=("dap_p", "dap_q"),
    activator="u",
    brushes=("add both", "take v away"),
    dose={"activator": (0.7, 0.7), "inhibitor": (0.0, -0.7)},
    below=(0.75, 0.75),
    above=(0.75, 0.75),
    odd=True,
)
