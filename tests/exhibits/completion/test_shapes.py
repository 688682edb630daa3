"""Families of shapes, and clouds drawn from them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from engine.exhibits.completion.families import FAMILIES, Mesh, make
from engine.exhibits.completion.families.mesh import Solid, assemble, box, frames, leaned, mirrored, tube, turned
from engine.exhibits.completion.sampling import Collection, dataset, sample
from engine.progress import heard_by

SEEDS = range(6)


def volume(solid: Solid) -> float:
    """By the divergence theorem: positive where triangles face outwards."""
    a, b, c = (solid[0][solid[1][:, corner]] for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def part(mesh: Mesh, name: str) -> np.ndarray:
    """The vertices of a part."""
    return mesh.vertices[mesh.triangles[mesh.parts == mesh.part_names.index(name)]].reshape(-1, 3)


def test_there_are_at_least_twelve_families() -> None:
    assert len(FAMILIES) >= 12


@pytest.mark.parametrize("name", FAMILIES)
def test_every_shape_is_a_sound_mesh_in_the_unit_sphere(name: str) -> None:
    for seed in SEEDS:
        mesh = make(name, np.random.default_rng(seed))
        assert mesh.vertices.dtype == np.float32 and mesh.triangles.dtype == np.int32
        assert np.isfinite(mesh.vertices).all()
        assert mesh.triangles.min() == 0 and mesh.triangles.max() == len(mesh.vertices) - 1
        assert len(mesh.parts) == len(mesh.triangles) and set(mesh.parts) <= set(range(len(mesh.part_names)))
        np.testing.assert_allclose(mesh.vertices.min(0) + mesh.vertices.max(0), 0, atol=1e-6)
        assert np.linalg.norm(mesh.vertices, axis=1).max() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_shape_is_its_generators_alone_and_another_generator_draws_another(name: str) -> None:
    same = [make(name, np.random.default_rng(3)).vertices for _ in range(2)]
    other = make(name, np.random.default_rng(4)).vertices
    np.testing.assert_array_equal(*same)
    assert same[0].shape != other.shape or not np.allclose(same[0], other)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_part_that_a_family_names_is_met(name: str) -> None:
    met = {part for seed in range(40) for part in make(name, np.random.default_rng(seed)).parts}
    assert met == set(range(len(FAMILIES[name].parts)))


def test_shapes_stand_upright_and_face_the_front() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        chair, table, mug, car, plane = (make(name, rng) for name in ("chair", "table", "mug", "car", "aeroplane"))
        assert part(chair, "legs")[:, 1].min() < part(chair, "seat")[:, 1].min() < part(chair, "back")[:, 1].max()
        assert part(chair, "back")[:, 2].mean() < part(chair, "seat")[:, 2].mean()
        assert part(table, "top")[:, 1].max() == table.vertices[:, 1].max()
        assert part(mug, "handle")[:, 0].mean() > part(mug, "body")[:, 0].mean() + 0.1
        assert part(car, "cabin")[:, 1].mean() > part(car, "wheels")[:, 1].mean()
        assert part(plane, "tail")[:, 2].max() < part(plane, "wings")[:, 2].max()


@pytest.mark.parametrize("name", ["chair", "table", "sofa", "aeroplane", "car", "goblet"])
def test_what_is_symmetric_in_life_is_symmetric_here(name: str) -> None:
    for seed in SEEDS:
        mesh = make(name, np.random.default_rng(seed))
        here = {tuple(row) for row in mesh.vertices.round(4) + 0.0}
        there = {tuple(row) for row in (mesh.vertices * (-1, 1, 1)).astype(np.float32).round(4) + 0.0}
        assert len(here & there) > 0.97 * len(here)


def test_solids_have_their_volume_and_face_outwards() -> None:
    brick = box((2.0, 3.0, 0.5), (1.0, -2.0, 4.0))
    assert volume(brick) == pytest.approx(3)
    assert volume(mirrored(brick)) == pytest.approx(3)
    assert volume(leaned(brick, 0, 0.7)) == pytest.approx(3)
    polygon = 24 / 2 * np.sin(2 * np.pi / 24)  # area of the 24-gon in the unit circle
    assert (volume(turned([(0, 0), (2, 0), (2, 5), (0, 5)]))) == pytest.approx(5 * 4 * polygon)
    ring = np.stack([np.cos(angle := np.arange(200) * (2 * np.pi / 200)), 0 * angle, np.sin(angle)], -1)
    assert (volume(tube(ring, 0.3, sides=60, closed=True))) == pytest.approx(2 * np.pi**2 * 0.09, rel=0.005)
    straight = tube([(0, 0, 0), (0, 2, 0)], 0.5, sides=24)
    assert volume(straight) == pytest.approx(2 * 0.25 * polygon)


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_closed_faces_outwards(name: str) -> None:
    for solids in FAMILIES[name].build(np.random.default_rng(0)).values():
        for solid in solids:
            assert not is_closed(solid) or volume(solid) > 0


def is_closed(solid: Solid) -> bool:
    """Whether every edge is met as often in one direction as in the other, once corners in one place are one."""
    _, places = np.unique(solid[0].round(9), axis=0, return_inverse=True)
    corners = places[solid[1]]
    edges = np.concatenate([corners[:, [k, (k + 1) % 3]] for k in range(3)])
    edges = edges[edges[:, 0] != edges[:, 1]]
    return Counter(map(tuple, edges.tolist())) == Counter(map(tuple, edges[:, ::-1].tolist()))


def test_a_closed_tube_has_no_seam() -> None:
    angle = np.arange(120) * (2 * np.pi / 120)
    away = 1 + 0.4 * np.cos(3 * angle)
    knot = np.stack([away * np.cos(2 * angle), 0.4 * np.sin(3 * angle), away * np.sin(2 * angle)], -1)
    first, second = frames(knot, closed=True)
    turn = np.degrees(np.arccos((first * np.roll(first, -1, 0)).sum(1).clip(-1, 1)))
    assert turn[-1] < 1.2 * turn[:-1].max()
    np.testing.assert_allclose((first * second).sum(1), 0, atol=1e-9)


def test_a_mesh_of_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no such part: wing"):
        assemble({"wing": [box((1, 1, 1), (0, 0, 0))]}, ("seat",))
    with pytest.raises(ValueError, match="no family 'unicorn'"):
        make("unicorn", np.random.default_rng(0))


def test_points_are_drawn_evenly_by_area() -> None:
    mesh = assemble({"thin": [box((4, 1, 0.2), (0, 0, 0))], "cube": [box((1, 1, 1), (9, 0, 0))]}, ("thin", "cube"))
    count = 4000
    points, parts = sample(mesh, count, np.random.default_rng(0))
    areas = mesh.areas()
    share = np.bincount(mesh.parts, areas) / areas.sum()
    np.testing.assert_allclose(np.bincount(parts), count * share, atol=2)
    assert (points[parts == 1, 0] > 8).all() and (points[parts == 0, 0] < 3).all()
    top = points[(parts == 1) & (points[:, 1] > 0.4999)] - np.float32([9, 0, 0])
    assert len(top) == pytest.approx(count / areas.sum(), abs=3)  # a square of area 1
    np.testing.assert_allclose(top[:, [0, 2]].mean(0), 0, atol=0.06)
    np.testing.assert_allclose((top[:, [0, 2]] ** 2).mean(0), 1 / 12, rtol=0.12)


def test_points_lie_on_the_mesh_that_they_are_drawn_from() -> None:
    corners = np.float32([[0, 0, 0], [1, 0, 0], [0, 1, 1]])
    triangle = Mesh(corners, np.int32([[0, 1, 2]]), np.int32([0]), ("all",))
    points, _ = sample(triangle, 3000, np.random.default_rng(1))
    np.testing.assert_allclose(points[:, 1], points[:, 2], atol=1e-6)
    assert (points >= 0).all() and (points[:, 0] + points[:, 1] <= 1 + 1e-6).all()
    np.testing.assert_allclose(points.mean(0), 1 / 3, atol=0.02)


def test_a_mesh_without_area_is_refused() -> None:
    flat = Mesh(np.zeros((3, 3), np.float32), np.int32([[0, 1, 2]]), np.int32([0]), ("all",))
    with pytest.raises(ValueError, match="no area"):
        sample(flat, 10, np.random.default_rng(0))


def test_shapes_are_the_same_however_they_are_asked_for() -> None:
    names = ("chair", "mug", "knot")
    whole = dataset(names, 4, 64, seed=5)
    growing = Collection(names, 12, 64, seed=5)
    for count in (1, 5, 2, 100):
        growing.grow(count)
    np.testing.assert_array_equal(whole.points, growing.shapes().points)
    np.testing.assert_array_equal(whole.parts, growing.shapes().parts)
    assert whole.family.tolist() == [0, 1, 2] * 4 and len(growing) == 12
    alone = dataset(("mug",), 4, 64, seed=5)
    np.testing.assert_array_equal(alone.points, whole.points[whole.family == 1])


def test_held_out_shapes_are_never_among_those_learnt_from() -> None:
    names = tuple(FAMILIES)
    sets = [
        dataset(names, 3, 64, seed=0),
        dataset(names, 3, 64, seed=0, split="held-out"),
        dataset(names, 3, 64, seed=1),
    ]
    clouds = np.concatenate([each.points for each in sets]).reshape(-1, 64 * 3)
    assert len(np.unique(clouds, axis=0)) == len(clouds)


def test_drawing_them_can_be_watched() -> None:
    told: list[float] = []
    with heard_by(lambda share, doing: told.append(share)):
        dataset(("mug",), 4, 16, seed=0)
    assert told == [0, 0.25, 0.5, 0.75]


def test_a_family_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="unicorn"):
        Collection(("chair", "unicorn"), 2, 16, seed=0)
