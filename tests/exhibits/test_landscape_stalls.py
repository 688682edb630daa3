"""However large a network is, nobody waits long for its landscape: places come apart, first looks are short."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.exhibits.landscape import Landscape, curvature
from engine.exhibits.landscape.curvature import Lanczos
from engine.exhibits.landscape.judge import LEAST, PRODUCT, WEIGHED_S, Judge, seconds
from engine.exhibits.landscape.networks import Spec, build
from engine.exhibits.landscape.params import LandscapeParams
from engine.exhibits.landscape.planes import random_plane
from engine.exhibits.landscape.survey import BIT_S, FIRST_S, LEVELS, Survey, bits_of, place_s, rows_of, slice_s
from engine.exhibits.landscape.tasks import task
from engine.kit.device import generator

LARGEST: dict[str, Any] = {"network": "deep", "depth": 32, "width": 128}
SMALL = {"one-layer": {}, "cnn": {}, "deep": {"width": 16, "depth": 4}, "norm": {"width": 16, "depth": 4, "norm": True}}


def judged(name: str, **other: Any) -> Judge:
    kind = "deep" if name == "norm" else name
    found = task("digits", samples=300, wrong=0.0, rng=np.random.default_rng(0))
    return Judge(build(Spec(kind, 64, 10, **SMALL[name] | other), generator(0, "cpu")), found, "cross-entropy")


@pytest.mark.parametrize("name", SMALL)
def test_a_place_that_comes_apart_is_worth_what_it_is_at_once_whoever_looks_elsewhere_meanwhile(name: str) -> None:
    judge = judged(name)
    w, elsewhere = judge.network.flat.clone(), torch.zeros_like(judge.network.flat)
    plane = random_plane(w, judge.shapes, torch.randn(2, len(w), generator=generator(1, "cpu")), 1.0)
    whole, sight = judge.on(plane, 200, 90), judge.on(plane, 200, 90, bits=7)
    for a, b in ((0.3, -0.5), (0.6, -0.5), (-1.0, 1.0)):
        bits, count = sight.bits(a, b), 0
        while True:
            try:
                next(bits)
            except StopIteration as over:
                found = over.value
                break
            count += 1
            judge.loss(elsewhere)
        assert count >= (1 if name == "one-layer" else 5)
        np.testing.assert_allclose(found, whole(a, b), rtol=1e-5)
        at = plane.at(a, b)
        assert found[0] == pytest.approx(judge.loss(at, slice(200)), rel=1e-4)


def test_a_survey_that_was_saved_in_the_middle_of_a_place_goes_on_as_if_it_had_not_been(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judge = judged("deep")
    w = judge.network.flat.clone()
    plane = random_plane(w, judge.shapes, torch.randn(2, len(w), generator=generator(1, "cpu")), 1.0)
    monkeypatch.setattr("engine.exhibits.landscape.survey.bits_of", lambda judge, level: (5, 0.004))
    one = Survey(judge, plane, at_once=False)
    while one.bits == 0:
        one.advance()
    other = Survey.resumed(judge, one.state_dict())
    for _ in range(9):
        one.advance(), other.advance()
        assert (one.next, one.bits) == (other.next, other.bits)
        assert np.array_equal(one.loss, other.loss) and np.array_equal(one.error, other.error)


@pytest.mark.parametrize("norm", [False, True])
def test_the_largest_network_is_looked_at_in_short_slices(norm: bool) -> None:
    """Reckoned: 0.25 s for the first look of all, 5 to 10 ms for a slice of the others."""
    net = build(Spec("deep", 64, 10, width=128, depth=32, norm=norm), generator(0, "cpu"))
    found = task("digits", samples=1437, wrong=0.0, rng=np.random.default_rng(0))
    judge = Judge(net, found, "cross-entropy")
    assert LEVELS[0].cells ** 2 * place_s(judge, LEVELS[0]) < 1.5 * FIRST_S
    assert rows_of(judge, LEVELS[0])[0] < 256 and rows_of(judge, LEVELS[-1]) == (1437, 359)
    assert place_s(judge, LEVELS[-1]) > 0.03, "a place at once would be a frame missed"
    for level in LEVELS[1:]:
        assert bits_of(judge, level)[1] < 1.6 * BIT_S
    assert slice_s(judge, 1437) == 0.01 and slice_s(judged("one-layer"), 64) == 0.005


def test_numbers_of_the_largest_network_are_of_part_of_the_samples_and_said_to_be() -> None:
    small, large = Landscape(LandscapeParams(), seed=0), Landscape(LandscapeParams(**LARGEST), seed=0)
    assert small.frame().words["weighed"] == ""
    train, tested = large.judge.weighed
    few, some = train.stop, tested.stop - tested.start
    assert LEAST <= few < 1437 and LEAST <= some < 359
    assert seconds(large.judge.network, few + some) < 1.1 * WEIGHED_S
    frame = large.frame()
    said = f"Losses and errors: of {few:,} of the 1,437 training and {some:,} of the 359 test samples."
    assert frame.words["weighed"] == said and large.params.large
    w = large.study.main
    assert frame.metrics["loss"] == pytest.approx(large.judge.loss(w, train), rel=1e-4)
    assert frame.metrics["error"] == pytest.approx(large.judge.error(w, tested))
    assert frame.metrics["train_error"] == pytest.approx(large.judge.error(w, train))


def test_a_long_product_with_the_hessian_comes_as_seldom_as_it_is_long() -> None:
    exhibit, looks = Landscape(LandscapeParams(**LARGEST), seed=0), []
    exhibit.sharpness.look = lambda bend: looks.append(exhibit.moves)  # type: ignore[method-assign]
    exhibit.study.phases = lambda: iter(())  # type: ignore[method-assign]
    exhibit.land.advance = lambda held: None  # type: ignore[method-assign]
    exhibit.advance(40)
    took = PRODUCT * seconds(exhibit.judge.network, exhibit.judge.felt)
    assert len(looks) >= 2 and set(np.diff(looks)) == {int(np.ceil(took / 0.004))}


def test_of_many_weights_a_product_and_its_orthogonalisation_are_two_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    A = torch.randn(30, 30, generator=generator(0, "cpu"))
    start, products = torch.randn(30, generator=generator(1, "cpu")), []

    def bend(v: Tensor) -> Tensor:
        products.append(1)
        return (A + A.T) @ v

    def pairs() -> tuple[list[float], int]:
        lanczos, looks = Lanczos(start, 12), 0
        while not lanczos.done:
            if looks % 5 == 4:
                lanczos = Lanczos.resumed(lanczos.state_dict())
            lanczos.look(bend)
            looks += 1
        return lanczos.pairs(2)[0].tolist(), looks

    at_once, looks = pairs()
    monkeypatch.setattr(curvature, "MANY", 20)
    apart, more = pairs()
    assert apart == at_once and (looks, more) == (12, 24) and len(products) == 24
