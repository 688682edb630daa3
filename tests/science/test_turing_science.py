"""Longer numeric checks of the Turing patterns: against py-pde, linear theory and the literature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import ndimage

from engine.exhibit import Card
from engine.exhibits.turing import CLASSES, LETTERS, PLANAR, RINGS, Paint, Turing
from engine.exhibits.turing.grid import CompiledGrid, Step
from engine.exhibits.turing.models import gray_scott
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.theory import dispersion, lattice_square

pytestmark = pytest.mark.science
DEFAULTS = TuringParams()


def test_gray_scott_equals_py_pde() -> None:
    pde = pytest.importorskip("pde")
    exhibit = Turing(DEFAULTS.replaced(size="128"), seed=0)
    u, v = exhibit.grid.fields()
    grid = pde.CartesianGrid([(0, 128), (0, 128)], 128, periodic=True)
    equation = pde.PDE(
        {"u": "0.2097*laplace(u) - u*v**2 + 0.037*(1-u)", "v": "0.1049*laplace(v) + u*v**2 - (0.037+0.06)*v"}
    )
    start = pde.FieldCollection([pde.ScalarField(grid, u), pde.ScalarField(grid, v)])
    want = equation.solve(start, t_range=300, dt=1, solver="euler", backend="numpy", tracker=None)
    exhibit.advance(300)
    for got, field in zip(exhibit.grid.fields(), want, strict=True):
        np.testing.assert_allclose(got, field.data, atol=1e-4)


WAVES = [
    ("gray-scott", {}, 6, 128),
    ("gray-scott upper state", {"gs_F": 0.06, "gs_k": 0.0622}, 9, 128),
    ("schnakenberg", {}, 10, 128),
    ("gierer-meinhardt", {}, 10, 128),
    ("brusselator", {}, 13, 128),
    ("fitzhugh-nagumo", {}, 10, 128),
    ("linear", {}, 3, 20),
    ("nonlinear", {}, 3, 20),
]


@pytest.mark.parametrize(("name", "values", "waves", "width"), WAVES)
def test_a_single_wave_grows_as_the_lattice_says(name: str, values: dict, waves: int, width: int) -> None:
    """Seed one eigenvector of the linearised step and follow its amplitude for half an e-fold."""
    model = RINGS[name] if name in RINGS else PLANAR[name.split()[0]]
    params = DEFAULTS.replaced(**values)
    constants, D, dt = model.constants(params), model.diffusivities(params), model.time_step(params)
    state = model.base(*constants) if "upper" in name else model.rest(*constants)
    k = 2 * math.pi * waves / width
    fu, fv, gu, gv = (float(entry) for entry in model.jacobian(*state, *constants))
    x = float(lattice_square(k))
    rates, vectors = np.linalg.eig(np.array([[fu - D[0] * x, fv], [gu, gv - D[1] * x]]))
    top = int(np.argmax(rates.real))
    assert rates.imag[top] == 0
    rate, vector = float(rates.real[top]), vectors[:, top].real
    wave = 3e-3 * np.cos(k * np.arange(width))[None, :] * np.ones((1 if name in RINGS else 8, 1))
    lattice = CompiledGrid(*(float(s) + part * wave for s, part in zip(state, vector, strict=True)), (True, True))
    step, main = Step(model.reaction, constants, D, dt), int(np.argmax(np.abs(vector)))

    def amplitude() -> float:
        return float((lattice.fields()[main].astype(float) * wave).sum() / (wave**2).sum())

    steps = max(1, round(0.5 / abs(rate) / dt))
    before = amplitude()
    lattice.advance(steps, step, cores=1)
    measured = math.log(amplitude() / before) / (steps * dt)
    assert measured == pytest.approx(math.log1p(rate * dt) / dt, rel=0.02)


NEAR_ONSET = [
    ("schnakenberg", {"sch_Dv": 9.5}, 40_000),
    ("gierer-meinhardt", {"gm_Dv": 9.5}, 40_000),
    ("brusselator", {"br_B": 8.8}, 20_000),
]


@pytest.mark.parametrize(("name", "values", "steps"), NEAR_ONSET)
def test_near_onset_the_pattern_has_the_predicted_wavelength(name: str, values: dict, steps: int) -> None:
    exhibit = Turing(DEFAULTS.replaced(model=name, start="noise", size="128", **values), seed=0)
    exhibit.advance(steps)
    metrics = exhibit.frame().metrics
    assert metrics["contrast"] > 0.03
    assert metrics["wavelength_ratio"] == pytest.approx(1, abs=0.1)


SPREADING = [sample for sample in CLASSES if sample[0] in "αβγδεηθικλμπ" or sample == ("ζ", 0.026, 0.059)]
"""Classes that one square of 20 by 20 cells starts: ν and the other ζ die of it, ξ burns out, ρ and σ want more."""


@pytest.mark.parametrize(("name", "F", "k"), SPREADING)
def test_pearson_patterns_need_a_finite_seed(name: str, F: float, k: float) -> None:
    """(1, 0) is stable to every wave, small noise dies, and yet a finite seed spreads."""
    J = gray_scott.jacobian(1.0, 0.0, F, k)
    assert dispersion(J, (0.2097, 0.1049)).growth.max() < 0
    params = DEFAULTS.replaced(gs_F=F, gs_k=k, start="centre")
    exhibit = Turing(params, seed=0)
    seeded = (exhibit.frame().arrays["v"] > 0.1).sum()
    exhibit.advance(5000)
    assert (exhibit.frame().arrays["v"] > 0.1).sum() > 1.5 * seeded
    noise = 0.01 * np.abs(np.random.default_rng(0).standard_normal((2, 256, 256)))
    exhibit.grid.store(1 - noise[0], noise[1])
    exhibit.advance(4000)
    assert exhibit.frame().metrics["mean_v"] < 1e-6


def test_inside_its_sliver_gray_scott_is_a_turing_system() -> None:
    params = DEFAULTS.replaced(start="noise", gs_F=0.06, gs_k=0.0622, size="128")
    exhibit = Turing(params, seed=0)
    assert exhibit.scene().words["kind"] == "Turing"
    exhibit.advance(9000)
    metrics = exhibit.frame().metrics
    assert metrics["contrast"] > 0.1 and metrics["wavelength_ratio"] == pytest.approx(1, abs=0.15)


def test_every_model_on_a_square_makes_patterns_with_its_defaults() -> None:
    for name in PLANAR:
        exhibit = Turing(DEFAULTS.replaced(model=name), seed=0)
        exhibit.advance(2400)  # one second at the default speed
        early = exhibit.frame().arrays["u"].std()
        exhibit.advance(9600)
        assert exhibit.diverged() is None
        assert exhibit.frame().arrays["u"].std() > 0.1 and early > 0.05


def in_double(fields: tuple[np.ndarray, np.ndarray], step: Step, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Euler steps on a torus in float64."""

    def lap(w: np.ndarray) -> np.ndarray:
        return np.roll(w, 1, 0) + np.roll(w, -1, 0) + np.roll(w, 1, 1) + np.roll(w, -1, 1) - 4 * w

    u, v = fields
    for _ in range(steps):
        f, g = step.reaction(u, v, *step.constants)
        u, v = u + step.dt * (f + step.D[0] * lap(u)), v + step.dt * (g + step.D[1] * lap(v))
    return u, v


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("Dv", "height"), [(9.0, 0.05), (9.5, 0.2)])
def test_noise_that_died_for_seconds_grows_as_in_double_precision(seed: int, Dv: float, height: float) -> None:
    """Two seconds at the default speed below onset, then beyond it: every 4,000 steps the contrast is the same."""
    params = DEFAULTS.replaced(model="schnakenberg", start="noise", size="128", sch_Dv=7.5, sch_dt=0.02, seed=seed)
    exhibit = Turing(params, seed=seed)
    u, v = (
        base + field.astype(float) for base, field in zip(exhibit.grid.base, exhibit.grid.deviations(), strict=True)
    )
    for values, stretches in (({}, 1), ({"sch_Dv": Dv}, 9)):
        exhibit.set(params.replaced(**values))
        for _ in range(stretches):
            exhibit.advance(4800)
            u, v = in_double((u, v), exhibit._step(), 4800)
            assert exhibit.frame().metrics["contrast"] == pytest.approx(u.std(), rel=0.02)
    assert u.std() > height


