r"""Turing's ring of N cells with two morphogens X (here u) and Y (here v), and his two reactions.

    X_r' = f(X_r, Y_r) + mu (X_{r+1} - 2 X_r + X_{r-1})
    Y_r' = g(X_r, Y_r) + nu (Y_{r+1} - 2 Y_r + Y_{r-1})        r = 0 ... N - 1, cyclic

*Linear* (sections 6 to 8), with X and Y counted from equilibrium:  f = a X + b Y,  g = c X + d Y.
With a = d, b = c = 1 and mu = nu = 1/4 the wave that fits s times around grows at the rate a + 1 - sin^2(pi s / N): all
cells together fastest, so that neighbours agree and no wavelength is preferred. *Two cells* (section 4): N = 2, where
both neighbours are the other cell, so that mu = 1/4, nu = 9/4 exchange the halves and the 4.5fold of the difference;
with (a, b; c, d) = (5, -6; 6, -7) what is even decays as (1 + 6 t) e^-t, and the difference, in the ratio 3 : 1 of X to
Y, grows as e^2t.
*Nonlinear* (section 10):  f = (57 - 50 X Y - 7 X^2) / 32,  g = (7 X^2 + 50 X Y - 2 Y - 55) / 32.
Y is used up at a rate that does not ask how much is left: where none is, the step stops at zero, as do Turing's cells.

The nonlinear form is as it is commonly quoted, and these facts were computed: X = Y = 1 is its only positive
equilibrium, its Jacobian there is (-2, -25/16; 2, 3/2), and with mu = 1/2, nu = 1/4 the ring is *exactly* at onset,
(mu d + nu a)^2 = 4 mu nu det, at 4 sin^2(k/2) = 1, that is 3.33 waves around 20 cells. Turing lets a slowly growing
evocator push it beyond; here a larger mu does.

Reference:
    Turing, Philosophical Transactions of the Royal Society B 237 (1952) 37.
"""

from __future__ import annotations

from typing import Any, Literal

from numba.extending import register_jitable

from engine.exhibits.turing.models.base import UV, Matrix, Model
from engine.params import Params, live, setup

NAME = "ring-1952"
HERE = {"model": (NAME,)}
LINEAR_HERE = {"model": (NAME,), "ring_reaction": ("linear",)}


class RingParams(Params):
    """The parameters of the ring of cells."""

    ring_reaction: Literal["linear", "nonlinear"] = setup(
        "nonlinear", label="Reaction", help="Linear grows for ever; nonlinear settles.", group="Ring", when=HERE,
    )  # fmt: skip
    ring_cells: int = setup(
        20, label="Cells", help="How many cells stand in the ring; Turing took 20, and 2 to begin with.",
        ge=2, le=60, step=1, group="Ring", when=HERE,
    )  # fmt: skip
    ring_a: float = live(
        -2.0, label="Effect of X on X, a", help="Rate at which X changes per unit of X.",
        ge=-8.0, le=8.0, step=0.0125, group="Kinetics", when=LINEAR_HERE,
    )  # fmt: skip
    ring_b: float = live(
        -1.5625, label="Effect of Y on X, b", help="Rate at which X changes per unit of Y.",
        ge=-8.0, le=8.0, step=0.0125, group="Kinetics", when=LINEAR_HERE,
    )  # fmt: skip
    ring_c: float = live(
        2.0, label="Effect of X on Y, c", help="Rate at which Y changes per unit of X.",
        ge=-8.0, le=8.0, step=0.0125, group="Kinetics", when=LINEAR_HERE,
    )  # fmt: skip
    ring_d: float = live(
        1.5, label="Effect of Y on Y, d", help="Rate at which Y changes per unit of Y.",
        ge=-8.0, le=8.0, step=0.0125, group="Kinetics", when=LINEAR_HERE,
    )  # fmt: skip
    ring_mu: float = live(
        0.65, label="Diffusivity μ of X", help="How fast X passes between neighbours; 1/2 is exactly at onset.",
        ge=0.0, le=2.0, step=0.01, unit="1/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    ring_nu: float = live(
        0.25, label="Diffusivity ν of Y", help="How fast Y passes between neighbours.",
        ge=0.0, le=2.5, step=0.01, unit="1/time", group="Diffusion", when=HERE,
    )  # fmt: skip
    ring_dt: float = live(
        0.02, label="Time step dt", help="Time that passes in one Euler step.",
        ge=0.005, le=0.3, step=0.005, group="Time", when=HERE,
    )  # fmt: skip


