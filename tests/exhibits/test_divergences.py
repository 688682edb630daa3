"""Divergences: closed forms, brute force, and the exhibit's manners."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import wasserstein_distance

from engine.exhibits.divergences import Divergences, Touch
from engine.exhibits.divergences.distances import (
    crossings,
    js,
    kl,
    log_normal,
    of_gaussians,
    of_lines,
    slopes_of_gaussians,
    slopes_of_lines,
)
from engine.exhibits.divergences.exhibit import REST, SWING
from engine.exhibits.divergences.params import REACH, DivergencesParams
from engine.exhibits.divergences.show import BINS, GAP, WIDE
from engine.exhibits.divergences.transport import earth_movers, ground_cost
from engine.runtime.commands import CommandError, PokeIt
from engine.runtime.run import Run


def make(**values: object) -> Divergences:
    params = DivergencesParams(**values)
    return Divergences(params, seed=params.seed)


# ---- the distances ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theta", [-3.0, -0.01, 1e-9, 0.5, 2.0])
def test_lines_apart_are_log_2_apart_for_js_and_theta_for_w(theta: float) -> None:
    found = of_lines(theta)
    assert (found.kl, found.js, found.w) == (math.inf, math.log(2), abs(theta))
    assert (found.rkl, found.tv, found.h2) == (math.inf, 1, 1)


def test_lines_on_each_other_are_not_apart() -> None:
    assert of_lines(0.0) == (0,) * 7
    np.testing.assert_allclose(of_gaussians(0.0, 0.5), 0, atol=1e-15)


@pytest.mark.parametrize("theta", [-3.0, -0.4, 0.01, 1.0, 2.5])
@pytest.mark.parametrize("sigma", [0.05, 0.5, 1.5])
def test_gaussians_have_the_textbooks_kl_and_w(theta: float, sigma: float) -> None:
    found = of_gaussians(theta, sigma)
    assert found.kl == pytest.approx(theta**2 / (2 * sigma**2), rel=1e-9)
    assert found.w == pytest.approx(abs(theta), rel=1e-6)
    assert 0 < found.js <= math.log(2) + 1e-12


WIDTHS = [(0.5, 0.5), (0.3, 1.2), (1.5, 0.375), (0.05, 0.2)]
both_widths = pytest.mark.parametrize(("sigma", "width"), WIDTHS)


@pytest.mark.parametrize("theta", [-2.0, -0.3, 0.0, 1.0, 2.5])
@both_widths
def test_gaussians_of_any_width_have_their_closed_forms(theta: float, sigma: float, width: float) -> None:
    found = of_gaussians(theta, sigma, width)
    for value, a, b in ((found.kl, sigma, width), (found.rkl, width, sigma)):
        assert value == pytest.approx(math.log(b / a) + (a**2 + theta**2) / (2 * b**2) - 0.5, rel=1e-8, abs=1e-12)
    x = np.linspace(-20, 20, 800_001)
    p, q = np.exp(log_normal(x, 0.0, sigma)), np.exp(log_normal(x, theta, width))
    F, G = ndtr(x / sigma), ndtr((x - theta) / width)
    assert found.w == pytest.approx(float(np.trapezoid(np.abs(F - G), x)), abs=1e-7)
    assert found.tv == pytest.approx(float(np.trapezoid(np.abs(p - q), x)) / 2, abs=1e-7)
    assert found.h2 == pytest.approx(1 - float(np.trapezoid(np.sqrt(p * q), x)), abs=1e-9)
    if sigma == width:
        assert found.tv == pytest.approx(math.erf(abs(theta) / (2 * math.sqrt(2) * sigma)))  # 2 Phi(|theta| / 2s) - 1


@pytest.mark.parametrize("theta", [0.0, 0.7, 2.5])
def test_mmd_is_the_mean_of_its_kernel(theta: float) -> None:
    """Between Gaussians and between lines, by quadrature over both places."""
    sigma, width = 0.5, 0.8
    z = np.linspace(-9, 9, 601)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    unit = (np.arange(2000) + 0.5) / 2000

    def mean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.exp(-((a[:, None] - b[None, :]) ** 2) / 2)

    x, y = sigma * z, theta + width * z
    want = weight @ (mean(x, x) + mean(y, y) - 2 * mean(x, y)) @ weight
    assert of_gaussians(theta, sigma, width).mmd == pytest.approx(want, abs=1e-9)
    along = mean(unit, unit).mean()
    assert of_lines(theta).mmd == pytest.approx(2 * along * (1 - math.exp(-(theta**2) / 2)), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("theta", [-2.0, -0.3, 0.4, 1.5])
@both_widths
def test_slopes_are_what_the_distances_change_by(theta: float, sigma: float, width: float) -> None:
    h = 1e-4 * sigma
    after, before = of_gaussians(theta + h, sigma, width), of_gaussians(theta - h, sigma, width)
    for name, slope in slopes_of_gaussians(theta, sigma, width)._asdict().items():
        change = (getattr(after, name) - getattr(before, name)) / (2 * h)
        assert slope == pytest.approx(change, rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize("theta", [-2.0, 0.4, 1.5])
def test_of_the_lines_only_w_and_mmd_have_a_slope(theta: float) -> None:
    slopes, h = slopes_of_lines(theta), 1e-6
    assert math.isnan(slopes.kl) and math.isnan(slopes.rkl)  # infinite on either side
    for name in ("js", "w", "tv", "h2", "mmd"):
        change = (getattr(of_lines(theta + h), name) - getattr(of_lines(theta - h), name)) / (2 * h)
        assert getattr(slopes, name) == pytest.approx(change, abs=1e-8), name
    assert (slopes.js, slopes.tv, slopes.h2) == (0, 0, 0) and slopes.w == np.sign(theta) and slopes.mmd * theta > 0
    assert slopes_of_lines(0.0).mmd == 0 and math.isnan(slopes_of_lines(0.0).w)


@pytest.mark.parametrize(("theta", "sigma", "width"), [(1.0, 0.5, 0.5), (-0.8, 0.6, 0.9)])
def test_what_a_generator_feels_of_a_perfect_discriminator_is_what_the_page_says(
    theta: float, sigma: float, width: float
) -> None:
    """D* = p/(p + q) held fixed: E_q log(1 - D*) has the slope of 2 JS, -E_q log D* that of KL(q||p) - 2 JS."""
    slopes, h = slopes_of_gaussians(theta, sigma, width), 1e-4
    x = np.linspace(-12, 12, 40_001)
    log_p, log_q = log_normal(x, 0.0, sigma), log_normal(x, theta, width)
    log_sum = np.logaddexp(log_p, log_q)

    def slope_of(value: np.ndarray) -> float:
        ahead, behind = (np.exp(log_normal(x, theta + step, width)) for step in (h, -h))
        return float(np.trapezoid((ahead - behind) / (2 * h) * value, x))

    assert slope_of(log_q - log_sum) == pytest.approx(2 * slopes.js, rel=1e-5)
    assert slope_of(log_sum - log_p) == pytest.approx(slopes.rkl - 2 * slopes.js, rel=1e-5)


def test_crossings_are_where_the_densities_are_equal_and_say_which_way() -> None:
    for theta, sigma, width in ((1.0, 0.5, 0.5), (-1.0, 0.5, 0.5), (0.7, 0.4, 1.1), (0.7, 1.1, 0.4)):
        for place, rising in crossings(theta, sigma, width):
            at = np.array([place - 1e-4, place, place + 1e-4])
            ahead = log_normal(at, theta, width) - log_normal(at, 0.0, sigma)
            assert ahead[1] == pytest.approx(0, abs=1e-9) and (ahead[2] > ahead[0]) == rising
    assert crossings(0.0, 0.5, 0.5) == [] and len(crossings(0.0, 0.5, 0.7)) == 2


def test_the_width_of_the_generated_one_shows_and_moves_the_curves() -> None:
    exhibit = make(swing=False, theta=1.0, sigma=0.3)
    version = exhibit.scene_version
    exhibit.set(exhibit.params.replaced(stretch=3.0))
    assert exhibit.scene_version == version + 1
    arrays, metrics = exhibit.frame().arrays, exhibit.frame().metrics
    assert arrays["density_q"].max() == pytest.approx(arrays["density_p"].max() / 3, rel=1e-2)
    assert metrics["kl_gaussians"] == pytest.approx(of_gaussians(1.0, 0.3, 0.9).kl)
    assert metrics["slope_rkl_gaussians"] == pytest.approx(1 / 0.09)
    curves = exhibit.scene().arrays
    here = int(np.argmin(np.abs(curves["theta"] - 1.0)))
    for name in ("kl", "js", "w", "rkl", "tv", "h2", "mmd"):
        assert curves[f"gaussians_{name}"][here] == pytest.approx(metrics[f"{name}_gaussians"], rel=1e-5)
        assert curves[f"gaussians_{name}_slope"][here] == pytest.approx(metrics[f"slope_{name}_gaussians"], rel=1e-4)


def test_js_of_gaussians_against_sampling() -> None:
    """JS = log 2 - E_p log(1 + q/p)/2 - E_q log(1 + p/q)/2, by 400,000 samples: a standard error of about 3e-4."""
    theta, sigma = 1.0, 0.5
    z = np.random.default_rng(0).standard_normal(400_000) * sigma

    def half(x: np.ndarray, own: float, other: float) -> float:
        return float(np.logaddexp(0, log_normal(x, other, sigma) - log_normal(x, own, sigma)).mean())

    sampled = math.log(2) - (half(z, 0.0, theta) + half(z + theta, theta, 0.0)) / 2
    assert of_gaussians(theta, sigma).js == pytest.approx(sampled, abs=1.5e-3)


def test_narrow_gaussians_behave_like_the_lines() -> None:
    narrow = of_gaussians(1.0, 0.05)
    assert narrow.js == pytest.approx(math.log(2), abs=1e-12) and narrow.kl == pytest.approx(200)


def test_js_is_symmetric_and_kl_is_not() -> None:
    x = np.linspace(-12, 14, 4001)
    p, q = log_normal(x, 0.0, 1.0), log_normal(x, 1.0, 0.5)
    assert js(x, p, q) == pytest.approx(js(x, q, p), rel=1e-12)
    assert kl(x, q, p) == pytest.approx(math.log(2) + (0.25 + 1) / 2 - 0.5, rel=1e-9)
    assert kl(x, p, q) == pytest.approx(-math.log(2) + (1 + 1) / 0.5 - 0.5, rel=1e-9)


# ---- transport ---------------------------------------------------------------------------------------------------


def brute_force(p: np.ndarray, q: np.ndarray) -> float:
    """Least cost over all assignments of grains; p and q count grains and have as many."""
    sources, targets = np.repeat(np.arange(len(p)), p), np.repeat(np.arange(len(q)), q)
    return min(float(np.abs(sources - np.array(order)).sum()) for order in permutations(targets)) / p.sum()


@pytest.mark.parametrize("seed", range(8))
def test_the_plan_is_as_cheap_as_any_assignment(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, q = (rng.multinomial(6, rng.dirichlet(np.ones(5))) for _ in range(2))
    _, cost = earth_movers(p.astype(float), q.astype(float))
    assert cost == pytest.approx(brute_force(p, q), abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_plan_carries_everything_and_peers_agree_on_its_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, q = rng.uniform(0, 1, (2, BINS)) * (rng.random((2, BINS)) > 0.3)
    plan, cost = earth_movers(p, q)
    np.testing.assert_allclose(plan.sum(axis=1), p / p.sum(), atol=1e-9)
    np.testing.assert_allclose(plan.sum(axis=0), q / q.sum(), atol=1e-9)
    assert plan.min() >= 0
    assert cost == pytest.approx(wasserstein_distance(range(BINS), range(BINS), p, q), abs=1e-9)
    ot = pytest.importorskip("ot")
    assert cost == pytest.approx(ot.emd2(p / p.sum(), q / q.sum(), ground_cost(BINS)), abs=1e-9)


def test_routes_do_not_cross() -> None:
    plan, _ = earth_movers(np.array([1.0, 1, 0, 0]), np.array([0.0, 0, 1, 1]))
    np.testing.assert_allclose(plan, [[0, 0, 0.5, 0], [0, 0, 0, 0.5], [0, 0, 0, 0], [0, 0, 0, 0]], atol=1e-12)


def test_an_empty_histogram_has_no_plan() -> None:
    plan, cost = earth_movers(np.zeros(4), np.ones(4))
    assert not plan.any() and math.isnan(cost)


# ---- the exhibit --------------------------------------------------------------------------------------------------


def test_theta_swings_over_its_whole_range_and_comes_back() -> None:
    exhibit = make(theta=0.0)
    seen = []
    for _ in range(SWING):
        exhibit.step()
        seen.append(exhibit.theta)
    assert max(seen) == pytest.approx(REACH) and min(seen) == pytest.approx(-REACH)
    assert seen[-1] == pytest.approx(0, abs=1e-12) and np.abs(np.diff(seen)).max() < 0.03


def test_where_it_is_put_it_rests_and_then_goes_on_from_there() -> None:
    exhibit = make()
    exhibit.advance(50)
    exhibit.set(exhibit.params.replaced(theta=-1.5))
    exhibit.advance(REST)
    assert exhibit.theta == -1.5 and exhibit.frame().metrics["w_lines"] == 1.5
    exhibit.step()
    assert exhibit.theta == pytest.approx(-1.5, abs=0.06)
    still = make(swing=False, theta=1.0)
    still.advance(2 * REST)
    assert still.theta == 1.0


def test_a_drag_turns_the_knob_and_stops_the_swing_and_so_does_switching_it_off() -> None:
    exhibit = make()
    exhibit.advance(50)
    exhibit.poke(Touch(kind="theta", x=-1.25, y=0))
    assert (exhibit.params.theta, exhibit.params.swing) == (-1.25, False)
    exhibit.advance(2 * REST)
    assert exhibit.theta == -1.25
    exhibit = make()
    exhibit.advance(50)
    exhibit.set(exhibit.params.replaced(swing=False))
    assert exhibit.params.theta == exhibit.theta != 2.0


def test_slow_motion_equals_full_speed() -> None:
    slow, fast = make(), make()
    for _ in range(20):
        sentences = list(slow.phases())
        fast.step()
    assert [sentence.split()[0] for sentence in sentences] == ["θ", "KL", "W"]
    for name, array in fast.frame().arrays.items():
        np.testing.assert_array_equal(array, slow.frame().arrays[name])


def test_the_pointer_moves_theta() -> None:
    exhibit = make()
    exhibit.poke(Touch(kind="theta", x=1.25, y=0.0))
    assert exhibit.theta == 1.25
    assert exhibit.frame().arrays["generated"][0, [0, 2]].tolist() == [1.25, 1.25]  # where it was touched
    exhibit.poke(Touch(kind="theta", x=-WIDE, y=0.3))
    assert exhibit.theta == -REACH
    exhibit.poke(Touch(kind="theta", x=0, y=0))
    frame = exhibit.frame()
    assert frame.words["kl_lines"] == "0" and frame.metrics["js_lines"] == 0 and "θ = 0" in frame.words["verdict"]


def test_the_pointer_sets_the_bar_below_it() -> None:
    exhibit = make()
    before = exhibit.bars.copy()
    exhibit.poke(Touch(kind="bar", x=2.5, y=GAP + 0.5 * (1 - GAP)))
    exhibit.poke(Touch(kind="bar", x=BINS, y=-1))
    changed = before.copy()
    changed[0, 2], changed[1, 7] = 0.5, 1.0
    np.testing.assert_allclose(exhibit.bars, changed)
    np.testing.assert_allclose(exhibit.plan.sum(axis=1), changed[0] / changed[0].sum(), atol=1e-9)
    exhibit.poke(Touch(kind="bar", x=0, y=-0.5, x0=0.4, y0=0.5))  # begun above: still the upper one
    assert exhibit.bars[0, 0] == 0 and exhibit.bars[1, 0] == before[1, 0]


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("above", [False, True])
def test_a_touch_in_a_corner_arrives_as_that_corner(right: bool, above: bool) -> None:
    exhibit = make()
    exhibit.poke(Touch(kind="bar", x=BINS * right, y=1 if above else -1))
    shown = exhibit.frame().arrays
    bars, others = ("bars_p", "bars_q") if above else ("bars_q", "bars_p")
    assert shown[bars][-1 if right else 0] == 1 and shown[others].max() < 1
    exhibit.poke(Touch(kind="theta", x=WIDE if right else -WIDE, y=1 if above else -1))
    assert exhibit.frame().arrays["generated"][0, 0] == (REACH if right else -REACH)


@pytest.mark.parametrize("theta", [-2.5, 1.5])
def test_the_real_one_stands_at_zero_and_the_generated_one_at_theta(theta: float) -> None:
    frame = make(theta=theta, swing=False, sigma=0.3).frame()
    x = np.linspace(-WIDE, WIDE, len(frame.arrays["density_p"]))
    assert x[np.argmax(frame.arrays["density_p"])] == pytest.approx(0, abs=0.03)
    assert x[np.argmax(frame.arrays["density_q"])] == pytest.approx(theta, abs=0.03)
    for name, place in (("real", 0), ("generated", theta)):
        x0, below, x1, above = frame.arrays[name][0]
        assert x0 == x1 == place and 0 < below < above < 1
    starts, ends = frame.arrays["carried"][:, 0], frame.arrays["carried"][:, 2]
    assert (starts == 0).all() and (ends == theta).all()


def test_earth_leaves_the_upper_bars_in_their_middle_and_lands_under_the_lower() -> None:
    exhibit = make()
    shown = exhibit.frame().arrays
    assert shown["bars_p"].argmax() < BINS / 2 < shown["bars_q"].argmax()
    np.testing.assert_allclose(shown["bars_p"], exhibit.bars[0], rtol=1e-6)
    flows = shown["flows"]
    for column, y, bars in ((0, GAP, exhibit.bars[0]), (2, -GAP, exhibit.bars[1])):
        np.testing.assert_allclose(flows[:, column + 1], y, rtol=1e-6)
        leaving = np.bincount(flows[:, column].astype(int), flows[:, 4], minlength=BINS)
        np.testing.assert_allclose(leaving, bars / bars.sum(), atol=1e-6)
        assert set(flows[:, column] % 1) == {0.5}
    np.testing.assert_array_equal(shown["earth"][:, :2], flows[:, :2])  # nothing is carried yet
    exhibit.advance(150)
    np.testing.assert_allclose(exhibit.frame().arrays["earth"], flows[:, 2:], rtol=1e-5)
    unseen = make(carry=False).frame().arrays["earth"]
    assert not unseen[:, 2].any()


def test_an_emptied_histogram_is_told_of() -> None:
    exhibit = make()
    for bin_ in range(BINS):
        exhibit.poke(Touch(kind="bar", x=bin_ + 0.5, y=-0.01))
    frame = exhibit.frame()
    assert frame.words["carrying"].startswith("Histogram q is empty") and math.isnan(frame.metrics["emd"])
    assert exhibit.diverged() is None and np.isfinite(frame.arrays["earth"]).all()
    exhibit.advance(3)


def test_curves_follow_the_width_and_jump_at_zero() -> None:
    exhibit = make()
    version, wide = exhibit.scene_version, exhibit.scene().arrays
    exhibit.set(exhibit.params.replaced(sigma=0.1))
    narrow = exhibit.scene().arrays
    assert exhibit.scene_version == version + 1
    assert (narrow["gaussians_js"] >= wide["gaussians_js"] - 1e-7).all()
    zero = int(np.argmin(np.abs(narrow["theta"])))
    np.testing.assert_allclose(narrow["lines_js"][zero - 1 : zero + 2], [math.log(2), 0, math.log(2)], rtol=1e-6)


def test_the_curves_are_the_closed_forms_and_the_dots_lie_on_them() -> None:
    exhibit = make(theta=1.5, swing=False, sigma=0.6)
    curves, shown = exhibit.scene().arrays, exhibit.frame().arrays
    np.testing.assert_allclose(curves["lines_w"], np.abs(curves["theta"]), atol=1e-6)
    np.testing.assert_allclose(curves["gaussians_w"], np.abs(curves["theta"]), atol=1e-5)
    np.testing.assert_allclose(curves["gaussians_kl"], curves["theta"] ** 2 / (2 * 0.36), atol=1e-5)
    here = int(np.argmin(np.abs(curves["theta"] - 1.5)))
    of = ("lines_js", "lines_w", "gaussians_js", "gaussians_w")
    np.testing.assert_allclose(shown["now_value"], [curves[name][here] for name in of], rtol=1e-5)
    assert shown["now_theta"].tolist() == [1.5] * 4


def test_a_state_goes_on_bit_by_bit() -> None:
    exhibit = make()
    exhibit.advance(30)
    exhibit.poke(Touch(kind="bar", x=4, y=0.9))
    exhibit.poke(Touch(kind="theta", x=0.4, y=0))
    other = Divergences(exhibit.params, seed=5)  # as a checkpoint has them: both knobs and state
    other.load_state_dict(exhibit.state_dict())
    for one in (exhibit, other):
        one.advance(REST + 30)
    a, b = exhibit.frame(), other.frame()
    for name in a.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
    assert a.metrics == b.metrics


@pytest.mark.parametrize(
    "event",
    [
        {}, {"kind": "bar"}, {"kind": "bar", "x": 8.1, "y": 0}, {"kind": "bar", "x": -0.1, "y": 0},
        {"kind": "theta", "x": 4.1, "y": 0},
        {"kind": "theta", "x": 0, "y": 0, "x0": -5}, {"kind": "bar", "x": 0, "y": 2},
        {"kind": "bar", "x": 0, "y": float("inf")},
        {"kind": "theta", "x": "far", "y": 0}, {"kind": "earthquake", "x": 0, "y": 0},
        {"kind": "bar", "x": 0, "y": 0, "height": 10**9},
    ],
)  # fmt: skip
def test_hostile_pokes_are_refused_with_a_sentence(event: dict) -> None:
    run = Run(Divergences, DivergencesParams())
    with pytest.raises(CommandError, match=r"not a poke: .{8,}"):
        run.submit(PokeIt(event=event))
