"""The theorems' numbers for a run, and whether the theorems may be believed there."""

from __future__ import annotations

import math
from typing import NamedTuple

from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.theory import Theory, bernoulli, logistic

NOT_AVAILABLE = float("nan")
SMALLEST = 1e-6
"""Residuals below this share of the first are lost in the rounding of single precision."""


def predictions(theory: Theory, t: float, epsilon: float) -> dict[str, float]:
    """Every bound at time t, and the constants behind them.

    The logistic curve starts where the Bernoulli curve starts, saturates where it saturates, and relaxes as fast.
    """
    K, psi = theory.floor, theory.start**2
    residuals = {name: theory.residual(t, adversary=name == "with") for name in ("without", "with")}
    shown = {name: value if value > SMALLEST * theory.start else NOT_AVAILABLE for name, value in residuals.items()}
    return {
        "lambda_0": theory.lambda_0,
        "lambda_max": theory.lambda_max,
        "kappa": theory.kappa,
        "mu": theory.mu,
        "bound_without": theory.supervised(t),
        "bound_with": theory.adversarial(t),
        "residual_bound_without": shown["without"],
        "residual_bound_with": shown["with"],
        "equilibrium_without": theory.equilibrium(epsilon, adversary=False),
        "equilibrium_with": theory.equilibrium(epsilon, adversary=True),
        "bernoulli": bernoulli(psi, theory.rate, K, t) if K else NOT_AVAILABLE,
        "logistic": logistic(psi, theory.lambda_0 / 2, K**2, t) if K else NOT_AVAILABLE,
    }


class Seen(NamedTuple):
    """What has been measured of a run, for what the proofs ask for while it runs.

    Args:
        trained: whether the critic has been trained at all.
        slope: the critic's steepest gradient at an output so far.
        kernel: the smallest eigenvalue of H(t) so far, in either training; infinite if it is not followed.
    """

    trained: bool
    slope: float
    kernel: float


def assumptions(params: PatternParams, theory: Theory, seen: Seen) -> str:
    """Whether the theorems' assumptions hold, in a sentence."""
    broken = [*_of_the_network(params, theory), *_of_the_run(params, theory, seen)]
    if broken:
        return f"Assumptions not met: {', '.join(broken)}. The bounds are drawn all the same."
    slope = f"its slope {seen.slope:.3g} ≤ L√(2 log 2/δ) = {theory.slope:.3g}"
    least = f"λ min of H(t) = {seen.kernel:.3g} ≥ λ₀/2 = {theory.lambda_0 / 2:.3g}"
    fixed = "V and a fixed at ±1, the critic as it was drawn"
    return f"Assumptions met: d_out = 1, ‖x‖ = 1, {fixed}, ‖w‖ ≤ L = {theory.L:g}, {slope}, {least} > 0."


def _of_the_network(params: PatternParams, theory: Theory) -> list[str]:
    """What the choice of network and data breaks."""
    broken = ["the hidden layer has no ReLU"] if params.network == "one-layer" else []
    if not params.strict:
        broken += [f"d_out = {params.outputs}"] if params.outputs > 1 else []
        broken += ["V is trained"] if params.network == "two-layer" else []
        broken.append("the critic's a is trained")
    if not theory.lambda_0 > 1e-9 * theory.lambda_max:
        broken.append("λ₀ = 0: two inputs are parallel")
    return broken


def _of_the_run(params: PatternParams, theory: Theory, seen: Seen) -> list[str]:
    """What only measuring tells: independence and slope of the critic, and whether the network is wide enough."""
    if not params.strict:
        return []
    broken = ["the critic has been trained, so its a is not independent of W"] if seen.trained else []
    if seen.slope > theory.slope:
        broken.append(f"the critic's slope {seen.slope:.3g} exceeds L√(2 log 2/δ) = {theory.slope:.3g}")
    if not math.isfinite(seen.kernel):
        broken.append("λ min of H(t) is not followed with so many samples")
    elif seen.kernel < theory.lambda_0 / 2:
        broken.append(f"m is too small: λ min of H(t) = {seen.kernel:.3g} is below λ₀/2 = {theory.lambda_0 / 2:.3g}")
    return broken
