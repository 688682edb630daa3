r"""Games of two players with one number each: x wants its objective small, y wants its own large.

Both follow their slopes, which together are the vector field

    v(x, y) = (-dV_x/dx, +dV_y/dy),      V_x = V_y = V(x, y) where the game is zero-sum.

Every game here has its equilibrium at (0, 0). The Dirac-GAN is the smallest GAN there is: the data are a point mass
at 0, the generator a point mass at theta (x here), the discriminator the line D(s) = psi s (psi is y here). With
f(t) = -log(1 + e^-t) it has

    V(theta, psi) = f(psi theta) + f(0),    v = (-psi f'(psi theta), theta f'(psi theta)),    f'(t) = 1 / (1 + e^t).

Reference:
    Mescheder, Geiger & Nowozin, "Which Training Methods for GANs do actually Converge?", ICML 2018.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.params import Params

Both = tuple[Any, Any]
"""A number of x and one of y."""
Matrix = tuple[Both, Both]


@dataclass(frozen=True)
class Game:
    """A game, and what is known of it.

    Args:
        name: value of the parameter ``game``.
        label: for people.
        latex: the objective and the field, as computed.
        note: what is special, in a sentence or two.
        field: ``(x, y, *constants) -> (v_x, v_y)``; works on arrays.
        objectives: ``(x, y, *constants) -> (V_x, V_y)``, what x descends and y ascends.
        jacobian: ``(x, y, *constants) -> J``, the derivative of ``field``; None at the equilibrium where it has none.
        linear: whether ``field`` is, for these constants.
        resting: ``(eta) -> r``, the circle on which simultaneous steps stop, to first order in eta; None where none.
        constants: names of the parameters behind ``constants``.
        axes: what the two numbers are called.
        bound: the parameter that |y| may not exceed, if any.
    """

    name: str
    label: str
    latex: str
    note: str
    field: Callable[..., Both]
    objectives: Callable[..., Both]
    jacobian: Callable[..., Matrix | None]
    constants: tuple[str, ...] = ()
    linear: bool = False
    resting: Callable[[float], float] | None = None
    axes: tuple[str, str] = ("θ (generator)", "ψ (discriminator)")
    bound: str = ""

    def values(self, params: Params) -> tuple[float, ...]:
        """The game's constants, in its order."""
        return tuple(float(getattr(params, name)) for name in self.constants)

    def at_equilibrium(self, params: Params) -> np.ndarray | None:
        """A, the derivative of the field at the equilibrium, (2, 2); None where the field jumps there."""
        found = self.jacobian(0.0, 0.0, *self.values(params))
        return None if found is None else np.array(found)


def f(t: Any) -> Any:
    """f(t) = -log(1 + e^-t), without overflow."""
    return -np.logaddexp(0.0, -t)


def df(t: Any) -> Any:
    """f'(t) = 1 / (1 + e^t), without overflow."""
    return 0.5 * (1.0 - np.tanh(0.5 * t))


def ddf(t: Any) -> Any:
    """f''(t) = -f'(t) f'(-t)."""
    return -df(t) * df(-t)


def bilinear(x: Any, y: Any) -> Both:
    """V = x y: a pure rotation, v = (-y, x)."""
    return -y, x


def quadratic(x: Any, y: Any, a: float, b: float, c: float) -> Both:
    """V = a x^2 / 2 + b x y - c y^2 / 2."""
    return -(a * x + b * y), b * x - c * y


def dirac(theta: Any, psi: Any) -> Both:
    """V = f(psi theta) + f(0)."""
    slope = df(psi * theta)
    return -psi * slope, theta * slope


def dirac_saturation_free(theta: Any, psi: Any) -> Both:
    """The generator ascends f(-psi theta) instead, which does not saturate: not a zero-sum game."""
    return -psi * df(-psi * theta), theta * df(psi * theta)


def dirac_r1(theta: Any, psi: Any, gamma: float) -> Both:
    """The discriminator pays gamma/2 |dD/ds|^2 = gamma psi^2 / 2 at the data."""
    v_theta, v_psi = dirac(theta, psi)
    return v_theta, v_psi - gamma * psi


def dirac_wgan(theta: Any, psi: Any, c: float) -> Both:
    """V = psi theta, the critic clipped to |psi| <= c after each of its updates."""
    return -psi, theta


def dirac_wgan_gp(theta: Any, psi: Any, lam: float, g0: float) -> Both:
    """V = psi theta; the critic pays lambda/2 (|dD/ds| - g0)^2 with |dD/ds| = |psi|."""
    return -psi, theta - lam * (np.abs(psi) - g0) * np.sign(psi)


def dirac_jacobian(theta: float, psi: float, gamma: float = 0.0) -> Matrix:
    """Of :func:`dirac`, and with gamma of :func:`dirac_r1`."""
    slope, bend = df(psi * theta), ddf(psi * theta)
    turn = slope + psi * theta * bend
    return (-(psi**2) * bend, -turn), (turn, theta**2 * bend - gamma)


def dirac_saturation_free_jacobian(theta: float, psi: float) -> Matrix:
    """Of :func:`dirac_saturation_free`."""
    slope, bend = df(-psi * theta), ddf(-psi * theta)
    return (psi**2 * bend, -slope + psi * theta * bend), dirac_jacobian(theta, psi)[1]


def dirac_wgan_gp_jacobian(theta: float, psi: float, lam: float, g0: float) -> Matrix | None:
    """Of :func:`dirac_wgan_gp`: it jumps by 2 lambda g0 at psi = 0."""
    return None if psi == 0 and lam * g0 else ((0.0, -1.0), (1.0, -lam))