@pytest.mark.parametrize("seed", range(3))
def test_what_was_left_alone_for_minutes_still_wakes_up(seed: int) -> None:
    """Noise below the last digit of u = 1 does not vanish altogether: from it a pattern takes some ten seconds."""
    params = DEFAULTS.replaced(model="schnakenberg", start="noise", size="128", sch_Dv=7.5, sch_dt=0.02, seed=seed)
    exhibit = Turing(params, seed=seed)
    exhibit.advance(60 * 2400)
    assert exhibit.frame().metrics["contrast"] < 1e-6
    exhibit.set(params.replaced(sch_Dv=9.5))
    exhibit.advance(12 * 2400)
    metrics = exhibit.frame().metrics
    assert metrics["contrast"] > 0.1 and metrics["wavelength_ratio"] == pytest.approx(1, abs=0.1)


def test_the_same_pattern_measures_the_same_on_grids_of_every_size() -> None:
    found = {}
    for size in ("128", "256", "512", "1024"):
        params = DEFAULTS.replaced(model="brusselator", start="noise", size=size, br_Du=2.0, br_Dv=5.0)
        exhibit = Turing(params, seed=0)
        exhibit.advance(3000)
        found[size] = exhibit.frame().metrics["measured_wavelength"]
    assert 6 < found["256"] < 7
    for wavelength in found.values():
        assert wavelength == pytest.approx(found["256"], rel=0.03)


