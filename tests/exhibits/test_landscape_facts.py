"""What is true of networks, planes and surveys, whatever is drawn of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.exhibits.landscape import planes
from engine.exhibits.landscape.judge import Judge, error_of, loss_of
from engine.exhibits.landscape.networks import Network, Spec, build
from engine.exhibits.landscape.roughness import folds, roughness
from engine.exhibits.landscape.survey import CELLS, LEVELS, Survey, grow
from engine.exhibits.landscape.tasks import Task, task
from engine.kit.device import generator

SPECS = {
    "one-layer": {"kind": "one-layer"}, "two-layer": {"kind": "two-layer", "width": 24},
    "two-layer tanh": {"kind": "two-layer", "width": 12, "activation": "tanh"}, "cnn": {"kind": "cnn"},
    "deep": {"kind": "deep", "width": 16, "depth": 5},
    "skips": {"kind": "deep", "width": 16, "depth": 5, "skips": True},
    "norm": {"kind": "deep", "width": 16, "depth": 3, "norm": True, "activation": "swish"},
    "both": {"kind": "deep", "width": 16, "depth": 3, "norm": True, "skips": True, "activation": "mish"},
}  # fmt: skip
each_network = pytest.mark.parametrize("name", SPECS)


def digits(samples: int = 300) -> Task:
    return task("digits", samples=samples, wrong=0.0, rng=np.random.default_rng(0))


def network(name: str, seed: int = 0, classes: int = 10, inputs: int = 64) -> Network:
    return build(Spec(inputs=inputs, classes=classes, **SPECS[name]), generator(seed, "cpu"))


def judge(name: str, samples: int = 300, kind: Any = "cross-entropy") -> Judge:
    return Judge(network(name, 99), digits(samples), kind)


def plain(net: Network) -> Tensor:
    """Its weights, apart from what will be looked at."""
    return net.flat.clone()


# ---- networks -------------------------------------------------------------------------------------------------------


def test_the_lectures_network_has_650_parameters() -> None:
    assert len(network("one-layer").flat) == 650


@each_network
def test_the_first_layer_is_linear_in_the_weights_and_the_rest_follows(name: str) -> None:
    x, one, two = digits().x[:7], network(name, 1), network(name, 2)
    both = network(name, 3)
    both.flat.copy_(0.3 * one.flat - 2 * two.flat)
    torch.testing.assert_close(both.first(x), 0.3 * one.first(x) - 2 * two.first(x), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(one(x), one.rest(one.first(x)))


def test_a_deep_network_is_the_textbooks() -> None:
    net, x = network("both"), digits().x[:50]
    h = functional.mish(net.entry(x))
    for layer in net.hidden:  # type: ignore[union-attr]
        s = layer(h)
        s = (s - s.mean(0)) / (s.var(0, correction=0) + 1e-5).sqrt()
        h = h + functional.mish(s) / math.sqrt(3)
    torch.testing.assert_close(net(x), net.out(h), rtol=1e-4, atol=1e-5)


def test_two_networks_of_one_seed_are_one_and_others_are_not() -> None:
    assert torch.equal(network("cnn", 5).flat, network("cnn", 5).flat)
    assert not torch.equal(network("cnn", 5).flat, network("cnn", 6).flat)


def test_losses_are_torchs() -> None:
    rng = generator(0, "cpu")
    outputs, y = torch.randn(3, 40, 10, generator=rng), torch.randint(10, (40,), generator=rng)
    for k in range(3):
        torch.testing.assert_close(loss_of("cross-entropy", outputs, y)[k], nn.CrossEntropyLoss()(outputs[k], y))
        want = 0.5 * nn.MSELoss(reduction="sum")(outputs[k], functional.one_hot(y, 10).float()) / 40
        torch.testing.assert_close(loss_of("squared error", outputs, y)[k], want)
        torch.testing.assert_close(error_of(outputs[k], y), (outputs[k].argmax(1) != y).float().mean())


def test_a_fifth_is_kept_to_test_and_only_training_labels_are_wrong() -> None:
    found = task("digits", samples=1437, wrong=0.3, rng=np.random.default_rng(0))
    assert (found.train, len(found.x)) == (1437, 1437 + 359)
    tested = found.tested
    assert torch.equal(found.y[tested], found.true[tested])
    differ = float((found.y[: found.train] != found.true[: found.train]).float().mean())
    assert differ == pytest.approx(0.3 * 0.9, abs=0.04)  # a tenth is drawn right by chance


# ---- directions and planes ------------------------------------------------------------------------------------------


@each_network
def test_every_filter_of_a_direction_is_as_long_as_the_networks_and_biases_stay_put(name: str) -> None:
    net = network(name)
    for parameter in net.weights:
        parameter.detach().add_(0.1)
    d = torch.randn(len(net.flat), generator=generator(1, "cpu"))
    found = planes.filter_normalised(d, net.flat, net.shapes)
    sizes = [shape.numel() for shape in net.shapes]
    for part, raw, weight in zip(found.split(sizes), d.split(sizes), net.weights, strict=True):
        if weight.dim() < 2:
            assert not part.any()
            continue
        part, raw = part.view_as(weight), raw.view_as(weight)
        for filter_, of, before in zip(part, weight, raw, strict=True):
            assert float(filter_.norm()) == pytest.approx(float(of.detach().norm()), rel=1e-5)
            cosine = functional.cosine_similarity(filter_.flatten(), before.flatten(), dim=0)
            assert float(cosine) == pytest.approx(1, abs=1e-5)


@each_network
def test_the_planes_centre_is_the_networks_loss(name: str) -> None:
    net, judged = network(name), judge(name)
    plane = planes.random_plane(net.flat, net.shapes, torch.randn(2, len(net.flat), generator=generator(1, "cpu")), 1.0)
    loss, error = judged.on(plane)(0.0, 0.0)
    found = digits()
    outputs, tested = net(found.x[: found.train]), net(found.x[found.tested])
    assert loss == pytest.approx(float(functional.cross_entropy(outputs, found.y[: found.train])), rel=1e-5)
    assert error == pytest.approx(float((tested.argmax(1) != found.y[found.tested]).float().mean()), abs=1e-6)


@each_network
def test_one_by_one_in_a_batch_and_by_the_first_layers_shortcut_the_plane_is_the_same(name: str) -> None:
    net, judged = network(name), judge(name)
    plane = planes.random_plane(net.flat, net.shapes, torch.randn(2, len(net.flat), generator=generator(1, "cpu")), 1.0)
    places = [(a, b) for b in (-1.0, 0.2, 1.0) for a in (-1.0, -0.3, 0.0, 0.9)]
    batched, errors = judged.many(torch.stack([plane.at(a, b) for a, b in places]))
    one_by_one = [judged.loss(plane.at(a, b)) for a, b in places]
    worth = judged.on(plane)
    short = [worth(a, b) for a, b in places]
    np.testing.assert_allclose(batched, one_by_one, rtol=1e-5)
    np.testing.assert_allclose([each[0] for each in short], one_by_one, rtol=1e-5)
    np.testing.assert_allclose([each[1] for each in short], errors, atol=1e-6)
    np.testing.assert_allclose(errors, [judged.error(plane.at(a, b)) for a, b in places], atol=1e-6)


def test_a_plane_through_three_weights_has_their_losses() -> None:
    judged, ws = judge("two-layer"), torch.stack([plain(network("two-layer", seed)) for seed in range(3)])
    plane = planes.through(ws, torch.zeros(2, ws.shape[1]))
    there, away = plane.project(ws)
    assert float(away.max()) < 1e-4 and float(there.abs().max()) == pytest.approx(planes.ROOM, abs=1e-4)
    worth = judged.on(plane)
    for (a, b), w in zip(there.tolist(), ws, strict=True):
        torch.testing.assert_close(plane.at(a, b), w, atol=1e-5, rtol=1e-4)
        assert worth(a, b)[0] == pytest.approx(judged.loss(w), rel=1e-4)


def test_the_plane_of_a_trajectory_is_its_principal_components() -> None:
    from sklearn.decomposition import PCA

    rng = generator(3, "cpu")
    ws = (
        torch.randn(30, 4, generator=rng)
        @ torch.diag(torch.tensor([5.0, 3.0, 1.0, 0.2]))
        @ torch.randn(4, 60, generator=rng)
    )
    plane = planes.of_trajectory(ws, ws[-1], torch.zeros(2, 60))
    peer = PCA(2).fit(ws.numpy())
    assert plane.explained == pytest.approx(peer.explained_variance_ratio_.sum(), rel=1e-5)
    for mine, theirs in zip((plane.u, plane.v), peer.components_, strict=True):
        assert abs(float(mine @ torch.from_numpy(theirs)) / float(mine.norm())) == pytest.approx(1, abs=1e-4)
    there, away = plane.project(ws)
    assert float(away[-1]) < 1e-4  # it goes through the last
    rest = (ws - ws[-1]) - (ws - ws[-1]) @ torch.from_numpy(peer.components_.T @ peer.components_).float()
    torch.testing.assert_close(away.float(), rest.norm(dim=1), rtol=1e-3, atol=1e-3)
    assert float(there.abs().max()) <= planes.ROOM + 1e-5


def test_distance_from_a_plane_is_that_of_the_nearest_place_in_it() -> None:
    rng = generator(3, "cpu")
    c, u, v, w = torch.randn(4, 40, generator=rng)  # neither orthogonal nor of length one
    plane = planes.Plane(c, u, v)
    there, away = plane.project(w[None])
    nearest = plane.at(*there[0].tolist())
    assert float(away[0]) == pytest.approx(float((w - nearest).norm()), rel=1e-5)
    for side in (u, v):
        assert float((w - nearest) @ side) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("ws", [torch.zeros(3, 5), torch.arange(3.0)[:, None] * torch.ones(3, 5)])
def test_where_three_weights_span_no_plane_another_direction_helps(ws: Tensor) -> None:
    plane = planes.through(ws, torch.tensor([[1.0, -2, 0, 0, 1], [0.0, 1, 1, 0, 0]]))
    assert abs(float(plane.u @ plane.v)) < 1e-5 * plane.half**2
    assert float(plane.u.norm()) == pytest.approx(float(plane.v.norm()), rel=1e-4) and plane.half > 0


def test_a_plane_that_is_laid_anew_is_not_mirrored() -> None:
    c, u, v = torch.randn(3, 9, generator=generator(0, "cpu"))
    turned = planes.turned_like(planes.Plane(c, -u, v), planes.Plane(c, u, v))
    assert torch.equal(turned.u, u) and torch.equal(turned.v, v)


# ---- coarse to fine -------------------------------------------------------------------------------------------------


def test_a_survey_is_coarse_at_once_and_exact_at_the_end() -> None:
    net, judged = network("one-layer"), judge("one-layer")
    plane = planes.random_plane(net.flat, net.shapes, torch.randn(2, 650, generator=generator(1, "cpu")), 1.0)
    survey = Survey(judged, plane)
    assert survey.level == 1 and survey.shown()[0].shape == (CELLS, CELLS)
    coarse, before, slices = survey.shown()[0], survey.progress, 0
    while not survey.done:
        survey.advance()
        assert survey.progress > before
        before, slices = survey.progress, slices + 1
    assert before == 1 and slices > 3
    loss, error = survey.shown()
    for row, column in ((0, 0), (10, 40), (25, 25), (50, 3)):
        w = plane.at(column / 25 - 1, row / 25 - 1)
        assert loss[row, column] == pytest.approx(judged.loss(w), rel=1e-5)
        assert error[row, column] == pytest.approx(judged.error(w), abs=1e-6)
    assert np.corrcoef(np.log(coarse).ravel(), np.log(loss).ravel())[0, 1] > 0.97


def test_losses_beyond_all_numbers_do_not_spoil_the_landscape() -> None:
    net, judged = network("deep"), judge("deep")
    plane = planes.random_plane(net.flat, net.shapes, torch.randn(2, len(net.flat), generator=generator(1, "cpu")), 1e9)
    loss, error = Survey(judged, plane).shown()
    assert np.isfinite(loss).all() and np.isfinite(error).all()


def test_growing_keeps_the_places_that_are_known() -> None:
    cells = np.random.default_rng(0).random((9, 9)).astype(np.float32)
    np.testing.assert_allclose(grow(cells, 17)[::2, ::2], cells, atol=1e-6)


def test_levels_grow_finer_and_end_with_all_data() -> None:
    assert [level.cells for level in LEVELS] == sorted({level.cells for level in LEVELS})
    assert LEVELS[-1] == type(LEVELS[-1])(CELLS, 0)


def test_roughness_is_that_of_the_shape_and_not_of_its_size() -> None:
    a, b = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 41))
    tilted, bowl = 10 ** (a + 2 * b), 10 ** (a**2 + b**2)
    noise = 10 ** np.random.default_rng(0).normal(size=(41, 41))
    assert roughness(tilted) < 1e-3 < roughness(bowl) < 0.2 < 1 < roughness(noise)
    assert roughness(bowl**3) == pytest.approx(roughness(bowl), rel=1e-6)


# ---- responses ------------------------------------------------------------------------------------------------------


def test_folds_are_kept_by_flat_pieces_and_lost_by_what_bends_smoothly() -> None:
    for fine in (401, 1601):
        x = np.linspace(-1, 1, fine)[None]
        assert folds(np.abs(x - 0.3)) > 0.99 and folds(np.maximum(2 * x, x)) == pytest.approx(0.5, abs=0.01)
        assert folds(np.sin(3 * x)) < 8 / fine and folds(5 * x + 2) < 1e-9
    steep = np.concatenate([np.sin(3 * x), np.abs(x), np.cos(x)])
    assert folds(steep) < 0.1, "the median of its lines"
    assert folds(100 * steep) == pytest.approx(folds(steep))
