r"""The Brusselator, a chemical oscillator that Turing patterns compete with: activator u, substrate v.

    u_t = D_u Lap u + A - (B + 1) u + u^2 v
    v_t = D_v Lap v + B u - u^2 v

Uniform oscillations set in at B = 1 + A^2, patterns at B = (1 + A sqrt(D_u / D_v))^2.

Reference:
    Prigogine & Lefever, Journal of Chemical Physics 48 (1968) 1695.
"""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

from engine.exhibits.turing.models.base import UV, Matrix, Model
from engine.params import Params, live

NAME = "brusselator"
HERE = {"model": (NAME,)}


class BrusselatorParams(Params):
    """The live parameters of the Brusselator."""

    br_A: float = live(
        3.0, label="Supply A", help="Constant supply of u.",
        ge=0.5, le=5.0, step=0.01, group="Kinetics", when=HERE,
    )  # fmt: skip
    br_B: float = live(
        9.0, label="Conversion B", help="How fast u turns into v.",
        ge=0.5, le=16.0, step=0.02, group="Kinetics", when=HERE,
    )  # fmt: skip
    br_Du: float = live(
        5.0, label="Spread of the activator Dᵤ", help="How fast the activator u spreads.",
        ge=0.0, le=20.0, step=0.05, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    br_Dv: float = live(
        12.0, label="Spread of the substrate Dᵥ", help="How fast the substrate v spreads.",
        ge=0.0, le=60.0, step=0.1, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    br_dt: float = live(
        0.01, label="Time step dt", help="Time that passes in one Euler step.",
        ge=0.001, le=0.05, step=0.001, group="Time", when=HERE,
    )  # fmt: skip


@register_jitable
def reaction(u: Any, v: Any, A: Any, B: Any) -> UV:
    """(A - (B + 1) u + u^2 v, B u - u^2 v)."""
    turned = B * u - u * u * v
    return A - u - turned, turned


def jacobian(u: Any, v: Any, A: Any, B: Any) -> Matrix:
    """Derivatives of :func:`reaction` with respect to u and v."""
    return 2 * u * v - B - 1, u * u, B - 2 * u * v, -u * u


def rest(A: Any, B: Any) -> UV:
    """U = A, v = B / A, the only steady state."""
    return A + 0 * B, B / A


def states(A: float, B: float) -> list[tuple[float, float]]:
    """The only steady state, in a list."""
    return [rest(A, B)]


MODEL = Model(
    name=NAME,
    label="Brusselator",
    latex=r"""\begin{aligned}
\partial_t u &= D_u\nabla^2 u + A - (B+1)\,u + u^2 v\\
\partial_t v &= D_v\nabla^2 v + B\,u - u^2 v
\end{aligned}""",
    note="Stripes, spots and a chemical clock lie side by side in one plane.",
    reaction=reaction,
    jacobian=jacobian,
    rest=rest,
    states=states,
    kinetics=("br_A", "br_B"),
    diffusion=("br_Du", "br_Dv"),
    dt="br_dt",
    plane=("br_A", "br_B"),
    activator="u",
    brushes=("add activator", "remove substrate"),
    dose={"activator": (2.0, 0.0), "inhibitor": (0.0, -2.0)},
    below=(1.5, 0.8),
    above=(2.5, 0.8),
)
