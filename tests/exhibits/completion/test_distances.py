"""Distances between clouds equal brute force, exact assignment, and Open3D."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.exhibits.completion import distances
from engine.exhibits.completion.baselines import SIDE, Nearest, _cell
from engine.exhibits.completion.distances import (
    chamfer,
    chamfer_l1,
    chamfer_l2,
    emd,
    f_score,
    farthest,
    measures,
    nearest,
    outermost,
)
from engine.exhibits.completion.sampling import dataset
from engine.kit.device import generator


def rng() -> torch.Generator:
    return generator(7, "cpu")


def clouds(batch: int, n: int, m: int) -> tuple[Tensor, Tensor]:
    one, other = torch.randn(batch, n + m, 3, generator=generator(0, "cpu")).split([n, m], dim=1)
    return one.contiguous(), other.contiguous()


def dense(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """All squared distances, in double precision, and the least of each row and column."""
    square = (a.double()[:, :, None] - b.double()[:, None]).square().sum(-1)
    return square.amin(2), square.amin(1)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 7), (50, 33), (257, 512)])
def test_chamfer_and_its_gradient_equal_brute_force(n: int, m: int) -> None:
    a, b = (each.requires_grad_() for each in clouds(3, n, m))
    there, back = chamfer(a, b)
    wanted = dense(a, b)
    torch.testing.assert_close(there, wanted[0].float())
    torch.testing.assert_close(back, wanted[1].float())
    weights = torch.rand(3, n, generator=rng()), torch.rand(3, m, generator=rng())
    ours = torch.autograd.grad((there * weights[0]).sum() + (back * weights[1]).sum(), (a, b))
    theirs = torch.autograd.grad((wanted[0] * weights[0]).sum() + (wanted[1] * weights[1]).sum(), (a, b))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)


def test_the_way_of_a_graphics_card_finds_the_same() -> None:
    a, b = clouds(3, 300, 200)
    for most in (1, 2 * 300 * 200, 1 << 28):
        for one, other in zip(nearest(a, b), distances._nearest_dense(a, b, most), strict=True):
            assert torch.equal(one, other)
    assert torch.equal(farthest(a, 40), distances._farthest_dense(a, 40, torch.zeros(3, dtype=torch.int64)))


def test_chamfer_distances_are_those_of_the_papers() -> None:
    a, b = torch.tensor([[[0.0, 0, 0], [1, 0, 0]]]), torch.tensor([[[0.0, 0, 2]]])
    near, far = 4.0, 5.0  # squares of the distances to b; from b the nearest is at 2
    assert chamfer_l2(a, b).item() == pytest.approx((near + far) / 2 + near)
    assert chamfer_l1(a, b).item() == pytest.approx(((2 + 5**0.5) / 2 + 2) / 2)


def test_points_that_coincide_have_no_gradient_instead_of_an_infinite_one() -> None:
    a = torch.zeros(1, 4, 3, requires_grad=True)
    chamfer_l1(a, torch.zeros(1, 4, 3)).sum().backward()
    assert a.grad is not None and (a.grad == 0).all()


def test_chamfer_does_not_heed_order_nor_where_the_clouds_lie() -> None:
    a, b = clouds(2, 100, 120)
    mixed = a[:, torch.randperm(100, generator=rng())]
    torch.testing.assert_close(chamfer_l1(mixed, b), chamfer_l1(a, b))
    torch.testing.assert_close(chamfer_l1(a + 3, b + 3), chamfer_l1(a, b), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(chamfer_l1(b, a), chamfer_l1(a, b))


def test_a_cloud_that_diverged_does_not_bring_the_process_down() -> None:
    a, b = clouds(1, 40, 40)
    a[0, :20] = torch.nan
    there, _ = nearest(a, b)
    assert ((there >= 0) & (there < 40)).all()
    assert chamfer_l1(a, b).isnan().all()


def test_chamfer_equals_open3ds(open3d: Any) -> None:
    a, b = clouds(1, 400, 300)
    peers = [open3d.geometry.PointCloud(open3d.utility.Vector3dVector(each[0].double().numpy())) for each in (a, b)]
    there, back = (each[0].sqrt().numpy() for each in chamfer(a, b))
    np.testing.assert_allclose(there, peers[0].compute_point_cloud_distance(peers[1]), rtol=1e-5)
    np.testing.assert_allclose(back, peers[1].compute_point_cloud_distance(peers[0]), rtol=1e-5)


def test_farthest_points_are_open3ds(open3d: Any) -> None:
    cloud, _ = clouds(1, 500, 1)
    peer = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(cloud[0].double().numpy()))
    theirs = np.asarray(peer.farthest_point_down_sample(64).points)
    ours = cloud[0, farthest(cloud, 64)[0]].numpy()
    assert {tuple(row) for row in ours.astype(float)} == {tuple(row) for row in theirs}


def test_every_pick_is_the_farthest_from_those_before() -> None:
    cloud, _ = clouds(3, 200, 1)
    picks = farthest(cloud, 50, outermost(cloud))
    for points, chosen in zip(cloud, picks, strict=True):
        for count in range(1, 50):
            away = torch.cdist(points, points[chosen[:count]]).amin(1)
            assert away[chosen[count]] == pytest.approx(float(away.max()), rel=1e-5)


def test_farthest_points_begin_where_they_are_told_and_heed_no_order() -> None:
    cloud, _ = clouds(2, 100, 1)
    assert farthest(cloud, 3, start=7)[:, 0].tolist() == [7, 7]
    order = torch.randperm(100, generator=rng())
    mixed = cloud[:, order]
    torch.testing.assert_close(order[farthest(mixed, 20, outermost(mixed))], farthest(cloud, 20, outermost(cloud)))
    assert farthest(cloud, 100).sort(1).values.tolist() == [list(range(100))] * 2
    with pytest.raises(ValueError, match="101 farthest points of 100"):
        farthest(cloud, 101)


def test_the_earth_movers_distance_is_that_of_the_best_assignment() -> None:
    a, b = clouds(4, 6, 6)
    found = emd(a, b, 6, np.random.default_rng(0))
    for one, other, ours in zip(a, b, found, strict=True):
        every = [(one - other[list(order)]).norm(dim=1).mean() for order in permutations(range(6))]
        assert ours == pytest.approx(float(min(every)), rel=1e-5)


def test_the_earth_movers_distance_of_a_shift_is_its_length() -> None:
    a, _ = clouds(2, 80, 1)
    moved = a[:, torch.randperm(80, generator=rng())] + torch.tensor([0.0, 0.3, 0.4])
    torch.testing.assert_close(emd(a, moved, 80, np.random.default_rng(0)), torch.full((2,), 0.5))
    assert emd(a, moved, 30, np.random.default_rng(0)).isfinite().all()


def test_the_f_score_is_the_harmonic_mean_of_precision_and_recall() -> None:
    truth = torch.tensor([[[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]]])
    output = torch.tensor([[[0.01, 0, 0], [1.01, 0, 0], [9, 0, 0]]])
    precision, recall = 2 / 3, 2 / 4
    assert f_score(*chamfer(output, truth), 0.1).item() == pytest.approx(2 * precision * recall / (precision + recall))
    assert f_score(*chamfer(output + 50, truth), 0.1).item() == 0


def test_the_f_score_equals_open3ds(open3d: Any) -> None:
    a, b = clouds(1, 300, 400)
    peers = [open3d.geometry.PointCloud(open3d.utility.Vector3dVector(each[0].double().numpy())) for each in (a, b)]
    shares = [np.mean(np.asarray(peers[one].compute_point_cloud_distance(peers[1 - one])) < 0.3) for one in range(2)]
    assert f_score(*chamfer(a, b), 0.3).item() == pytest.approx(2 * np.prod(shares) / np.sum(shares), rel=1e-5)


def test_seen_and_unseen_parts_are_judged_apart() -> None:
    truth = torch.tensor([[[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]]])
    seen = torch.tensor([[True, True, False, False]])
    output = torch.tensor([[[0.0, 0, 0], [1.0, 0, 0], [2, 0.2, 0]]])
    found = measures(output, truth, seen)
    assert found["seen"].item() == 0
    to_far = (1 + 0.2**2) ** 0.5  # the last point of the truth is nearest to the third of the output
    assert found["unseen"].item() == pytest.approx(((0.2 + to_far) / 2 + 0.2) / 2)
    given = measures(output[:, :2], truth, seen)  # the input itself: nothing lies where nothing was seen
    assert given["unseen"].item() == pytest.approx((1 + 2) / 2)
    assert measures(output, truth, torch.ones(1, 4, dtype=torch.bool))["unseen"].isnan().all()


def test_what_is_measured_agrees_with_the_distances() -> None:
    a, b = clouds(3, 90, 110)
    found = measures(a, b, torch.rand(3, 110, generator=rng()) < 0.5)
    torch.testing.assert_close(found["cd_l1"], chamfer_l1(a, b))
    torch.testing.assert_close(found["cd_l2"], chamfer_l2(a, b))
    perfect = measures(a, a, torch.rand(3, 90, generator=rng()) < 0.5)
    assert all((perfect[name] == 0).all() for name in ("cd_l1", "cd_l2", "seen", "unseen"))
    assert (perfect["f_score"] == 1).all()


def test_the_nearest_shape_is_the_one_that_brute_force_finds() -> None:
    learnt = dataset(("chair", "mug", "car", "knot"), 8, 256, seed=0).points
    asked = dataset(("chair", "mug", "car", "knot"), 3, 256, seed=0, split="held-out").points[:, :100]
    found = Nearest(learnt).find(asked)
    for cloud, ours in zip(asked, found, strict=True):
        one_sided = [
            float(dense(torch.from_numpy(cloud)[None], torch.from_numpy(other)[None])[0].sqrt().mean())
            for other in learnt
        ]
        assert one_sided[ours] <= min(one_sided) * 1.05  # it looks at a sample of the points
    assert (found % 4 == np.arange(12) % 4).all()  # and it is of the same family


def test_distances_are_kept_as_finely_as_their_grid() -> None:
    learnt, probes = dataset(("chair", "knot"), 2, 256, seed=0).points, torch.rand(400, 3, generator=rng()) * 2 - 1
    nearest_shape, cell = Nearest(learnt), 2 / SIDE
    for kept, cloud in zip(nearest_shape._fields, learnt, strict=True):
        true = torch.cdist(probes, torch.from_numpy(cloud)).amin(1).numpy()
        assert np.abs(kept[_cell(probes.numpy())] - true).max() <= 3**0.5 * cell  # both ends lie somewhere in a cell


def test_a_part_of_a_shape_finds_the_shape() -> None:
    learnt = dataset(("table", "lamp", "boat"), 10, 512, seed=0).points
    np.testing.assert_array_equal(Nearest(learnt).find(learnt[:, :100]), np.arange(30))
