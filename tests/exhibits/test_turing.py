"""Turing patterns: what the exhibit shows, and how it behaves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.exhibits.turing import KINDS, PLANAR, RINGS, Paint, Turing
from engine.exhibits.turing.grid import Step
from engine.exhibits.turing.params import TuringParams

ALL = (*PLANAR.values(), *RINGS.values())
DEFAULTS = TuringParams()
EVERY_MODEL = [{"model": name} for name in PLANAR] + [{"model": "ring-1952", "ring_reaction": name} for name in RINGS]
each_model = pytest.mark.parametrize("model", ALL, ids=lambda model: model.label)
each_setting = pytest.mark.parametrize(
    "setting", EVERY_MODEL, ids=lambda setting: setting.get("ring_reaction", setting["model"])
)


def make(**values: object) -> Turing:
    values.setdefault("size", "128")
    params = TuringParams(**values)
    return Turing(params, seed=params.seed)


def step_of(model, params: TuringParams = DEFAULTS) -> Step:
    return Step(
        model.reaction, model.constants(params), model.diffusivities(params), model.time_step(params), model.floor
    )


def rough(model, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The rest state with a tenth of a dose of noise."""
    rest = model.rest(*model.constants(DEFAULTS))
    size = 0.1 * max(abs(x) for x in model.dose["activator"])
    noise = size * np.random.default_rng(1).uniform(-1, 1, (2, *shape))
    return tuple((value + part).astype(np.float32) for value, part in zip(rest, noise, strict=True))


@pytest.mark.parametrize("model", PLANAR.values(), ids=PLANAR)
def test_spots_are_sown_of_either_sign_where_the_equations_do_not_mind(model) -> None:
    u, v = np.random.default_rng(2).uniform(0.1, 0.9, (2, 50))
    there, back = (model.reaction(sign * u, sign * v, *model.constants(DEFAULTS)) for sign in (1, -1))
    assert model.odd == np.allclose(there, np.negative(back))
    start = make(model=model.name).grid.deviations()[0]
    assert (start.max() > 0 > start.min()) or not model.odd
    assert not model.odd or 0.3 < start.clip(0).sum() / np.abs(start).sum() < 0.7


@each_setting
def test_slow_motion_equals_full_speed(setting: dict) -> None:
    slow, fast = make(**setting), make(**setting)
    for _ in range(25):
        sentences = [sentence for sentence in slow.phases() if slow.frame().words["phase"] == sentence]
        fast.advance(1)
    assert [sentence.split()[0] for sentence in sentences] == ["Reaction:", "Diffusion:", "Both"]
    for name, array in fast.frame().arrays.items():
        np.testing.assert_array_equal(array, slow.frame().arrays[name])
    assert slow.clock.time == fast.clock.time


def test_slow_motion_shows_the_parts_of_the_step() -> None:
    exhibit = make()
    before = exhibit.frame().arrays["v"]
    phases = exhibit.phases()
    next(phases)
    reaction = exhibit.frame().arrays["part"]
    next(phases)
    spread = exhibit.frame().arrays["part"]
    next(phases)
    after = exhibit.frame().arrays["v"]
    np.testing.assert_allclose(after - before, reaction + spread, atol=1e-6)
    exhibit.advance(1)
    assert "part" not in exhibit.frame().arrays


@each_setting
def test_same_seed_same_frames_however_batched(setting: dict) -> None:
    one, other, third = make(**setting, seed=3), make(**setting, seed=3), make(**setting, seed=4)
    one.advance(90)
    for batch in (1, 7, 40, 42):
        other.advance(batch)
    a, b = one.frame(), other.frame()
    for name in a.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
    np.testing.assert_equal(a.metrics, b.metrics)
    assert (a.ranges, a.words) == (b.ranges, b.words)
    assert not np.array_equal(a.arrays["u"], third.frame().arrays["u"])


@each_setting
def test_state_round_trip_goes_on_bit_by_bit(setting: dict) -> None:
    exhibit, other = make(**setting), make(**setting, seed=9)
    exhibit.advance(33)
    other.load_state_dict(exhibit.state_dict())
    for one in (exhibit, other):
        one.advance(47)
    a, b = exhibit.frame(), other.frame()
    for name in a.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
    assert a.metrics["time"] == b.metrics["time"]


def test_live_changes_act_at_once() -> None:
    exhibit = make(model="schnakenberg")
    exhibit.advance(100)
    version = exhibit.scene_version
    exhibit.set(exhibit.params.replaced(sch_dt=0.005))
    assert exhibit.scene_version == version
    exhibit.advance(100)
    assert exhibit.frame().metrics["time"] == pytest.approx(1.5)
    exhibit.set(exhibit.params.replaced(gs_F=0.05))  # not this model's
    assert exhibit.scene_version == version
    exhibit.set(exhibit.params.replaced(sch_Dv=8.0))
    assert exhibit.scene_version == version + 1
    assert math.isnan(exhibit.frame().metrics["predicted_wavelength"])
    assert "stable to every small wave" in exhibit.frame().words["theory"]


