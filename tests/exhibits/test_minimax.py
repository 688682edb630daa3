"""The two-player toy: the race, its picture, the pointer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.exhibits.minimax import GAMES, METHODS, Minimax, Start
from engine.exhibits.minimax.params import MinimaxParams
from engine.exhibits.minimax.projection import HIGH, LOW, Projection
from engine.exhibits.minimax.race import CURVE, TRAIL, height
from engine.exhibits.minimax.theory import envelope_growth
from engine.runtime.commands import CommandError, PokeIt
from engine.runtime.run import Run
from tests.exhibits.test_minimax_theory import (
    ALTERNATING,
    EXTRAGRADIENT,
    MOMENTUM,
    SIMULTANEOUS,
    each_game,
    make,
    only,
    race,
    walk,
)

# ---- the race ------------------------------------------------------------------------------------------------------


@each_game
def test_slow_motion_equals_full_speed_and_shows_where_it_looks(name: str) -> None:
    slow, fast = make(game=name, eta=0.3), make(game=name, eta=0.3)
    for _ in range(30):
        shown = ["probes" in slow.frame().arrays for _ in slow.phases()]
        fast.advance(1)
    assert shown == [True, True, False]
    a, b = slow.frame(), fast.frame()
    for key in a.arrays:
        np.testing.assert_array_equal(a.arrays[key], b.arrays[key])
    assert a.words == b.words


def test_probes_lead_from_where_a_method_stands_to_where_it_looks() -> None:
    exhibit = make(view="fixed", eta=0.3)
    phases = exhibit.phases()
    next(phases)
    plain = exhibit.race.w + exhibit.race.slopes
    np.testing.assert_allclose(exhibit.frame().arrays["probes"], np.hstack([exhibit.race.w, plain]) / 2, rtol=1e-6)
    next(phases)
    looked = np.hstack([exhibit.race.w, exhibit.race.halves])
    np.testing.assert_allclose(exhibit.frame().arrays["probes"], looked / 2, rtol=1e-6)


def test_halfway_is_where_the_sentence_says() -> None:
    one = race((1.0, 0.5), eta=0.1)
    one.read_slopes()
    one.go_halfway()
    np.testing.assert_allclose(one.halves[ALTERNATING], (0.95, 0.5))  # only x has moved
    np.testing.assert_allclose(one.halves[EXTRAGRADIENT], (0.95, 0.6))  # looks ahead
    one.land()
    np.testing.assert_allclose(one.w[ALTERNATING], (0.95, 0.5 + 0.095))
    np.testing.assert_allclose(one.w[EXTRAGRADIENT], (1 - 0.06, 0.5 + 0.095))


def test_the_same_seed_gives_the_same_race_and_another_another() -> None:
    one, two, three = make(seed=3), make(seed=3), make(seed=4)
    for exhibit in (one, two, three):
        exhibit.advance(40)
    np.testing.assert_array_equal(one.race.w, two.race.w)
    assert not np.array_equal(one.race.start, three.race.start)
    assert math.hypot(*three.race.start) == pytest.approx(1)


def test_a_state_taken_after_changes_goes_on_bit_by_bit() -> None:
    exhibit = make(game="dirac-r1", optimistic=False)
    exhibit.advance(700)
    exhibit.set(exhibit.params.replaced(eta=0.3, optimistic=True))
    exhibit.advance(50)
    other = Minimax(exhibit.params, seed=9)
    other.load_state_dict(exhibit.state_dict())
    for one in (exhibit, other):
        one.advance(600)
    a, b = exhibit.frame(), other.frame()
    for name in a.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
    np.testing.assert_equal(a.metrics, b.metrics)


@pytest.mark.parametrize("moves", [10, CURVE - 1, CURVE, 3 * CURVE + 1, 9 * CURVE + 5])
def test_the_distance_curve_thins_out_but_stays_right(moves: int) -> None:
    one = race((1.0, 0.0), eta=0.1)
    walk(one, moves)
    at, curve = one.distance_curve(SIMULTANEOUS)
    assert len(at) <= CURVE and at[0] == 0 and moves - one.curve.stride < at[-1] <= moves
    np.testing.assert_allclose(curve, at * math.log10(math.sqrt(1.01)), atol=1e-9)


def test_the_path_is_the_last_points_in_order() -> None:
    one = race(eta=0.1)
    path = walk(one, 3 * TRAIL + 17)
    np.testing.assert_array_equal(one.paths(50)[ALTERNATING], path[-50:, ALTERNATING])
    np.testing.assert_array_equal(one.own_path(MOMENTUM), path[-TRAIL:, MOMENTUM])


def test_who_joins_later_begins_at_the_start() -> None:
    exhibit = make(**only(ALTERNATING))
    exhibit.advance(100)
    frame = exhibit.frame()
    assert frame.arrays["racing"].tolist() == [0, 1, 0, 0, 0, 0]
    assert frame.words["status_extragradient"] == "not racing"
    assert math.isnan(frame.metrics["distance_extragradient"])
    assert frame.arrays["curve_extragradient"].size == 0
    exhibit.set(exhibit.params.replaced(extragradient=True))
    np.testing.assert_array_equal(exhibit.race.w[EXTRAGRADIENT], exhibit.race.start)
    exhibit.advance(50)
    frame = exhibit.frame()
    assert frame.arrays["curve_at_extragradient"][0] == 100
    assert frame.metrics["measured_extragradient"] == pytest.approx(frame.metrics["promised_extragradient"], abs=1e-6)


def test_live_changes_move_the_theory_and_start_the_measurement_afresh() -> None:
    exhibit = make()
    exhibit.advance(100)
    version = exhibit.scene_version
    exhibit.set(exhibit.params.replaced(view="fixed"))
    assert exhibit.scene_version == version
    exhibit.set(exhibit.params.replaced(eta=0.5))
    assert exhibit.scene_version == version + 1
    assert math.isnan(exhibit.frame().metrics["measured_simultaneous"])
    exhibit.advance(20)
    assert exhibit.frame().metrics["measured_simultaneous"] == pytest.approx(math.sqrt(1.25), abs=1e-9)
    assert exhibit.frame().arrays["promise_at_simultaneous"].tolist() == [100, 120]


def test_dotted_lines_lie_on_the_curves_of_xy() -> None:
    exhibit = make()
    exhibit.advance(200)
    arrays = exhibit.frame().arrays
    for name in ("simultaneous", "extragradient"):
        assert arrays[f"promise_{name}"][-1] == pytest.approx(arrays[f"curve_{name}"][-1], rel=1e-4)


# ---- the picture ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "projection", [Projection(2.0), Projection(1e-3), Projection(1e6), Projection(1.0, logarithmic=True)]
)
def test_picture_and_plane_are_inverse(projection: Projection) -> None:
    u = np.random.default_rng(0).uniform(-0.7, 0.7, (50, 2))
    np.testing.assert_allclose(projection.to_picture(projection.to_plane(u)), u, atol=1e-9)
    np.testing.assert_array_equal(projection.to_picture(np.zeros((1, 2))), [[0, 0]])


def test_the_logarithmic_picture_shows_powers_of_ten_as_rings() -> None:
    projection = Projection(1.0, logarithmic=True)
    rings = projection.to_picture(np.array([[10.0**power, 0] for power in range(int(LOW), int(HIGH) + 1)]))[:, 0]
    np.testing.assert_allclose(np.diff(rings), 1 / (HIGH - LOW), atol=1e-12)
    assert rings[-1] == pytest.approx(1)


@pytest.mark.parametrize("logarithmic", [False, True])
def test_arrows_point_where_points_move(logarithmic: bool) -> None:
    projection, game = Projection(2.0, logarithmic), GAMES["dirac-r1"]
    arrows = projection.arrows(lambda x, y: game.field(x, y, 0.3)).astype(float)
    u, d = arrows[:, :2], arrows[:, 2:]
    w = projection.to_plane(u)
    v = np.stack(game.field(w[:, 0], w[:, 1], 0.3), axis=-1)
    step = 1e-6 * np.hypot(*w.T)[:, None] * v / np.hypot(*v.T)[:, None]
    moved = projection.to_picture(w + step) - u
    shown = np.hypot(*d.T) > 1e-6
    cosine = (moved * d).sum(axis=1) / (np.hypot(*moved.T) * np.hypot(*d.T) + 1e-30)
    inside = shown & (np.hypot(*u.T) > 0.1)
    assert inside.sum() > 200 and cosine[inside].min() > 0.999


def test_a_spiral_stays_in_view_until_its_numbers_end() -> None:
    exhibit = make(eta=2.0, **only(SIMULTANEOUS))
    for _ in range(8):
        exhibit.advance(100)
        heads = exhibit.frame().arrays["trails"][SIMULTANEOUS, -1]
        assert np.isfinite(heads).all() and np.hypot(*heads) <= 1
    assert exhibit.diverged() is None and "runs away" in exhibit.frame().words["verdict"]
    exhibit.advance(400)
    assert exhibit.diverged() == "Simultaneous"
    frame = exhibit.frame()
    assert frame.words["status_simultaneous"] and np.isfinite(frame.metrics["extent"])


def test_who_has_left_a_fixed_picture_is_told_of() -> None:
    exhibit = make(view="fixed", eta=0.3)
    exhibit.advance(100)
    assert exhibit.frame().metrics["extent"] == 2
    assert "has left the picture" in exhibit.frame().words["verdict"]


def test_the_verdict_names_who_does_what() -> None:
    exhibit = make()
    exhibit.advance(100)
    verdict = exhibit.frame().words["verdict"]
    assert (
        verdict
        == "Simultaneous runs away; Alternating circles; Extragradient, Optimistic, Momentum and Consensus close in."
    )
    exhibit = make(game="dirac-r1", eta=0.5)
    exhibit.advance(600)
    assert exhibit.frame().words["verdict"].startswith("Everybody has converged. Click anywhere")
    assert "Nobody" in make(**only()).frame().words["verdict"]


def test_an_envelope_sees_through_the_breathing_of_an_ellipse() -> None:
    x, y = walk(race(eta=1.5), TRAIL)[:, ALTERNATING].T
    assert envelope_growth(np.stack([x, y], axis=-1)) == pytest.approx(1, abs=1e-4)
    assert math.isnan(envelope_growth(np.ones((10, 2))))


# ---- the pointer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["all", "fixed", "logarithmic"])
def test_a_click_starts_everybody_from_there(view: str) -> None:
    exhibit = make(view=view)
    exhibit.advance(50)
    exhibit.poke(Start(x=0.4, y=-0.3))
    frame = exhibit.frame()
    np.testing.assert_allclose(frame.arrays["start"], [[0.4, -0.3]], atol=1e-6)
    np.testing.assert_allclose(frame.arrays["trails"][:, -1], np.tile([[0.4, -0.3]], (6, 1)), atol=1e-6)
    assert frame.metrics["moves"] == 0
    exhibit.advance(5)
    assert exhibit.frame().metrics["moves"] == 5


@pytest.mark.parametrize("view", ["all", "fixed", "logarithmic"])
@pytest.mark.parametrize("corner", [(-1, -1), (-1, 1), (1, -1), (1, 1)])
def test_a_touch_in_a_corner_arrives_as_that_corner(view: str, corner: tuple[int, int]) -> None:
    exhibit = make(view=view)
    exhibit.advance(30)
    exhibit.poke(Start(x=corner[0], y=corner[1]))
    np.testing.assert_allclose(exhibit.frame().arrays["start"], [corner], rtol=1e-6)
    assert np.sign(exhibit.race.start).tolist() == list(corner)  # y upwards: it is what the upper player holds


@pytest.mark.parametrize("view", ["all", "fixed", "logarithmic"])
def test_paths_run_through_the_picture_as_through_the_plane(view: str) -> None:
    """Upwards is larger y, and to the right larger x, in every kind of picture."""
    exhibit = make(view=view, game="dirac-r1", eta=0.2)
    exhibit.advance(40)
    trails, paths = exhibit.frame().arrays["trails"][:, -41:], exhibit.race.paths(41)
    seen = np.abs(paths) > 1e-3
    np.testing.assert_array_equal(np.sign(trails[seen]), np.sign(paths[seen]))
    np.testing.assert_allclose(trails[:, 0], np.tile(exhibit.frame().arrays["start"], (len(METHODS), 1)), rtol=1e-5)


def test_arrows_go_down_the_objective_of_x_and_up_that_of_y() -> None:
    """In the linear picture: each part of an arrow against the sign of the objective's difference quotient."""
    exhibit = make(game="dirac-ns", view="fixed")
    x, y, dx, dy = (column.astype(float) for column in exhibit.frame().arrays["arrows"].T)
    x, y, h = 2 * x, 2 * y, 1e-4
    objectives = GAMES["dirac-ns"].objectives
    down = (objectives(x + h, y)[0] - objectives(x - h, y)[0]) / (2 * h)
    up = (objectives(x, y + h)[1] - objectives(x, y - h)[1]) / (2 * h)
    plain = (np.abs(x) > 0.05) & (np.abs(y) > 0.05)
    assert plain.sum() > 200
    np.testing.assert_array_equal(np.sign(dx[plain]), -np.sign(down[plain]))
    np.testing.assert_array_equal(np.sign(dy[plain]), np.sign(up[plain]))