def _zero_sum(value: Callable[..., Any]) -> Callable[..., Both]:
    return lambda x, y, *constants: (value(x, y, *constants),) * 2


BILINEAR = Game(
    name="bilinear",
    label="x · y",
    latex=r"\min_x\max_y\; xy \qquad v(x,y) = (-y,\; x)",
    note="The field only turns. Followed without a break it circles for ever; every finite step has to cut a corner.",
    field=bilinear,
    objectives=_zero_sum(lambda x, y: x * y),
    jacobian=lambda x, y: ((0.0, -1.0), (1.0, 0.0)),
    linear=True,
    axes=("x", "y"),
)
QUADRATIC = Game(
    name="quadratic",
    label="Quadratic",
    latex=r"\min_x\max_y\; \tfrac a2 x^2 + b\,xy - \tfrac c2 y^2 \qquad v(x,y) = (-ax-by,\; bx-cy)",
    note="a and c damp the rotation b. With a = c = 0 nothing is damped; a little of either is enough.",
    field=quadratic,
    objectives=_zero_sum(lambda x, y, a, b, c: a * x * x / 2 + b * x * y - c * y * y / 2),
    jacobian=lambda x, y, a, b, c: ((-a, -b), (b, -c)),
    constants=("a", "b", "c"),
    linear=True,
    axes=("x", "y"),
)
DIRAC = Game(
    name="dirac",
    label="Dirac-GAN",
    latex=r"""\min_\theta\max_\psi\; f(\psi\theta)+f(0),\quad f(t)=-\log(1+e^{-t}) \qquad
v = \bigl(-\psi f'(\psi\theta),\; \theta f'(\psi\theta)\bigr)""",
    note="Unregularised: the eigenvalues of the field at the equilibrium are ±i/2, training circles or drifts away.",
    field=dirac,
    objectives=_zero_sum(lambda x, y: f(x * y) + f(0.0)),
    jacobian=dirac_jacobian,
)
DIRAC_NS = Game(
    name="dirac-ns",
    label="Dirac-GAN, non-saturating",
    latex=r"\theta \text{ ascends } f(-\psi\theta),\quad \psi \text{ ascends } f(\psi\theta)+f(0)",
    note="Stronger gradients far out, the same eigenvalues ±i/2 at the equilibrium. The only damping is of third "
    "order: alternating steps creep inwards like 1/√n, ever more slowly. Simultaneous steps are driven outwards by "
    "their own length and stop where both balance, for small η on a circle of radius √(2η), drawn dashed.",
    field=dirac_saturation_free,
    objectives=lambda x, y: (-f(-x * y), f(x * y) + f(0.0)),
    jacobian=dirac_saturation_free_jacobian,
    resting=lambda eta: float(np.sqrt(2 * eta)),
)
DIRAC_R1 = Game(
    name="dirac-r1",
    label="Dirac-GAN with R1",
    latex=r"""\min_\theta\; f(\psi\theta) \qquad \max_\psi\; f(\psi\theta)+f(0) - \tfrac\gamma2\psi^2 \qquad
\lambda_{1,2} = -\tfrac\gamma2 \pm \sqrt{\tfrac{\gamma^2}4-\tfrac14}""",
    note="The penalty on the discriminator's slope at the data pulls the eigenvalues to the left: training converges.",
    field=dirac_r1,
    objectives=lambda x, y, gamma: (f(x * y), f(x * y) + f(0.0) - gamma * y * y / 2),
    jacobian=dirac_jacobian,
    constants=("gamma",),
)
DIRAC_WGAN = Game(
    name="dirac-wgan",
    label="Dirac-WGAN, clipped",
    latex=r"\min_\theta\max_{|\psi|\le c}\; \psi\theta \qquad v = (-\psi,\; \theta)",
    note="Clipping bounds the critic, not the game: inside the strip it is x · y again.",
    field=dirac_wgan,
    objectives=_zero_sum(lambda x, y, c: x * y),
    jacobian=lambda x, y, c: ((0.0, -1.0), (1.0, 0.0)),
    constants=("clip",),
    bound="clip",
    axes=("θ (generator)", "ψ (critic)"),
)
DIRAC_WGAN_GP = Game(
    name="dirac-wgan-gp",
    label="Dirac-WGAN-GP",
    latex=r"""\min_\theta\; \psi\theta \qquad \max_\psi\; \psi\theta - \tfrac\lambda2(|\psi|-g_0)^2 \qquad
v = \bigl(-\psi,\; \theta - \lambda(|\psi|-g_0)\,\mathrm{sign}\,\psi\bigr)""",
    note="The penalty wants |ψ| = g₀ while the equilibrium needs ψ = 0. The field jumps there by 2λg₀, so that linear "
    "theory has nothing to say and no method with steps of a fixed length settles there. With g₀ = 0 or λ = 0 it is "
    "linear.",
    field=dirac_wgan_gp,
    objectives=lambda x, y, lam, g0: (x * y, x * y - lam * (np.abs(y) - g0) ** 2 / 2),
    jacobian=dirac_wgan_gp_jacobian,
    constants=("lam", "g0"),
    axes=("θ (generator)", "ψ (critic)"),
)
GAMES = {
    game.name: game for game in (BILINEAR, QUADRATIC, DIRAC, DIRAC_NS, DIRAC_R1, DIRAC_WGAN, DIRAC_WGAN_GP)
}  # fmt: skip
