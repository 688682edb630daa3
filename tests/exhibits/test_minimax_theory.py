"""The two-player toy: games, methods, and theory against measurement."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch.nn.functional import softplus

from engine.exhibits.minimax import GAMES, METHODS, Minimax
from engine.exhibits.minimax.params import MinimaxParams
from engine.exhibits.minimax.race import TRAIL, Race
from engine.exhibits.minimax.theory import eigenvalues, fitted_eigenvalues, radius

SMOOTH = [name for name, game in GAMES.items() if game.at_equilibrium(MinimaxParams()) is not None]
LINEAR = [
    {"game": "bilinear"},
    {"game": "quadratic", "a": 0.3, "b": 0.8, "c": 0.1},
    {"game": "quadratic", "a": 0.0, "b": 1.0, "c": 0.5},
    {"game": "quadratic", "a": -0.1, "b": 1.0, "c": 0.3},
]
NEAR = [{"game": "dirac"}, {"game": "dirac-ns"}, {"game": "dirac-r1", "gamma": 0.3}, {"game": "dirac-r1", "gamma": 2.0}]
each_game = pytest.mark.parametrize("name", GAMES)
each_method = pytest.mark.parametrize("index", range(len(METHODS)), ids=[method.name for method in METHODS])
by_values = {"ids": lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else str(value)}
SIMULTANEOUS, ALTERNATING, EXTRAGRADIENT, OPTIMISTIC, MOMENTUM, CONSENSUS = range(6)


def make(**values: object) -> Minimax:
    params = MinimaxParams(**values)
    return Minimax(params, seed=params.seed)


def race(start: tuple[float, float] = (1.0, 0.5), **values: object) -> Race:
    return Race(MinimaxParams(**values), np.array(start))


def walk(one: Race, moves: int) -> np.ndarray:
    """Positions after each move, (moves + 1, M, 2)."""
    found = [one.w.copy()]
    for _ in range(moves):
        one.read_slopes()
        one.go_halfway()
        one.land()
        found.append(one.w.copy())
    return np.array(found)


def only(*indices: int) -> dict[str, bool]:
    return {method.name: i in indices for i, method in enumerate(METHODS)}


# ---- the games ------------------------------------------------------------------------------------------------------


@each_game
def test_the_field_is_the_slope_of_the_objectives(name: str) -> None:
    game, h = GAMES[name], 1e-6
    constants = game.values(MinimaxParams(a=0.4, c=-0.2, gamma=0.7))
    for x, y in np.random.default_rng(0).uniform(-2, 2, (20, 2)):
        down = (game.objectives(x + h, y, *constants)[0] - game.objectives(x - h, y, *constants)[0]) / (2 * h)
        up = (game.objectives(x, y + h, *constants)[1] - game.objectives(x, y - h, *constants)[1]) / (2 * h)
        np.testing.assert_allclose(game.field(x, y, *constants), (-down, up), atol=1e-8)


@pytest.mark.parametrize("gamma", [0.0, 0.8])
def test_the_dirac_gan_is_what_autograd_makes_of_its_definition(gamma: float) -> None:
    """D(s) = psi s, data at 0, generated at theta, losses written with torch's softplus and a penalty by autograd."""
    for theta, psi in np.random.default_rng(1).uniform(-4, 4, (20, 2)):
        t, p = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (theta, psi))
        at = torch.zeros((), dtype=torch.float64, requires_grad=True)
        real, fake = p * at, p * t
        (slope,) = torch.autograd.grad(real, at, create_graph=True)
        value = -softplus(-real) - softplus(-fake)
        want_theta = -torch.autograd.grad(value, t, retain_graph=True)[0]
        want_psi = torch.autograd.grad(value - gamma / 2 * slope**2, p)[0]
        got = GAMES["dirac-r1"].field(theta, psi, gamma)
        np.testing.assert_allclose(got, (want_theta.item(), want_psi.item()), atol=1e-12)
        if gamma == 0:
            np.testing.assert_array_equal(GAMES["dirac"].field(theta, psi), got)


@each_game
def test_the_equilibrium_is_the_origin(name: str) -> None:
    game = GAMES[name]
    np.testing.assert_array_equal(game.field(0.0, 0.0, *game.values(MinimaxParams())), (0, 0))


