r"""Gierer and Meinhardt's activator u and inhibitor v, in Murray's scaling.

    u_t = D_u Lap u + a - b u + u^2 / v
    v_t = D_v Lap v + u^2 - v

References:
    Gierer & Meinhardt, Kybernetik 12 (1972) 30. Murray, Mathematical Biology II (2003), section 2.2.
"""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

from engine.exhibits.turing.models.base import UV, Matrix, Model
from engine.params import Params, live

NAME = "gierer-meinhardt"
HERE = {"model": (NAME,)}


class GiererMeinhardtParams(Params):
    """The live parameters of the Gierer-Meinhardt model."""

    gm_a: float = live(
        0.1, label="Supply of activator a", help="Constant supply of the activator u.",
        ge=0.0, le=0.6, step=0.005, group="Kinetics", when=HERE,
    )  # fmt: skip
    gm_b: float = live(
        1.0, label="Decay of activator b", help="How fast the activator decays, the inhibitor's decay being 1.",
        ge=0.2, le=2.5, step=0.01, group="Kinetics", when=HERE,
    )  # fmt: skip
    gm_Du: float = live(
        1.0, label="Spread of the activator Dᵤ", help="How fast the activator u spreads.",
        ge=0.0, le=5.0, step=0.05, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    gm_Dv: float = live(
        20.0, label="Spread of the inhibitor Dᵥ", help="How fast the inhibitor v spreads.",
        ge=0.0, le=60.0, step=0.1, unit="cells²/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    gm_dt: float = live(
        0.01, label="Time step dt", help="Time that passes in one Euler step.",
        ge=0.001, le=0.05, step=0.001, group="Time", when=HERE,
    )  # fmt: skip


@register_jitable
def reaction(u: Any, v: Any, a: Any, b: Any) -> UV:
    """(a - b u + u^2 / v, u^2 - v)."""
    uu = u * u
    return a - b * u + uu / v, uu - v


def jacobian(u: Any, v: Any, a: Any, b: Any) -> Matrix:
    """Derivatives of :func:`reaction` with respect to u and v."""
    return 2 * u / v - b, -u * u / (v * v), 2 * u, -1.0 + 0 * u


def rest(a: Any, b: Any) -> UV:
    """U = (a + 1) / b, v = u^2, the only steady state."""
    u = (a + 1) / b
    return u, u * u


def states(a: float, b: float) -> list[tuple[float, float]]:
    """The only steady state, in a list."""
    return [rest(a, b)]


MODEL = Model(
    name=NAME,
    label="Gierer-Meinhardt",
    latex=r"""\begin{aligned}
\partial_t u &= D_u\nabla^2 u + a - b\,u + \frac{u^2}{v}\\
\partial_t v &= D_v\nabla^2 v + u^2 - v
\end{aligned}""",
    note="Short-range activation, long-range inhibition, in its first form.",
    reaction=reaction,
    jacobian=jacobian,
    rest=rest,
    states=states,
    kinetics=("gm_a", "gm_b"),
    diffusion=("gm_Du", "gm_Dv"),
    dt="gm_dt",
    plane=("gm_a", "gm_b"),
    activator="u",
    brushes=("add activator", "add inhibitor"),
    dose={"activator": (1.0, 0.0), "inhibitor": (0.0, 1.0)},
    below=(0.8, 0.5),
    above=(1.2, 0.8),
)