@register_jitable
def linear(u: Any, v: Any, a: Any, b: Any, c: Any, d: Any) -> UV:
    """(a X + b Y, c X + d Y)."""
    return a * u + b * v, c * u + d * v


def linear_jacobian(u: Any, v: Any, a: Any, b: Any, c: Any, d: Any) -> Matrix:
    """The coefficients themselves."""
    return a, b, c, d


def linear_rest(a: Any, b: Any, c: Any, d: Any) -> UV:
    """X = Y = 0."""
    return 0.0, 0.0


def linear_states(a: float, b: float, c: float, d: float) -> list[tuple[float, float]]:
    """X = Y = 0, in a list."""
    return [(0.0, 0.0)]


@register_jitable
def nonlinear(u: Any, v: Any) -> UV:
    """((57 - 50 X Y - 7 X^2) / 32, (7 X^2 + 50 X Y - 2 Y - 55) / 32)."""
    made = (7 * u * u + 50 * u * v) / 32
    return 57 / 32 - made, made - (2 * v + 55) / 32


def nonlinear_jacobian(u: Any, v: Any) -> Matrix:
    """Derivatives of :func:`nonlinear` with respect to X and Y."""
    return -(14 * u + 50 * v) / 32, -50 * u / 32, (14 * u + 50 * v) / 32, (50 * u - 2) / 32


def nonlinear_rest() -> UV:
    """X = Y = 1."""
    return 1.0, 1.0


def nonlinear_states() -> list[tuple[float, float]]:
    """F + g = 0 gives Y = 1, then 7 X^2 + 50 X = 57 gives X = 1 or -57/7."""
    return [(1.0, 1.0), (-57 / 7, 1.0)]


LINEAR = Model(
    name=NAME,
    label="Turing's ring of cells, linear",
    latex=r"""\begin{aligned}
\dot X_r &= a X_r + b Y_r + \mu\,(X_{r+1} - 2X_r + X_{r-1})\\
\dot Y_r &= c X_r + d Y_r + \nu\,(Y_{r+1} - 2Y_r + Y_{r-1})
\end{aligned}""",
    note="Nothing stops the growing waves: watch them run out of numbers.",
    reaction=linear,
    jacobian=linear_jacobian,
    rest=linear_rest,
    states=linear_states,
    kinetics=("ring_a", "ring_b", "ring_c", "ring_d"),
    diffusion=("ring_mu", "ring_nu"),
    dt="ring_dt",
    plane=("ring_mu", "ring_nu"),
    activator="v",
    brushes=("add Y", "remove X"),
    dose={"activator": (0.0, 0.2), "inhibitor": (-0.2, 0.0)},
    below=(0.2, 0.2),
    above=(0.2, 0.2),
)

NONLINEAR = Model(
    name=NAME,
    label="Turing's ring of cells",
    latex=r"""\begin{aligned}
\dot X_r &= \tfrac1{32}\left(57 - 50 X_r Y_r - 7 X_r^2\right) + \mu\,(X_{r+1} - 2X_r + X_{r-1})\\
\dot Y_r &= \tfrac1{32}\left(7 X_r^2 + 50 X_r Y_r - 2 Y_r - 55\right) + \nu\,(Y_{r+1} - 2Y_r + Y_{r-1})
\end{aligned}""",
    note="The ring Turing worked out by computer in 1952.",
    reaction=nonlinear,
    jacobian=nonlinear_jacobian,
    rest=nonlinear_rest,
    states=nonlinear_states,
    kinetics=(),
    diffusion=("ring_mu", "ring_nu"),
    dt="ring_dt",
    plane=("ring_mu", "ring_nu"),
    activator="v",
    brushes=("add Y", "remove X"),
    dose={"activator": (0.0, 0.2), "inhibitor": (-0.2, 0.0)},
    below=(0.3, 0.3),
    above=(0.3, 0.3),
    floor=(0.0, 0.0),
)