def hole(exhibit: Turing) -> tuple[float, float]:
    """Where the middle of what lacks v is on a torus: x to the right, y downwards, in cells."""
    v = exhibit.grid.fields()[1]
    lack, turn = np.clip(np.median(v) - v - 0.05, 0, None), 2 * np.pi * (np.arange(len(v)) + 0.5) / len(v)
    x, y = (np.angle(lack.sum(axis=axis) @ np.exp(1j * turn)) * len(v) / (2 * np.pi) for axis in (0, 1))
    return float(x), float(y)


@pytest.mark.parametrize("seed", range(3))
def test_a_u_skate_glides_straight_at_its_one_speed(seed: int) -> None:
    """Closed end first, .0016 cells a step, on and on, over the edge of the torus too."""
    (card,) = (card for card in Turing.cards if card.title == "U-skates")
    exhibit = Turing(Turing.Params(**card.values), seed=seed)
    exhibit.advance(20_000)
    size, (x, y) = int(exhibit.params.size), hole(exhibit)
    for _ in range(6):
        exhibit.advance(20_000)
        x_before, y_before = x, y
        x, y = hole(exhibit)
        assert ((y - y_before) % size) / 20_000 == pytest.approx(0.0016, rel=0.02)
        assert abs((x - x_before + size / 2) % size - size / 2) < 0.5


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.title)
def test_at_every_letter_something_grows_from_its_start(letter: Card, seed: int) -> None:
    exhibit = Turing(DEFAULTS.replaced(**letter.values), seed=seed)
    for expectation in letter.expects:
        exhibit.advance(expectation.steps)
        assert expectation.holds(exhibit.frame().metrics), expectation.says


def test_between_two_uniform_states_the_front_goes_the_way_the_letter_says() -> None:
    for name, sign in (("ρ", -1), ("σ", 1)):
        (letter,) = (letter for letter in LETTERS if letter.title == name)
        exhibit = Turing(DEFAULTS.replaced(**letter.values), seed=0)
        exhibit.advance(1000)
        early = exhibit.frame().metrics["mean_v"]
        exhibit.advance(4000)
        assert sign * (exhibit.frame().metrics["mean_v"] - early) > 0.02


def test_spots_become_stripes_when_fed_more() -> None:
    """In stripes catalyst covers twice as much, in one piece: the share of it that touches a neighbour's grows."""
    (card,) = (card for card in Turing.cards if card.title == "Spots to stripes")
    exhibit = Turing(Turing.Params(**card.values), seed=0)
    exhibit.advance(24_000)
    spots = pieces(exhibit)
    for part in np.linspace(0.1, 1, 10):
        F, k = round(0.035 + part * 0.015, 4), round(0.065 - part * 0.003, 4)
        exhibit.set(exhibit.params.replaced(gs_F=F, gs_k=k))
        exhibit.advance(2400)
    exhibit.advance(24_000)
    assert spots > 250 and pieces(exhibit) < spots / 4


def pieces(exhibit: Turing) -> int:
    """How many regions with catalyst there are."""
    return int(ndimage.label(exhibit.grid.fields()[1] > 0.15)[1])


@pytest.mark.parametrize("seed", range(3))
def test_fourfold_diffusion_doubles_the_wavelength(seed: int) -> None:
    (card,) = (card for card in Turing.cards if card.title == "Twice the wavelength")
    exhibit = Turing(Turing.Params(**card.values), seed=seed)
    exhibit.advance(24_000)
    before = exhibit.frame().metrics["measured_wavelength"]
    exhibit.set(exhibit.params.replaced(sch_Du=2.0, sch_Dv=40.0))
    exhibit.advance(24_000)
    assert exhibit.frame().metrics["measured_wavelength"] / before == pytest.approx(2, rel=0.06)


