"""The walk through the landscape: what a hand does in it, and what it takes home."""

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