@each_setting
def test_frame_and_scene_are_complete(setting: dict) -> None:
    exhibit = make(**setting)
    exhibit.advance(20)
    frame, scene = exhibit.frame(), exhibit.scene()
    for name, (low, high) in frame.ranges.items():
        assert low < high and low <= frame.arrays[name].min() and frame.arrays[name].max() <= high
    assert frame.arrays["u"].dtype == frame.arrays["spectrum_power"].dtype == np.float32
    assert frame.arrays["spectrum_k"].shape == frame.arrays["spectrum_power"].shape
    assert scene.arrays["map_class"].shape == scene.arrays["map_y"].shape + scene.arrays["map_x"].shape
    assert scene.arrays["map_class"].max() < len(KINDS) and len(np.unique(scene.arrays["map_class"])) > 1
    values = [getattr(exhibit.params, name) for name in exhibit.model.plane]
    assert [scene.metrics["point_x"], scene.metrics["point_y"]] == values


def test_the_linear_ring_runs_out_of_numbers_and_says_so() -> None:
    exhibit = make(model="ring-1952", ring_reaction="linear", ring_dt=0.2)
    exhibit.advance(1000)
    assert exhibit.diverged() is None
    exhibit.advance(20_000)
    assert exhibit.diverged() in ("u", "v")
    low, high = exhibit.frame().ranges["u"]
    assert math.isfinite(low) and math.isfinite(high)


def test_the_nonlinear_ring_settles_into_waves() -> None:
    exhibit = make(model="ring-1952")
    exhibit.advance(40_000)
    assert exhibit.diverged() is None
    frame = exhibit.frame()
    assert frame.metrics["contrast"] > 0.1
    assert frame.arrays["kymograph"].shape == (200, 20)
    assert 20 / frame.metrics["measured_wavelength"] in (pytest.approx(3), pytest.approx(4))


def test_noise_that_has_nearly_died_grows_once_diffusion_allows() -> None:
    """From 1e-5, where a step is lost in the last digit of u, as fast as the fastest wave of theory."""
    exhibit = make(model="schnakenberg", start="noise", sch_Du=1.0, sch_Dv=7.5, sch_dt=0.02)
    exhibit.advance(4800)
    assert exhibit.frame().metrics["contrast"] < 2e-5
    exhibit.set(exhibit.params.replaced(sch_Dv=12.0))
    exhibit.advance(1500)  # until the fastest wave leads
    early = exhibit.frame().metrics
    exhibit.advance(500)
    rate = math.log(exhibit.frame().metrics["contrast"] / early["contrast"]) / 10
    assert rate == pytest.approx(exhibit.prediction.growth, rel=0.1)
    assert exhibit.frame().metrics["contrast"] < 0.02


def test_live_changes_and_touches_leave_what_is_faint_as_it_is() -> None:
    exhibit = make(model="schnakenberg", start="noise", sch_Dv=7.5)
    exhibit.advance(4000)
    before = exhibit.grid.deviations()
    exhibit.poke(Paint(x=20, y=20, radius=3))
    for now, then in zip(exhibit.grid.deviations(), before, strict=True):
        np.testing.assert_array_equal(now[:80, 40:], then[:80, 40:])
    fields = exhibit.grid.fields()
    exhibit.set(exhibit.params.replaced(sch_a=0.15))
    assert exhibit.grid.base == pytest.approx((1.05, 0.9 / 1.05**2))
    for now, then in zip(exhibit.grid.fields(), fields, strict=True):
        np.testing.assert_allclose(now, then, atol=2e-7)


def test_a_state_saved_by_an_earlier_version_is_refused_with_a_sentence() -> None:
    exhibit = make()
    u, v = exhibit.grid.fields()
    before = exhibit.frame().arrays["u"]
    with pytest.raises(ValueError, match="saved by an earlier version"):
        exhibit.load_state_dict({"u": u, "v": v, "clock": exhibit.clock.state_dict(), "kymograph": None})
    with pytest.raises(ValueError, match=r"of \(64, 64\) cells, not of \(128, 128\)"):
        exhibit.load_state_dict({**exhibit.state_dict(), "deviations": [u[:64, :64], v[:64, :64]]})
    np.testing.assert_array_equal(exhibit.frame().arrays["u"], before)


