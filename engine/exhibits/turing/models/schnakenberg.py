r"""Schnakenberg's trimolecular reaction: activator u, substrate v.

    u_t = D_u Lap u + a - u + u^2 v
    v_t = D_v Lap v + b - u^2 v

Reference:
    Schnakenberg, Journal of Theoretical Biology 81 (1979) 389.
"""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

from engine.exhibits.turing.models.base import UV, Matrix, Model
from engine.params import Params, live

NAME = "schnakenberg"
HERE = {"model": (NAME,)}


class SchnakenbergParams(Params):
    """The live parameters of the Schnakenberg model."""

    sch_a: float = live(
        0.1, label="Supply of activator a", help="Constant supply of the activator u.",
        ge=0.0, le=0.6, step=0.005, group="Kinetics", when=HERE,
    )  # fmt: skip
    sch_b: float = live(
        0.9, label="Supply of substrate b", help="Constant supply of the substrate v, which the activator uses up.",
        ge=0.1, le=2.5, step=0.01, group="Kinetics", when=HERE,
    )  # fmt: skip
    sch_Du: float = live(
        1.0, label="Spread of the activator Dᵤ", help="How fast the activator u spreads.",
        ge=0.0, le=5.0, step=0.05, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    sch_Dv: float = live(
        20.0, label="Spread of the substrate Dᵥ", help="How fast the substrate v spreads.",
        ge=0.0, le=80.0, step=0.1, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    sch_dt: float = live(
        0.01, label="Time step dt", help="Time that passes in one Euler step.",
        ge=0.001, le=0.05, step=0.001, group="Time", when=HERE,
    )  # fmt: skip


@register_jitable
def reaction(u: Any, v: Any, a: Any, b: Any) -> UV:
    """(a - u + u^2 v, b - u^2 v)."""
    uuv = u * u * v
    return a - u + uuv, b - uuv


def jacobian(u: Any, v: Any, a: Any, b: Any) -> Matrix:
    """Derivatives of :func:`reaction` with respect to u and v."""
    return 2 * u * v - 1, u * u, -2 * u * v, -u * u


def rest(a: Any, b: Any) -> UV:
    """U = a + b, v = b / (a + b)^2, the only steady state."""
    return a + b, b / (a + b) ** 2


def states(a: float, b: float) -> list[tuple[float, float]]:
    """The only steady state, in a list."""
    return [rest(a, b)]


MODEL = Model(
    name=NAME,
    label="Schnakenberg",
    latex=r"""\begin{aligned}
\partial_t u &= D_u\nabla^2 u + a - u + u^2 v\\
\partial_t v &= D_v\nabla^2 v + b - u^2 v
\end{aligned}""",
    note="The activator eats the substrate; peaks starve their surroundings.",
    reaction=reaction,
    jacobian=jacobian,
    rest=rest,
    states=states,
    kinetics=("sch_a", "sch_b"),
    diffusion=("sch_Du", "sch_Dv"),
    dt="sch_dt",
    plane=("sch_a", "sch_b"),
    activator="u",
    brushes=("add activator", "remove substrate"),
    dose={"activator": (1.0, 0.0), "inhibitor": (0.0, -0.8)},
    below=(0.5, 0.3),
    above=(1.0, 0.3),
)
