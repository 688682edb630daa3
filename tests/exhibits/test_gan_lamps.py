"""GANs: the numbers beside the picture are those of closed forms, and lamps are lit when they say they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.exhibits.gan import PRESETS, Gan
from engine.exhibits.gan.lamps import crawls, lit, swings, vanishes, within_modes
from engine.kit.planar import RING
from tests.exhibits.test_gan import make

QUIET = {
    "gradient": 1.0,
    "gap": 0.1,
    "w1": 0.5,
    "w1_floor": 0.1,
    "_little": 0.2,
    "within": 1.0,
    "_reached": 1.0,
    "ranked": 0.6,
}


def lamps(params: Gan.Params | None = None, *, settled=True, critic=False, swinging=False, **found: float) -> set[str]:
    """Names of those that are lit."""
    told = lit(QUIET | found, params or Gan.Params(), settled=settled, critic=critic, swinging=swinging)
    return {name for name, on in told.items() if on}


def stuck_at(exhibit: Gan, *place: float, width: float = 0.0) -> dict[str, float]:
    """The metrics, were all generated samples at one place, or about it; after 500 steps."""
    G = exhibit.trainer.G
    G.flat.detach().mul_(0)
    for bias in G.b[:-1]:
        bias.detach().fill_(1.0)
    G.b[-1].detach().copy_(torch.tensor(place))
    G.W[-1].detach().normal_(std=width, generator=torch.Generator().manual_seed(0))
    exhibit.trainer.steps = 500
    exhibit.instruments.look()
    return exhibit.frame().metrics


# ---- closed forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theta", [-1.5, 0.2, 0.01])
def test_parallel_lines_are_log_two_and_theta_apart_exactly(theta: float) -> None:
    metrics = make(data="parallel-lines", noise=0.0, theta=theta).frame().metrics
    assert metrics["js"] == math.log(2)
    assert (metrics["w1"], metrics["w1_floor"]) == (pytest.approx(abs(theta), rel=1e-6), 0)


def test_one_line_on_the_other_is_no_distance_at_all_unless_the_real_one_is_blurred() -> None:
    exhibit = make(data="parallel-lines", noise=0.0, theta=0.0)
    assert (exhibit.frame().metrics["js"], exhibit.frame().metrics["w1"]) == (0, 0)
    exhibit.set(exhibit.params.replaced(noise=0.05))
    blurred = exhibit.frame().metrics
    assert blurred["js"] == math.log(2) and 0 < blurred["w1"] < 0.2


def test_the_divergence_of_a_narrow_gaussian_is_that_of_a_wide_one() -> None:
    """The generator is a linear map of normal z onto the data's own Gaussian, two standard deviations aside."""
    for sigma in (0.02, 0.2):
        exhibit = make(data="bell-1d", noise=sigma, latent_dim=1, depth=1, points=5000)
        G = exhibit.trainer.G
        G.flat.detach().zero_()
        G.W[0].detach()[0, 0], G.b[0].detach()[0] = 1.0, 20.0  # far on the straight side of the leaky ReLU
        G.W[1].detach()[0, 0] = sigma
        G.b[1].detach()[0] = 0.6 + 2 * sigma - 20 * sigma
        exhibit.instruments.look()
        assert exhibit.frame().metrics["js"] == pytest.approx(0.3368, abs=0.03)  # by quadrature


def test_at_equality_w1_comes_to_its_floor_and_js_to_zero() -> None:
    exhibit = make(data="bell-1d", noise=0.25, latent_dim=1, depth=1, points=5000)
    G = exhibit.trainer.G
    G.flat.detach().zero_()
    G.W[0].detach()[0, 0], G.b[0].detach()[0] = 1.0, 20.0
    G.W[1].detach()[0, 0], G.b[1].detach()[0] = 0.25, 0.6 - 5.0
    exhibit.instruments.look()
    metrics = exhibit.frame().metrics
    assert metrics["js"] < 0.03 and 0.3 < metrics["w1"] / metrics["w1_floor"] < 2.5


# ---- modes ---------------------------------------------------------------------------------------------------------


def test_the_spread_within_modes_is_that_of_the_generated_over_that_of_the_real() -> None:
    rng = np.random.default_rng(0)
    at = RING[rng.integers(8, size=4000)]
    real, fakes = at + 0.1 * rng.standard_normal(at.shape), at + 0.03 * rng.standard_normal(at.shape)
    assert within_modes(fakes, real, RING) == pytest.approx(0.3, rel=0.05)
    assert within_modes(real[:2000], real[2000:], RING) == pytest.approx(1, rel=0.05)
    between = np.concatenate([fakes, rng.uniform(-1, 1, (200, 2))])  # a few on the way do not count
    assert within_modes(between, real, RING) == pytest.approx(0.3, rel=0.15)
    assert math.isnan(within_modes(fakes[:10], real, RING)) and math.isnan(within_modes(at, at, RING))


