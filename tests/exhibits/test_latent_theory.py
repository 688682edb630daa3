"""Latent spaces: facts of the world that the losses, the measures and the models must obey."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.exhibits.latent import measures, objectives
from engine.exhibits.latent.corruption import CORRUPTIONS, corrupt
from engine.exhibits.latent.data import Dataset, dataset, make
from engine.exhibits.latent.mathematics import ELBO, KERNEL, TRICK
from engine.exhibits.latent.model import Model
from engine.exhibits.latent.networks import Pca
from engine.exhibits.latent.objectives import SCALES, Bernoulli, Gaussian, contraction, kl_to_prior, mmd, reparameterise
from engine.exhibits.latent.params import LatentParams
from engine.exhibits.latent.prior import Lens, Prior, quantile_grid
from engine.exhibits.latent.training import Trainer
from engine.kit.divergence import kullback_leibler
from engine.kit.images import digits
from tests.exhibits.latex import value

ANY = torch.Generator


def rng(seed: int = 0) -> ANY:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=rng(seed))


# ---- PCA, and what a linear autoencoder comes to ------------------------------------------------------------------

FLOORS = {2: 0.05243, 10: 0.01920}


@pytest.mark.parametrize(("k", "floor"), FLOORS.items())
def test_pca_of_all_digits_leaves_the_known_error(k: int, floor: float) -> None:
    x = dataset(LatentParams()).x
    assert Pca(x, k).error(x) == pytest.approx(floor, abs=5e-6)


def test_pca_has_orthonormal_directions_and_leaves_what_lies_in_them_alone() -> None:
    x = dataset(LatentParams()).x
    pca = Pca(x, 5)
    torch.testing.assert_close(pca.V.T @ pca.V, torch.eye(5), atol=1e-5, rtol=0)
    z = normal(7, 5)
    torch.testing.assert_close(pca.encode(pca.decode(z)), z, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("k", "floor"), FLOORS.items())
def test_a_linear_autoencoder_reaches_the_floor_and_spans_what_pca_spans(k: int, floor: float) -> None:
    """On all 1,797 digits, in batches of 512, with a learning rate that falls twice."""
    params = LatentParams(model="linear", latent_dim={2: "2", 10: "16"}[k], batch=512, rate=0.01)
    data = dataset(params)
    trainer = LinearTrainer(params, data, k)
    for rate in (0.01, 0.002, 0.0003):
        trainer.set(params.replaced(rate=rate))
        for _ in range(2000):
            trainer.step()
    x = data.x
    with torch.no_grad():
        error = float((trainer.model.decode(trainer.model.encode(x)[0]) - x).square().mean())
    assert Pca(x, k).error(x) * (1 - 1e-5) <= error < 1.02 * floor
    assert measures.principal_angle(Pca(x, k).V, trainer.model.decoder.W[0].detach()) < 0.05


class LinearTrainer(Trainer):
    """A trainer whose code has any number of numbers."""

    def __init__(self, params: LatentParams, data: Dataset, k: int) -> None:
        params = params.model_copy(update={"latent_dim": str(k)})
        super().__init__(params, data, seed=0, held_out=False)
        self.k = k

    def set(self, params: LatentParams) -> None:
        super().set(params.model_copy(update={"latent_dim": self.params.latent_dim}))


def test_the_angle_between_planes_is_the_one_they_were_turned_by() -> None:
    frame, _ = torch.linalg.qr(normal(9, 3).double())
    for angle in (1e-6, 0.03, 1.2):
        turned = torch.stack([frame[:, 0], math.cos(angle) * frame[:, 1] + math.sin(angle) * frame[:, 2]], 1)
        mixed = turned @ torch.tensor([[2.0, 1.0], [0.5, -3.0]], dtype=torch.float64)  # the same plane
        assert measures.principal_angle(frame[:, :2], mixed) == pytest.approx(angle, rel=1e-6)


# ---- KL ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mu", "sigma"), [(0.0, 1.0), (1.5, 0.3), (-0.4, 2.0)])
def test_the_kl_in_closed_form_is_that_of_many_draws(mu: float, sigma: float) -> None:
    at, spread = torch.tensor([[mu]], dtype=torch.float64), torch.tensor([[sigma]], dtype=torch.float64)
    draws = at + spread * torch.randn(400_000, 1, generator=rng(), dtype=torch.float64)
    q, p = torch.distributions.Normal(at, spread), torch.distributions.Normal(0.0, 1.0)
    difference = q.log_prob(draws) - p.log_prob(draws)
    error = float(difference.std()) / len(draws) ** 0.5
    assert float(kl_to_prior(at, 2 * spread.log())) == pytest.approx(float(difference.mean()), abs=4 * error + 1e-12)


def test_the_kl_of_the_lecture() -> None:
    """P = Binomial(0.4, 2) and Q uniform on {0, 1, 2}."""
    p, q = np.array([0.36, 0.48, 0.16]), np.full(3, 1 / 3)
    assert kullback_leibler(p, q) == pytest.approx(0.0853, abs=5e-5)
    assert kullback_leibler(q, p) == pytest.approx(0.0974, abs=1e-4)


# ---- the reparameterised gradient -------------------------------------------------------------------------------


def test_the_gradient_through_draws_is_that_of_the_expectation() -> None:
    """E z^2 = mu^2 + s^2 for z ~ N(mu, s^2): its slope is 2 mu in mu, and s^2 in log s^2."""
    mu, log_var = torch.tensor([[0.7]], requires_grad=True), torch.tensor([[-0.8]], requires_grad=True)
    z = reparameterise(mu, log_var, normal(400_000, 1))
    by_mu, by_log_var = torch.autograd.grad(z.square().mean(), [mu, log_var])
    assert float(by_mu) == pytest.approx(1.4, rel=0.01)
    assert float(by_log_var) == pytest.approx(math.exp(-0.8), rel=0.01)


# ---- penalties -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [{}, {"network": "convolutional", "depth": 2, "width": 16}, {"latent_dim": "3"}])
def test_the_contractive_penalty_is_the_frobenius_norm_of_the_jacobian(values: dict) -> None:
    params = LatentParams(model="contractive", **values)
    data = dataset(params)
    model = Model(params, data, rng(), Pca(data.x, params.k))
    x = data.x[:5]
    jacobian = torch.func.jacrev(lambda one: model.encode(one[None])[0][0])
    wanted = torch.stack([jacobian(one).square().sum() for one in x])
    torch.testing.assert_close(contraction(lambda at: model.encode(at)[0], x), wanted)


def test_the_contractive_penalty_can_be_descended() -> None:
    A = normal(3, 4).requires_grad_()
    penalty = contraction(lambda x: x @ A.T, normal(6, 4)).mean()
    (slope,) = torch.autograd.grad(penalty, A)
    torch.testing.assert_close(slope, 2 * A.detach())


def test_mmd_equals_a_loop_over_all_pairs() -> None:
    z, p = normal(7, 3), normal(5, 3, seed=1) + 0.5

    def k(a: torch.Tensor, b: torch.Tensor) -> float:
        apart = float((a - b).square().sum())
        return sum(2 * 3 * s / (2 * 3 * s + apart) for s in SCALES)

    within = [sum(k(x[i], x[j]) for i in range(len(x)) for j in range(len(x)) if i != j) for x in (z, p)]
    across = sum(k(a, b) for a in z for b in p)
    wanted = within[0] / (7 * 6) + within[1] / (5 * 4) - 2 * across / (7 * 5)
    assert float(mmd(z, p)) == pytest.approx(wanted, rel=1e-5)


def test_mmd_is_nothing_on_average_between_draws_of_one_distribution() -> None:
    found = torch.stack([mmd(normal(20, 2, seed=2 * i), normal(30, 2, seed=2 * i + 1)) for i in range(400)])
    error = float(found.std()) / 20
    assert abs(float(found.mean())) < 4 * error
    assert float((found < 0).float().mean()) > 0.3  # it is unbiased, so it errs to either side
    apart = torch.stack([mmd(normal(20, 2, seed=2 * i), normal(30, 2, seed=2 * i + 1) + 1) for i in range(50)])
    assert float(apart.mean()) > 20 * error


def test_one_draw_has_no_mmd() -> None:
    assert math.isnan(float(mmd(normal(1, 2), normal(5, 2))))


# ---- likelihoods and bounds ----------------------------------------------------------------------------------------


def test_likelihoods_are_those_of_the_distributions() -> None:
    raw, x = normal(4, 6), torch.rand(4, 6, generator=rng(1)).round()
    wanted = -torch.distributions.Bernoulli(logits=raw).log_prob(x).sum(1)
    torch.testing.assert_close(Bernoulli().loss(raw, x), wanted)
    wanted = -torch.distributions.Normal(raw, 0.3).log_prob(x).sum(1)
    torch.testing.assert_close(Gaussian(0.3).loss(raw, x), wanted)


class Toy:
    """p(z) = N(0, 1), p(x | z) = N(z, 1), so p(x) = N(0, 2); q(z | x) = N(0.3 x, 1) is not the posterior."""

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return 0.3 * x, torch.zeros_like(x)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return z


def test_bounds_rise_with_the_draws_from_the_elbo_to_the_likelihood() -> None:
    x = normal(3000, 1) * 2**0.5
    truth = float(torch.distributions.Normal(0.0, 2**0.5).log_prob(x).mean())
    elbo = measures.bounds(Toy(), Gaussian(1.0), x, 64, rng(7))[0]
    closed = float(-(0.5 * math.log(2 * math.pi) + 0.5 * ((0.7 * x) ** 2 + 1)).mean() - 0.5 * (0.3 * x).square().mean())
    assert elbo == pytest.approx(closed, abs=0.01)
    found = [measures.bounds(Toy(), Gaussian(1.0), x, samples, rng(7))[1] for samples in (1, 4, 16, 64)]
    assert found == sorted(found) and elbo < found[1]
    assert found[-1] == pytest.approx(truth, abs=0.03) and found[-1] < truth + 0.005


# ---- measures ------------------------------------------------------------------------------------------------------


def test_draws_of_the_prior_leave_one_in_twenty_in_holes_and_a_ring_leaves_its_middle() -> None:
    draws, others = normal(2000, 2), normal(2000, 2, seed=1)
    assert measures.holes(normal(2000, 2, seed=2), draws, others) == pytest.approx(0.05, abs=0.015)
    angle = 2 * math.pi * torch.rand(2000, generator=rng())
    ring = 3 * torch.stack([angle.cos(), angle.sin()], 1)
    assert measures.holes(ring, draws, others) > 0.8


def test_codes_that_are_the_factors_have_the_whole_gap_and_mixed_ones_none() -> None:
    factors = torch.cartesian_prod(torch.arange(8), torch.arange(8))
    alone = factors.float()
    information = measures.mutual_information(alone, factors)
    torch.testing.assert_close(information, math.log(8) * torch.eye(2), atol=1e-4, rtol=0)
    assert measures.information_gap(information, factors) == pytest.approx(1, abs=1e-4)
    twice = torch.cat([alone, alone], 1)  # two numbers for each factor
    assert measures.information_gap(measures.mutual_information(twice, factors), factors) == pytest.approx(0, abs=1e-4)
    assert math.isnan(measures.information_gap(information[:1], factors))


def test_classes_that_lie_apart_are_told_by_their_neighbours_but_only_those_in_line_by_a_plane() -> None:
    label = torch.arange(900) % 3
    heaps = torch.stack([10.0 * label, torch.zeros(900)], 1) + normal(900, 2)
    halves = (slice(None, None, 2), slice(1, None, 2))
    asked = [heaps[halves[0]], label[halves[0]], heaps[halves[1]], label[halves[1]], 3]
    assert measures.neighbour_accuracy(*asked) == 1.0
    corners = torch.stack([label.float().cos() * 0, label.float()], 1)
    corners = 8 * torch.tensor([[0.0, 1], [1, -1], [-1, -1]])[label] + normal(900, 2)
    asked[0], asked[2] = corners[halves[0]], corners[halves[1]]
    assert measures.probe_accuracy(*asked) == 1.0
    ring = torch.where(label[:, None] == 0, normal(900, 2), 12 * torch.nn.functional.normalize(normal(900, 2, seed=4)))
    inside = (label == 0).long()
    asked = [ring[halves[0]], inside[halves[0]], ring[halves[1]], inside[halves[1]], 2]
    assert measures.neighbour_accuracy(*asked) > 0.99 and measures.probe_accuracy(*asked) < 0.75


def test_a_number_that_does_not_vary_is_not_active() -> None:
    codes = normal(500, 3) * torch.tensor([1.0, 0.05, 0.2])
    assert measures.active_units(codes) == 2


# ---- corruption, prior and plane -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_nothing_is_spoilt_at_level_0_and_much_at_level_1(kind: str) -> None:
    x = dataset(LatentParams()).x[:200]
    torch.testing.assert_close(corrupt(x, kind, 0.0, (8, 8), rng()), x)
    assert float((corrupt(x, kind, 1.0, (8, 8), rng()) - x).square().mean()) > 0.2


def test_each_corruption_spoils_as_much_as_it_says() -> None:
    ones = torch.ones(2000, 64)
    ones[:, ::2] = 0.5
    assert float((corrupt(ones, "gaussian", 0.3, (8, 8), rng()) - ones).std()) == pytest.approx(0.3, rel=0.02)
    assert float((corrupt(ones, "masking", 0.3, (8, 8), rng()) == 0).float().mean()) == pytest.approx(0.3, abs=0.01)
    hidden = (corrupt(ones, "occlusion", 0.5, (8, 8), rng()) == 0).view(-1, 8, 8)
    assert set(hidden.sum((1, 2)).tolist()) == {16}  # a square of 4 x 4
    assert float(hidden.float().mean(0).amin()) < float(hidden.float().mean(0)[3, 3])  # anywhere, most in the middle
    salted = corrupt(ones, "salt and pepper", 0.4, (8, 8), rng())[:, ::2]
    assert float((salted != 0.5).float().mean()) == pytest.approx(0.4 * 0.5, abs=0.01)  # half of it is as it was


def test_a_fitted_prior_has_the_mean_and_covariance_of_its_codes() -> None:
    codes = normal(5000, 2) @ torch.tensor([[2.0, 0.5], [0.0, 0.3]]) + torch.tensor([3.0, -1.0])
    prior = Prior.fitted(codes)
    torch.testing.assert_close(prior.cov, torch.cov(codes.T, correction=0), rtol=1e-4, atol=1e-5)
    white = prior.whitened(codes)
    torch.testing.assert_close(torch.cov(white.T, correction=0), torch.eye(2), atol=1e-3, rtol=0)
    torch.testing.assert_close(prior.draws(white), codes, atol=1e-4, rtol=1e-4)


def test_the_grid_goes_from_quantile_to_quantile_from_the_upper_left() -> None:
    places, codes = quantile_grid(Prior.standard(2), Lens.along(2, 0, 1))
    edge = 1.6448536
    torch.testing.assert_close(places[[0, 14, 210]], torch.tensor([[-edge, edge], [edge, edge], [-edge, -edge]]))
    torch.testing.assert_close(places, codes)
    assert float(places[112].abs().max()) < 1e-6  # the median in the middle


def test_a_plane_through_codes_is_where_they_vary_most_and_does_not_jump() -> None:
    turn, _ = torch.linalg.qr(normal(5, 5))
    codes = (normal(2000, 5) * torch.tensor([5.0, 3.0, 0.1, 0.1, 0.1])) @ turn.T
    before = Lens.along(5, 0, 1)
    lens = Lens.principal(codes, before)
    assert measures.principal_angle(lens.basis, turn[:, :2]) < 0.01
    torch.testing.assert_close(lens.basis.T @ lens.basis, torch.eye(2), atol=1e-5, rtol=0)
    again = Lens.principal(codes + 0.001 * normal(2000, 5, seed=2), lens)
    torch.testing.assert_close(again.basis, lens.basis, atol=0.01, rtol=0)
    places = normal(4, 2)
    torch.testing.assert_close(lens.project(lens.lift(places)), places, atol=1e-5, rtol=1e-5)


# ---- data ----------------------------------------------------------------------------------------------------------


def test_the_digits_are_the_bundled_ones_and_one_in_five_is_held_out() -> None:
    data = make("digits", "")
    images, labels = digits()
    assert data.x.shape == (1797, 64) and np.array_equal(data.x.numpy(), images.reshape(1797, 64).astype(np.float32))
    assert np.array_equal(data.labels.numpy(), labels)
    assert int(data.held_out.sum()) == 359 and len(data.part(test=False)[0]) == 1438


def test_a_shape_lies_where_its_factors_say() -> None:
    data = make("shapes", "position and size")
    images, factors = data.x.view(-1, 16, 16).numpy(), data.factors.numpy()
    rows, columns = np.mgrid[:16, :16]
    mass = images.sum((1, 2))
    right, up = (images * columns).sum((1, 2)) / mass, -(images * rows).sum((1, 2)) / mass
    for column, measured in enumerate((right, up, mass)):
        steps = [measured[factors[:, column] == number].mean() for number in range(factors[:, column].max() + 1)]
        assert np.all(np.diff(steps) > 0)
    assert len(np.unique(factors, axis=0)) == len(factors)


# ---- formulas ------------------------------------------------------------------------------------------------------


def test_the_formulas_of_the_page_are_what_is_computed() -> None:
    mu, log_var, epsilon = normal(1, 3).double(), normal(1, 3, seed=1).double(), normal(1, 3, seed=2).double()
    sigma = (0.5 * log_var).exp()
    scope = {"mu": mu[0].numpy(), "sigma": sigma[0].numpy(), "epsilon": epsilon[0].numpy(), "ranges": {"j": 3}}
    got = value(ELBO.split(r"\beta\,")[1], scope)
    assert got == pytest.approx(float(kl_to_prior(mu, log_var).sum()))
    element = {"mu": float(mu[0, 1]), "sigma": float(sigma[0, 1]), "epsilon": float(epsilon[0, 1])}
    assert value(TRICK, element) == pytest.approx(float(reparameterise(mu, log_var, epsilon)[0, 1]))
    a, b = normal(1, 3).double(), normal(1, 3, seed=3).double()
    wide = np.array([2 * 3 * s for s in SCALES])
    got = value(KERNEL, {"C": wide, "a": a[0].numpy(), "b": b[0].numpy(), "ranges": {"s": len(SCALES)}})
    assert got == pytest.approx(float(objectives.inverse_multiquadratic(torch.cdist(a, b), a.shape[1])))
