"""Settings worth trying, each of which shows one thing; the tests hold them to what they promise."""

from __future__ import annotations

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    "all modes": {
        "data": "grid", "points": 5000, "noise": 0.0177, "latent": "uniform", "depth": 4, "objective": "pairing",
        "penalty": "R1 + R2", "gamma": 0.003, "lr_G": 0.003, "lr_D": 0.003, "beta1": 0.0, "beta2": 0.99,
        "decay": 20_000,
    },
    "collapse": {"lr_G": 0.002, "lr_D": 0.0002, "noise": 0.02},
    "packing": {"lr_G": 0.002, "lr_D": 0.0002, "noise": 0.02, "pack": 2},
    "paper clip": {
        "objective": "wasserstein", "clip": 0.01, "optimiser": "rmsprop", "beta2": 0.99, "lr_G": 5e-5, "lr_D": 5e-5,
        "d_steps": 5,
    },
    "bad clip": {
        "objective": "wasserstein", "clip": 0.01, "optimiser": "sgd", "lr_G": 0.1, "lr_D": 0.1, "d_steps": 5,
    },
    "vanishing": {
        "data": "parallel-lines", "noise": 0.0, "theta": 1.5, "objective": "minimax", "d_steps": 5, "lr_D": 0.005,
        "lr_G": 0.002,
    },
    "parallel lines": {
        "data": "parallel-lines", "noise": 0.0, "theta": 1.0, "objective": "wgan-gp", "lambda_gp": 1.0, "d_steps": 5,
    },
    "labels": {"conditional": True, "noise": 0.1, "penalty": "R1"},
    "charges": {
        "objective": "coulomb", "coulomb_dim": 3, "coulomb_epsilon": 0.3, "lr_D": 0.003, "lr_G": 0.0005, "d_steps": 3,
        "surface": "Coulomb potential",
    },
    "lectures": {
        "data": "bell-1d", "noise": 0.25, "latent": "uniform", "latent_dim": 1, "width": 32, "penalty": "R1",
        "gamma": 1.0, "beta1": 0.0,
    },
    "drawing": {"data": "draw", "noise": 0.02},
    "GAN Lab": {"width": 8, "depth": 1, "batch": 150, "lr_G": 0.005, "lr_D": 0.005},
}  # fmt: skip
"""By name, the parameters that differ from the defaults."""