def test_huddled_within_all_modes_is_not_mode_collapse() -> None:
    exhibit = make(conditional=True, noise=0.1, points=1000)
    G = exhibit.trainer.G
    G.flat.detach().zero_()
    for mode, place in enumerate(RING):  # hidden units for the labels alone, and a straight way to their modes
        G.W[0].detach()[mode, 2 + mode] = G.W[1].detach()[mode, mode] = 1.0
        G.W[2].detach()[:, mode] = torch.from_numpy(place).float()
    exhibit.trainer.steps = 500
    exhibit.instruments.look()
    metrics = exhibit.frame().metrics
    assert (metrics["modes"], metrics["collapse"], metrics["narrow"]) == (8, 0, 1)
    assert metrics["within"] == 0


@pytest.mark.parametrize("place", [(1.0, 0.0), (0.0, 0.0), (0.3, -1.3)])
def test_wherever_the_generator_has_run_to_it_has_collapsed(place: tuple[float, float]) -> None:
    metrics = stuck_at(make(points=1000), *place)
    assert (metrics["collapse"], metrics["narrow"]) == (1, 0)


def test_a_line_that_is_only_shifted_does_not_collapse() -> None:
    exhibit = make(data="parallel-lines", noise=0.0, theta=1.5)
    exhibit.trainer.steps = 500
    exhibit.instruments.look()
    assert exhibit.frame().metrics["collapse"] == exhibit.frame().metrics["narrow"] == 0


# ---- the other lamps -----------------------------------------------------------------------------------------------


def test_a_quiet_run_lights_no_lamp_and_each_trouble_its_own() -> None:
    assert lamps() == set() == lamps(settled=False, _reached=0.0)
    assert lamps(_reached=0.2) == {"collapse"} and lamps(within=0.3) == {"narrow"}
    assert lamps(ranked=0.99) == {"too_strong"} and lamps(ranked=0.99, critic=True) == set()
    assert lamps(gradient=1e-4) == {"vanishing"} == lamps(gradient=1e-4, _reached=0.2)
    assert lamps(gradient=1e-4, w1=0.15) == set()  # nowhere left to go
    unknown = dict.fromkeys(QUIET, math.nan)
    assert lamps(**unknown) == set()


def test_oscillation_is_said_only_above_the_floor() -> None:
    assert lamps(swinging=True) == {"oscillation"}
    assert lamps(swinging=True, w1=0.1) == set() == lamps(swinging=True, w1=0.19)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e3])
def test_whether_a_gradient_vanishes_does_not_depend_on_units(scale: float) -> None:
    """A critic times a number has the same minima; so has one of data in other units."""
    assert not vanishes(1.0 * scale, 1.0 * scale, 1.0) and vanishes(0.01 * scale, 1.0 * scale, 1.0)
    assert not vanishes(1.0 / scale, 1.0, scale) and vanishes(0.01 / scale, 1.0, scale)
    assert not vanishes(scale, 0.0, 1.0) and not vanishes(scale, -1.0, 1.0)


def test_only_an_optimiser_that_takes_the_gradient_at_its_length_crawls() -> None:
    short = QUIET | {"gradient": 1e-4, "gap": 1e-4}
    for optimiser, slow in (("sgd", True), ("momentum", True), ("adam", False), ("rmsprop", False)):
        assert crawls(short, Gan.Params(optimiser=optimiser)) is slow
    assert not crawls(QUIET, Gan.Params(optimiser="sgd", lr_G=0.01))


def test_a_line_that_has_arrived_has_no_vanishing_gradient() -> None:
    for theta, way_to_go in ((0.5, 1), (0.0, 0)):
        exhibit = make(data="parallel-lines", noise=0.0, theta=theta, optimiser="sgd", lr_G=1e-5, seed=3)
        exhibit.advance(20)
        assert exhibit.frame().metrics["vanishing"] == way_to_go


def test_a_swing_that_has_come_to_rest_is_none() -> None:
    t = np.arange(64)[:, None]
    circle = np.concatenate([np.cos(t / 3), np.sin(t / 3)], 1)
    assert swings(circle, 1.0) and not swings(circle * np.exp(-t / 8), 1.0)


def test_a_wasserstein_critic_with_a_tight_clip_has_no_vanishing_gradient_where_it_teaches() -> None:
    """Its gradients are shorter than 0.001, and RMSProp makes steps of them all the same."""
    exhibit = Gan(Gan.Params(**PRESETS["paper clip"]), seed=0)
    start = exhibit.frame().metrics["w1"]
    exhibit.advance(250)
    metrics = exhibit.frame().metrics
    assert metrics["gradient"] < 0.001 and metrics["w1"] < 0.7 * start
    assert metrics["vanishing"] == 0