@pytest.mark.parametrize("name", SMOOTH)
def test_the_jacobian_is_the_derivative_at_the_equilibrium(name: str) -> None:
    game, h = GAMES[name], 1e-6
    constants = game.values(MinimaxParams(a=0.4, c=-0.2, gamma=0.7))
    by_x = (np.array(game.field(h, 0.0, *constants)) - game.field(-h, 0.0, *constants)) / (2 * h)
    by_y = (np.array(game.field(0.0, h, *constants)) - game.field(0.0, -h, *constants)) / (2 * h)
    np.testing.assert_allclose(game.jacobian(0.0, 0.0, *constants), np.stack([by_x, by_y], axis=-1), atol=1e-9)


@each_game
def test_the_jacobian_is_the_derivative_of_the_field_anywhere(name: str) -> None:
    game, h = GAMES[name], 1e-6
    constants = game.values(MinimaxParams(a=0.4, c=-0.2, gamma=0.7))
    for x, y in np.random.default_rng(2).uniform(-2, 2, (20, 2)):
        by_x = (np.array(game.field(x + h, y, *constants)) - game.field(x - h, y, *constants)) / (2 * h)
        by_y = (np.array(game.field(x, y + h, *constants)) - game.field(x, y - h, *constants)) / (2 * h)
        np.testing.assert_allclose(game.jacobian(x, y, *constants), np.stack([by_x, by_y], axis=-1), atol=1e-8)


@pytest.mark.parametrize("values", [{"g0": 0.0}, {"lam": 0.0}])
def test_without_a_target_or_a_penalty_wgan_gp_is_linear_and_nobody_speaks_of_a_jump(values: dict) -> None:
    exhibit = make(game="dirac-wgan-gp", eta=0.2, **values)
    exhibit.advance(60)
    frame = exhibit.frame()
    assert "jumps" not in frame.words["verdict"]
    for method in METHODS:
        assert frame.metrics[f"measured_{method.name}"] == pytest.approx(frame.metrics[f"promised_{method.name}"])
    jumping = make(game="dirac-wgan-gp", eta=0.2)
    jumping.advance(10)
    assert "jumps" in jumping.frame().words["verdict"]
    assert math.isnan(jumping.frame().metrics["limit_extragradient"])


def test_wgan_gp_has_no_jacobian_because_its_field_jumps() -> None:
    game = GAMES["dirac-wgan-gp"]
    above, below = game.field(0.0, 1e-12, 1.0, 0.3), game.field(0.0, -1e-12, 1.0, 0.3)
    assert above[1] == pytest.approx(0.3) and below[1] == pytest.approx(-0.3)
    assert game.jacobian(0.0, 0.0, 1.0, 0.3) is None and game.at_equilibrium(MinimaxParams()) is None


def test_far_out_nothing_overflows() -> None:
    with np.errstate(all="raise"):
        for name in ("dirac", "dirac-ns"):
            assert np.isfinite(GAMES[name].field(1e3, 1e3)).all() and np.isfinite(GAMES[name].field(1e3, -1e3)).all()


# ---- facts about x y ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("eta", [0.01, 0.1, 0.5, 1.0])
def test_simultaneous_steps_grow_by_exactly_root_one_plus_eta_squared(eta: float) -> None:
    away = np.hypot(*walk(race(eta=eta), 300)[:, SIMULTANEOUS].T)
    np.testing.assert_allclose(away[1:] / away[:-1], math.sqrt(1 + eta**2), rtol=1e-14)


@pytest.mark.parametrize("eta", [0.1, 1.0, 1.9])
def test_alternating_steps_stay_on_an_ellipse(eta: float) -> None:
    """det = 1, and x^2 + y^2 - eta x y never changes."""
    x, y = walk(race(eta=eta), 2000)[:, ALTERNATING].T
    invariant = x**2 + y**2 - eta * x * y
    np.testing.assert_allclose(invariant, invariant[0], rtol=1e-10)
    B = eta * np.array([[0, -1], [1, 0]])
    assert np.linalg.det(METHODS[ALTERNATING].matrix(B, 0, True)) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("eta", [0.05, 0.3, 0.9])