def test_a_click_outside_the_clip_starts_on_it() -> None:
    exhibit = make(game="dirac-wgan", clip=0.3)
    exhibit.poke(Start(x=0.2, y=0.9))
    assert exhibit.race.w[0, 1] == 0.3


@pytest.mark.parametrize(
    "event",
    [
        {}, {"kind": "paint", "x": 0, "y": 0}, {"kind": "start", "x": 2, "y": 0}, {"kind": "start", "x": "l", "y": 0},
        {"kind": "start", "x": float("nan"), "y": 0}, {"kind": "start", "x": 0, "y": -1e308},
        {"kind": "start", "x": 0, "y": 0, "z": 1}, {"kind": "start", "x": [0], "y": None},
    ],
)  # fmt: skip
def test_hostile_pokes_are_refused_with_a_sentence(event: dict) -> None:
    run = Run(Minimax, MinimaxParams())
    with pytest.raises(CommandError, match=r"not a poke: .{8,}"):
        run.submit(PokeIt(event=event))


def test_at_the_very_equilibrium_nothing_breaks() -> None:
    exhibit = make()
    exhibit.poke(Start(x=0, y=0))
    exhibit.advance(100)
    frame = exhibit.frame()
    assert exhibit.diverged() is None and np.isfinite(frame.arrays["trails"]).all()
    assert height(np.zeros((1, 2)))[0] == -300
