"""The networks that complete clouds: what they promise of order, neighbours and sizes, and the formulas shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import leaky_relu

from engine.exhibits.completion.distances import chamfer_l1
from engine.exhibits.completion.mathematics import ATTENTION, CHAMFER_L1, LATEX, LOSS, NEIGHBOURS
from engine.exhibits.completion.models import LABELS, PARTS, SIZES, Completer, Name, build
from engine.exhibits.completion.models.folding import covariances
from engine.exhibits.completion.models.parts import Folding, Neighbourhood, largest, neighbours, rows, start
from engine.exhibits.completion.models.pointr import PoinTr
from engine.exhibits.completion.models.sizes import PUBLISHED
from engine.exhibits.completion.models.transformer import Attention, EncoderBlock, GeometryAware
from engine.kit.nets import SLOPE, flatten
from tests.exhibits.latex import Function, value

Part = TypeVar("Part", bound=torch.nn.Module)
MODELS: tuple[Name, ...] = tuple(LABELS)
each_model = pytest.mark.parametrize("name", MODELS)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=rng(seed))


def cloud(count: int, batch: int = 2, seed: int = 3) -> Tensor:
    return torch.nn.functional.normalize(normal(batch, count, 3, seed=seed), dim=2) * 0.9


def ready(part: Part, seed: int = 1) -> Part:
    flatten(part, "cpu")
    start(part, rng(seed))
    return part


def tiny(name: Name) -> Completer:
    return build(name, SIZES["tiny"], 2, 4, rng(5))


# ---- order ----------------------------------------------------------------------------------------------------------


@each_model
@torch.no_grad()
def test_the_order_of_the_points_does_not_matter(name: Name) -> None:
    x, order = cloud(128), torch.randperm(128, generator=rng(1))
    model = tiny(name)
    one, other = model(x), model(x[:, order])
    torch.testing.assert_close(one.fine[:, : one.rebuilt], other.fine[:, : other.rebuilt], atol=2e-5, rtol=0)
    if name == "pointr":
        assert torch.equal(one.fine[:, one.rebuilt :], x)  # what was seen is kept as it is


@torch.no_grad()
def test_the_encoder_is_equivariant_to_the_order_of_the_proxies() -> None:
    model = tiny("pointr")
    assert isinstance(model, PoinTr)
    centres, proxies, order = cloud(32), normal(2, 32, 24), torch.randperm(32, generator=rng(2))
    there, weights = model.encode(centres, proxies)
    back, turned = model.encode(centres[:, order], proxies[:, order])
    torch.testing.assert_close(there[:, order], back, atol=1e-5, rtol=0)
    torch.testing.assert_close(weights[:, :, order][..., order], turned, atol=1e-6, rtol=0)


@each_model
@torch.no_grad()
def test_what_becomes_of_a_cloud_does_not_depend_on_its_batch(name: Name) -> None:
    x = cloud(128, batch=3)
    model = tiny(name)
    torch.testing.assert_close(model(x).fine[1:2], model(x[1:2]).fine, atol=2e-5, rtol=0)


@each_model
def test_points_that_are_given_twice_count_once(name: Name) -> None:
    """So a view with few points may be filled up with copies; neighbours are counted, so of PoinTr's centres only."""
    x = cloud(64, batch=1)
    twice = torch.cat([x, x], 1)
    model = tiny(name)
    if name == "pcn":
        torch.testing.assert_close(model(x).fine, model(twice).fine, atol=1e-6, rtol=0)
    if name == "pointr":
        torch.testing.assert_close(model(x).centres, model(twice).centres)


# ---- neighbours and attention ---------------------------------------------------------------------------------------


def test_neighbours_are_the_nearest_by_brute_force() -> None:
    at, of = cloud(7, seed=1), cloud(30, seed=2)
    want = torch.cdist(at, of).sort(dim=2).indices[..., :4].sort(dim=2).values
    assert torch.equal(neighbours(at, of, 4).sort(dim=2).values, want)


