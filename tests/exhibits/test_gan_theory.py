"""GANs: every objective against a plain PyTorch program, and the facts of their theory."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import softplus

from engine.exhibits.gan import OBJECTIVES, Gan
from engine.exhibits.gan.coulomb import force, potential
from engine.exhibits.gan.networks import Discriminator, Generator
from engine.exhibits.gan.show import latent_mesh
from engine.exhibits.gan.theory import optimal_discriminator
from engine.kit.divergence import jensen_shannon

SMALL = {"width": 16, "depth": 2, "batch": 32, "points": 300}


def make(**values: object) -> Gan:
    params = Gan.Params(**{**SMALL, **values})
    return Gan(params, seed=params.seed)


# ---- one step of every objective is a plain PyTorch program --------------------------------------------------------


def plain(sizes: list[int], weights: list[torch.Tensor]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2)]
    network = nn.Sequential(*layers[:-1])
    with torch.no_grad():
        for parameter, weight in zip(network.parameters(), weights, strict=True):
            parameter.copy_(weight)
    return network


def kernel(a, b, d, epsilon):
    return torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist").square().add(epsilon**2).rsqrt() ** d


def phi(a, x, y, p):
    return (
        kernel(a, x, p.coulomb_dim, p.coulomb_epsilon).mean(1) - kernel(a, y, p.coulomb_dim, p.coulomb_epsilon).mean(1)
    ).detach()


LOSS_D = {
    "minimax": lambda r, f, x, y, p: softplus(-r).mean() + softplus(f).mean(),
    "non-saturating": lambda r, f, x, y, p: softplus(-r).mean() + softplus(f).mean(),
    "least-squares": lambda r, f, x, y, p: 0.5 * ((r - 1) ** 2).mean() + 0.5 * (f**2).mean(),
    "wasserstein": lambda r, f, x, y, p: f.mean() - r.mean(),
    "wgan-gp": lambda r, f, x, y, p: f.mean() - r.mean(),
    "coulomb": lambda r, f, x, y, p: (
        0.5 * ((r - phi(x, x, y, p)) ** 2).mean() + 0.5 * ((f - phi(y, x, y, p)) ** 2).mean()
    ),
    "pairing": lambda r, f, x, y, p: softplus(-(r - f)).mean(),
}
LOSS_G = {
    "minimax": lambda r, f: -softplus(f).mean(),
    "non-saturating": lambda r, f: softplus(-f).mean(),
    "least-squares": lambda r, f: 0.5 * ((f - 1) ** 2).mean(),
    "wasserstein": lambda r, f: -f.mean(),
    "wgan-gp": lambda r, f: -f.mean(),
    "coulomb": lambda r, f: -0.5 * f.mean(),
    "pairing": lambda r, f: softplus(r - f).mean(),
}


def plain_program(p, data, G, D, rng, steps: int) -> None:
    """The textbook's loop."""
    adam = {"lr": p.lr_G, "betas": (p.beta1, p.beta2), "fused": True}
    optimiser_G, optimiser_D = torch.optim.Adam(G.parameters(), **adam), torch.optim.Adam(D.parameters(), **adam)
    for _ in range(steps):
        x = data[torch.randint(len(data), (p.batch,), generator=rng)]
        z = torch.randn(p.batch, p.latent_dim, generator=rng)
        y = G(z)
        both = torch.cat([x, y.detach()]).requires_grad_(p.penalty != "none")
        scores = D(both).squeeze(1)
        r, f = scores.chunk(2)
        loss = LOSS_D[p.objective](r, f, x, y.detach(), p)
        if p.penalty != "none":
            (slope,) = torch.autograd.grad(scores.sum(), both, create_graph=True)
            squared = slope.square().sum(1)
            loss = loss + p.gamma / 2 * squared[: p.batch].mean()
            if p.penalty == "R1 + R2":
                loss = loss + p.gamma / 2 * squared[p.batch :].mean()
        if p.objective == "wgan-gp":
            u = torch.rand(p.batch, 1, generator=rng)
            a = (u * x + (1 - u) * y).detach().requires_grad_()
            (slope,) = torch.autograd.grad(D(a).sum(), a, create_graph=True)
            loss = loss + p.lambda_gp * ((slope.square().sum(1) + 1e-12).sqrt() - 1).square().mean()
        optimiser_D.zero_grad()
        loss.backward()
        optimiser_D.step()
        if p.objective == "wasserstein":
            for weight in D.parameters():
                weight.data.clamp_(-p.clip, p.clip)
        optimiser_G.zero_grad()
        if p.objective == "pairing":
            LOSS_G[p.objective](*D(torch.cat([x, y])).squeeze(1).chunk(2)).backward()
        else:
            LOSS_G[p.objective](None, D(y).squeeze(1)).backward()
        optimiser_G.step()


@pytest.mark.parametrize("penalty", ["none", "R1", "R1 + R2"])
@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_steps_equal_a_plain_pytorch_program_bit_by_bit(objective: str, penalty: str) -> None:
    exhibit = make(objective=objective, penalty=penalty, seed=5)
    trainer, p = exhibit.trainer, exhibit.params
    G = plain([2, 16, 16, 2], trainer.G.weights)
    D = plain([2, 16, 16, 1], trainer.D.weights)
    rng = torch.Generator()
    rng.set_state(trainer.rng.get_state())
    exhibit.advance(3)
    plain_program(p, torch.from_numpy(exhibit.data.points), G, D, rng, 3)
    for network, ours in ((G, trainer.G), (D, trainer.D)):
        for want, got in zip(network.parameters(), ours.weights, strict=True):
            assert torch.equal(want, got)


# ---- theory --------------------------------------------------------------------------------------------------------


