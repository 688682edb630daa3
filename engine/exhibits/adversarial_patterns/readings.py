"""The numbers that are read off a run: what each is called, and what it means."""

from __future__ import annotations

from engine.kit.readings import Reading

STILL = "nothing has moved yet"
RATIO = {
    "variation_without": Reading(
        "unevenness without",
        "Coefficient of variation of how far neurons have moved: standard deviation over mean",
        missing=STILL,
    ),
    "variation_with": Reading("with", "The same with adversary", missing=STILL),
    "near_variation_ratio": Reading(
        "with / without at equal distance",
        "Ratio of the unevenness when the farther training was as far as the nearer one is now",
        missing=STILL,
    ),
    "distance_ratio": Reading(
        "distance, with / without", "Ratio of the distances from the start; mean over the starts", missing=STILL
    ),
}
EVENNESS = {
    "participation_without": Reading(
        "participation without", "Share of neurons that take part; 1 if all move alike", missing=STILL
    ),
    "participation_with": Reading("with", "The same with adversary", missing=STILL),
    "entropy_without": Reading(
        "entropy without", "Of how motion is shared out over neurons; 1 if all move alike", missing=STILL
    ),
    "entropy_with": Reading("with", "The same with adversary", missing=STILL),
    "spread_ratio": Reading(
        "spread, with / without",
        "Ratio of the standard deviations; it grows also when everything merely moves farther",
        missing=STILL,
    ),
}
SPLIT = {
    "reaction": Reading("mean |R|", "Mean over neurons of the reaction's size"),
    "diffusion": Reading("mean |D|", "Mean over neurons of the diffusion's size"),
    "cosine": Reading(
        "mean cosine",
        "Mean cosine between reaction and diffusion: −1 where they oppose each other",
        missing="nothing moves",
    ),
    "diffusion_share": Reading("diffusion dominates", "Share of the neurons on the wall for which |D| exceeds |R|"),
    "split_error": Reading(
        "R + D against the loss",
        "Largest difference between R + D and the loss's descent by automatic differentiation, relative to the "
        "larger part",
        missing="nothing moves",
    ),
}
THEORY = {
    "lambda_0": Reading("λ₀", "Smallest eigenvalue of H∞"),
    "lambda_max": Reading("λ max", "Largest eigenvalue of H∞"),
    "kappa": Reading("κ", "(2 λ max + λ₀) / λ₀: how much larger than μ the residual's floor is"),
    "mu": Reading("μ", "How far the adversary can push: α L n √(2 log(2/δ)) / √m"),
    "equilibrium_without": Reading("ε-equilibrium without", "When the residual's bound is within ε of its floor"),
    "equilibrium_with": Reading("with", "The same with adversary"),
    "time": Reading("time now", "η times steps"),
    "kernel_without": Reading(
        "λ min of H(t) without",
        "Strict network only: the proofs need at least λ₀ / 2",
        missing="strict network only",
    ),
    "kernel_with": Reading("with", "The same with adversary", missing="strict network only"),
    "critic_slope": Reading("critic's slope", "The steepest so far at an output of the first start"),
    "slope_bound": Reading("its bound", "L √(2 log(2/δ)): what the proofs allow the slope"),
    "way_without": Reading("way / |z₀ − y| without", "Mean way of a neuron, as a share of the first residual"),
    "way_with": Reading("with", "The same with adversary"),
}
