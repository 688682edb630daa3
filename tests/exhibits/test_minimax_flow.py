"""The two-player toy: consensus, the largest learning rates, the continuous flow and the circle that steps stop on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from engine.exhibits.minimax import GAMES, METHODS
from engine.exhibits.minimax.params import MinimaxParams
from engine.exhibits.minimax.theory import largest_rates
from tests.exhibits.test_minimax_theory import (
    ALTERNATING,
    CONSENSUS,
    EXTRAGRADIENT,
    MOMENTUM,
    OPTIMISTIC,
    SIMULTANEOUS,
    make,
    only,
    race,
    walk,
)


@pytest.mark.parametrize("gamma", [0.1, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("eta", [0.05, 0.3])
def test_consensus_draws_inwards_by_gamma_eta_while_it_turns_by_eta(gamma: float, eta: float) -> None:
    away = np.hypot(*walk(race(eta=eta, brake=gamma), 60)[:, CONSENSUS].T)
    np.testing.assert_allclose(away[1:] / away[:-1], math.hypot(1 - gamma * eta, eta), rtol=1e-12)


@pytest.mark.parametrize("name", GAMES)
def test_the_brake_of_consensus_is_the_slope_of_half_the_fields_square(name: str) -> None:
    one, h = race(game=name, eta=0.2, ratio=1.5, brake=0.7), 1e-6

    def half_square(x: float, y: float) -> float:
        return sum(part**2 for part in one.game.field(x, y, *one.constants)) / 2

    for x, y in np.random.default_rng(0).uniform(0.1, 1.5, (10, 2)):
        down = np.array([half_square(x + h, y) - half_square(x - h, y), half_square(x, y + h) - half_square(x, y - h)])
        np.testing.assert_allclose(one.brake(np.array([x, y])), 0.7 * one.eta * down / (2 * h), atol=1e-8)


def test_up_to_which_rate_a_method_converges_is_as_worked_out_by_hand() -> None:
    """On x y: never and never (1 and more); |1 - e^2 + i e| = 1 at 1; 1/sqrt 3; 2 (1 + beta); 2 gamma/(1 + gamma^2)."""
    game, params = GAMES["bilinear"], MinimaxParams(beta=-0.3, brake=0.4)
    want = [0, 0, 1, 1 / math.sqrt(3), 1.4, 0.8 / 1.16]
    np.testing.assert_allclose(largest_rates(game, params), want, atol=2e-5)
    damped = largest_rates(GAMES["quadratic"], MinimaxParams(a=0.5, b=0.0, c=0.5))
    assert damped[:2] == [math.inf] * 2  # |1 - eta a| < 1 up to eta = 4, beyond the slider's end
    words = make(beta=-0.3).frame().words
    assert (words["limit_simultaneous"], words["limit_optimistic"]) == ("none", "0.577")
    assert make(game="quadratic", a=0.5, b=0.0, c=0.5).frame().words["limit_simultaneous"] == "all"


@pytest.mark.parametrize("index", [EXTRAGRADIENT, OPTIMISTIC, MOMENTUM, CONSENSUS])
def test_below_its_largest_rate_a_method_comes_home_and_above_it_runs_away(index: int) -> None:
    limit = largest_rates(GAMES["bilinear"], MinimaxParams())[index]
    for eta, home in ((0.97 * limit, True), (1.03 * limit, False)):
        away = np.hypot(*walk(race(eta=float(f"{eta:.3g}")), 600)[:, index].T)
        assert (away[-1] < 0.1 * away[0]) == home and (away[-1] > 10 * away[0]) != home


# ---- the continuous flow -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("eta", [0.03, 0.4, 2.0])
def test_on_xy_the_flow_turns_by_eta_and_stays_on_its_circle(eta: float) -> None:
    one = race((1.0, 0.0), eta=eta)
    walk(one, 400)
    want = np.array([math.cos(400 * eta), math.sin(400 * eta)])
    np.testing.assert_allclose(one.drift, want, atol=400 * eta * 1e-7)  # Runge-Kutta: t h^4 / 120
    np.testing.assert_array_equal(one.stream_path(1)[0], one.drift)


@pytest.mark.parametrize("name", ["dirac", "dirac-ns", "dirac-r1"])
def test_the_flow_solves_the_differential_equation(name: str) -> None:
    one = race((1.0, 0.5), game=name, eta=0.2, ratio=2.0)
    walk(one, 60)

    def right(_: float, w: np.ndarray) -> np.ndarray:
        return np.array([1.0, 2.0]) * one.game.field(w[0], w[1], *one.constants)

    want = solve_ivp(right, (0, 12), [1.0, 0.5], rtol=1e-10, atol=1e-12).y[:, -1]
    np.testing.assert_allclose(one.drift, want, atol=1e-6)


def test_the_flow_is_what_steps_become_when_they_are_short_and_is_told_of_in_the_picture() -> None:
    one = race((1.0, 0.0), game="dirac-r1", eta=0.002)
    walk(one, 500)
    plain = [SIMULTANEOUS, ALTERNATING, EXTRAGRADIENT, OPTIMISTIC]  # the others go another way
    np.testing.assert_allclose(one.w[plain], np.tile(one.drift, (4, 1)), atol=0.002)
    exhibit = make(view="fixed")
    exhibit.advance(50)
    frame = exhibit.frame()
    np.testing.assert_allclose(frame.arrays["flow"][0, -1] * 2, exhibit.race.drift, rtol=1e-6)
    assert frame.arrays["flowing"].tolist() == [1]
    exhibit.set(exhibit.params.replaced(flow=False))
    assert exhibit.frame().arrays["flowing"].tolist() == [0]


@pytest.mark.parametrize("eta", [0.05, 0.1])
def test_without_saturation_simultaneous_steps_stop_on_a_circle_of_radius_root_two_eta(eta: float) -> None:
    """From inside and from outside; to first order in eta, so to within eta of it."""
    want = math.sqrt(2 * eta)
    assert GAMES["dirac-ns"].resting(eta) == pytest.approx(want)
    for start in (0.7 * want, 1.4 * want):
        path = walk(race((start, 0.0), game="dirac-ns", eta=eta, **only(SIMULTANEOUS)), round(24 / eta**2))
        away = np.hypot(*path[-round(20 / eta) :, SIMULTANEOUS].T)
        assert away.mean() == pytest.approx(want, rel=eta)
    shown = make(game="dirac-ns", eta=eta, view="fixed").frame().arrays
    np.testing.assert_allclose(np.hypot(*shown["resting"][0].T) * 2, want, rtol=1e-5)
    assert shown["rests"].tolist() == [1] and make().frame().arrays["rests"].tolist() == [0]
    assert make(game="dirac-ns", ratio=2.0).frame().arrays["rests"].tolist() == [0]


def test_the_slider_of_the_learning_rate_is_marked_where_each_method_fails() -> None:
    exhibit = make(game="bilinear")
    marks, metrics = exhibit.Params.knobs()["eta"].marks, exhibit.frame().metrics
    assert [what for _, what in marks] == [method.label for method in METHODS]
    assert {what: round(metrics[name], 3) for name, what in marks}["Optimistic"] == 0.577