def test_a_wound_heals_to_another_pattern_of_the_same_kind() -> None:
    (card,) = (card for card in Turing.cards if card.title == "Heal a wound")
    exhibit = Turing(Turing.Params(**card.values), seed=0)
    exhibit.advance(40_000)
    before, was = exhibit.frame().metrics, exhibit.grid.fields()[1]
    exhibit.poke(Paint(x=226, y=128, x0=30, y0=128, radius=28, what="erase"))
    assert exhibit.frame().metrics["mean_v"] < 0.85 * before["mean_v"]
    exhibit.advance(20_000)
    after, now = exhibit.frame().metrics, exhibit.grid.fields()[1]
    assert after["mean_v"] == pytest.approx(before["mean_v"], rel=0.03)
    assert after["measured_wavelength"] == pytest.approx(before["measured_wavelength"], rel=0.05)
    wound, rest = (slice(112, 144), slice(40, 216)), (slice(0, 64), slice(None))
    assert np.corrcoef(now[wound].ravel(), was[wound].ravel())[0, 1] < 0.6
    assert np.corrcoef(now[rest].ravel(), was[rest].ravel())[0, 1] > 0.8


def test_on_the_ring_the_fastest_wave_wins_often_and_not_always() -> None:
    """Over 20 seeds four waves, which grow fastest, and three, nearly as fast, both come out on top now and then."""
    ends = []
    for seed in range(20):
        exhibit = Turing(DEFAULTS.replaced(model="ring-1952", seed=seed), seed=seed)
        exhibit.advance(60_000)
        ends.append(round(20 / exhibit.frame().metrics["measured_wavelength"]))
    assert set(ends) == {3, 4} and min(ends.count(3), ends.count(4)) >= 5


@pytest.mark.parametrize("seed", range(3))
def test_stripes_take_over_from_spots_where_the_amplitude_equations_say_so(seed: int) -> None:
    (card,) = (card for card in Turing.cards if card.title == "Spots or stripes, foretold")
    exhibit = Turing(Turing.Params(**card.values, seed=seed), seed=seed)
    exhibit.advance(24_000)
    spots = exhibit.frame().metrics
    curves, d = exhibit.scene().arrays, exhibit.scene().metrics["ratio"]
    foretold = np.interp(d, curves["amplitude_d"], curves["amplitude_spots"])
    assert spots["contrast"] == pytest.approx(foretold, rel=0.15) and spots["skewness"] > 0.8
    exhibit.set(exhibit.params.replaced(br_A=2.07, br_B=4.0))
    assert "stripes win" in exhibit.prediction.competition.sentence
    exhibit.advance(36_000)
    stripes, curves = exhibit.frame().metrics, exhibit.scene().arrays
    foretold = np.interp(d, curves["amplitude_d"], curves["amplitude_stripes"])
    assert stripes["contrast"] == pytest.approx(foretold, rel=0.15) and abs(stripes["skewness"]) < 0.2


HOLES = [
    ({"model": "schnakenberg", "sch_a": 0.05, "sch_b": 1.0, "sch_Du": 1.0, "sch_Dv": 7.8, "sch_dt": 0.03}, 48_000),
    ({"model": "brusselator", "br_A": 3.0, "br_B": 7.0, "br_Du": 2.0, "br_Dv": 7.0, "br_dt": 0.02}, 12_000),
]


@pytest.mark.parametrize(("values", "steps"), HOLES)
def test_holes_stand_where_the_quadratic_coefficient_is_negative(values: dict, steps: int) -> None:
    exhibit = Turing(DEFAULTS.replaced(start="noise", size="128", **values), seed=0)
    assert "holes win" in exhibit.prediction.competition.sentence
    exhibit.advance(steps)
    assert exhibit.frame().metrics["skewness"] < -0.6


@pytest.mark.parametrize("seed", range(3))
def test_hysteresis_is_where_the_amplitude_equations_say(seed: int) -> None:
    """Spots outlive their onset, D_v = 14.92, down to about the ratio from which they are foretold."""
    (card,) = (card for card in Turing.cards if card.title == "Spots that outlive their onset")
    exhibit = Turing(Turing.Params(**card.values, seed=seed, size="128"), seed=seed)
    exhibit.advance(14_400)
    start, onset, _, _ = exhibit.prediction.competition.thresholds
    assert 2 * start == pytest.approx(14.16, abs=0.01) and 2 * onset == pytest.approx(14.92, abs=0.01)
    for Dv, stands in ((14.6, True), (14.0, False), (14.6, False)):
        exhibit.set(exhibit.params.replaced(br_Dv=Dv))
        exhibit.advance(9600)
        assert (exhibit.frame().metrics["contrast"] > 0.1) == stands
