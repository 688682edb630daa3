"""The walk through the landscape: who learns, and what is computed around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.exhibits.landscape import Landscape, Walk
from engine.exhibits.landscape.averaging import Averaging
from engine.exhibits.landscape.connection import Connection
from engine.exhibits.landscape.params import LandscapeParams

SMALL = {"samples": 200, "width": 12}


def landscape(seed: int = 0, **values: Any) -> Landscape:
    return Landscape(LandscapeParams(**SMALL | values), seed=seed)


def finished(exhibit: Landscape) -> Landscape:
    exhibit.finish_landscape()
    return exhibit


# ---- learning -------------------------------------------------------------------------------------------------------


def test_a_full_batch_step_is_gradient_descent() -> None:
    exhibit = landscape(batch=1437, rate=0.3)
    w = exhibit.study.main.clone()
    want = w - 0.3 * exhibit.judge.gradient(w)
    exhibit.advance(1)
    torch.testing.assert_close(exhibit.study.main, want)


@pytest.mark.parametrize("study", ["train", "race"])
def test_a_landscape_that_is_looked_at_does_not_disturb_the_learning(study: str) -> None:
    seen, bare = landscape(study=study), landscape(study=study)
    bare.land.advance = lambda held: None  # type: ignore[method-assign]
    bare._feel_curvature = lambda: 0.0  # type: ignore[method-assign]
    seen.advance(30), bare.advance(30)
    for one, two in zip(seen.study.walkers, bare.study.walkers, strict=True):
        assert torch.equal(one.w, two.w)


def test_every_racer_walks_as_torchs_optimiser_on_the_same_batches() -> None:
    exhibit = landscape(study="race", rate=0.1, alpha=0.01, mu=0.8)
    first = exhibit.study.main.clone()
    batches = []
    draw = exhibit.study.draw
    exhibit.study.draw = lambda: batches.append(draw()) or batches[-1]  # type: ignore[method-assign]
    exhibit.advance(20)
    makers = {
        "sgd": lambda w: torch.optim.SGD(w, lr=0.1), "momentum": lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.8),
        "nesterov": lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.8, nesterov=True),
        "rmsprop": lambda w: torch.optim.RMSprop(w, lr=0.01),
        "adam": lambda w: torch.optim.Adam(w, lr=0.01, betas=(0.8, 0.99)),
    }  # fmt: skip
    for name, walker in zip(exhibit.study.names, exhibit.study.walkers, strict=True):
        w = first.clone().requires_grad_()
        peer = makers[name]([w])
        for rows in batches:
            w.grad = exhibit.judge.gradient(w.detach(), rows)
            peer.step()
        torch.testing.assert_close(walker.w, w.detach(), rtol=1e-4, atol=1e-5)


def test_a_racer_that_diverges_is_out_and_the_others_go_on() -> None:
    exhibit = landscape(study="race", rate=10.0, loss="squared error")
    exhibit.advance(60)
    frame = exhibit.frame()
    assert frame.metrics["out"] >= 1 and frame.words["status_sgd"] == "diverged" and exhibit.diverged() is None
    assert not any(walker.lost for walker in exhibit.study.walkers)  # it stays where it last was
    sgd, adam = exhibit.study.walkers[0].w.clone(), exhibit.study.walkers[-1].w.clone()
    exhibit.advance(3)
    assert torch.equal(exhibit.study.walkers[0].w, sgd) and not torch.equal(exhibit.study.walkers[-1].w, adam)


def test_a_network_that_diverges_is_said_to() -> None:
    exhibit = landscape(rate=10.0, loss="squared error")
    exhibit.advance(60)
    assert exhibit.diverged() == "the network's weights"
    exhibit.frame()


def test_while_learning_is_off_only_the_landscape_goes_on() -> None:
    exhibit = landscape(learning=False)
    w, before = exhibit.study.main.clone(), exhibit.frame().metrics["progress"]
    exhibit.advance(5)
    assert torch.equal(exhibit.study.main, w) and exhibit.frame().metrics["progress"] > before


@pytest.mark.parametrize("seed", range(3))
def test_the_answers_are_folded_under_relu_and_smooth_under_swish_and_mish(seed: int) -> None:
    found = {}
    for activation in ("relu", "swish", "mish"):
        exhibit = landscape(seed, data="moons", optimiser="adam", alpha=0.01, activation=activation, width=32)
        exhibit.land.advance = lambda held: None  # type: ignore[method-assign]
        exhibit.advance(120)
        found[activation] = exhibit.frame().metrics["folds"]
    assert found["relu"] > 5 * max(found["swish"], found["mish"]), found


def test_curvature_that_is_felt_on_part_of_the_samples_is_said_to_be() -> None:
    small, large = landscape(samples=1437), landscape(samples=1437, network="deep", depth=20, width=64)
    assert small.judge.felt == 1437 and small.frame().words["felt"] == ""
    felt = large.judge.felt
    assert 64 <= felt < 1437 and large.params.large and not small.params.large
    assert large.frame().words["felt"] == f"Curvature: of {felt:,} of the 1,437 training samples, to be in time."
    w, v = large.study.main.clone(), torch.ones(len(large.study.main))
    torch.testing.assert_close(large.judge.bender(w)(v), large.judge.bend(w, v, slice(felt)))


def test_a_look_at_curvature_and_a_slice_of_the_landscape_share_no_step_where_both_are_long() -> None:
    exhibit, done = landscape(network="deep", depth=20, width=32, samples=1437), []
    for name, of in (("look", exhibit.sharpness), ("advance", exhibit.land)):
        setattr(of, name, lambda *given, name=name, **named: done.append(name))
    for _ in range(12):
        done.append("step")
        exhibit.advance(1)
    said = " ".join(done)
    assert "look" in said and "advance" in said and "look advance" not in said


def test_a_young_way_has_room_ahead() -> None:
    exhibit = landscape(samples=600, width=32)
    off = []
    for _ in range(40):
        exhibit.advance(1)
        if not exhibit.land.makeshift and exhibit.land.next is None:
            off.append(float(np.abs(exhibit.frame().arrays["places"]).max()))
    assert off and max(off) < 1, "it does not leave the picture"


# ---- planes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plane", ["random", "trajectory", "curvature", "three"])
def test_a_finished_landscape_is_exact_and_the_network_stands_on_it(plane: str) -> None:
    exhibit = landscape(plane=plane, network="one-layer")
    exhibit.advance(60)
    finished(exhibit)
    loss, _ = exhibit.land.shown.shown()
    metrics = exhibit.frame().metrics
    assert exhibit.land.shown.done and metrics["off"] < 1e-3 * metrics["half"]
    for row, column in ((0, 0), (13, 37), (50, 20)):
        w = exhibit.land.plane.at(column / 25 - 1, row / 25 - 1)
        assert loss[row, column] == pytest.approx(exhibit.judge.loss(w), rel=1e-4)
    a, b = exhibit.frame().arrays["places"][0]
    assert exhibit.judge.loss(exhibit.land.plane.at(a, b)) == pytest.approx(metrics["loss"], rel=1e-4)


def test_the_picture_lies_as_the_axes_say_row_0_on_top() -> None:
    exhibit = finished(landscape(plane="random"))
    heights = exhibit.frame().arrays["heights"]
    for row, column, a, b in ((0, 0, -1, 1), (0, 50, 1, 1), (50, 0, -1, -1)):
        loss = exhibit.judge.loss(exhibit.land.plane.at(a, b))
        assert 10 ** heights[row, column] == pytest.approx(loss, rel=1e-4)


def test_along_the_sharpest_direction_it_curves_as_the_largest_eigenvalue_says() -> None:
    exhibit = landscape(plane="curvature", activation="tanh")
    exhibit.advance(80)
    finished(exhibit)
    plane, h = exhibit.land.plane, 0.05
    middle, left, right = (exhibit.judge.loss(plane.at(a, 0)) for a in (0, -h, h))
    bend = (left - 2 * middle + right) / (h * plane.half) ** 2
    assert bend == pytest.approx(exhibit.sharpness.largest, rel=0.05)


def test_the_plane_follows_a_network_that_has_left_it_unless_it_is_held() -> None:
    follows, stays = landscape(rate=1.0), landscape(rate=1.0, follow=False)
    first = stays.land.plane
    follows.advance(150), stays.advance(150)
    assert stays.land.plane is first
    a, b = follows.frame().metrics, stays.frame().metrics
    assert a["off"] / a["half"] < 0.5 < b["off"] / b["half"] + abs(stays.frame().arrays["places"]).max()


@pytest.mark.parametrize("seed", range(2))
def test_a_network_that_has_walked_out_of_the_picture_is_soon_in_it_again(seed: int) -> None:
    """Within a quarter of a second at the usual speed: the next plane is shown as soon as it is there, coarse."""
    exhibit, away, longest = Landscape(LandscapeParams(), seed=seed), 0, 0
    for _ in range(200):
        exhibit.step()
        there = exhibit.land.plane.places(exhibit.study.main[None])
        away = away + 1 if float(there.abs().max()) > 1 else 0
        longest = max(longest, away)
    assert 0 < longest <= 15


def test_a_change_of_plane_or_reach_begins_anew_and_coarse_at_once() -> None:
    exhibit = landscape(network="one-layer", learning=False)
    exhibit.advance(200)
    assert exhibit.land.shown.done
    for change in ({"plane": "random"}, {"reach": 2.0}):
        exhibit.set(exhibit.params.replaced(**change))
        assert exhibit.land.shown.level == 1 and np.isfinite(exhibit.frame().arrays["heights"]).all()
    half = exhibit.land.plane.half
    exhibit.set(exhibit.params.replaced(reach=1.0))
    assert exhibit.land.plane.half == pytest.approx(half / 2)


def test_other_changes_leave_what_is_under_way() -> None:
    exhibit = landscape()
    exhibit.advance(3)
    shown = exhibit.land.shown
    exhibit.set(exhibit.params.replaced(rate=0.5, batch=16))
    assert exhibit.land.shown is shown


def test_a_plane_goes_through_the_three_weights_that_were_saved() -> None:
    exhibit = landscape(plane="three")
    saved = []
    for _ in range(3):
        exhibit.advance(15)
        exhibit.poke(Walk(kind="save"))
        saved.append(exhibit.study.main.clone())
    there, away = exhibit.land.plane.project(torch.stack(saved))
    assert float(away.max()) < 1e-4 * exhibit.land.plane.half and float(there.abs().max()) <= 0.76


def test_trails_are_drawn_alike_whenever_somebody_looks() -> None:
    seen, unseen = landscape(), landscape()
    for _ in range(130):
        seen.advance(1)
        seen.frame()
        unseen.advance(1)
    assert np.array_equal(seen.frame().arrays["trails"], unseen.frame().arrays["trails"])


# ---- two networks, and averages -------------------------------------------------------------------------------------


def test_a_curve_is_bent_until_its_barrier_is_below_the_lines() -> None:
    exhibit = landscape(study="connect", settle=100, width=32, samples=600, alpha=0.01)
    assert isinstance(exhibit.study, Connection)
    exhibit.advance(100)
    ends = [w.clone() for w in exhibit.study.ends]
    before = exhibit.frame().metrics
    assert before["barrier_line"] > 0.1
    exhibit.advance(250)
    _, away = exhibit.land.plane.project(exhibit.study.bend[None])
    assert float(away[0]) < 0.2 * exhibit.land.plane.half  # the plane has followed the curve
    after = exhibit.frame().metrics
    assert after["barrier_curve"] < 0.3 * after["barrier_line"]
    assert all(torch.equal(one, two) for one, two in zip(ends, exhibit.study.ends, strict=True))
    for place, t in ((0, 0.0), (6, 0.25), (24, 1.0)):
        direct = exhibit.judge.loss((1 - t) * ends[0] + t * ends[1])
        assert exhibit.study.line[place] == pytest.approx(direct, rel=1e-5)


def test_the_curve_in_the_picture_is_the_curve_between_the_weights() -> None:
    exhibit = landscape(study="connect", settle=20)
    exhibit.advance(60)
    finished(exhibit)
    path = exhibit.frame().arrays["path"][0]
    for place, t in ((0, 0.0), (8, 0.25), (16, 0.5), (32, 1.0)):
        there, away = exhibit.land.plane.project(exhibit.study.at(t)[None])  # type: ignore[attr-defined]
        np.testing.assert_allclose(path[place], there[0], atol=1e-4)
        assert float(away[0]) < 1e-3


def test_the_mean_is_that_of_the_ends_of_cycles_and_their_plane_goes_through_three() -> None:
    exhibit = landscape(study="average", settle=20, period=5)
    assert isinstance(exhibit.study, Averaging)
    ends = []
    exhibit.advance(20)
    for _ in range(6):
        exhibit.advance(5)
        ends.append(exhibit.study.main.clone())
    torch.testing.assert_close(exhibit.study.average.mean, torch.stack(ends).mean(dim=0), rtol=1e-4, atol=1e-5)
    finished(exhibit)
    _, away = exhibit.land.plane.project(torch.stack([ends[0], ends[3], ends[-1]]))
    assert float(away.max()) < 1e-3 * exhibit.land.plane.half
    metrics = exhibit.frame().metrics
    assert metrics["error_swa"] == pytest.approx(exhibit.judge.error(exhibit.study.average.mean))
