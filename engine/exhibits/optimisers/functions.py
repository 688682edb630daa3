"""What a loss is built of: activations a(x), losses l(r), and their derivatives, which are all that learning feels.

References:
    Ramachandran, Zoph, Le, "Searching for activation functions", 2017 (Swish); Misra, "Mish", BMVC 2020; Clevert,
    Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units", ICLR 2016;
    He et al., "Delving deep into rectifiers", ICCV 2015 (PReLU); Huber, Annals of Mathematical Statistics 35, 1964.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

Family = Literal["activations", "losses"]
Curve = Callable[[np.ndarray, float], np.ndarray]
LEAK, PRELU = 0.01, 0.25


@dataclass(frozen=True)
class Function:
    """A function of one number, and its derivative.

    Args:
        label: what it is called.
        value, slope: of (n,) numbers and of beta, which only Swish asks for.
    """

    label: str
    value: Curve
    slope: Curve


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x), without overflow."""
    return 0.5 * (1 + np.tanh(x / 2))


def softplus(x: np.ndarray) -> np.ndarray:
    """log(1 + e^x), without overflow."""
    return np.logaddexp(0.0, x)


def _swish_slope(x: np.ndarray, beta: float) -> np.ndarray:
    s = sigmoid(beta * x)
    return s + beta * x * s * (1 - s)


def _mish_slope(x: np.ndarray, beta: float) -> np.ndarray:
    t = np.tanh(softplus(x))
    return t + x * (1 - t**2) * sigmoid(x)


def leaky(share: float) -> tuple[Curve, Curve]:
    """A line bent at 0: x where it is positive, elsewhere a share of it; and the derivative."""
    return lambda x, beta: np.where(x > 0, x, share * x), lambda x, beta: np.where(x > 0, 1.0, share)


ACTIVATIONS: dict[str, Function] = {
    "relu": Function("ReLU", *leaky(0.0)),
    "leaky": Function("leaky ReLU", *leaky(LEAK)),
    "prelu": Function(f"PReLU (a = {PRELU})", *leaky(PRELU)),
    "elu": Function("ELU", lambda x, beta: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
                    lambda x, beta: np.exp(np.minimum(x, 0))),
    "sigmoid": Function("sigmoid", lambda x, beta: sigmoid(x), lambda x, beta: sigmoid(x) * (1 - sigmoid(x))),
    "tanh": Function("tanh", lambda x, beta: np.tanh(x), lambda x, beta: 1 - np.tanh(x) ** 2),
    "swish": Function("Swish", lambda x, beta: x * sigmoid(beta * x), _swish_slope),
    "mish": Function("Mish", lambda x, beta: x * np.tanh(softplus(x)), _mish_slope),
}  # fmt: skip
"""Of what a neuron adds up."""

LOSSES: dict[str, Function] = {
    "l1": Function("L1: |r|", lambda r, beta: np.abs(r), lambda r, beta: np.sign(r)),
    "l2": Function("L2: r²", lambda r, beta: r**2, lambda r, beta: 2 * r),
    "huber": Function("Huber", lambda r, beta: np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 0.5),
                      lambda r, beta: np.clip(r, -1, 1)),
    "cross-entropy": Function("cross-entropy", lambda r, beta: softplus(-r), lambda r, beta: -sigmoid(-r)),
    "hinge": Function("hinge", lambda r, beta: np.maximum(0.0, 1 - r), lambda r, beta: np.where(r < 1, -1.0, 0.0)),
}  # fmt: skip
"""L1, L2 and Huber of the residual r = prediction - target; cross-entropy and hinge of the margin r = label * score,
with the label 1 or -1.
"""

FAMILIES: dict[Family, dict[str, Function]] = {"activations": ACTIVATIONS, "losses": LOSSES}


def values_and_slopes(family: Family, beta: float) -> tuple[np.ndarray, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Every function of a family from -4 to 4: x (n,), and by label the heights and slopes there, (n,) each."""
    x = np.linspace(-4, 4, 321)
    return x, {each.label: (each.value(x, beta), each.slope(x, beta)) for each in FAMILIES[family].values()}
