"""Longer checks of adversarial training: what the theory and the papers say happens, happens."""

from __future__ import annotations

import pytest
import torch

from engine.exhibits.gan import PRESETS, Gan

pytestmark = pytest.mark.science


def trained(name: str, steps: int, seed: int = 0, **changes: object) -> Gan:
    exhibit = Gan(Gan.Params(**{**PRESETS[name], **changes}, seed=seed), seed=seed)
    exhibit.advance(steps)
    assert exhibit.diverged() is None
    return exhibit


def test_pairing_covers_the_grid() -> None:
    """One seed of the preset in full; ``python -m bench.gan seeds`` reports five."""
    metrics = trained("all modes", PRESETS["all modes"]["decay"]).frame().metrics
    assert metrics["modes"] >= 24 and metrics["quality"] >= 0.8


def covered(seed: int, **changes: object) -> tuple[float, bool]:
    """Modes covered on average over steps 1000 to 3000, and whether the collapse was called by its name."""
    exhibit = trained("collapse", 750, seed, **changes)
    modes, named = [], False
    for _ in range(9):
        exhibit.advance(250)
        metrics = exhibit.frame().metrics
        modes.append(metrics["modes"])
        named |= metrics["collapse"] == 1
    return sum(modes) / len(modes), named


@pytest.mark.parametrize("seed", range(5))
def test_batch_statistics_cover_more_modes_than_the_collapsing_preset(seed: int) -> None:
    (without, named), (with_them, _) = covered(seed), covered(seed, minibatch=True)
    assert named
    assert without < 4 and with_them > without + 2


def test_a_bad_clip_leaves_the_generator_where_it_is() -> None:
    start = trained("bad clip", 0).frame().metrics["w1"]
    stuck = trained("bad clip", 750).frame().metrics
    assert stuck["vanishing"] == 1 and stuck["w1"] == pytest.approx(start, rel=0.05)
    moved = trained("bad clip", 750, clip=0.2).frame().metrics
    assert moved["vanishing"] == 0 and moved["w1"] < 0.6 * start


@pytest.mark.parametrize("seed", range(3))
def test_a_critic_clipped_as_in_the_paper_teaches_through_tiny_gradients(seed: int) -> None:
    start = trained("paper clip", 0, seed).frame().metrics["w1"]
    metrics = trained("paper clip", 1000, seed).frame().metrics
    assert metrics["w1"] < 0.55 * start and metrics["gradient"] < 1e-3 and metrics["vanishing"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_has_stopped_moves_again_under_another_objective(seed: int) -> None:
    for objective in ("non-saturating", "wasserstein"):
        exhibit = trained("vanishing", 400, seed)
        exhibit.set(exhibit.params.replaced(objective=objective))
        exhibit.advance(600)
        assert exhibit.frame().metrics["theta_now"] < 0.8


@pytest.mark.parametrize("seed", range(3))
def test_labels_find_all_modes_and_collapse_within_them_and_the_collapsing_preset_finds_few(seed: int) -> None:
    labels = trained("labels", 1000, seed).frame().metrics
    assert (labels["modes"], labels["collapse"], labels["narrow"]) == (8, 0, 1) and labels["within"] < 0.5
    exhibit = trained("collapse", 500, seed)
    for _ in range(4):
        exhibit.advance(500)
        metrics = exhibit.frame().metrics
        assert metrics["modes"] < 4 and (metrics["collapse"], metrics["narrow"]) == (1, 0)


def test_the_minimax_loss_stops_where_wasserstein_goes_on() -> None:
    stuck = trained("vanishing", 500).frame().metrics
    assert stuck["vanishing"] == 1 and stuck["theta_now"] > 1.4
    arrived = trained("vanishing", 1000, objective="wgan-gp", lambda_gp=1.0).frame().metrics
    assert abs(arrived["theta_now"]) < 0.2


def test_the_mean_slope_under_a_gradient_penalty_tends_to_one() -> None:
    exhibit = trained("parallel lines", 1200)
    assert exhibit.frame().metrics["slope"] == pytest.approx(1, abs=0.1)
    free = Gan(Gan.Params(objective="wgan-gp", lambda_gp=10.0, d_steps=5, width=32, batch=64), seed=0)
    free.advance(800)
    assert free.frame().metrics["slope"] == pytest.approx(1, abs=0.1)


def test_in_one_dimension_the_discriminator_ends_at_one_half() -> None:
    exhibit = trained("lectures", 3000)
    frame = exhibit.frame()
    assert frame.metrics["js"] < 0.05 and frame.metrics["w1"] < 0.1
    assert frame.metrics["D_real"] == pytest.approx(0.5, abs=0.02) == frame.metrics["D_fake"]


def test_coulomb_charges_find_every_mode() -> None:
    assert trained("charges", 2000).frame().metrics["modes"] == 8


def test_labels_lead_to_their_modes() -> None:
    exhibit = trained("labels", 1500)
    z = torch.zeros(8, 2)
    with torch.no_grad():
        made = exhibit.trainer.G(z, torch.arange(8))
    modes = torch.as_tensor(exhibit.data.source.modes).float()
    assert torch.cdist(made, modes).argmin(1).tolist() == list(range(8))