def test_extragradient_contracts_in_every_single_step(eta: float) -> None:
    away = np.hypot(*walk(race(eta=eta), 100)[:, EXTRAGRADIENT].T)
    np.testing.assert_allclose(away[1:] / away[:-1], math.sqrt((1 - eta**2) ** 2 + eta**2), rtol=1e-12)
    assert away[-1] < away[0]


def test_optimism_converges_up_to_one_over_root_three() -> None:
    factors = [
        radius(eigenvalues(GAMES["bilinear"], METHODS[OPTIMISTIC], MinimaxParams(eta=eta))) for eta in (0.577, 0.578)
    ]
    assert factors[0] < 1 < factors[1]


def test_momentum_wins_only_by_braking_in_turns() -> None:
    """At eta = 0.1; the brake may be as hard as eta < 2 (1 + beta)."""

    def factor(beta: float, order: str) -> float:
        return radius(eigenvalues(GAMES["bilinear"], METHODS[MOMENTUM], MinimaxParams(beta=beta, order=order)))

    betas = np.arange(-18, 20) / 20
    assert factor(-0.95, "alternating") == pytest.approx(1, abs=1e-12)
    assert all(factor(float(beta), "simultaneous") > 1 for beta in betas)
    for beta in betas:
        assert np.sign(round(factor(float(beta), "alternating") - 1, 12)) == np.sign(beta)


def test_without_momentum_it_is_the_method_without() -> None:
    for order, index in (("alternating", ALTERNATING), ("simultaneous", SIMULTANEOUS)):
        path = walk(race(beta=0.0, order=order, game="dirac-r1"), 50)
        np.testing.assert_allclose(path[:, MOMENTUM], path[:, index], rtol=1e-13)


# ---- theory and measurement ----------------------------------------------------------------------------------------


@each_method
@pytest.mark.parametrize("order", ["alternating", "simultaneous"])
@pytest.mark.parametrize("values", LINEAR + NEAR, **by_values)
def test_the_matrix_is_the_derivative_of_the_move(index: int, values: dict, order: str) -> None:
    one, h = race(**values, eta=0.2, ratio=1.5, beta=0.4, order=order), 1e-6
    rules, method = one.rules, METHODS[index]

    def move(z: np.ndarray) -> np.ndarray:
        w, last = z[:2], z[2:]
        g = rules.slope(w)
        return np.concatenate([method.land(w, last, g, method.halfway(w, last, g, rules), rules), w])

    J = np.stack([(move(h * e) - move(-h * e)) / (2 * h) for e in np.eye(4)], axis=-1)
    eta, A = np.diag([0.2, 0.3]), np.array(one.game.jacobian(0.0, 0.0, *one.constants))
    M = method.matrix(eta @ A, 0.4, order == "alternating", 1.0 * eta @ A.T @ A)
    np.testing.assert_allclose(J[: len(M), : len(M)], M, atol=1e-9)


def measured(one: Race, moves: int) -> Iterator[tuple[float, float]]:
    walk(one, moves)
    for i, method in enumerate(METHODS):
        found = radius(fitted_eigenvalues(one.own_path(i), method.remembers))
        yield found, radius(eigenvalues(one.game, method, one.params))


@pytest.mark.parametrize("eta", [0.03, 0.1, 0.4])
@pytest.mark.parametrize("values", LINEAR, **by_values)
def test_linear_games_grow_as_predicted(values: dict, eta: float) -> None:
    for found, want in measured(race(**values, eta=eta), 60):
        assert found == pytest.approx(want, abs=1e-6)


@pytest.mark.parametrize("values", NEAR, **by_values)
def test_dirac_gans_near_the_equilibrium_grow_as_predicted(values: dict) -> None:
    """From a distance of 1e-3 the cubic terms are 1e-6 of the linear ones: 1e-5 leaves room for a few of them."""
    for found, want in measured(race((1e-3, 5e-4), **values, eta=0.2), 60):
        assert found == pytest.approx(want, abs=1e-5)


