"""What a run takes, known before it is built."""

from __future__ import annotations

from engine.exhibit import Cost
from engine.exhibits.adversarial_patterns.params import PatternParams

FIXED = 24 << 20  # bytes: code, the chemistry, and what is drawn
FLOAT, DOUBLE = 4, 8
HIDDEN, OF_CRITIC, WEIGHTS, KERNELS = 6, 3, 6, 8
"""How many tensors as large as a hidden layer, as one of the critic, as the first layer's weights, and as the
kernel H there are at most at once, in both trainings, under way and in a copied state: counted as peaks of memory."""
RANK_OF_DIGITS = 64


def cost(params: PatternParams) -> Cost:
    """Bytes and seconds for n inputs of rank r, m neurons, k of the critic, and so many starts.

    The seconds are those of forty rounds of power iteration, and of the decompositions of inputs and kernel.
    """
    n, d_in, starts = params.n, int(params.side) ** 2, params.inits
    rank = min(n, d_in, RANK_OF_DIGITS if params.data == "digits" else d_in)
    layer, weights = starts * params.width * n, starts * params.width * rank
    floats = HIDDEN * layer + OF_CRITIC * starts * params.width_of_critic * n + WEIGHTS * weights
    doubles = KERNELS * (n * n + n * d_in)
    seconds = 0.3 + layer * (5e-7 + 2e-9 * rank) + 4e-10 * n * d_in * min(n, d_in) + 1e-9 * n**3
    return Cost(FIXED + FLOAT * floats + DOUBLE * doubles, seconds)