def looped(part: Neighbourhood, f: Tensor, index: Tensor, f_at: Tensor) -> Tensor:
    """max_j a(W_near (f_j - f_i) + W_own f_i + b), one pair after the other."""
    found = torch.empty(*index.shape[:2], part.own.out_features)
    for b in range(len(f)):
        for i in range(index.shape[1]):
            own = part.own(f_at[b, i])
            pairs = [part.near(f[b, j] - f_at[b, i]) + own for j in index[b, i].tolist()]
            found[b, i] = torch.stack([leaky_relu(pair, SLOPE) for pair in pairs]).amax(0)
    return found


@torch.no_grad()
def test_the_neighbour_branch_equals_a_loop_over_pairs() -> None:
    part = ready(Neighbourhood(5, 6))
    f, f_at = normal(2, 9, 5), normal(2, 4, 5, seed=4)
    index = torch.randint(9, (2, 4, 3), generator=rng(6))
    torch.testing.assert_close(part(f, index, f_at), looped(part, f, index, f_at), atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_the_geometry_aware_block_equals_a_loop() -> None:
    part = ready(GeometryAware(8, 2, aware=True))
    assert part.near is not None and part.merge is not None
    x, y, index = normal(2, 4, 8), normal(2, 9, 8, seed=2), torch.randint(9, (2, 4, 3), generator=rng(6))
    alike, weights = part.attention(x, y)
    want = part.merge(torch.cat([alike, looped(part.near, y, index, x)], 2))
    found, seen = part(x, y, index)
    torch.testing.assert_close(found, want, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(seen, weights)


@torch.no_grad()
def test_attention_equals_that_of_pytorch_and_sums_to_one() -> None:
    part = ready(Attention(8, 2))
    x, y = normal(2, 4, 8), normal(2, 9, 8, seed=2)
    found, weights = part(x, y)
    q, k, v = (each.unflatten(2, (2, 4)).transpose(1, 2) for each in (part.Q(x), part.K(y), part.V(y)))
    want = torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    torch.testing.assert_close(found, part.out(want), atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(weights.sum(3), torch.ones(2, 2, 4))


@torch.no_grad()
def test_the_neighbour_branch_makes_a_difference() -> None:
    x, index = normal(1, 6, 8), torch.arange(6).view(1, 6, 1)
    aware = ready(EncoderBlock(8, 2, 2, aware=True))
    assert not torch.allclose(aware(x, index)[0], aware(x, index.flip(1))[0])
    plain = ready(EncoderBlock(8, 2, 2, aware=False))
    assert torch.equal(plain(x, index)[0], plain(x, index.flip(1))[0])


# ---- folding --------------------------------------------------------------------------------------------------------


@torch.no_grad()
def test_folding_equals_perceptrons_on_feature_and_place_together() -> None:
    part = ready(Folding(5, 8, 3))
    f = normal(2, 4, 5)
    h: Tensor = part.square(f.device).expand(2, 4, 9, 2)
    for turn in range(2):
        W = torch.cat([part.of_feature[turn].weight, part.of_place[turn].weight], 1)
        together = torch.cat([f[:, :, None].expand(-1, -1, 9, -1), h], 3)
        h = torch.nn.functional.linear(together, W, part.of_feature[turn].bias).relu()
        h = part.out[turn](part.middle[turn](h).relu())
    torch.testing.assert_close(part(f), h, atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_covariances_are_those_of_numpy() -> None:
    x = cloud(12, batch=1)
    index = neighbours(x, x, 5)
    want = np.stack([np.cov(x[0][index[0, i]].numpy().T, bias=True).ravel() for i in range(12)])
    np.testing.assert_allclose(covariances(x, index)[0].numpy(), want, atol=1e-6)


# ---- sizes ----------------------------------------------------------------------------------------------------------


def test_pointr_of_the_published_size_runs_with_the_published_shapes() -> None:
    """ShapeNet-55: 2,048 points, 128 centres, 96 queries of 384 numbers, 8 x 8 points each: 6,144 beside the 2,048."""
    model = build("pointr", PUBLISHED, 6, 8, rng())
    with torch.no_grad():
        p = model(cloud(2048, batch=1))
    assert p.centres.shape == (1, 128, 3) and p.proxies.shape == p.encoded.shape == (1, 128, 384)
    assert p.attention.shape == (1, 6, 128, 128)
    assert p.coarse.shape == (1, 96, 3) and p.queries.shape == (1, 96, 384) and p.sparse.shape == (1, 192, 3)
    assert p.rebuilt == 6144 and p.fine.shape == (1, 8192, 3)
    assert 25e6 < len(model.flat) < 40e6, len(model.flat)


@each_model
def test_the_small_size_is_small(name: Name) -> None:
    model = build(name, SIZES["small"], 4, 8, rng())
    assert 50_000 < len(model.flat) < 900_000, len(model.flat)
    with torch.no_grad():
        p = model(cloud(512, batch=1))
    assert p.fine.shape[1] >= 1024


@each_model
def test_it_passes_through_its_parts_in_their_order_and_every_weight_learns(name: Name) -> None:
    model, x, truth = tiny(name), cloud(128), cloud(256, seed=9)
    walked = list(model.walk(x))
    assert tuple(part for part, _ in walked) == PARTS[name]
    p = walked[-1][1]
    loss = chamfer_l1(p.fine, truth).mean() + (0 if p.sparse is None else chamfer_l1(p.sparse, truth).mean())
    gradients = torch.autograd.grad(loss, model.weights)
    silent = [index for index, each in enumerate(gradients) if not each.abs().sum() > 0]
    assert not silent, [list(model.state_dict())[index] for index in silent]


def test_rows_are_those_that_are_asked_for() -> None:
    x, index = normal(2, 5, 3), torch.tensor([[[0, 4]], [[2, 2]]])
    assert torch.equal(rows(x, index)[:, 0], torch.stack([x[0, [0, 4]], x[1, [2, 2]]]))


def test_the_largest_of_the_rows_and_its_gradient_are_those_of_pytorch() -> None:
    x, index = normal(2, 9, 5).requires_grad_(), torch.randint(9, (2, 4, 3), generator=rng(6))
    slope = normal(2, 4, 5, seed=7)
    found, want = largest(x, index), rows(x, index).max(2).values
    assert torch.equal(found, want)
    for one, other in zip(*(torch.autograd.grad(each, x, slope) for each in (found, want)), strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=0)


# ---- formulas -------------------------------------------------------------------------------------------------------


def test_the_distance_is_the_formula_shown() -> None:
    a, b = cloud(5, batch=1), cloud(7, batch=1, seed=8)
    scope = {"a": a[0].numpy(), "b": b[0].numpy(), "n": 5, "m": 7, "ranges": {"i": 5, "j": 7}}
    assert value(CHAMFER_L1, scope) == pytest.approx(float(chamfer_l1(a, b)), rel=1e-5)
    assert all(formula in LATEX for formula in (CHAMFER_L1, ATTENTION, NEIGHBOURS, LOSS))


@torch.no_grad()
def test_both_looks_are_the_formulas_shown() -> None:
    part = ready(Attention(4, 1))
    x, y = normal(1, 3, 4), normal(1, 6, 4, seed=2)
    softmax: Callable[[np.ndarray], np.ndarray] = lambda s: np.exp(s) / np.exp(s).sum(-1, keepdims=True)  # noqa: E731
    scope = {name: getattr(part, name)(of)[0].numpy() for name, of in (("Q", x), ("K", y), ("V", y))}
    found = value(ATTENTION, scope | {"d": 4, "softmax": Function(softmax)})
    np.testing.assert_allclose(part.out(torch.from_numpy(found).float())[None], part(x, y)[0], atol=1e-5)
    near = ready(Neighbourhood(4, 5))
    index = torch.tensor([[[0, 2, 5]]])
    scope = {
        "g": y[0, index[0, 0]].numpy(), "f": x[0, 0].numpy(), "U": near.near.weight.numpy(), "b": near.own.bias.numpy(),
        "W": near.own.weight.numpy(), "sigma": Function(lambda h: np.where(h > 0, h, SLOPE * h)), "ranges": {"j": 3},
    }  # fmt: skip
    np.testing.assert_allclose(near(y, index, x[:, :1])[0, 0].numpy(), value(NEIGHBOURS, scope), atol=1e-6)
