"""The theorems' numbers for a run, and whether the theorems may be believed there."""

from __future__ import annotations

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


def assumptions(params: PatternParams, lambda_0: float, lambda_max: float) -> str:
    """Whether the theorems' assumptions hold, in a sentence."""
    broken = []
    if params.network == "one-layer":
        broken.append("the hidden layer has no ReLU")
    if not params.strict:
        broken += [f"d_out = {params.outputs}"] if params.outputs > 1 else []
        broken += ["V is trained"] if params.network == "two-layer" else []
        broken.append("the critic's a is trained")
    if not lambda_0 > 1e-9 * lambda_max:
        broken.append("λ₀ = 0: two inputs are parallel")
    if broken:
        return f"Assumptions not met: {', '.join(broken)}. The bounds are drawn all the same."
    bound, least = f"‖w‖ ≤ L = {params.L:g}", f"λ₀ = {lambda_0:.3g} > 0"
    return f"Assumptions met: d_out = 1, ‖x‖ = 1, V and a fixed at ±1, {bound}, {least}."
