"""The amplitude equations near onset: against closed forms, and against the patterns that really stand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from engine.exhibits.turing import PLANAR, Turing
from engine.exhibits.turing.amplitude import Coefficients, coefficients, growth_at, second, third
from engine.exhibits.turing.grid import CompiledGrid, Step
from engine.exhibits.turing.models import Model
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.prediction import predict
from tests.exhibits.test_turing import make

LONG_WAVES = 500.0
"""A diffusivity of the activator for which waves are so long that the lattice does not matter."""


def reaction(model: Model, *constants: float):
    return lambda w: np.array(model.reaction(w[0], w[1], *constants), float)


def at_onset(name: str, *constants: float, D: float = LONG_WAVES) -> Coefficients:
    model = PLANAR[name]
    state = tuple(float(value) for value in model.rest(*constants))
    found = coefficients(reaction(model, *constants), state, model.jacobian(*state, *constants), (D, D))
    assert found is not None
    return found


@pytest.mark.parametrize(("A", "B"), [(3.0, 7.0), (3.0, 5.0), (3.0, 9.0), (1.5, 3.0), (2.0, 4.0)])
def test_the_brusselator_has_the_coefficients_of_the_literature(A: float, B: float) -> None:
    """tau dA/dt = mu A + v A* A* - g |A|^2 A - ... with v and g in closed form, eta = sqrt(D_u / D_v) at onset."""
    found, eta = at_onset("brusselator", A, B), (math.sqrt(B) - 1) / A
    q = A * eta
    v = 2 * (1 - q) / (A * (1 + q))
    g = (-8 + 38 * q + 5 * q**2 - 8 * q**3) / (9 * A**3 * eta * (1 + q))
    assert found.ratio == pytest.approx(1 / eta**2)
    rate = found.g0 / g  # 1 / tau, common to all terms
    assert found.h == pytest.approx(rate * v, rel=0.01, abs=1e-6)
    hexagons = (-3 + 5 * q + 7 * q**2 - 3 * q**3) / (A**3 * eta * (1 + q))
    assert found.g1 == pytest.approx(rate * hexagons, rel=0.01)


def test_without_quadratic_terms_stripes_win_and_waves_hold_each_other_down_twice_as_much() -> None:
    """An odd reaction, u - u^3: h = 0, g_0 = 3 psi_u and g_1 = 2 g_0."""
    found = at_onset("fitzhugh-nagumo", 2.0, 0.7, 0.0)
    assert found.h == pytest.approx(0, abs=1e-8)
    assert found.g1 / found.g0 == pytest.approx(2, rel=1e-5)
    assert found.reach == pytest.approx(0, abs=1e-6)


def test_derivatives_are_those_of_the_reaction() -> None:
    F, state = reaction(PLANAR["schnakenberg"], 0.1, 0.9), np.array([1.0, 0.9])
    a, b = np.array([1.0, -0.4]), np.array([0.3, 2.0])
    # u^2 v: second derivative 2 v a_u b_u + 2 u (a_u b_v + a_v b_u), third along a: 6 a_u^2 a_v
    want = 2 * 0.9 * a[0] * b[0] + 2 * (a[0] * b[1] + a[1] * b[0])
    np.testing.assert_allclose(second(F, state, a, b), [want, -want], rtol=1e-7)
    np.testing.assert_allclose(third(F, state, a), [6 * a[0] ** 2 * a[1], -6 * a[0] ** 2 * a[1]], rtol=1e-6)


STANDING = [
    ("brusselator", {"br_A": 1.5, "br_B": 3.0, "br_Du": 3.0}, (29, 101), (2, 8), 0.04, 0.01),
    ("schnakenberg", {"sch_a": 0.3, "sch_b": 1.5, "sch_Du": 1.0}, (93, 23), (7, 2), 0.06, 0.03),
    ("schnakenberg", {"sch_a": 0.05, "sch_b": 1.0, "sch_Du": 1.0}, (81, 20), (7, 2), 0.14, 0.02),
]
"""Model, parameters, a box (width, height) that so many (across, up) waves of a hexagonal lattice fit into to 1 %, and
how far its hexagons and its stripes may be from the prediction: the terms left out are of the order of h."""


@pytest.mark.parametrize(("name", "values", "box", "waves", "of_hexagons", "of_stripes"), STANDING)
def test_hexagons_and_stripes_stand_as_tall_as_predicted(
    name: str, values: dict, box: tuple[int, int], waves: tuple[int, int], of_hexagons: float, of_stripes: float
) -> None:
    params, model = TuringParams(model=name, start="noise", **values), PLANAR[name]
    constants, (Du, _) = model.constants(params), model.diffusivities(params)
    state = tuple(float(value) for value in model.rest(*constants))
    J = model.jacobian(*state, *constants)
    found = coefficients(reaction(model, *constants), state, J, (Du, Du))
    assert found is not None
    width, height = box
    ratio = 1.005 * found.ratio
    mu = growth_at(J, (Du, Du), np.array([ratio]))
    y, x = np.mgrid[:height, :width]
    across, up = 2 * math.pi * waves[0] / width, 2 * math.pi * waves[1] / height
    assert (across, up) == pytest.approx((found.k * math.sqrt(3) / 2, found.k), rel=0.01)
    three = [np.cos(up * y), np.cos(across * x + up / 2 * y), np.cos(across * x - up / 2 * y)]
    step = Step(model.reaction, constants, (Du, ratio * Du), min(0.01, 0.2 / (ratio * Du)), model.floor)
    for pattern, size, near in (
        (math.copysign(1, found.h) * sum(three), found.hexagons(mu), of_hexagons),
        (three[0], found.stripes(mu), of_stripes),
    ):
        start = 2 * float(size[0]) * pattern
        grid = CompiledGrid(state[0] + start, state[1] - 0.7 * start, (True, True), state)
        grid.advance(round(900 / step.dt), step, cores=1)
        want = 2 * float(size[0]) * float(np.std(pattern))
        assert grid.deviations()[0].std() == pytest.approx(want, rel=near)


def test_the_thresholds_are_where_the_amplitude_equations_lose_their_states() -> None:
    """Integrated from near each state, dA/dt keeps it inside its range of mu and leaves it outside."""
    found = Coefficients(ratio=4.0, k=0.6, h=0.47, g0=1.7, g1=2.7, reach=0.2)

    def end(A: np.ndarray, mu: float) -> np.ndarray:
        def rate(_: float, A: np.ndarray) -> np.ndarray:
            total = found.g0 * A**2 + found.g1 * ((A**2).sum() - A**2)
            return mu * A + found.h * np.roll(A, 1) * np.roll(A, 2) - total * A

        return solve_ivp(rate, (0.0, 3000.0), A, method="LSODA", rtol=1e-9, atol=1e-12).y[:, -1]

    for mu, stands in ((1.02 * found.spots_from, False), (0.98 * found.spots_from, True)):
        start = abs(found.h) / (2 * (found.g0 + 2 * found.g1))
        assert (end(np.full(3, start), mu).max() > 0.01) == stands
    for mu, stands in ((0.97 * found.stripes_from, False), (1.03 * found.stripes_from, True)):
        A = end(np.array([float(found.stripes(np.array(mu))), 1e-3, 1e-3]), mu)
        assert (A[1] < 1e-6) == stands
    for mu, stands in ((0.97 * found.spots_to, True), (1.03 * found.spots_to, False)):
        size = float(found.hexagons(np.array(mu)))
        A = end(np.array([size + 1e-3, size, size]), mu)
        assert (float(np.ptp(A)) < 1e-6) == stands


SAID = [
    ({"br_A": 1.5, "br_B": 3.0, "br_Du": 2.0, "br_Dv": 8.8}, "at d = 4.4, spots win"),
    ({"br_A": 3.0, "br_B": 7.0, "br_Du": 2.0, "br_Dv": 7.0}, "at d = 3.5, holes win"),
    ({"br_A": 2.07, "br_B": 4.0, "br_Du": 2.0, "br_Dv": 8.8}, "at d = 4.4, stripes win"),
    ({"br_A": 1.5, "br_B": 2.4, "br_Du": 2.0, "br_Dv": 14.6}, "at d = 7.3, spots and the even state both hold"),
    ({"br_A": 1.5, "br_B": 2.4, "br_Du": 2.0, "br_Dv": 14.0}, "at d = 7, only the even state holds"),
    ({"br_A": 1.5, "br_B": 2.4, "br_Du": 2.0, "br_Dv": 20.0}, "d = 10 is far beyond onset"),
    ({"br_A": 4.5, "br_B": 12.0, "br_Du": 2.0, "br_Dv": 6.6}, "to third order nothing bounds it"),
    ({"br_A": 1.0, "br_B": 3.0}, "No ratio of the diffusivities lets waves grow here"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "said"), SAID)
def test_what_is_said_of_the_competition(values: dict, said: str) -> None:
    theory = predict(TuringParams(model="brusselator", br_dt=0.01, **values))
    assert said in theory.competition.sentence


def skewed(exhibit: Turing) -> float:
    return exhibit.frame().metrics["skewness"]


def test_skewness_tells_spots_from_stripes_and_holes() -> None:
    """Three equal waves that add up: E w^3 / std^3 = 12 / 6^1.5; one wave: 0."""
    exhibit = make(model="schnakenberg")
    y, x = np.mgrid[:128, :128] * 2 * np.pi / 128
    three = np.cos(8 * x) + np.cos(4 * x + 7 * y) + np.cos(4 * x - 7 * y)
    for pattern, want in ((three, 12 / 6**1.5), (-three, -12 / 6**1.5), (np.cos(8 * x), 0)):
        exhibit.grid.store(1 + 0.01 * pattern, 0.9 - 0.01 * pattern)
        assert skewed(exhibit) == pytest.approx(want, abs=1e-3)


def test_the_figure_shows_what_the_amplitude_equations_say() -> None:
    exhibit = make(model="brusselator", br_A=1.5, br_B=3.0, br_Du=2.0, br_Dv=8.8)
    scene, competition = exhibit.scene(), exhibit.prediction.competition
    d, spots = scene.arrays["amplitude_d"], scene.arrays["amplitude_spots"]
    start, onset, _, _ = competition.thresholds
    there = np.isfinite(spots)
    assert d[there].min() == pytest.approx(start, abs=2 * float(d[1] - d[0]))
    below = np.isfinite(scene.arrays["amplitude_threshold"])
    assert start - 0.01 < d[below].min() and d[below].max() < onset
    assert scene.metrics["ratio"] == pytest.approx(4.4)
    low, high = scene.arrays["amplitude_range"]
    assert low < start and high > 4.4
    ring = make(model="ring-1952").scene()
    assert np.isnan(ring.arrays["amplitude_spots"]).all()
