"""Planar data: where they come from, a set of them that may be drawn upon, and points from a file."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.kit.planar import SOURCES
from engine.kit.pointfile import parse_points
from engine.kit.pointset import PointSet


@pytest.mark.parametrize("data", list(SOURCES))
def test_sources_stay_in_the_picture(data: str) -> None:
    source = SOURCES[data]
    points, labels = source.sample(2000, np.random.default_rng(0))
    assert points.shape == (2000, source.dimension) and np.abs(points).max() < source.extent
    assert set(labels) == set(range(source.classes))
    if source.modes is not None:
        assert len(np.unique(points.round(9), axis=0)) == len(source.modes)


def test_a_set_of_points_moves_with_its_noise_only() -> None:
    data = PointSet("ring", 500, 0.0, np.random.default_rng(0))
    assert len(np.unique(data.points, axis=0)) == 8
    clean = data.points.copy()
    data.set_noise(0.1)
    assert float((data.points - clean).std()) == pytest.approx(0.1, rel=0.1)
    data.set_noise(0.0)
    assert np.array_equal(data.points, clean)


def test_a_batch_is_of_the_points_there_are_and_keeps_their_labels() -> None:
    data = PointSet("ring", 40, 0.1, np.random.default_rng(0))
    x, labels = data.batch(500, torch.Generator().manual_seed(0))
    same = (x[:, None] == torch.from_numpy(data.points)[None]).all(2)  # (500, 40)
    assert bool((same.sum(1) == 1).all()) and bool(same.any(0).all())
    assert torch.equal(labels, torch.from_numpy(data.labels)[same.int().argmax(1)])
    again, labels = data.first(90)
    assert np.array_equal(again[:40], data.points) and torch.equal(again[40:80], again[:40])
    assert np.array_equal(labels[80:], data.labels[:10])


def test_noise_stays_in_its_memory_and_drawing_takes_other() -> None:
    data = PointSet("moons", 30, 0.0, np.random.default_rng(0))
    allocated, version = data.allocated, data.version
    data.set_noise(0.2)
    assert (data.allocated, data.version > version) == (allocated, True)
    assert np.array_equal(data.first(30)[0], data.points)
    data.spray(np.zeros(2), np.zeros(2), 0.1, 5)
    assert data.allocated > allocated and len(data.first(35)[0].unique(dim=0)) == 35


def test_spread_is_the_standard_deviation_in_all_directions() -> None:
    data = PointSet("ring", 4000, 0.0, np.random.default_rng(0))
    assert data.spread() == pytest.approx(1, rel=1e-2)


def test_points_are_read_from_a_file() -> None:
    text = "x,y\n" + "\n".join(f"{math.cos(t)},{3 + math.sin(t)}" for t in range(100))
    points = parse_points(text.encode())
    assert points.shape == (100, 2) and points.dtype == np.float32
    assert np.abs(points).max() == pytest.approx(1.2, rel=1e-6)
    for same_points in ("0;1\n2;5\n", "0\t1\n2\t5", "0 1\n\n2  5\n", "\ufeff0,1\r\n2,5", "0, 1,\n2, 5,"):
        np.testing.assert_allclose(parse_points(same_points.encode()), [[-0.6, -1.2], [0.6, 1.2]], rtol=1e-6)
    many = "\n".join(f"{i},{-i}" for i in range(50_000)).encode()
    assert parse_points(many).shape == (2000, 2)
    np.testing.assert_allclose(parse_points(many)[[0, -1]], [[-1.2, 1.2], [1.2, -1.2]], rtol=1e-6)
    assert np.isfinite(parse_points(b"1,1\n1,1\n1,1")).all()


@pytest.mark.parametrize(
    ("blob", "sentence"),
    [
        (b"", "holds no points"),
        (b"x,y\n", "holds no points"),
        (b"1,2", "only one point"),
        (b"1,2\n3,nan\n", "Row 2 holds 3, nan; every number must be finite"),
        (b"1,2\ninf,4", "Row 2 .* must be finite"),
        (b"1,2\n1e300,4", "Row 2 .* must be finite"),
        (b"1,2\n3,4,5\n", "Row 2 has 3 columns; a point in the plane has two"),
        (b"1\n2\n", "Row 1 has 1 column;"),
        (b"1,2\nthree,4\n", "Row 2 holds 'three', which is not a number"),
        (b"\xff\xfe\x00\x01", "is no text"),
        (b"1,2\n\x00", "is no text"),
        (b"1,2\n" * 1_000_000, "more than 100,000 rows"),
        (b"1" * (9 << 20), "at most 8 MB"),
        (b'"' + b"1" * 200_000, "cannot be read as CSV"),
    ],
)  # fmt: skip
def test_a_bad_file_is_answered_with_a_sentence(blob: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_points(blob)
