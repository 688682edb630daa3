"""Networks in one flat tensor, and their start."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.kit.nets import Perceptron, flatten, initialise


def plain() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 3, 2), nn.Flatten(), nn.Linear(12, 4), nn.ReLU(), nn.Linear(4, 2))


def test_a_flattened_module_computes_and_learns_as_before() -> None:
    ours, usual = plain(), plain()
    usual.load_state_dict(ours.state_dict())
    flat = flatten(ours)
    assert flat.shape == (sum(each.numel() for each in usual.parameters()),)
    x = torch.randn(5, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    for network in (ours, usual):
        optimiser = torch.optim.Adam(network.parameters(), lr=0.1)
        for _ in range(3):
            optimiser.zero_grad()
            network(x).square().sum().backward()
            optimiser.step()
    assert torch.equal(ours(x), usual(x))
    assert torch.equal(flat, torch.cat([each.detach().ravel() for each in usual.parameters()]))


def test_one_operation_on_the_flat_tensor_changes_every_weight() -> None:
    network = plain()
    flat = flatten(network)
    flat.clamp_(-0.01, 0.01)
    assert all(float(each.detach().abs().max()) <= 0.01 for each in network.parameters())
    flat[-1] = torch.nan
    assert not bool(network[-1].bias.isfinite().all())


def test_shared_weights_stay_shared() -> None:
    network = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    network[1].weight = network[0].weight
    flat = flatten(network)
    assert network[1].weight is network[0].weight and len(flat) == 9 + 3 + 3
    with pytest.raises(ValueError, match="has 0 parameters"):
        flatten(nn.ReLU())


def test_the_start_is_pytorchs_and_comes_from_the_given_generator_alone() -> None:
    before = torch.get_rng_state()
    networks = [Perceptron([400, 300, 2], torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)]
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(networks[0].flat, networks[1].flat) and not torch.equal(networks[0].flat, networks[2].flat)
    W = networks[0].W[0]
    assert W.shape == (300, 400) and float(W.detach().abs().max()) == pytest.approx(1 / 20, rel=1e-3)
    assert float(W.detach().std()) == pytest.approx(1 / 20 / 3**0.5, rel=1e-2)
    with pytest.raises(TypeError, match="LayerNorm"):
        initialise(nn.Sequential(nn.Linear(2, 2), nn.LayerNorm(2)), torch.Generator())


def test_a_perceptron_is_linear_layers_with_leaky_relus() -> None:
    ours = Perceptron([2, 5, 7, 3], torch.Generator().manual_seed(0))
    usual = nn.Sequential(nn.Linear(2, 5), nn.LeakyReLU(0.2), nn.Linear(5, 7), nn.LeakyReLU(0.2), nn.Linear(7, 3))
    for want, got in zip(usual.parameters(), ours.parameters(), strict=True):
        want.detach().copy_(got)
    x = torch.randn(9, 2, generator=torch.Generator().manual_seed(1))
    assert torch.equal(ours(x), usual(x))
