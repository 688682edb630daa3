"""Latent spaces: the manners of the exhibit, what it measures, and rough handling."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.exhibits.latent import LAMPS, Latent, Touch
from engine.exhibits.latent.classifier import classifier
from engine.exhibits.latent.data import dataset
from engine.exhibits.latent.headings import head
from engine.exhibits.latent.lamps import lit
from engine.exhibits.latent.params import LatentParams
from engine.exhibits.latent.prior import quantile_grid, window
from engine.exhibits.latent.training import PHASES

SMALL = {"width": 16, "depth": 1, "batch": 32}


def make(seed: int = 0, **values: object) -> Latent:
    return Latent(Latent.Params(**{**SMALL, **values}), seed=seed)


# ---- a step --------------------------------------------------------------------------------------------------------


def test_slow_motion_tells_the_reparameterisation_trick_in_its_order() -> None:
    exhibit = make()
    seen = []
    for sentence in exhibit.phases():
        frame = exhibit.frame()
        assert frame.words["phase"] == sentence
        seen.append(frame.words["highlight"])
        if seen[-1] == "reparameterise":
            batch = exhibit.trainer.batch
            drawn = batch.mu + (0.5 * batch.log_var).exp() * batch.epsilon
            torch.testing.assert_close(torch.from_numpy(frame.arrays["one_at"]), drawn[:1].detach())
            np.testing.assert_allclose(frame.arrays["one_noise"][0, :2], frame.arrays["one_mean"][0])
    assert tuple(seen) == PHASES
    assert "highlight" not in exhibit.frame().words


def test_the_step_goes_down_the_gradient_of_rebuilding_and_kl() -> None:
    """At a rate so small that one step is linear, the loss of the very batch falls."""
    exhibit = make(rate=1e-4, vae_beta=2.0)
    trainer = exhibit.trainer
    trainer.step()
    batch = trainer.batch
    before = float((batch.rebuilt + 2.0 * batch.penalty).detach())
    mu, log_var = trainer.model.encode(batch.x)
    z = mu + (0.5 * log_var).exp() * batch.epsilon
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(1).mean()
    after = (trainer.likelihood.loss(trainer.model.decode(z), batch.x).mean() + 2.0 * kl).item()
    assert after < before
    assert float(batch.downhill.norm()) > 0


def test_beta_rises_once_or_in_cycles_from_when_that_is_asked_for() -> None:
    exhibit = make(vae_beta=4.0)
    trainer = exhibit.trainer
    assert trainer.weight == 4.0
    exhibit.advance(30)
    exhibit.set(exhibit.params.replaced(vae_anneal="once", vae_anneal_steps=100))
    assert trainer.weight == 0.0
    exhibit.advance(25)
    assert trainer.weight == pytest.approx(1.0)
    exhibit.advance(100)
    assert trainer.weight == 4.0
    exhibit.set(exhibit.params.replaced(vae_anneal="cycles"))
    weights = []
    for _ in range(4):
        weights.append(trainer.weight)
        exhibit.advance(25)
    assert weights == pytest.approx([0.0, 2.0, 4.0, 4.0]) and trainer.weight == 0.0


@pytest.mark.parametrize("model", ["sparse", "contractive"])
def test_small_codes_are_not_to_be_had_for_nothing(model: str) -> None:
    exhibit = make(model=model)
    exhibit.advance(5)
    torch.testing.assert_close(exhibit.trainer.model.decoder.weights[0].detach().norm(dim=0), torch.ones(2))


def test_a_denoising_autoencoder_sees_spoilt_examples_and_is_judged_by_clean_ones() -> None:
    exhibit = make(model="denoising", denoising_level=0.5)
    for _ in exhibit.phases():
        if exhibit.frame().words["highlight"] == "losses":
            break
    trainer, batch = exhibit.trainer, exhibit.trainer.batch
    assert float((batch.seen - batch.x).std()) == pytest.approx(0.5, rel=0.1)
    judged = trainer.likelihood.loss(trainer.model.decode(trainer.model.encode(batch.seen)[0]), batch.x).mean()
    assert batch.rebuilt.item() == pytest.approx(judged.item())
    clean = exhibit.trainer.data.x
    assert all(bool((clean == row).all(1).any()) for row in batch.x[:5])
    assert exhibit.frame().arrays["wall"].shape == (30, 8, 8)


def test_two_critics_of_codes_pull_them_to_the_prior() -> None:
    spreads = {}
    for model in ("plain", "wae-mmd", "wae-gan"):
        exhibit = make(model=model, width=32, batch=128)
        exhibit.advance(800)
        spreads[model] = exhibit.trainer.model.encode(exhibit.data.x)[0].detach().std(0)
    assert float(spreads["plain"].min()) > 2
    for model in ("wae-mmd", "wae-gan"):
        assert float(spreads[model].min()) > 0.6 and float(spreads[model].max()) < 1.5, model


def test_pca_has_nothing_to_learn() -> None:
    exhibit = make(model="pca", latent_dim="8")
    metrics = exhibit.frame().metrics
    assert metrics["mse"] == pytest.approx(metrics["floor"], rel=1e-4)
    exhibit.advance(20)
    assert exhibit.frame().metrics["mse"] == metrics["mse"]
    assert [exhibit.frame().arrays["codes"].shape, make(model="pca", data="moons").frame().arrays["lattice"].shape] == [
        (1797, 2), (15, 15, 2)
    ]  # fmt: skip


def test_weights_that_are_lost_are_named() -> None:
    exhibit = make(model="wae-gan")
    assert exhibit.diverged() is None
    for network, name in enumerate(("the encoder's weights", "the decoder's weights", "the discriminator's weights")):
        kept = exhibit.trainer.flats[network][0].clone()
        exhibit.trainer.flats[network][0] = math.nan
        assert exhibit.diverged() == name
        exhibit.frame()
        exhibit.trainer.flats[network][0] = kept


def test_a_run_that_has_gone_astray_shows_no_infinity() -> None:
    for values in ({}, {"model": "plain", "data": "moons"}):
        exhibit = make(**values)
        exhibit.poke(Touch(kind="to"))
        for flat in exhibit.trainer.flats:
            flat.mul_(1e30)
        exhibit.advance(8)
        frame = exhibit.frame()
        assert all(np.isfinite(array).all() for array in frame.arrays.values())
        assert not any(math.isinf(value) for value in frame.metrics.values())


# ---- instruments ---------------------------------------------------------------------------------------------------


def test_the_judge_knows_held_out_digits_and_is_not_sure_of_noise() -> None:
    params = Latent.Params()
    data, judge = dataset(params), classifier(params)
    x, labels = data.part(test=True)
    told, _ = judge.judge(x)
    assert float((told == labels).float().mean()) > 0.94
    assert judge.recognised(x)[0] > 0.8 and judge.recognised(x)[1] == 10
    blends = (x[:-1] + x[1:]) / 2
    assert judge.recognised(blends)[0] < 0.5 * judge.recognised(x)[0]


def test_lamps_are_lit_by_their_definitions() -> None:
    good = {"active": 2.0, "holes": 0.06, "kl": 3.0, "rebuilt_test": 21.0, "_mean": 27.0}
    cases = {
        "collapsed": ({"active": 0.0}, True), "hollow": ({"holes": 0.21}, True),
        "silent": ({"kl": 0.4, "rebuilt_test": 26.5}, False),
    }  # fmt: skip
    assert set(cases) == set(LAMPS)
    assert not any(lit(good, settled=True).values())
    for name, (change, waits) in cases.items():
        found = lit({**good, **change}, settled=True)
        assert [each for each, on in found.items() if on] == [name]
        assert lit({**good, **change}, settled=False)[name] != waits
    assert not lit({**good, "active": 1.0}, settled=True)["collapsed"]
    assert not any(lit(dict.fromkeys(good, math.nan), settled=True).values())


def test_the_window_grows_at_once_and_shrinks_late() -> None:
    crowd = torch.linspace(-1, 1, 400).repeat(2, 1).T
    now = window(crowd, 0.0, 0.1)
    assert 1.0 < now < 1.5
    assert window(3 * crowd, now, 0.1) > 3
    assert window(0.8 * crowd, now, 0.1) == now
    assert window(0.2 * crowd, now, 0.1) < 0.5
    assert window(crowd, 4.0, 3.5) == 4.0 and window(crowd * math.nan, 2.0, 0.1) == 2.0


def test_what_is_measured_depends_on_steps_not_on_who_looks() -> None:
    seen, unseen = make(), make()
    for _ in range(6):
        seen.frame()
        seen.advance(20)
        unseen.advance(20)
    one, other = seen.frame().metrics, unseen.frame().metrics
    np.testing.assert_equal(one, other)
    assert one["mse"] < 0.2


def test_the_bound_has_as_many_draws_as_are_asked_for() -> None:
    exhibit = make(iw_samples=1)
    exhibit.advance(60)
    single = exhibit.frame().metrics
    assert single["bound"] == pytest.approx(single["elbo"], abs=1e-5)
    exhibit.set(exhibit.params.replaced(iw_samples=64))
    many = exhibit.frame().metrics
    assert many["bound"] > many["elbo"]


def test_the_finger_the_walk_and_the_drawing_are_part_of_the_state() -> None:
    exhibit, other = make(), make(seed=3)
    exhibit.poke(Touch(kind="finger", x=1.0, y=0.5))
    exhibit.poke(Touch(kind="to", x=0.1, y=0.1))
    exhibit.poke(Touch(kind="example"))
    exhibit.poke(Touch(kind="smear", x=10.0, y=10.0))
    other.load_state_dict(exhibit.state_dict())
    for each in (exhibit, other):
        each.poke(Touch(kind="smear", x=20.0, y=20.0))
        each.advance(3)
    for name, array in exhibit.frame().arrays.items():
        np.testing.assert_array_equal(array, other.frame().arrays[name], err_msg=name)


def test_the_page_says_first_what_is_there() -> None:
    said = {
        (data, model): " ".join(head(LatentParams(data=data, model=model)))
        for data in ("digits", "fashion-mnist", "moons") for model in ("vae", "plain")
    }  # fmt: skip
    assert {key for key, words in said.items() if "β" in words} == {("digits", "vae"), ("fashion-mnist", "vae")}
    assert all(("image" in words) == (data != "moons") for (data, _), words in said.items())
    assert "garment" in said["fashion-mnist", "plain"] and "digit" in said["digits", "plain"]


def test_the_grid_that_is_kept_is_that_of_the_plane_at_hand() -> None:
    exhibit = Latent(LatentParams(model="plain", latent_dim="3", width=16, depth=1), seed=0)
    for steps, change in ((11, {}), (0, {"axes": "chosen", "axis_x": 3}), (0, {"axis_y": 1}), (11, {})):
        exhibit.set(exhibit.params.replaced(**change))
        exhibit.advance(steps)  # another prior is fitted every so often
        wanted = quantile_grid(exhibit.instruments.prior, exhibit.instruments.lens)
        assert all(torch.equal(kept, new) for kept, new in zip(exhibit.instruments.grid, wanted, strict=True))
