"""The walk through the landscape: who learns, what is computed around them, and what a hand does in it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.exhibit import Refused
from engine.exhibits.landscape import FORMATS, Landscape, Walk, file_of
from engine.exhibits.landscape.averaging import Averaging
from engine.exhibits.landscape.connection import Connection
from engine.exhibits.landscape.export import main, surface
from engine.exhibits.landscape.params import LandscapeParams
from engine.exhibits.landscape.survey import CELLS
from engine.frames import encode
from engine.params import ParamError

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
    bare._feel_curvature = lambda: None  # type: ignore[method-assign]
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


# ---- the hand -------------------------------------------------------------------------------------------------------


def test_under_the_hand_are_the_loss_and_the_answers_of_the_weights_there() -> None:
    exhibit = landscape(plane="random")
    exhibit.advance(40)
    before = exhibit.frame()
    exhibit.poke(Walk(kind="walk", x=0.9, y=-0.7))
    frame, w = exhibit.frame(), exhibit.land.plane.at(0.9, -0.7)
    assert frame.metrics["hand_loss"] == pytest.approx(exhibit.judge.loss(w))
    assert frame.metrics["hand_error"] == pytest.approx(exhibit.judge.error(w))
    assert not np.array_equal(frame.arrays["confusion"], before.arrays["confusion"])
    tested = exhibit.task.tested
    said = exhibit.judge.outputs(w, exhibit.task.x[tested]).argmax(1)
    share = float((said[exhibit.task.y[tested] == 3] == 5).float().mean())
    assert frame.arrays["confusion"][3, 5] == pytest.approx(share)
    assert frame.arrays["hand"].tolist() == [[pytest.approx(0.9), pytest.approx(-0.7)]]
    exhibit.poke(Walk(kind="release"))
    assert math.isnan(exhibit.frame().metrics["hand_loss"]) and len(exhibit.frame().arrays["hand"]) == 0


def test_while_somebody_walks_the_plane_stays() -> None:
    exhibit = landscape(rate=1.0)
    exhibit.poke(Walk(kind="walk"))
    plane = exhibit.land.plane
    exhibit.advance(120)
    assert exhibit.land.plane is plane


def test_learning_goes_on_from_where_the_hand_is() -> None:
    exhibit = landscape(plane="random")
    exhibit.advance(10)
    exhibit.poke(Walk(kind="walk", x=-0.5, y=0.5))
    w = exhibit.land.plane.at(-0.5, 0.5)
    exhibit.poke(Walk(kind="jump"))
    assert torch.equal(exhibit.study.main, w) and exhibit.hand is None
    exhibit.advance(1)
    assert 0 < float((exhibit.study.main - w).norm()) < 1


@pytest.mark.parametrize(("values", "says"), [({}, "Drag in the picture first"), ({"study": "connect"}, "stay where")])
def test_what_cannot_be_gone_on_from_is_refused(values: dict[str, Any], says: str) -> None:
    exhibit = landscape(**values)
    if values:
        exhibit.poke(Walk(kind="walk"))
    with pytest.raises(Refused, match=says):
        exhibit.poke(Walk(kind="jump"))


@pytest.mark.parametrize("bad", [{"x": math.nan}, {"y": 9.0}, {"kind": "fly"}, {"z": 1}])
def test_a_touch_that_is_none_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Walk(**{"kind": "walk", "x": 0, "y": 0} | bad)


def test_a_convolution_over_two_numbers_is_refused_with_a_sentence() -> None:
    with pytest.raises(ParamError, match="looks at images"):
        LandscapeParams().replaced(network="cnn", data="moons")


def test_the_answers_over_the_plane_lie_as_the_axes_say() -> None:
    exhibit = landscape(data="moons", rate=1.0)
    exhibit.advance(200)
    response, wide = exhibit.frame().arrays["response"], exhibit.scene().metrics["extent"]
    n = len(response)
    for row, column in ((0, 0), (5, 40), (50, 12)):
        place = torch.tensor([[(2 * column / (n - 1) - 1) * wide, (1 - 2 * row / (n - 1)) * wide]])
        said = exhibit.judge.outputs(exhibit.study.main, place)[0]
        assert (
            response[row, column] == pytest.approx(float(said[1] - said[0]), abs=1e-3)
            or abs(response[row, column]) == 6
        )


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_file_holds_what_the_frame_shows() -> None:
    exhibit = finished(landscape(plane="random"))
    frame = exhibit.frame()
    blob = encode("frame", frame)
    import io

    from PIL import Image

    found = np.load(io.BytesIO(file_of(blob, "npz")))
    loss, error = exhibit.land.shown.shown()
    np.testing.assert_allclose(found["loss"], loss, rtol=1e-5)
    np.testing.assert_allclose(found["test_error"], error, atol=1e-6)
    assert found["a"][0] == -1 and found["b"][-1] == 1
    lines = file_of(blob, "vtk").decode().splitlines()
    assert lines[3:6] == ["DATASET STRUCTURED_GRID", f"DIMENSIONS {CELLS} {CELLS} 1", f"POINTS {CELLS**2} double"]
    points = np.array([line.split() for line in lines[6 : 6 + CELLS**2]], float)
    np.testing.assert_allclose(points[CELLS + 3], [3 / 25 - 1, 1 / 25 - 1, np.log10(loss[1, 3])], rtol=1e-5)
    start = lines.index("SCALARS loss double 1") + 2
    np.testing.assert_allclose(np.array(lines[start : start + CELLS**2], float).reshape(CELLS, CELLS), loss, rtol=1e-5)
    picture = np.asarray(Image.open(io.BytesIO(file_of(blob, "png"))).convert("L"), float)
    low, high = loss[0, 0] if loss[0, 0] < loss[-1, -1] else loss[-1, -1], max(loss[0, 0], loss[-1, -1])
    assert low < high
    corners = {"up": picture[5, -5], "down": picture[-5, 5]}  # (1, 1) is up right, (-1, -1) down left
    assert (corners["up"] > corners["down"]) == (loss[-1, -1] < loss[0, 0])
    page = file_of(blob, "html").decode()
    assert page.startswith("<!doctype html>") and "Plotly" in page and "cdn" not in page.split("<body>")[1][:200]


def test_the_command_line_writes_the_finished_landscape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "there.npz"
    values = [f"--set={name}={value}" for name, value in {"network": "one-layer", "samples": 100}.items()]
    assert main([str(file), *values, "--steps", "20"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = np.load(file)
    assert told["progress"] == 1 and found["loss"].shape == (CELLS, CELLS)
    exhibit = Landscape(LandscapeParams(network="one-layer", samples=100), seed=0)
    exhibit.advance(20)
    assert told["loss"] == pytest.approx(exhibit.frame().metrics["loss"])


@pytest.mark.parametrize(
    "arguments", [["there.txt"], ["there.npz", "--set", "plane=moon"], ["there.npz", "--steps", "-1"]]
)
def test_bad_flags_exit_with_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2 and capsys.readouterr().err


def test_every_format_can_be_written() -> None:
    frame = landscape().frame()
    for _, written in FORMATS.values():
        assert len(written(surface(frame))) > 1000
