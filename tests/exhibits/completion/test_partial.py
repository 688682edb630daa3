"""Partial views: what is hidden is what the eye does not see, and the input is what is seen, spoiled as asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree

from engine.exhibits.completion.families import Mesh, make
from engine.exhibits.completion.partial import (
    CAMERA_DISTANCE,
    KINDS,
    Erasure,
    Kind,
    Sights,
    aimed,
    direction,
    erase,
    unhidden,
)
from engine.exhibits.completion.sampling import dataset, sample

SHAPES = dataset(("chair", "mug", "aeroplane", "knot"), 3, 1024, seed=0)
TOWARDS = np.asarray(aimed(30, 25))


def ball(count: int) -> np.ndarray:
    """Points evenly spread over the unit sphere, on a spiral."""
    place = np.arange(count) + 0.5
    height, angle = 1 - 2 * place / count, np.pi * (1 + 5**0.5) * place
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(angle), height, radius * np.sin(angle)], -1).astype(np.float32)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_hidden_points_are_those_that_open3d_removes(open3d: Any) -> None:
    for cloud in SHAPES.points:
        camera = CAMERA_DISTANCE * direction(rng(int(1e6 * abs(cloud[0, 0]))))
        peer = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(cloud.astype(float)))
        for radius in (10.0, 100.0):
            _, found = peer.hidden_point_removal(camera, radius * np.linalg.norm(cloud - camera, axis=1).max())
            assert set(np.flatnonzero(unhidden(cloud, camera, radius))) == set(found)


@pytest.mark.parametrize("count", [256, 2000])
def test_of_a_ball_the_cap_before_the_horizon_is_seen(count: int) -> None:
    cloud = ball(count)
    seen = unhidden(cloud, CAMERA_DISTANCE * TOWARDS)
    ahead = cloud @ TOWARDS  # the horizon lies where the line of sight touches: at 1 / distance
    assert seen[ahead > 1 / CAMERA_DISTANCE + 0.15].mean() > 0.99
    assert seen[ahead < 1 / CAMERA_DISTANCE - 0.15].mean() < 0.01


def test_what_rays_do_not_reach_is_hidden() -> None:
    """Rays traced against the meshes judge nearly as hidden point removal does."""
    agreed = []
    for number, name in enumerate(SHAPES.names):
        mesh = make(name, rng(number))
        cloud = sample(mesh, 400, rng(number))[0]
        camera = CAMERA_DISTANCE * TOWARDS
        agreed.append((unhidden(cloud, camera) == reached(mesh, cloud, camera)).mean())
    assert min(agreed) > 0.7 and np.mean(agreed) > 0.8


def reached(mesh: Mesh, cloud: np.ndarray, camera: np.ndarray) -> np.ndarray:
    """Whether the way from the camera to each point is free: no triangle is met before 0.996 of it."""
    a, b, c = (mesh.vertices[mesh.triangles[:, corner]].astype(float) for corner in range(3))  # (f, 3) each
    way = cloud[:, None] - camera  # (n, 1, 3)
    across = np.cross(way, c - a)  # (n, f, 3)
    flat = (across * (b - a)).sum(-1)
    scale = np.divide(1.0, flat, out=np.zeros_like(flat), where=np.abs(flat) > 1e-12)
    u = scale * (across * (camera - a)).sum(-1)
    turned = np.cross(camera - a, b - a)  # (f, 3)
    v, t = scale * (way * turned).sum(-1), scale * (turned * (c - a)).sum(-1)
    met = (scale != 0) & (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 1e-6) & (t < 0.996)
    return ~met.any(1)


def test_a_camera_turned_with_the_shape_sees_the_same() -> None:
    cloud = SHAPES.points[0]
    turned = cloud[:, [2, 1, 0]] * np.float32([1, 1, -1])  # a quarter turn about y
    camera = CAMERA_DISTANCE * TOWARDS
    np.testing.assert_array_equal(unhidden(cloud, camera), unhidden(turned, camera[[2, 1, 0]] * (1, 1, -1)))


def test_the_camera_stands_where_its_angles_say() -> None:
    np.testing.assert_allclose(aimed(0, 0), (0, 0, 1), atol=1e-12)
    np.testing.assert_allclose(aimed(90, 0), (1, 0, 0), atol=1e-12)
    np.testing.assert_allclose(aimed(17, 90), (0, 1, 0), atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [0.25, 0.6])
def test_as_much_is_missing_as_was_asked(kind: Kind, missing: float) -> None:
    _, seen = erase(SHAPES.points, Erasure(kind, missing), rng(), 256)
    gone = 1 - seen.mean(1)
    if kind in ("half-space", "holes"):
        np.testing.assert_allclose(gone, missing, atol=0.5 / 1024)
    else:
        assert (gone >= missing - 0.5 / 1024).all()
    assert seen.any(1).all()


def test_a_cut_is_a_plane_and_leaves_the_side_towards_the_eye() -> None:
    _, seen = erase(SHAPES.points, Erasure("half-space", 0.4, towards=(0, 1, 0)), rng(), 64)
    for cloud, kept in zip(SHAPES.points, seen, strict=True):
        assert cloud[kept, 1].min() >= cloud[~kept, 1].max()


def test_holes_are_holes() -> None:
    _, seen = erase(SHAPES.points, Erasure("holes", 0.4), rng(), 64)
    for cloud, kept in zip(SHAPES.points, seen, strict=True):
        _, beside = cKDTree(cloud).query(cloud[~kept], k=2)
        assert (~kept[beside[:, 1]]).mean() > 0.85  # strewn at random it would be 0.4


def test_rings_lie_at_few_heights_of_the_scanner() -> None:
    cloud = ball(8000)[None]
    _, seen = erase(cloud, Erasure("rings", 0.6, towards=(0, 0, 1)), rng(), 64)
    beam = cloud[0, seen[0]] - (0, 0, CAMERA_DISTANCE)
    elevation = np.degrees(np.arctan2(beam[:, 1], np.hypot(beam[:, 0], beam[:, 2])))
    gaps = np.diff(np.sort(elevation))
    assert (gaps > 1).sum() >= 12  # dark between the rings: strewn over as many degrees, points lie 0.1 apart


@pytest.mark.parametrize("kind", KINDS)
def test_the_input_holds_seen_points_only_and_each_once_while_they_last(kind: Kind) -> None:
    inputs, seen = erase(SHAPES.points, Erasure(kind, 0.3), rng(), 400)
    assert inputs.shape == (len(SHAPES), 400, 3) and inputs.dtype == np.float32
    for cloud, kept, found in zip(SHAPES.points, seen, inputs, strict=True):
        allowed = {tuple(row) for row in cloud[kept]}
        rows = [tuple(row) for row in found]
        assert set(rows) <= allowed
        assert max(rows.count(row) for row in rows[:20]) <= -(-400 // kept.sum())
        assert len(set(rows)) == min(400, len(allowed))


def test_noise_and_outliers_are_as_large_as_asked() -> None:
    plain, _ = erase(SHAPES.points, Erasure("half-space", 0.5), rng(3), 512)
    noisy, _ = erase(SHAPES.points, Erasure("half-space", 0.5, noise=0.02), rng(3), 512)
    assert (noisy - plain).std() == pytest.approx(0.02, rel=0.03)
    strewn, _ = erase(SHAPES.points, Erasure("half-space", 0.5, outliers=0.1), rng(3), 512)
    assert (strewn != plain).any(-1).mean() == pytest.approx(0.1, abs=0.015)


def test_a_view_is_its_generators_alone() -> None:
    for how in (Erasure("camera"), Erasure("holes", noise=0.1, outliers=0.1), Erasure("rings")):
        once, again, other = (erase(SHAPES.points[:2], how, rng(seed), 64) for seed in (1, 1, 2))
        np.testing.assert_array_equal(once[0], again[0])
        np.testing.assert_array_equal(once[1], again[1])
        assert (once[0] != other[0]).any()


def test_what_cameras_have_seen_is_kept() -> None:
    sights, rows = Sights(SHAPES.points, views=3, seed=0), np.array([5, 2, 5])
    for kind in KINDS:
        how = Erasure(kind, 0.3)
        once, again = (erase(SHAPES.points[rows], how, rng(4), 64, sights, rows) for _ in range(2))
        np.testing.assert_array_equal(once[0], again[0])
    towards, seen = sights.one(7, rng(1))
    np.testing.assert_array_equal(seen, unhidden(SHAPES.points[7], CAMERA_DISTANCE * towards))
    many = {tuple(sights.one(7, rng(seed))[0]) for seed in range(40)}
    assert len(many) == 3  # so many cameras stand around a shape
    fresh = Sights(SHAPES.points, views=3, seed=0).one(7, rng(1))
    np.testing.assert_array_equal(fresh[1], seen)


def test_odd_erasures_are_refused() -> None:
    with pytest.raises(ValueError, match="not 'fire'"):
        Erasure("fire")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"between 0 and 0\.95"):
        Erasure("camera", 1.0)


def test_a_flat_shape_seen_from_its_own_plane_does_not_stop_the_camera() -> None:
    flat = np.zeros((100, 3), np.float32)
    flat[:, :2] = rng().uniform(-0.5, 0.5, (100, 2))
    assert unhidden(flat, np.array([0.0, CAMERA_DISTANCE, 0.0])).any()
