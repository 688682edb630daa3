r"""The delta rule through a chain of neurons, factor by factor: why gradients vanish, or explode.

    a_0 = x,   z_l = w a_(l-1),   a_l = s(z_l),   E = (a_L - t)^2 / 2

    delta_L = (a_L - t) s'(z_L),   delta_l = s'(z_l) w delta_(l+1)

so that dE/dw_l = delta_l a_(l-1). Every layer on the way back multiplies by w s'(z); the sigmoid's s' is 1/4 at most.

References:
    Rumelhart, Hinton, Williams, "Learning representations by back-propagating errors", Nature 323, 1986; Hochreiter,
    "Untersuchungen zu dynamischen neuronalen Netzen", 1991.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.exhibits.optimisers.functions import ACTIVATIONS

INPUT, TARGET = 1.0, 0.0


@dataclass(frozen=True)
class Chain:
    """One pass forwards and one back.

    Shapes:
        a: (L + 1,), the input and what every neuron says. factors: (L,), w s'(z_l). deltas, gradients: (L,), delta_l
        and dE/dw_l.
    """

    a: np.ndarray
    factors: np.ndarray
    deltas: np.ndarray
    gradients: np.ndarray


def through_a_chain(depth: int, weight: float, activation: str, beta: float = 1.0) -> Chain:
    """A chain of ``depth`` neurons, each with the same weight.

    Args:
        activation: name in ``ACTIVATIONS``.
        beta: of Swish.
    """
    s = ACTIVATIONS[activation]
    a, slopes = [np.float64(INPUT)], []
    for _ in range(depth):
        z = np.asarray(weight * a[-1])
        a.append(np.float64(s.value(z, beta)))
        slopes.append(np.float64(s.slope(z, beta)))
    deltas = [(a[-1] - TARGET) * slopes[-1]]
    for slope in slopes[-2::-1]:
        deltas.append(slope * weight * deltas[-1])
    deltas = deltas[::-1]
    gradients = np.array(deltas) * np.array(a[:-1])
    return Chain(np.array(a), weight * np.array(slopes), np.array(deltas), gradients)
