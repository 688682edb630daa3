"""Where disturbances go: the brush, and the seeds."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from engine.exhibits.turing import CLASSES, LETTERS, PLANAR, Paint
from engine.exhibits.turing.models.gray_scott import upper
from engine.exhibits.turing.start import dab, seed_mask
from tests.exhibits.test_turing import each_setting, make


def test_paint_goes_where_it_should() -> None:
    exhibit = make(model="schnakenberg")
    exhibit.grid.store(*(np.full((128, 128), value, np.float32) for value in exhibit._rest()))
    before = exhibit.frame().arrays["u"]
    exhibit.poke(Paint(x=32, y=32, radius=3, what="activator"))
    change = exhibit.frame().arrays["u"] - before
    rows, columns = np.nonzero(change)
    assert abs(columns.mean() + 0.5 - 32) < 1e-6 and abs(rows.mean() + 0.5 - 96) < 1e-6
    assert np.hypot(columns + 0.5 - 32, rows + 0.5 - 96).max() < 3.5
    assert change.max() == pytest.approx(1.0)
    exhibit.poke(Paint(x=32, y=32, radius=6, what="erase"))
    np.testing.assert_array_equal(exhibit.frame().arrays["u"], before)


CORNERS = {"lower left": (10, 4), "lower right": (118, 4), "upper left": (10, 124), "upper right": (118, 124)}


@pytest.mark.parametrize("corner", CORNERS)
def test_a_touch_in_a_corner_changes_that_corner(corner: str) -> None:
    """x goes rightwards in cells and y upwards; row 0 of the array is the top of the picture."""
    exhibit = make(model="schnakenberg", boundary="no-flux", start="noise")
    before = exhibit.frame().arrays["u"]
    x, y = CORNERS[corner]
    exhibit.poke(Paint(x=x, y=y, radius=3))
    rows, columns = np.nonzero(exhibit.frame().arrays["u"] != before)
    assert (columns.min() + columns.max() + 1) / 2 == x
    assert (rows.min() + rows.max() + 1) / 2 == 128 - y
    assert ((rows < 64).all(), (columns < 64).all()) == ("upper" in corner, "left" in corner)


def test_a_stroke_runs_from_where_it_came() -> None:
    """Upwards to the right on the picture is towards smaller rows and larger columns in the array."""
    exhibit = make(model="schnakenberg", boundary="no-flux", start="noise")
    before = exhibit.frame().arrays["u"]
    exhibit.poke(Paint(x=100, y=60, x0=20, y0=10, radius=1))
    changed = exhibit.frame().arrays["u"] != before
    for part in (0.0, 0.25, 0.5, 1.0):
        x, y = 20 + 80 * part, 10 + 50 * part
        assert changed[int(128 - y), int(x)]
    rows, columns = np.nonzero(changed)
    assert np.corrcoef(rows, columns)[0, 1] < -0.99


def test_a_touch_over_the_edge_comes_out_on_the_other_side_of_a_torus() -> None:
    for boundary, sides in (("periodic", 2), ("no-flux", 1)):
        exhibit = make(model="schnakenberg", boundary=boundary, start="noise")
        before = exhibit.frame().arrays["u"]
        exhibit.poke(Paint(x=64, y=0, radius=3))
        rows = np.flatnonzero((exhibit.frame().arrays["u"] != before).any(axis=1))
        assert 127 in rows and (0 in rows) == (sides == 2) and 64 not in rows


@each_setting
def test_the_inhibitor_holds_the_activator_back(setting: dict) -> None:
    """A dab of activator raises the activator. One of inhibitor leaves it as it is, and where there is activator
    makes less of it: it adds what inhibits, or takes away what the activator lives on."""
    exhibit = make(**setting)
    model, constants = exhibit.model, exhibit.model.constants(exhibit.params)
    rest, own = exhibit._rest(), "uv".index(exhibit.model.activator)
    shape = exhibit.grid.fields()[0].shape

    def dabbed(what: str) -> tuple[float, float]:
        exhibit.grid.store(*(np.full(shape, value) for value in rest))
        exhibit.poke(Paint(x=shape[1] / 2 + 0.5, y=shape[0] / 2, radius=2, what=what))
        u, v = (float(field[shape[0] // 2, shape[1] // 2]) for field in exhibit.grid.fields())
        return u, v

    rich, inhibited = dabbed("activator"), dabbed("inhibitor")
    assert rich[own] > rest[own] + 0.1
    assert inhibited[own] == pytest.approx(rest[own], abs=1e-6)
    assert abs(inhibited[1 - own] - rest[1 - own]) > 0.1

    def made(other: float) -> float:
        state = (rich[0], other) if own == 0 else (other, rich[1])
        return float(model.reaction(*state, *constants)[own])

    assert made(inhibited[1 - own]) < made(rest[1 - own]) - 1e-3


@each_setting
def test_noise_is_two_hundredths_of_a_dose(setting: dict) -> None:
    exhibit = make(**setting, start="noise", ring_cells=60)
    dose = max(abs(part) for part in exhibit.model.dose["activator"])
    for field in exhibit.grid.fields():
        assert field.std() / dose == pytest.approx(0.02, rel=0.3 if exhibit.is_ring else 0.03)


@pytest.mark.parametrize(
    "wrong",
    [{"x": -1}, {"y": 1025}, {"x0": float("nan")}, {"radius": 65}, {"x": float("inf")}, {"what": "both"}, {"z": 1}],
    ids=str,
)
def test_a_touch_that_means_nothing_is_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        Paint.model_validate({"x": 1, "y": 1, **wrong})


def test_a_fast_stroke_has_no_gaps_and_wraps() -> None:
    mask = np.zeros((64, 64))
    dab(mask, (5, 32), (60, 32), 2, wrap=(True, True))
    assert (mask[32, 4:61] == 1).all()
    assert mask[20].max() == 0
    for wrap, far_side in ((True, 1.0), (False, 0.0)):
        mask = np.zeros((64, 64))
        dab(mask, (0.5, 32.5), (0.5, 32.5), 3, wrap=(wrap, wrap))
        assert mask[32, 63] == far_side
    exhibit = make(boundary="no-flux")
    exhibit.poke(Paint(x=128, y=0, x0=64, y0=64, radius=0.5))
    assert exhibit.frame().arrays["v"][100, 100] > 0.1


def test_paint_on_the_ring_hits_one_cell() -> None:
    exhibit = make(model="ring-1952")
    exhibit.grid.store(np.ones((1, 20)), np.ones((1, 20)))
    exhibit.poke(Paint(x=7.5, y=0.5, radius=0.5))
    assert np.flatnonzero(exhibit.frame().arrays["v"] != 1).tolist() == [7]
    assert exhibit.frame().arrays["v"][7] == pytest.approx(1.2)


@pytest.mark.parametrize("start", ["centre", "spots", "word"])
@pytest.mark.parametrize("name", list(PLANAR))
def test_seeds_are_local_and_finite(name: str, start: str) -> None:
    exhibit = make(model=name, start=start)
    arrays = exhibit.frame().arrays
    rest = [np.float32(value) for value in exhibit._rest()]
    away = (arrays["u"] != rest[0]) | (arrays["v"] != rest[1])
    assert 0.003 < away.mean() < 0.4
    assert max(np.ptp(arrays["u"]), np.ptp(arrays["v"])) > 0.2


def test_a_word_can_be_read() -> None:
    mask = seed_mask("word", 256, "IH", True, np.random.default_rng(0))
    columns = np.flatnonzero(mask.max(axis=0) > 0.5)
    assert np.flatnonzero(np.diff(columns) > 1).size == 1  # two letters
    assert columns.size > 0 and abs(columns.mean() - 128) < 25
    wide = np.flatnonzero(seed_mask("word", 256, "reaction", True, np.random.default_rng(0)).max(axis=0) > 0.5)
    assert 0.75 * 256 < np.ptp(wide) < 0.9 * 256
    blank = seed_mask("word", 128, "   ", True, np.random.default_rng(0))
    np.testing.assert_array_equal(blank, seed_mask("centre", 128, "", True, np.random.default_rng(0)))


def test_noise_starts_gray_scott_from_the_state_that_can_turn_unstable() -> None:
    sliver = make(start="noise", gs_F=0.06, gs_k=0.062)
    assert sliver.frame().metrics["mean_v"] == pytest.approx(float(upper(0.06, 0.062)[1]), rel=0.01)
    assert sliver.scene().words["kind"] == "Turing"
    assert "Turing-unstable" in make(gs_F=0.06, gs_k=0.062).frame().words["theory"]
    assert make(start="noise").frame().metrics["mean_v"] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("start", ["disc", "wave", "skate"])
@pytest.mark.parametrize("name", list(PLANAR))
def test_every_start_paints_its_shape_and_leaves_the_ground_alone(name: str, start: str) -> None:
    exhibit = make(model=name, start=start)
    ground = np.array(exhibit.prediction.state)
    changed = np.any([np.abs(f - g) > 0.02 for f, g in zip(exhibit.grid.fields(), ground, strict=True)], axis=0)
    share = {"disc": np.pi * 0.27**2, "wave": 4 * 5 * 64 / 128**2, "skate": (2 * 12 + 11) * 5 / 128**2}[start]
    assert changed.mean() == pytest.approx(share, rel=0.25)
    rows, columns = np.nonzero(changed)
    if start == "disc":
        assert np.hypot(rows - 63.5, columns - 63.5).max() < 0.27 * 128 + 1
    elif start == "wave":
        assert rows.max() < 64, "it ends in the middle"
    else:
        assert changed[70, 64] and changed[60, 58] and changed[60, 69] and not changed[60, 64], "open at the top"


def test_the_u_is_cut_out_of_the_other_state_where_there_is_one() -> None:
    exhibit = make(gs_F=0.062, gs_k=0.0609, start="skate")
    u, v = exhibit.grid.fields()
    assert (u[0, 0], v[0, 0]) == pytest.approx(upper(0.062, 0.0609), abs=1e-6)
    assert u[64, 58] > 0.9 and v[64, 58] < 0.05
    disc = make(gs_F=0.09, gs_k=0.057, start="disc").grid.fields()
    assert disc[0][0, 0] == 1 and disc[1][64, 64] == pytest.approx(float(upper(0.09, 0.057)[1]), rel=0.11)


def test_a_letter_stands_where_its_start_goes() -> None:
    scene = make().scene()
    names = scene.words["map_names"].split(",")
    assert names == [letter.title for letter in LETTERS] and set(names) == {name for name, _, _ in CLASSES}
    for letter, F, k in zip(LETTERS, scene.arrays["map_F"], scene.arrays["map_k"], strict=True):
        params = make(gs_F=0.02, gs_Du=0.1).params.replaced(**letter.values)
        assert (params.gs_F, params.gs_k) == pytest.approx((F, k))
        assert (params.gs_Du, params.gs_Dv, params.gs_dt) == (0.2097, 0.1049, 1.0)
        assert letter.title in [name for name, *at in CLASSES if at == [params.gs_F, params.gs_k]]


@pytest.mark.parametrize("name", ["ξ", "ρ", "σ"])
def test_letters_that_spots_leave_empty_start_otherwise(name: str) -> None:
    (letter,) = (letter for letter in LETTERS if letter.title == name)
    for start, alive in ((letter.values["start"], True), ("spots", False)):
        exhibit = make(**{**letter.values, "start": start, "size": "256"})
        exhibit.advance(3000)
        assert (exhibit.frame().metrics["contrast"] > 0.04) == alive
