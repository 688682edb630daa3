"""What is true of curvature, curves and averages, whatever is drawn of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.func import functional_call, hessian
from torch.nn import functional

from engine.exhibits.landscape.averaging import MOST, Average, cyclic_rate
from engine.exhibits.landscape.connection import barrier, bezier, line, share_of_bend
from engine.exhibits.landscape.curvature import Lanczos, Sharpness, probe, top_eigenvectors
from engine.exhibits.landscape.judge import Judge
from engine.exhibits.landscape.networks import Spec, build
from engine.exhibits.landscape.tasks import task
from engine.kit.device import generator

# ---- curvature ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small() -> tuple[Judge, Tensor, Tensor]:
    """A small network on small data, where it is, and its whole Hessian."""
    found = task("moons", samples=80, wrong=0.0, rng=np.random.default_rng(0))
    net = build(Spec("two-layer", 2, 2, width=8, activation="tanh"), generator(0, "cpu"))
    judged = Judge(build(net.spec, generator(1, "cpu")), found, "cross-entropy")
    for _ in range(30):
        net.flat.sub_(judged.gradient(net.flat), alpha=0.5)
    w = net.flat.clone()

    def loss(flat: Tensor) -> Tensor:
        parts = flat.split([shape.numel() for shape in net.shapes])
        named = {name: part.view(shape) for name, part, shape in zip(judged.names, parts, net.shapes, strict=True)}
        return functional.cross_entropy(functional_call(net, named, (found.x[:80],)), found.y[:80])

    return judged, w, hessian(loss)(w).detach()


def test_products_with_the_hessian_are_those_of_the_whole_matrix(small: tuple[Judge, Tensor, Tensor]) -> None:
    judged, w, H = small
    v = torch.randn(len(w), generator=generator(2, "cpu"))
    torch.testing.assert_close(judged.bend(w, v), H @ v, rtol=1e-4, atol=1e-5)


def test_the_top_eigenvectors_are_those_of_the_whole_matrix(small: tuple[Judge, Tensor, Tensor]) -> None:
    judged, w, H = small
    values, vectors = top_eigenvectors(lambda v: judged.bend(w, v), torch.ones(len(w)), 2)
    want, peers = torch.linalg.eigh(H)
    np.testing.assert_allclose(values, want.flip(0)[:2], rtol=1e-4)
    for mine, theirs in zip(vectors, peers.flip(1).T[:2], strict=True):
        assert abs(float(mine @ theirs)) == pytest.approx(1, abs=1e-4)


def test_lanczos_ends_where_all_is_spanned() -> None:
    H = torch.diag(torch.tensor([5.0, 2.0, 2.0, -1.0]))
    values, vectors = top_eigenvectors(lambda v: H @ v, torch.ones(4), 2)
    np.testing.assert_allclose(values, [5, 2], atol=1e-4)
    assert vectors.shape == (2, 4)
    lanczos = Lanczos(torch.tensor([1.0, 0, 0, 0]))
    lanczos.look(lambda v: H @ v)
    assert lanczos.done and float(lanczos.pairs(2)[0]) == 5


def test_the_sharpness_that_is_followed_comes_to_the_largest_eigenvalue(small: tuple[Judge, Tensor, Tensor]) -> None:
    judged, w, H = small
    sharpness = Sharpness(len(w), generator(0, "cpu"))
    traces = []
    for _ in range(800):
        sharpness.look(lambda v: judged.bend(w, v))
        traces.append(sharpness.trace)
    assert sharpness.largest == pytest.approx(float(torch.linalg.eigvalsh(H)[-1]), rel=1e-4)
    assert np.mean(traces[200:]) == pytest.approx(float(H.trace()), rel=0.1)  # a running mean of few probes


def test_hutchinsons_probes_have_the_trace_as_their_mean(small: tuple[Judge, Tensor, Tensor]) -> None:
    _, w, H = small
    rng = generator(0, "cpu")
    zs = torch.stack([probe(w.shape, rng) for _ in range(4000)])
    assert set(zs.unique().tolist()) == {-1.0, 1.0}
    found = ((zs @ H) * zs).sum(dim=1)
    assert float(found.mean()) == pytest.approx(float(H.trace()), abs=4 * float(found.std()) / math.sqrt(4000))


# ---- curves and averages --------------------------------------------------------------------------------------------


def test_the_curve_begins_and_ends_at_the_networks_and_leans_towards_its_control_point() -> None:
    one, bend, two = torch.randn(3, 7, generator=generator(0, "cpu"))
    assert torch.equal(bezier(0, one, bend, two), one) and torch.equal(bezier(1, one, bend, two), two)
    torch.testing.assert_close(bezier(0.5, one, bend, two), one / 4 + bend / 2 + two / 4)
    middle = (one + two) / 2
    for t in (0.1, 0.6):
        torch.testing.assert_close(bezier(t, one, middle, two), line(t, one, two))
        bend.requires_grad_()
        (slope,) = torch.autograd.grad(bezier(t, one, bend, two).sum(), bend)
        np.testing.assert_allclose(slope, share_of_bend(t), rtol=1e-6)


def test_a_barrier_is_what_rises_above_the_straight_line_between_the_ends() -> None:
    assert barrier(np.array([1.0, 2.0, 3.0])) == 0
    assert barrier(np.array([1.0, 5.0, 3.0])) == 3
    assert barrier(np.array([1.0, 0.0, 1.0])) == 0


def test_the_cyclic_rate_falls_within_every_period() -> None:
    rates = [cyclic_rate(step, 4, 1.0, 0.2) for step in range(1, 9)]
    np.testing.assert_allclose(rates, [0.8, 0.6, 0.4, 0.2] * 2)


def test_the_mean_is_that_of_all_ends_though_few_are_kept() -> None:
    rng = generator(0, "cpu")
    ends = torch.randn(3 * MOST, 5, generator=rng)
    average = Average(torch.zeros(5))
    for count, end in enumerate(ends, 1):
        average.add(end)
        assert (average.three() is None) == (count < 3)
    torch.testing.assert_close(average.mean, ends.mean(dim=0), rtol=1e-4, atol=1e-5)
    three = average.three()
    assert three is not None and len(average.ends) <= MOST
    assert torch.equal(three[0], ends[0]) and torch.equal(three[2], ends[-1])
