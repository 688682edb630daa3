"""Completion as an exhibit: the rubber, the camera, one's own shape and its file, slow motion, what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open

from engine.exhibit import Refused
from engine.exhibits.completion import Completion, Touch, checkpoint, pretrain
from engine.exhibits.completion.data import held_out, training_shapes
from engine.exhibits.completion.distances import chamfer_l1, measures
from engine.exhibits.completion.export import file_of
from engine.exhibits.completion.families import FAMILIES
from engine.exhibits.completion.files import Frame as OwnFrame
from engine.exhibits.completion.files import Gap, fitted
from engine.exhibits.completion.hand import FEWEST
from engine.exhibits.completion.instruments import THIRDS, Instruments, examples_for
from engine.exhibits.completion.mathematics import LOSS
from engine.exhibits.completion.models import PARTS
from engine.exhibits.completion.params import SHOWN_FAMILIES
from engine.exhibits.completion.partial import visible
from engine.exhibits.completion.scenes import erasure
from engine.exhibits.completion.show import COLD, FAR, HOT, bonds, heated
from engine.frames import encode
from tests.exhibits.latex import value

TINY: dict[str, Any] = {"size": "tiny", "batch": 2, "start": "nothing", "turn": 0.0}


def made(**values: Any) -> Completion:
    return Completion(Completion.Params(**{**TINY, **values}), seed=0)


def rows_of(points: np.ndarray, among: np.ndarray) -> set[int]:
    """Which rows of ``among`` are in ``points``."""
    there = {tuple(point) for point in points.tolist()}
    return {row for row, point in enumerate(among.tolist()) if tuple(point) in there}


# ---- the rubber and the camera --------------------------------------------------------------------------------------


def test_what_is_rubbed_out_is_not_given_any_more_and_is_completed_anew() -> None:
    exhibit = made()
    before = exhibit.frame()
    gone = sorted(rows_of(before.arrays["input"], before.arrays["truth"]))[:20]
    exhibit.poke(Touch(kind="touch", erase=gone))
    after = exhibit.frame()
    assert rows_of(after.arrays["input"], after.arrays["truth"]).isdisjoint(gone)
    assert not np.array_equal(before.arrays["completed"], after.arrays["completed"])
    assert not np.array_equal(before.arrays["out1"], after.arrays["out1"])
    np.testing.assert_array_equal(before.arrays["truth"], after.arrays["truth"])
    exhibit.poke(Touch(kind="mend"))
    np.testing.assert_array_equal(exhibit.frame().arrays["input"], before.arrays["input"])


def test_another_shape_is_not_rubbed_at() -> None:
    exhibit = made()
    exhibit.set(exhibit.params.replaced(shape=2))
    before = exhibit.frame()
    exhibit.set(exhibit.params.replaced(shape=1))
    exhibit.poke(Touch(kind="touch", erase=list(range(100))))
    exhibit.set(exhibit.params.replaced(shape=2))
    np.testing.assert_array_equal(exhibit.frame().arrays["input"], before.arrays["input"])


def test_something_must_be_left_of_a_shape() -> None:
    exhibit = made()
    before = exhibit.frame()
    with pytest.raises(Refused, match=f"At least {FEWEST} points"):
        exhibit.poke(Touch(kind="touch", erase=list(range(len(before.arrays["truth"])))))
    np.testing.assert_array_equal(exhibit.frame().arrays["input"], before.arrays["input"])
    exhibit.poke(Touch(kind="touch", erase=list(range(len(before.arrays["truth"]) - FEWEST))))
    assert np.isfinite(exhibit.frame().arrays["completed"]).all()


def test_the_completion_follows_the_camera() -> None:
    exhibit = made()
    before = exhibit.frame().arrays
    exhibit.set(exhibit.params.replaced(azimuth=-145.0))
    after = exhibit.frame().arrays
    both = rows_of(before["input"], before["truth"]), rows_of(after["input"], before["truth"])
    assert len(both[0] & both[1]) < 0.5 * len(both[0])
    assert not np.array_equal(before["completed"], after["completed"])
    seen = np.cos(np.radians(-145.0)) * after["input"][:, 2] + np.sin(np.radians(-145.0)) * after["input"][:, 0]
    truth = np.cos(np.radians(-145.0)) * after["truth"][:, 2] + np.sin(np.radians(-145.0)) * after["truth"][:, 0]
    assert seen.mean() > truth.mean() + 0.1, "the side towards the camera is seen"


@pytest.mark.parametrize(("turn", "moves"), [(0.0, False), (5.0, True)])
def test_the_camera_turns_by_itself_if_it_is_to(turn: float, moves: bool) -> None:
    exhibit = made(turn=turn)
    before = exhibit.frame().arrays["input"]
    exhibit.advance(4)
    assert np.array_equal(before, exhibit.frame().arrays["input"]) != moves


def test_a_camera_that_comes_by_again_sees_what_it_saw() -> None:
    exhibit = made(turn=10.0, view="camera")
    before = exhibit.show.view(0)
    found = {exhibit.show.view(shape).seen.tobytes() for shape in range(3)}
    exhibit.trainer.steps += 9
    quarter = exhibit.show.view(0)
    exhibit.trainer.steps += 27
    np.testing.assert_array_equal(exhibit.show.view(0).seen, before.seen)
    assert len(found) == 3 and (quarter.seen != before.seen).any()
    towards = np.array(erasure(exhibit.params, 360.0).towards)
    afresh = visible(before.truth, erasure(exhibit.params, 360.0), towards, np.random.default_rng())
    np.testing.assert_array_equal(afresh, before.seen)


@pytest.mark.parametrize("missing", [0.3, 0.7])
def test_so_much_is_missing_as_is_said(missing: float) -> None:
    assert made(view="half-space", missing=missing).frame().metrics["missing_now"] == pytest.approx(missing, abs=0.01)


# ---- one's own shape ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("up", ["y", "z"])
def test_an_exported_completion_lies_in_the_frame_of_ones_own_shape(up: Any) -> None:
    rng, frame = np.random.default_rng(3), OwnFrame(np.array([120.0, -4.0, 7.5]), 30.0, up)
    inside = rng.uniform(-0.5, 0.5, (100, 3)).astype(np.float32)
    exhibit = made()
    exhibit.poke(Touch(kind="own", points=inside.tolist(), centre=tuple(frame.centre), scale=30.0, up=up))
    shown = exhibit.frame()
    assert rows_of(shown.arrays["input"], inside) == set(range(100)), "all of it is given"
    blob = file_of(encode("frame", shown), encode("scene", exhibit.scene()), "ply")
    header, _, body = blob.partition(b"end_header\n")
    found = np.frombuffer(body, np.dtype([("at", "<f8", 3), ("colour", "u1", 3)]))["at"]
    assert f"element vertex {len(found)}".encode() in header
    given = shown.arrays["input"]
    np.testing.assert_allclose(found[: len(given)], frame.outward(given), rtol=0, atol=1e-6 * 30)
    np.testing.assert_allclose(found[len(given) :], frame.outward(shown.arrays["completed"]), rtol=0, atol=1e-6 * 30)
    mesh = file_of(encode("frame", shown), encode("scene", exhibit.scene()), "obj").decode()
    corners = np.array([line.split()[1:] for line in mesh.splitlines() if line.startswith("v ")], float)
    assert np.linalg.norm(corners[:, None] - found, axis=2).min(1).max() < 1e-4 and "\nf " in mesh
    exhibit.poke(Touch(kind="back"))
    assert exhibit.scene().metrics["scale"] == 1.0 and len(exhibit.frame().arrays["truth"]) == 256


@pytest.mark.parametrize(
    ("count", "away", "why"), [(5, 0.0, "at least 16"), (20, 3.0, "normalise")], ids=["too few", "too far"]
)
def test_a_shape_that_cannot_be_completed_is_refused_and_nothing_changes(count: int, away: float, why: str) -> None:
    exhibit, points = made(), [(away, 0.0, 0.04 * row) for row in range(count)]
    before = exhibit.frame()
    with pytest.raises(Refused, match=why):
        exhibit.poke(Touch(kind="own", points=points))
    np.testing.assert_array_equal(exhibit.frame().arrays["input"], before.arrays["input"])


def test_of_a_half_that_is_told_as_one_the_other_half_is_found_better() -> None:
    whole = held_out(1024).points[0].astype(np.float64) * 30 + (120, -4, 7.5)  # a chair
    left = whole[:, 0] < 120
    off = {}
    for gap in (Gap(), Gap("right", 0.5)):
        frame = fitted(whole[left], gap=gap)
        exhibit = Completion(Completion.Params(turn=0.0), seed=0)
        points = frame.inward(whole[left]).tolist()
        exhibit.poke(Touch(kind="own", points=points, centre=tuple(frame.centre), scale=frame.scale))
        made = frame.outward(exhibit.frame().arrays["completed"])
        off[gap.side] = float(np.linalg.norm(whole[~left][:, None] - made, axis=2).min(1).mean()) / 30
    assert off["right"] < 0.5 * off["none"], off


@pytest.mark.parametrize("shape", [1, 2])
def test_the_parts_of_the_truth_are_told_and_named(shape: int) -> None:
    exhibit = made(shape=shape)
    frame = exhibit.frame()
    held, name = held_out(256), SHOWN_FAMILIES[shape - 1]
    row = held.names.index(name)
    np.testing.assert_array_equal(frame.arrays["truth"], held.points[row])
    np.testing.assert_array_equal(frame.arrays["parts"], held.parts[row])
    names = frame.words["parts"].split(", ")
    assert names == list(FAMILIES[name].parts) and frame.arrays["parts"].max() < len(names)
    wing = frame.arrays["truth"][frame.arrays["parts"] == 1]  # of the chair its back, of the aeroplane its wings
    assert np.ptp(wing, axis=0)[1 if shape == 1 else 0] > 0.6
    exhibit.poke(Touch(kind="own", points=[(0.0, 0.0, 0.01 * row) for row in range(20)]))
    np.testing.assert_array_equal(exhibit.frame().arrays[f"in{shape}"], frame.arrays[f"in{shape}"])
    assert exhibit.frame().words["parts"] == "" and not exhibit.frame().arrays["parts"].any()


# ---- slow motion, and what is drawn ---------------------------------------------------------------------------------


def test_slow_motion_shows_each_part_as_it_comes() -> None:
    exhibit = made()
    shown = [exhibit.frame() for _ in exhibit.phases()]
    seen = {frame.words["highlight"]: frame.arrays for frame in shown}
    assert tuple(seen) == ("sample", *PARTS["pointr"], "losses", "learn")
    want = {"input": "sample", "centres": "centres", "attending": "encode", "moving": "queries", "completed": "fold"}
    assert {name: next(part for part, there in seen.items() if len(there[name])) for name in want} == want
    assert len(seen["losses"]["bonds"]) > 100 and not len(seen["learn"]["bonds"])
    assert exhibit.frame().words["highlight"] == "" and not len(exhibit.frame().arrays["moving"])


def test_queries_travel_from_proxies_to_their_places() -> None:
    exhibit = made()
    frames = [exhibit.frame() for _ in exhibit.phases()]
    shown = [frame.arrays for frame in frames if frame.words["highlight"] == "queries"]
    first, half, last = (arrays["moving"] for arrays in shown)
    np.testing.assert_allclose(half, (first + last) / 2, atol=1e-6)
    np.testing.assert_allclose(last, shown[-1]["coarse"], atol=1e-6)  # a + (b - a) is b but for rounding
    away = np.linalg.norm(last[:, None] - shown[0]["centres"], axis=2)
    np.testing.assert_array_equal(first, shown[0]["centres"][away.argmin(1)])


def test_a_batch_in_the_picture_is_not_rubbed_at() -> None:
    exhibit = made()
    phases = exhibit.phases()
    next(phases)
    with pytest.raises(Refused, match="batch"):
        exhibit.poke(Touch(kind="touch", erase=[1]))


def test_the_proxy_looked_at_is_the_one_nearest_to_where_one_points() -> None:
    exhibit = made()
    for index in (0, 77, 200):
        exhibit.poke(Touch(kind="touch", index=index))
        shown = exhibit.frame().arrays
        away = np.linalg.norm(shown["centres"] - shown["truth"][index], axis=1)
        np.testing.assert_array_equal(shown["looked"][0], shown["centres"][away.argmin()])
    brightest = np.abs(shown["attention"].astype(int) - HOT).sum(1).min()
    assert brightest <= 3, "the one that is looked at most is the hottest"


def test_the_heat_says_how_far_off_a_point_is() -> None:
    colours = heated(np.array([0.0, 1.0, 5.0, np.nan]))
    assert [tuple(row) for row in colours] == [COLD, HOT, HOT, HOT]
    exhibit = made()
    shown = exhibit.frame().arrays
    apart = np.linalg.norm(shown["completed"][:, None] - shown["truth"], axis=2).min(1)
    np.testing.assert_array_equal(shown["heat"], heated(apart / FAR))


def test_bonds_join_what_is_nearest() -> None:
    start, end = np.array([[0.0, 0, 0], [1, 0, 0]], np.float32), np.array([[0.9, 0, 0], [0, 0.2, 0]], np.float32)
    np.testing.assert_array_equal(bonds(start, end), [[start[0], end[1]], [start[1], end[0]]])
    assert bonds(start, end[:0]).shape == (0, 2, 3)


def test_a_surface_goes_through_the_points() -> None:
    exhibit = made(surface="alpha")
    shown = exhibit.frame().arrays
    points = np.concatenate([shown["input"], shown["completed"]])
    assert len(shown["triangles"]) > 50 and shown["triangles"].max() < len(shown["vertices"])
    assert np.linalg.norm(shown["vertices"][:, None] - points, axis=2).min(1).max() < 1e-6


# ---- learning -------------------------------------------------------------------------------------------------------


def test_the_loss_is_the_formula_shown() -> None:
    exhibit = made(j0=0.4)
    trainer = exhibit.trainer
    x, truth = trainer.draw()
    passage = trainer.model(x)
    scope = {"lambda": 0.4, "J": lambda i: float(chamfer_l1((passage.sparse, passage.fine)[i], truth).mean()), "0": 0}
    assert trainer.losses(passage, truth).item() == pytest.approx(value(LOSS, scope | {"1": 1}), rel=1e-6)


def test_it_learns() -> None:
    exhibit = made(lr=0.002, batch=4)
    before = exhibit.frame().metrics
    exhibit.advance(60)
    after = exhibit.frame().metrics
    assert after["unseen"] < 0.8 * before["unseen"] and after["cd_l1"] < before["cd_l1"]


def test_what_is_held_out_is_not_learnt_from() -> None:
    train, held = training_shapes(256), held_out(256).points
    assert not rows_of(held.reshape(-1, 3)[::7], train.reshape(-1, 3))


def test_the_baselines_are_what_they_say() -> None:
    exhibit = made()
    examples = examples_for(exhibit.params)
    found = measures(torch.from_numpy(examples.x), examples.truth, examples.seen)
    metrics = exhibit.frame().metrics
    assert metrics["unseen_input"] == pytest.approx(float(found["unseen"].mean()), rel=1e-6)
    assert metrics["seen_input"] == 0.0 and metrics["cd_l1_nearest"] > 0
    assert metrics["unseen_nearest"] < metrics["unseen_input"]


def test_looks_by_turns_find_together_what_one_look_at_all_finds() -> None:
    instruments = made().instruments
    instruments.trainer.model.flat.mul_(1.5)
    stale = dict(instruments.found)
    for turn in range(THIRDS):
        assert instruments.found != at_once(instruments)
        instruments.look(turn)
    assert instruments.found == at_once(instruments) and instruments.found["emd"] != stale["emd"]


def at_once(instruments: Instruments) -> dict[str, float]:
    """What one look at all finds."""
    return Instruments(instruments.trainer).found


def test_what_is_seen_otherwise_is_measured_at_once() -> None:
    exhibit = made()
    exhibit.set(exhibit.params.replaced(missing=0.8))
    exhibit.instruments.look(0)
    assert exhibit.instruments.found == at_once(exhibit.instruments)


# ---- what is kept of training ---------------------------------------------------------------------------------------


def test_weights_are_kept_in_half_precision_beside_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kept.safetensors"
    one, other = made(), made(model="pcn")
    for each in (one, other):
        checkpoint.keep(file, checkpoint.name_of(each.params), each.trainer.model.flat, {"steps": 3})
    monkeypatch.setattr(checkpoint, "FILE", file)
    checkpoint._kept.cache_clear()
    try:
        again = Completion(one.params.replaced(start="trained"), seed=9)
        torch.testing.assert_close(again.trainer.model.flat, one.trainer.model.flat.half().float(), rtol=0, atol=0)
        assert "learnt before" in again.frame().words["start"]
        strange = Completion(one.params.replaced(start="trained", heads="2"), seed=9)
        assert not strange.trainer.trained and "no trained network" in strange.frame().words["start"]
    finally:
        checkpoint._kept.cache_clear()
    with pytest.raises(ValueError, match="at most 10 MB"):
        checkpoint.keep(file, "large", torch.zeros(6_000_000), {})


def test_the_bundled_networks_are_small_and_say_where_they_are_from() -> None:
    assert checkpoint.FILE.stat().st_size < checkpoint.MOST_BYTES
    with safe_open(checkpoint.FILE, "pt") as kept:
        notes = {name: json.loads(kept.metadata()[name]) for name in kept.keys()}  # noqa: SIM118
    assert checkpoint.name_of(Completion.Params()) in notes
    for note in notes.values():
        assert note["command"].startswith("python -m engine.exhibits.completion.pretrain") and note["data"]
        assert note["found"]["unseen"] < note["found"]["unseen_input"] and note["found"]["steps"] > 0
    readme = (checkpoint.FILE.parent / "README.md").read_text()
    assert checkpoint.FILE.name in readme


def test_the_command_teaches_and_keeps(tmp_path: Path) -> None:
    file, log = tmp_path / "out.safetensors", tmp_path / "log.jsonl"
    flags = ["--set", "size=tiny", "--set", "batch=2", "--minutes", "0.01", "--out", str(file), "--log", str(log)]
    assert pretrain.main(flags) == 0
    with safe_open(file, "pt") as kept:
        assert list(kept.keys()) == ["pointr-tiny-4-8"]
        note = json.loads(kept.metadata()["pointr-tiny-4-8"])
    assert json.loads(log.read_text().splitlines()[-1]) == note["found"] and note["found"]["steps"] >= 1


def test_the_learning_rate_rises_and_falls_to_nothing() -> None:
    rates = [pretrain.rate(done, 0.001) for done in np.linspace(0, 1, 101)]
    assert max(rates) == pytest.approx(0.001, rel=0.01) and rates.index(max(rates)) == 5
    assert rates[0] < 0.0001 and rates[-1] < 0.00001