@pytest.mark.parametrize("values", LINEAR[:3], **by_values)
def test_the_distance_itself_grows_as_predicted(values: dict) -> None:
    """Without a fit: the mean growth over 4,000 moves; an ellipse's breathing leaves at most log(3)/4000 = 3e-4."""
    path = walk(race(**values, eta=0.1), 4000)
    for i, method in enumerate(METHODS):
        away = np.hypot(*path[:, i].T)
        last = int(np.flatnonzero(away > 1e-250)[-1])
        growth = (away[last] / away[0]) ** (1 / last)
        want = radius(eigenvalues(GAMES[values["game"]], method, MinimaxParams(**values, eta=0.1)))
        assert growth == pytest.approx(want, abs=3e-4)


def test_a_fit_needs_a_path() -> None:
    assert fitted_eigenvalues(np.ones((5, 2)), False).size == 0
    assert fitted_eigenvalues(np.zeros((50, 2)), True).size == 0
    assert fitted_eigenvalues(np.full((50, 2), np.inf), True).size == 0
    assert math.isnan(radius(np.empty(0)))


def test_far_from_the_equilibrium_no_line_fits_and_the_envelope_speaks() -> None:
    exhibit = make(game="dirac", eta=0.1)
    exhibit.advance(TRAIL)
    assert fitted_eigenvalues(exhibit.race.own_path(ALTERNATING), False).size == 0
    metrics = exhibit.frame().metrics
    assert metrics["measured_alternating"] == pytest.approx(1, abs=1e-4)
    assert metrics["measured_simultaneous"] > 1.0001 and metrics["measured_extragradient"] < 0.9999


# ---- what Mescheder et al. found -----------------------------------------------------------------------------------


def test_the_unregularised_dirac_gan_does_not_converge() -> None:
    path = walk(race((0.5, 0.0), game="dirac", eta=0.1), 6000)
    away = np.hypot(path[..., 0], path[..., 1])
    assert away[-500:, SIMULTANEOUS].min() > 1.5
    assert away[:, ALTERNATING].min() > 0.45 and away[:, ALTERNATING].max() < 0.55
    assert away[-1, EXTRAGRADIENT] < 0.01 and away[-1, OPTIMISTIC] < 0.01


def test_without_saturation_alternating_steps_creep_in_like_one_over_root_n() -> None:
    """Third-order damping only: four times the moves halve the distance; simultaneous steps stop on a circle."""
    path = walk(race((1.0, 0.0), game="dirac-ns", eta=0.2, **only(SIMULTANEOUS, ALTERNATING)), 8000)
    away = np.hypot(path[..., 0], path[..., 1])
    early, late = away[1800:2000].max(axis=0), away[7800:].max(axis=0)
    assert late[ALTERNATING] / early[ALTERNATING] == pytest.approx(0.5, abs=0.02)
    assert late[SIMULTANEOUS] / early[SIMULTANEOUS] == pytest.approx(1, abs=1e-4)


def test_r1_makes_every_method_converge() -> None:
    path = walk(race((0.5, 0.5), game="dirac-r1", gamma=0.3, eta=0.1), 3000)
    assert np.hypot(path[-1, :, 0], path[-1, :, 1]).max() < 1e-8


def test_clipping_bounds_the_critic_but_does_not_bring_gradient_steps_home() -> None:
    path = walk(race((1.0, 0.0), game="dirac-wgan", clip=0.3, eta=0.1), 5000)
    assert np.abs(path[..., 1]).max() == 0.3
    away = np.hypot(path[-1000:, :, 0], path[-1000:, :, 1])
    assert away[:, SIMULTANEOUS].max() > 0.25 and away[:, ALTERNATING].max() > 0.25


def test_wgan_gp_does_not_converge_to_the_equilibrium_and_without_a_target_it_does() -> None:
    path = walk(race((1.0, 0.5), game="dirac-wgan-gp", lam=1.0, g0=0.3, eta=0.1), 5000)
    away = np.hypot(path[-1000:, :, 0], path[-1000:, :, 1])
    stepping, consensus = away[:, :CONSENSUS], away[:, CONSENSUS]
    assert stepping.max(axis=0).min() > 0.1 and np.ptp(stepping, axis=0).min() > 0.02
    np.testing.assert_allclose(consensus, 0.3, rtol=1e-9)  # settled where the field ends on one side of its jump
    path = walk(race((1.0, 0.5), game="dirac-wgan-gp", lam=1.0, g0=0.0, eta=0.1), 3000)
    assert np.hypot(path[-1, :, 0], path[-1, :, 1]).max() < 1e-6