def value(p: np.ndarray, p_G: np.ndarray, D: np.ndarray) -> float:
    """V(D) = E log D(x) + E log(1 - D(G(z)))"""
    return float((p * np.log(D) + p_G * np.log(1 - D)).sum())


def test_the_optimal_discriminator_believes_in_the_likelier() -> None:
    D = optimal_discriminator(np.array([0.3, 0.1, 0.0, 0.5]), np.array([0.1, 0.3, 0.5, 0.0]), floor=0)
    np.testing.assert_allclose(D, [0.75, 0.25, 0, 1])
    assert optimal_discriminator(np.zeros(1), np.zeros(1)) == 0.5


def test_on_equal_densities_the_optimal_discriminator_is_one_half_and_the_value_minus_two_log_two() -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(400))
    D = optimal_discriminator(p, p)
    np.testing.assert_allclose(D, 0.5, rtol=1e-12)
    assert value(p, p, D) == pytest.approx(-2 * math.log(2), rel=1e-12)


def test_no_discriminator_beats_the_optimal_one() -> None:
    rng = np.random.default_rng(1)
    p, q = rng.dirichlet(np.ones(50)), rng.dirichlet(np.ones(50))
    best = value(p, q, optimal_discriminator(p, q, floor=0))
    for _ in range(50):
        assert value(p, q, rng.uniform(0.01, 0.99, 50)) < best
    assert best == pytest.approx(2 * jensen_shannon(p, q) - 2 * math.log(2))


def test_the_saturating_gradient_is_ten_times_smaller_at_a_bad_start() -> None:
    lengths = {}
    for objective in ("minimax", "non-saturating"):
        exhibit = make(data="parallel-lines", theta=1.5, noise=0.0, objective=objective, train="D only", lr_D=0.01)
        exhibit.advance(150)
        exhibit.trainer.set(exhibit.params)
        lengths[objective] = float(exhibit.trainer.gradients.norm(dim=1).mean())
    assert 10 * lengths["minimax"] < lengths["non-saturating"]
    assert lengths["non-saturating"] > 0.1


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_the_coulomb_potential_of_two_charges(dimension: int) -> None:
    a, x, y = torch.tensor([[0.3, -0.2], [1.0, 1.0]]), torch.tensor([[1.0, 0.0]]), torch.tensor([[-1.0, 0.5]])
    want = [
        ((u - 1) ** 2 + v**2 + 0.25) ** (-dimension / 2) - ((u + 1) ** 2 + (v - 0.5) ** 2 + 0.25) ** (-dimension / 2)
        for u, v in a.tolist()
    ]
    torch.testing.assert_close(potential(a, x, y, dimension, 0.5), torch.tensor(want))
    here = a.clone().requires_grad_()
    field = (kernel(here, x, dimension, 0.5).mean(1) - kernel(here, y, dimension, 0.5).mean(1)).sum()
    torch.testing.assert_close(force(a, x, y, dimension, 0.5), torch.autograd.grad(field, here)[0])


def test_clipping_keeps_every_weight_within_c() -> None:
    exhibit = make(objective="wasserstein", clip=0.02)
    exhibit.advance(5)
    assert float(exhibit.trainer.D.flat.detach().abs().max()) == pytest.approx(0.02)


# ---- networks ------------------------------------------------------------------------------------------------------


def test_spectral_normalisation_makes_every_layer_of_norm_one() -> None:
    D = Discriminator(2, 1, 24, 3, False, torch.Generator().manual_seed(0))
    D.spectral = True
    for _ in range(500):
        D.iterate()
    for W in D.normalised():
        assert float(torch.linalg.matrix_norm(W.detach(), 2)) == pytest.approx(1, rel=1e-3)
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(1))
    rise = (D(x)[:, None] - D(x)[None]).abs() / torch.cdist(x, x).clamp_min(1e-6)
    assert float(rise.detach().max()) <= 1 + 1e-3  # leaky ReLUs are 1-Lipschitz, so D is


def test_batch_statistics_see_the_batch_and_keep_batches_apart() -> None:
    D = Discriminator(2, 1, 12, 2, True, torch.Generator().manual_seed(0))
    x = torch.randn(20, 2, generator=torch.Generator().manual_seed(1))
    narrow = x.clone()
    narrow[1:] = 0.01 * x[1:]
    assert D(x)[0] != D(narrow)[0]
    torch.testing.assert_close(D(torch.cat([x, narrow]), batches=2), torch.cat([D(x), D(narrow)]))
    torch.testing.assert_close(D(x[:5], variation=D.variation(x)), D(x)[:5])
    h = nn.functional.leaky_relu(x @ D.W[0].t() + D.b[0], 0.2)
    torch.testing.assert_close(D.variation(x).squeeze(), h.std(0, correction=0).mean(), rtol=1e-4, atol=1e-5)


def test_labels_reach_both_networks() -> None:
    rng = torch.Generator().manual_seed(0)
    G, D = Generator(2, 8, 16, 2, 2, rng), Discriminator(2, 8, 16, 2, False, rng)
    z = torch.zeros(2, 2)
    labels = torch.tensor([0, 5])
    assert not torch.equal(*G(z, labels)) and not torch.equal(*D(z, labels))


@pytest.mark.parametrize(("kind", "cdf"), [("normal", torch.special.ndtr), ("uniform", lambda z: (z + 1) / 2)])
def test_latent_cells_are_equally_probable(kind: str, cdf) -> None:
    z, (rows, columns) = latent_mesh(2, kind)
    z = torch.from_numpy(z)
    share = cdf(z[:columns, 0].double()).diff()
    torch.testing.assert_close(share, torch.full_like(share, float(share.mean())), rtol=1e-4, atol=1e-6)
    assert z.shape == (rows * columns, 2)
