"""Orderings that hold on the digits, on five seeds each; and how soon a plane of ten digits is there."""

from __future__ import annotations

import pytest
import torch

from engine.exhibits.latent import Latent
from engine.exhibits.latent.corruption import gaussian

pytestmark = pytest.mark.science
SEEDS = range(5)
BETAS = (0.25, 1.0, 2.0, 6.0)


def trained(seed: int, steps: int, **values: object) -> Latent:
    exhibit = Latent(Latent.Params(**values), seed=seed)
    exhibit.advance(steps)
    assert exhibit.diverged() is None
    return exhibit


@pytest.mark.parametrize("seed", SEEDS)
def test_samples_of_a_vae_are_recognised_more_often_than_those_of_a_plain_autoencoder(seed: int) -> None:
    """Eight numbers; the plain one is drawn from as kindly as can be, from the Gaussian that fits its codes."""
    shares = [
        trained(seed, 2500, model=model, latent_dim="8").instruments.metrics()["confident"]
        for model in ("vae", "plain")
    ]
    assert shares[0] > shares[1] + 0.05, shares


@pytest.mark.parametrize("seed", SEEDS)
def test_more_beta_less_kl_and_a_worse_reconstruction(seed: int) -> None:
    found = [trained(seed, 1500, vae_beta=beta).instruments.metrics() for beta in BETAS]
    kl, rebuilt = [m["kl"] for m in found], [m["rebuilt_test"] for m in found]
    assert kl == sorted(kl, reverse=True) and rebuilt == sorted(rebuilt), (kl, rebuilt)


@pytest.mark.parametrize("seed", SEEDS)
def test_less_beta_more_active_units(seed: int) -> None:
    active = [
        trained(seed, 1200, latent_dim="16", vae_beta=beta).instruments.metrics()["active"] for beta in (0.2, 1.0, 6.0)
    ]
    assert active[0] > active[1] > active[2], active


@pytest.mark.parametrize("seed", SEEDS)
def test_a_denoising_autoencoder_beats_a_plain_one_on_noisy_images(seed: int) -> None:
    errors = []
    for model in ("denoising", "plain"):
        exhibit = trained(seed, 1500, model=model, latent_dim="16")
        x = exhibit.data.part(test=True)[0]
        noisy = gaussian(x, 0.4, (8, 8), torch.Generator().manual_seed(100 + seed))
        with torch.no_grad():
            out = exhibit.trainer.likelihood.output(
                exhibit.trainer.model.decode(exhibit.trainer.model.encode(noisy)[0])
            )
        errors.append(float((out - x).square().mean()))
    assert errors[0] < 0.8 * errors[1], errors


@pytest.mark.parametrize("seed", SEEDS)
def test_ten_regions_are_there_within_thirty_seconds_at_the_usual_speed(seed: int) -> None:
    """6,000 steps; nine in ten held-out digits lie among their like, and half of the grid is recognised."""
    metrics = trained(seed, int(30 * Latent.default_speed)).instruments.metrics()
    assert metrics["regions"] == 10 and metrics["neighbours"] > 0.85 and metrics["on_grid"] > 0.5
