"""The numbers that are read off a run: what each is called, and what it means."""

from __future__ import annotations

from engine.kit.readings import Reading

READINGS = {
    "js": Reading(
        "Jensen-Shannon (JS)",
        "Jensen-Shannon divergence, 0 to log 2, estimated to 0.03 from the nearest "
        "neighbours of 2,000 real and as many generated samples; between parallel lines exact",
        "nats",
        missing="no data",
    ),
    "w1": Reading(
        "Wasserstein-1",
        "Exact earth mover's distance of 200 real and 200 generated samples; between parallel lines without noise |θ|",
        missing="no data",
    ),
    "w1_floor": Reading(
        "its floor",
        "Wasserstein-1 between two batches of 200 real samples: nearer than that, the "
        "distance cannot tell generated from real ones",
        missing="no data",
    ),
    "modes": Reading(
        "modes",
        "Modes with at least one generated sample within 3 σ, of 2,500 samples",
        missing="these data have no modes",
    ),
    "quality": Reading(
        "high quality", "Share of generated samples within 3 σ of a mode", missing="these data have no modes"
    ),
    "within": Reading(
        "spread within modes",
        "How far a mode's generated samples are spread, as a share of its real "
        "ones; 1 is right, 0 collapse within modes",
        missing="too few samples at any mode",
    ),
    "gradient": Reading(
        "gradient at fakes",
        "Mean length of the gradient that reaches a generated sample",
        missing="after the first step",
    ),
    "slope": Reading(
        "slope of D",
        "Mean ‖∇D‖ where the gradient penalty looks; it should come to 1",
        missing="with a gradient penalty only",
    ),
}
THETA = {"theta_now": Reading("θ now", "Where the generator's line is; the real one is at 0")}
