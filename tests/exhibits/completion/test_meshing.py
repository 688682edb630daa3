"""Surfaces through clouds: closed, as large as the shape, and Open3D's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.exhibits.completion.meshing import METHODS, Surface, alpha_shape, circumradius, surface
from engine.exhibits.completion.sampling import dataset
from engine.kit.apart import Failed
from engine.kit.open3d import OPEN3D
from tests.exhibits.completion.test_partial import ball


@pytest.fixture(scope="module", autouse=True)
def ended() -> Iterator[None]:
    yield
    OPEN3D.close()


def volume(found: Surface) -> float:
    a, b, c = (found.vertices[found.triangles[:, corner]].astype(float) for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


@pytest.mark.parametrize("method", METHODS)
def test_the_surface_through_a_ball_is_a_ball(method: Any) -> None:
    inside = [share * ball(int(1000 * share**2)) for share in (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)]
    found = surface(np.concatenate([ball(1000), *inside]) if method == "alpha" else ball(1000), method)
    assert np.linalg.norm(found.vertices, axis=1) == pytest.approx(np.ones(len(found.vertices)), abs=0.06)
    assert abs(volume(found)) == pytest.approx(4 / 3 * np.pi, rel=0.06)
    assert found.vertices.dtype == np.float32 and found.triangles.dtype == np.int32
    assert found.triangles.min() == 0 and found.triangles.max() == len(found.vertices) - 1


def test_an_alpha_shape_is_a_border_and_faces_outwards() -> None:
    found = alpha_shape(ball(400).astype(float), 5.0)  # larger than the ball: all of it is filled
    edges = np.concatenate([found.triangles[:, [k, (k + 1) % 3]] for k in range(3)])
    forth, back = ({tuple(edge) for edge in each} for each in (edges, edges[:, ::-1]))
    assert forth == back and len(forth) == len(edges)  # every edge is met once in either direction
    assert volume(found) > 4


def mug() -> np.ndarray:
    return dataset(("mug",), 1, 600, seed=0).points[0].astype(float)


def test_alpha_shapes_are_open3ds(open3d: Any) -> None:
    cloud = mug()
    for alpha in (0.15, 0.4):
        ours = alpha_shape(cloud, alpha)
        peer = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(cloud))
        theirs = open3d.geometry.TriangleMesh.create_from_point_cloud_alpha_shape(peer, alpha)
        assert corners(ours.vertices, ours.triangles) == corners(
            np.asarray(theirs.vertices), np.asarray(theirs.triangles)
        )


def corners(vertices: np.ndarray, triangles: np.ndarray) -> set[frozenset[tuple[float, ...]]]:
    """The triangles by where their corners lie."""
    places = vertices.astype(np.float32).round(5)
    return {frozenset(tuple(row) for row in places[triangle]) for triangle in triangles}


def test_the_sphere_about_a_tetrahedron() -> None:
    regular = np.array([[[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]], float)
    assert circumradius(regular + 7) == pytest.approx(3**0.5)
    flat = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]], float)
    assert np.isinf(circumradius(flat))


def test_where_there_is_no_surface_a_sentence_says_so() -> None:
    with pytest.raises(ValueError, match="4 to 20,000 different points, not 1"):
        surface(np.ones((50, 3)))
    with pytest.raises(ValueError, match="No surface comes out"):
        surface(ball(300))  # every sphere about four points of a ball is the ball's own
    with pytest.raises(ValueError, match="in a plane"):
        surface(ball(50) * (1, 1, 0))
    with pytest.raises(ValueError, match="no method 'magic'"):
        surface(ball(50), "magic")  # type: ignore[arg-type]


def test_a_surface_that_takes_too_long_is_given_up() -> None:
    OPEN3D.ask("alpha_shape", ball(10).astype(float), 1.0, seconds=10)  # the process has started
    with pytest.raises(Failed, match="took longer than"):
        surface(ball(20_000), "poisson", seconds=0.02)