@pytest.mark.parametrize("values", [{}, {"ring_mu": 2.0, "ring_dt": 0.1}, {"ring_mu": 1.2, "ring_nu": 0.1}], ids=str)
def test_no_concentration_on_the_ring_is_ever_negative(values: dict) -> None:
    exhibit, least = make(model="ring-1952", **values), 1.0
    for _ in range(3000):
        exhibit.advance(5)
        least = min(least, *(float(field.min()) for field in exhibit.grid.fields()))
    assert least == 0, "somewhere Y is used up, and that is where it stops"
    assert exhibit.frame().metrics["contrast"] > 0.1


def test_turings_own_values_stand_at_onset_and_the_defaults_beyond() -> None:
    own = make(model="ring-1952", ring_mu=0.5, ring_nu=0.25).prediction
    default = make(model="ring-1952").prediction
    assert own.critical_ratio == pytest.approx(0.5 / 0.25) and own.kind == "stable"
    assert default.modes_growth[4] > default.modes_growth[3] > 0.7 * default.modes_growth[4]


def test_contrast_is_that_of_the_deviation_not_of_u_as_rounded() -> None:
    """A wave of 1e-9 about u = 1 is below the last digit of u in float32, and yet it is there."""
    exhibit = make(model="schnakenberg", start="noise")
    wave = 1e-9 * np.cos(2 * np.pi * 9 * np.arange(128) / 128) * np.ones((128, 1))
    exhibit.grid.store_deviations(wave, -wave)
    assert np.ptp(exhibit.grid.fields()[0]) == 0
    assert exhibit.frame().metrics["contrast"] == pytest.approx(1e-9 / math.sqrt(2), rel=1e-3)


def test_two_cells_grow_apart_as_in_turings_example() -> None:
    """Alone the difference x, y changes by 5 x - 6 y - x and 6 x - 7 y - 9 y: at (3, 1) by twice that."""
    (card,) = (card for card in Turing.cards if card.title == "Turing's two cells")
    exhibit = Turing(Turing.Params(**card.values), seed=0)
    assert exhibit.prediction.modes_growth[1] == pytest.approx(2) and exhibit.prediction.growth == pytest.approx(2)
    assert exhibit.prediction.modes_growth[0] == pytest.approx(-1, abs=1e-6)
    difference = np.array([[0.03, -0.03]])
    exhibit.grid.store(difference, difference / 3)
    exhibit.advance(400)
    (x, x2), (y, _) = (field[0] for field in exhibit.grid.fields())
    assert x == pytest.approx(0.03 * (1 + 2 * 0.005) ** 400, rel=1e-4)
    assert (x2, y) == pytest.approx((-x, x / 3), rel=1e-4)


@pytest.mark.parametrize("a", [-1.0, -0.5])
def test_blotches_have_no_size_of_their_own(a: float) -> None:
    """With a = d, b = c = 1 and mu = nu = 1/4 the wave s of N grows at a + 1 - sin^2(pi s / N), s = 0 the fastest."""
    values = {"ring_a": a, "ring_b": 1.0, "ring_c": 1.0, "ring_d": a, "ring_mu": 0.25, "ring_nu": 0.25}
    theory = make(model="ring-1952", ring_reaction="linear", ring_cells=60, **values).prediction
    np.testing.assert_allclose(theory.modes_growth, a + 1 - np.sin(np.pi * np.arange(31) / 60) ** 2, atol=1e-12)
    assert math.isnan(theory.wavelength)


def test_a_row_through_time_is_the_middle_row_every_so_many_steps() -> None:
    exhibit = make(model="brusselator", through_time=True, start="noise", br_B=11.0, br_Du=5.0, br_Dv=5.0)
    assert "kymograph" not in make(model="brusselator").frame().arrays
    rows = []
    for _ in range(5):
        exhibit.advance(20)
        rows.append(exhibit.frame().arrays["u"][64])
    exhibit.advance(7)
    np.testing.assert_array_equal(exhibit.frame().arrays["kymograph"][-5:], rows)
    assert len(np.unique(rows, axis=0)) == 5
    wide = make(model="brusselator", through_time=True, size="512")
    assert wide.frame().arrays["kymograph"].shape == (200, 256)


def test_a_standing_pattern_does_not_swing_and_an_oscillation_does() -> None:
    swing = {}
    for B, D in ((11.0, 5.0), (7.0, 17.5)):
        exhibit = make(model="brusselator", through_time=True, br_B=B, br_Du=5.0, br_Dv=D)
        assert ("A row through time" in exhibit.prediction.sentence) is False
        exhibit.advance(24_000)
        swing[B] = exhibit.frame().metrics["swing"]
    assert swing[11.0] > 0.5 and swing[7.0] < 0.1
    hint = make(model="brusselator", br_B=11.0, br_Du=5.0, br_Dv=5.0).prediction.sentence
    assert hint.endswith("“A row through time”, under *Set up*, shows it.")
