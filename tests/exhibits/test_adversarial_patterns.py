"""Patterns inside networks: both trainings, their measures and pictures, the exhibit's manners."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.exhibits.adversarial_patterns import AdversarialPatterns, data, homogeneity
from engine.exhibits.adversarial_patterns.bridge import Bridge
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.record import crossing
from engine.exhibits.adversarial_patterns.trails import principal_plane
from engine.exhibits.adversarial_patterns.walls import beside, wall
from engine.kit.spectrum import Spectrum

SMALL = {"n": 40, "side": "8", "inits": 2}
SETTINGS = [
    {},
    {"data": "smooth", "targets": "random", "d_out": 1},
    {"data": "gratings", "targets": "teacher", "network": "strict"},
    {"data": "gaussian", "targets": "shuffled", "network": "one-layer"},
]
each_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.get("network", s.get("data", "default")))


def make(**values: object) -> AdversarialPatterns:
    params = PatternParams(**{**SMALL, **values})
    return AdversarialPatterns(params, seed=params.seed)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("setting", [{"data": "smooth"}, {"data": "gratings"}, {"data": "gaussian"}, {"side": "28"}])
def test_the_adversary_drives_the_neurons_farther_as_the_page_says(setting: dict, seed: int) -> None:
    exhibit = make(**setting, seed=seed)
    exhibit.advance(60)
    assert exhibit.frame().metrics["distance_ratio"] > 1.2


@each_setting
def test_without_adversary_both_trainings_are_bit_identical(setting: dict) -> None:
    exhibit = make(**setting, strength=0.0)
    exhibit.advance(60)
    without, adversarial = exhibit.ensemble.trainings
    assert torch.equal(without.U, adversarial.U) and torch.equal(without.V, adversarial.V)
    assert not torch.equal(adversarial.U, adversarial.U0)
    assert exhibit.frame().metrics["spread_ratio"] == 1 or setting.get("network") == "one-layer"
    exhibit.set(exhibit.params.replaced(strength=1.0))
    exhibit.advance(1)
    assert not torch.equal(without.U, adversarial.U)


def test_both_begin_with_the_same_weights_and_the_strict_network_keeps_its_promises() -> None:
    exhibit = make(network="strict", norm=0.5, penalty=0.0)
    without, adversarial = exhibit.ensemble.trainings
    assert torch.equal(without.U, adversarial.U)
    exhibit.advance(40)
    critic = adversarial.critic
    assert float(critic.W.norm(dim=-1).max()) <= 0.5 + 1e-6
    assert set(critic.a.unique().tolist()) == set(adversarial.V.unique().tolist()) == {-1.0, 1.0}
    assert torch.equal(adversarial.V, adversarial.V0)
    np.testing.assert_allclose(np.linalg.norm(exhibit.X, axis=1), 1)
    assert "d_out = 10, V is trained" in make().frame().words["assumptions"]


def test_assumptions_are_met_only_while_every_condition_of_the_proofs_is() -> None:
    """A critic as drawn and a wide network; a critic that was ever trained; one too steep; a network too narrow."""

    def said(steps: int, later: dict | None = None, **values: object) -> str:
        start = {"n": 20, "norm": 0.5, "inits": 1, "network": "strict", "data": "gaussian", "targets": "teacher"}
        exhibit = make(**{**start, "m": "1024", **values})
        exhibit.advance(steps)
        if later:
            exhibit.set(exhibit.params.replaced(**later))
            exhibit.advance(20)
        return exhibit.frame().words["assumptions"]

    assert said(100, n_critic=0).startswith("Assumptions met")
    assert "a is not independent of W" in said(20, n_critic=1)
    assert "a is not independent of W" in said(20, n_critic=1, later={"n_critic": 0})  # what has been stays
    steep = said(40, n_critic=3, critic_rate=2.0, norm=0.1)
    assert "the critic's slope" in steep and "exceeds" in steep
    narrow = said(100, n_critic=0, m="64", side="8", n=200, data="digits")
    assert "m is too small" in narrow and narrow.startswith("Assumptions not met")
    assert "not followed" in said(0, n_critic=0, side="14", n=510)


def test_the_slope_shown_is_the_steepest_of_the_critic_so_far() -> None:
    exhibit = make(inits=1, d_out=3)

    def slope() -> float:
        """Of the critic at the outputs, by automatic differentiation."""
        training = exhibit.ensemble.adversarial
        Z = training.forward()[2][0].clone().requires_grad_()
        W, a = training.critic.W[0], training.critic.a[0]
        said = (a @ torch.relu(W @ Z)).sum() / math.sqrt(len(a))
        return float(torch.autograd.grad(said, Z)[0].norm(dim=0).max())

    steepest = slope()
    assert exhibit.frame().metrics["critic_slope"] == pytest.approx(steepest, rel=1e-5)
    for _ in range(4):
        exhibit.advance(20)
        steepest = max(steepest, slope())
    metrics = exhibit.frame().metrics
    assert metrics["critic_slope"] == pytest.approx(steepest, rel=1e-5)
    assert metrics["slope_bound"] == pytest.approx(5 * math.sqrt(2 * math.log(2 / 0.05)))
    again = make(inits=1, d_out=3)
    again.load_state_dict(exhibit.state_dict())
    assert again.frame().metrics["critic_slope"] == metrics["critic_slope"]


def test_unevenness_does_not_grow_when_everything_moves_twice_as_far() -> None:
    ways = np.random.default_rng(0).uniform(0.2, 1, 64)
    for measure in (homogeneity.variation, homogeneity.participation, homogeneity.entropy):
        assert measure(2 * ways) == pytest.approx(measure(ways)) and measure(np.full(64, 0.3)) in (0, pytest.approx(1))
    assert homogeneity.spread(2 * ways) == pytest.approx(2 * homogeneity.spread(ways))  # as this one does
    assert homogeneity.variation(np.array([1.0, 3.0])) == pytest.approx(0.5)
    assert math.isnan(homogeneity.variation(np.zeros(4)))


def test_at_equal_distance_is_when_the_farther_training_was_where_the_nearer_one_is() -> None:
    exhibit = make(n=60, strength=3.0)
    assert math.isnan(exhibit.frame().metrics["near_variation_ratio"])
    far, uneven = [], []
    for _ in range(30):
        exhibit.advance(20)
        ways = exhibit.ensemble.adversarial.displacement()
        far.append(np.linalg.norm(ways, axis=1).mean())
        uneven.append((ways.std(axis=1) / ways.mean(axis=1)).mean())
    metrics = exhibit.frame().metrics
    ways = exhibit.ensemble.without.displacement()
    now = np.linalg.norm(ways, axis=1).mean()
    assert far[0] < now < far[-1] and np.all(np.diff(far) > 0)
    assert metrics["near_variation_with"] == pytest.approx(np.interp(now, far, uneven), rel=1e-4)
    assert metrics["near_variation_with"] != pytest.approx(metrics["variation_with"], rel=1e-3)
    mean = (ways.std(axis=1) / ways.mean(axis=1)).mean()
    for name in ("near_variation_without", "variation_without"):
        assert metrics[name] == pytest.approx(mean, rel=1e-5)
    assert metrics["distance_ratio"] == pytest.approx(far[-1] / now, rel=1e-5)
    for name in ("variation", "near_variation"):
        assert metrics[f"{name}_ratio"] == metrics[f"{name}_with"] / metrics[f"{name}_without"]


@pytest.mark.parametrize("at", [1.0, 1.25, 2.0, 4.0])
def test_a_crossing_lies_on_the_line_between_two_moments(at: float) -> None:
    way, value = np.array([0.0, 1.0, 1.5, 4.0]), np.array([math.nan, 3.0, 2.0, 7.0])
    assert crossing(way, value, at) == pytest.approx(np.interp(at, way[1:], value[1:]))
    assert crossing(way, value, 0.3) == 3.0  # of the start nothing is known


def test_training_in_the_span_is_training_on_the_pixels() -> None:
    """The supervised flow, written out on raw pixels with autograd, for forty steps."""
    exhibit = make(inits=1, side="14", n=50)
    U = torch.tensor(exhibit.ensemble.filters, dtype=torch.float64, requires_grad=True)
    V = exhibit.ensemble.without.V[0].double().clone().requires_grad_()
    X, Y = torch.tensor(exhibit.X), exhibit.ensemble.without.task.Y.double()
    for _ in range(40):
        loss = ((V @ torch.relu(U @ X.T) / math.sqrt(V.numel()) - Y) ** 2).sum() / 2
        grads = torch.autograd.grad(loss, (U, V))
        with torch.no_grad():
            U -= exhibit.eta * grads[0]
            V -= exhibit.eta * grads[1]
    exhibit.advance(40)
    moved = (torch.tensor(exhibit.ensemble.without.moved()[0][0]) @ exhibit.basis).double()
    want = U.detach() - torch.tensor(exhibit.ensemble.filters)
    assert float((moved - want).norm() / want.norm()) < 1e-4


def test_a_one_layer_network_with_one_output_has_nothing_to_tell_neurons_apart() -> None:
    exhibit = make(network="one-layer", d_out=1)
    exhibit.advance(50)
    for training in exhibit.ensemble.trainings:
        moved = training.displacement()
        assert moved.min() > 0.01
        np.testing.assert_allclose(moved, moved.mean(axis=1, keepdims=True) * np.ones_like(moved), rtol=1e-3)


# ---- measures and pictures -----------------------------------------------------------------------------------


def test_homogeneity_has_the_values_it_must_have() -> None:
    alike, one = np.full(64, 0.3), np.eye(64)[5]
    assert homogeneity.participation(alike) == pytest.approx(1) and homogeneity.entropy(alike) == pytest.approx(1)
    assert homogeneity.participation(one) == pytest.approx(1 / 64) and homogeneity.entropy(one) == 0
    assert homogeneity.spread(alike) == pytest.approx(0)
    half = np.repeat([0.0, 1.0], 32)
    assert homogeneity.participation(half) == pytest.approx(0.5)
    assert homogeneity.entropy(half) == pytest.approx(math.log(32) / math.log(64))
    assert math.isnan(homogeneity.participation(np.zeros(4)))


@pytest.mark.parametrize("m", [64, 128, 1024])
def test_on_the_grid_alike_neurons_are_neighbours(m: int) -> None:
    features = np.random.default_rng(0).standard_normal((m, 8)) * [4, 3, 2, 1, 1, 0.5, 0.5, 0.5]
    grid = homogeneity.similarity_grid(features)
    assert sorted(grid.ravel()) == list(range(m)) and grid.shape[1] in (grid.shape[0], 2 * grid.shape[0])
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    near = np.einsum("ijk,ijk->ij", unit[grid][:, 1:], unit[grid][:, :-1]).mean()
    assert near > 0.3 > 0.1 > abs((unit @ unit.T)[~np.eye(m, dtype=bool)].mean())


def test_a_stack_of_fields_has_the_sum_of_their_spectra() -> None:
    spectrum = Spectrum(28, 28)
    fields = np.random.default_rng(0).standard_normal((5, 28, 28)).astype(np.float32)
    np.testing.assert_allclose(spectrum.radial(fields), sum(spectrum.radial(field) for field in fields), rtol=1e-4)


def test_walls_put_every_image_in_its_place() -> None:
    images = np.arange(16 * 6, dtype=np.float32).reshape(16, 2, 3)
    picture = wall(images, edge=-1.0)
    assert picture.shape == (11, 15) and (picture[2] == -1).all() and (picture[:, 3] == -1).all()
    np.testing.assert_array_equal(picture[3:5, 4:7], images[5])
    assert beside(picture, picture, 0.0, gap=2).shape == (11, 32)


def test_the_plane_of_the_trails_is_the_principal_one() -> None:
    points = np.random.default_rng(0).standard_normal((400, 10)) @ np.diag([9, 6, 1, 1, 1, 1, 1, 1, 1, 1.0])
    plane = principal_plane(points, np.eye(10, 2, dtype=np.float32), rounds=30)
    _, _, right = np.linalg.svd(points, full_matrices=False)
    np.testing.assert_allclose(np.abs(np.diag(right[:2] @ plane)), 1, atol=1e-4)
    np.testing.assert_allclose(plane.T @ plane, np.eye(2), atol=1e-5)


@pytest.mark.parametrize("name", ["digits", "smooth", "gratings", "gaussian"])
@pytest.mark.parametrize("targets", ["labels", "shuffled", "teacher", "random"])
def test_data_have_unit_norm_and_their_span_gives_them_back(name: str, targets: str) -> None:
    for d_out in (1, 4):
        params = PatternParams(data=name, targets=targets, n=30, side="14", d_out=d_out)
        X, Y = data.make(params, np.random.default_rng(0))
        assert X.shape == (30, 196) and Y.shape == (30, d_out)
        np.testing.assert_allclose(np.linalg.norm(X, axis=1), 1)
        coordinates, basis = data.span(X)
        np.testing.assert_allclose(coordinates @ basis, X, atol=1e-6)
        np.testing.assert_allclose(basis @ basis.T, np.eye(len(basis)), atol=1e-8)
        if targets in ("labels", "shuffled"):
            assert set(np.unique(Y)) <= ({-1.0, 1.0} if d_out == 1 else {0.0, 1.0})


def test_resized_digits_keep_the_rank_of_the_small_ones() -> None:
    X, _ = data.make(PatternParams(n=300), np.random.default_rng(0))
    assert len(data.span(X)[1]) <= 64


@pytest.mark.parametrize("name", ["schnakenberg", "gray-scott"])
def test_the_reaction_alone_becomes_even_and_with_diffusion_a_pattern(name: str) -> None:
    bridge = Bridge(name, seed=0)
    before = bridge.fields()
    np.testing.assert_array_equal(*before)
    bridge.advance(1000)
    alone, together = bridge.fields()
    assert alone.std() < 0.1 * before[0].std() and together.std() > 20 * before[0].std() > 0


def test_what_is_faint_stays_in_the_bridge_and_in_its_state() -> None:
    """Waves below the last digit of u = 1 neither vanish nor get lost on the way through a saved state."""
    bridge, other = Bridge("schnakenberg", seed=0), Bridge("schnakenberg", seed=1)
    lattice = bridge.lattices[1]
    assert lattice.base == pytest.approx((1.0, 0.9))
    lattice.store_deviations(*(1e-9 * field for field in np.random.default_rng(0).standard_normal((2, 64, 128))))
    other.load_state_dict(bridge.state_dict())
    for each in (bridge, other):
        each.advance(5)
    for one, two in zip(lattice.deviations(), other.lattices[1].deviations(), strict=True):
        np.testing.assert_array_equal(one, two)
        assert 0 < np.abs(one).max() < 1e-8


def test_a_bridge_saved_as_fields_goes_on() -> None:
    bridge, other = Bridge("gray-scott", seed=0), Bridge("gray-scott", seed=1)
    bridge.advance(10)
    other.load_state_dict({"name": "gray-scott", "fields": [list(each.fields()) for each in bridge.lattices]})
    for one, two in zip(bridge.fields(), other.fields(), strict=True):
        np.testing.assert_allclose(one, two, atol=2e-7)


# ---- manners -------------------------------------------------------------------------------------------------


def test_two_cores_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.exhibits.adversarial_patterns.ensemble.WORTH_SHARING", 0)
    results = []
    for cores in (1, 2):
        exhibit = make()
        exhibit.cores = cores
        exhibit.advance(25)
        results.append([training.U for training in exhibit.ensemble.trainings])
    for one, two in zip(*results, strict=True):
        assert torch.equal(one, two)


@each_setting
def test_slow_motion_equals_full_speed(setting: dict) -> None:
    slow, fast = make(**setting), make(**setting)
    for _ in range(12):
        sentences = list(slow.phases())
        fast.advance(1)
    assert [sentence.split()[0] for sentence in sentences] == ["The", "Reaction:", "Diffusion:", "Both"]
    a, b = slow.frame(), fast.frame()
    for name in b.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
    np.testing.assert_equal(a.metrics, b.metrics)


def test_slow_motion_shows_the_parts_of_the_step() -> None:
    exhibit = make(inits=1)
    exhibit.advance(5)
    phases = exhibit.phases()
    before = exhibit.frame().arrays["wall"]
    next(phases)
    next(phases)
    reaction = exhibit.frame().arrays["part"]
    next(phases)
    diffusion = exhibit.frame().arrays["part"]
    next(phases)
    frame = exhibit.frame()
    assert "part" not in frame.arrays
    np.testing.assert_allclose(frame.arrays["wall"] - before, reaction + diffusion, atol=1e-6)
    half = diffusion.shape[1] // 2
    assert not diffusion[:, :half].any() and diffusion[:, half:].any()


@pytest.mark.parametrize("show", ["change", "weights", "features"])
@each_setting
def test_frames_are_complete(setting: dict, show: str) -> None:
    exhibit = make(**setting, show=show, chosen=7)
    for _ in range(2):
        frame = exhibit.frame()
        for name, (low, high) in frame.ranges.items():
            assert low < high and np.isfinite(frame.arrays[name]).all()
        exhibit.advance(20)
    frame = exhibit.frame()
    assert frame.arrays["wall"].shape == (71, 148)
    assert frame.ranges["wall"][0] == -frame.ranges["wall"][1]
    assert frame.arrays["heat"].shape == (64, 328)
    assert frame.arrays["neighbours"].shape == (8, 17)
    np.testing.assert_allclose(
        frame.arrays["distance"][:, 7], exhibit.record.trace["distance"][:, :, 1, 0].mean(axis=1)
    )
    assert exhibit.diverged() is None


def halves(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The left and the right of a picture of two, without the bar between them."""
    width = picture.shape[1] // 2
    return picture[:, : width - 3], picture[:, -(width - 3) :]


def test_without_is_on_the_left_and_with_on_the_right_of_every_picture() -> None:
    exhibit = make(inits=1, n=60, strength=3.0)
    exhibit.advance(200)
    frame = exhibit.frame()
    without, adversarial = (training.displacement()[0] for training in exhibit.ensemble.trainings)
    assert np.linalg.norm(adversarial) > 1.3 * np.linalg.norm(without), "they can be told apart"
    heat = frame.arrays["heat"]
    np.testing.assert_allclose(heat[:, 159], without, rtol=1e-5)  # now is at the right of either map
    np.testing.assert_allclose(heat[:, -1], adversarial, rtol=1e-5)
    assert not heat[:, 0].any() and not heat[:, 168].any()  # and the start at its left
    neighbours, grid = frame.arrays["neighbours"], exhibit.record.grid
    np.testing.assert_allclose(neighbours[:, :8], without[grid], rtol=1e-6)
    np.testing.assert_allclose(neighbours[:, 9:], adversarial[grid], rtol=1e-6)
    left, right = halves(frame.arrays["wall"])
    np.testing.assert_allclose(np.linalg.norm(left), np.linalg.norm(without), rtol=0.05)
    np.testing.assert_allclose(np.linalg.norm(right), np.linalg.norm(adversarial), rtol=0.05)
    exhibit.bridge.advance(1000)
    even, pattern = (exhibit.frame().arrays[f"chemistry_{name}"] for name in ("without", "with"))
    assert even.std() < 0.1 * pattern.std()


def test_the_first_filters_are_in_the_upper_row_the_right_way_up() -> None:
    exhibit = make(inits=1, show="weights")
    wall_of = exhibit.frame().arrays["wall"]
    for place, j in (((0, 0), 0), ((0, 7), 7), ((7, 0), 56)):
        row, column = (9 * each for each in place)
        want = exhibit.ensemble.filters[j].reshape(8, 8)
        np.testing.assert_allclose(wall_of[row : row + 8, column : column + 8], want, atol=1e-5)
    x = exhibit.X[exhibit.params.chosen].reshape(8, 8)
    np.testing.assert_allclose(exhibit.frame().arrays["input"], x, rtol=1e-6)


def test_trails_begin_at_the_start_end_at_their_tips_and_belong_to_their_trainings() -> None:
    exhibit = make(inits=1, n=60, strength=3.0)
    exhibit.advance(200)
    arrays, plane = exhibit.frame().arrays, exhibit.record.trails.plane
    moments = exhibit.record.trails.trace.count
    for name, training in zip(("without", "with"), exhibit.ensemble.trainings, strict=True):
        dU, dV = (part[0] for part in training.moved())
        want = np.hstack([dU, dV.T])[:24] @ plane  # x and y: along the first and the second principal direction
        np.testing.assert_allclose(arrays[f"tip_{name}"], want, atol=1e-5)
        trail = arrays[f"trail_{name}"].reshape(24, 2 * moments, 2)
        assert not trail[:, 0].any() and not trail[:, -1].any()
        np.testing.assert_array_equal(trail[:, moments - 1], arrays[f"tip_{name}"])


def test_numbers_and_curves_belong_to_their_trainings_and_the_ratio_is_with_over_without() -> None:
    exhibit = make(n=60, strength=3.0)
    exhibit.advance(200)
    frame = exhibit.frame()
    metrics = frame.metrics
    for name, training in zip(("without", "with"), exhibit.ensemble.trainings, strict=True):
        moved = training.displacement()[0]
        assert metrics[f"spread_{name}"] == pytest.approx(moved.std())
        assert metrics[f"farthest_{name}"] == pytest.approx(moved.max())
        assert metrics[f"residual_{name}"] == pytest.approx(training.residual()[0])
    assert metrics["spread_ratio"] == pytest.approx(metrics["spread_with"] / metrics["spread_without"])
    assert metrics["spread_with"] > metrics["spread_without"]
    whole = [np.linalg.norm(training.displacement(), axis=1) for training in exhibit.ensemble.trainings]
    last = frame.arrays["distance"][-1]
    for first, each in ((1, whole[0]), (5, whole[1])):
        np.testing.assert_allclose(last[first : first + 3], [each.min(), each.max(), each.mean()], rtol=1e-5)
    for name in ("filter_power", "grid_power"):
        without, adversarial = frame.arrays[name].sum(axis=0)
        assert adversarial > without > 0


def test_the_theorems_numbers_are_under_their_own_names() -> None:
    exhibit = make(network="strict", data="gaussian", n=40, strength=0.8, norm=0.7)
    exhibit.advance(20)
    metrics, known = exhibit.frame().metrics, exhibit.theory()
    assert metrics["bound_without"] == known.supervised(exhibit.time) < metrics["bound_with"]
    assert metrics["bound_with"] == known.adversarial(exhibit.time)
    assert metrics["residual_bound_with"] == known.residual(exhibit.time, adversary=True)
    assert (metrics["mu"], metrics["kappa"], metrics["psi"]) == (known.mu, known.kappa, metrics["residual_with"] ** 2)
    assert metrics["equilibrium_without"] == known.equilibrium(exhibit.params.epsilon, adversary=False)
    assert (known.alpha, known.L) == (0.8, 0.7)


def test_features_add_up_to_what_the_neurons_say() -> None:
    exhibit = make(show="features", chosen=3, inits=1)
    exhibit.advance(10)
    wall_of = exhibit.frame().arrays["wall"][:, :71]  # 8 by 8 images of 8 by 8 pixels, one line between
    said = exhibit.ensemble.without.forward()[0][0][:, 3].numpy()
    sums = [wall_of[9 * i : 9 * i + 8, 9 * j : 9 * j + 8].sum() for i in range(8) for j in range(8)]
    np.testing.assert_allclose(sums, said, atol=1e-4)


def test_another_reaction_starts_while_it_runs_and_numbers_that_run_away_are_named() -> None:
    exhibit = make()
    exhibit.advance(10)
    exhibit.set(exhibit.params.replaced(chemistry="gray-scott"))
    exhibit.advance(10)
    again = make()
    again.load_state_dict(exhibit.state_dict())
    for name in ("chemistry_without", "chemistry_with"):
        np.testing.assert_array_equal(again.frame().arrays[name], exhibit.frame().arrays[name])
    assert exhibit.diverged() is None
    exhibit.ensemble.adversarial.U[0, 0, 0] = float("nan")
    exhibit.step()
    assert exhibit.diverged() == "U"
    assert exhibit.frame().ranges["wall"][1] > 0


@pytest.mark.parametrize("network", ["two-layer", "strict", "one-layer"])
@pytest.mark.parametrize(("where", "name"), [("U", "U"), ("V", "V"), ("critic", "the critic's W")])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_whatever_weight_runs_away_is_named(network: str, where: str, name: str, value: float) -> None:
    exhibit = make(network=network, strength=0.0)
    training = exhibit.ensemble.adversarial
    state = training.state_dict()
    (state["critic"]["W"] if where == "critic" else state[where])[0, 0, 0] = value
    training.load_state_dict(state)
    assert exhibit.diverged() == name


def test_bounds_follow_the_strongest_adversary_there_has_been() -> None:
    exhibit = make(network="strict", strength=2.0)
    exhibit.advance(5)
    exhibit.set(exhibit.params.replaced(strength=0.5, norm=1.0))
    exhibit.advance(5)
    assert (exhibit.theory().alpha, exhibit.theory().L) == (2.0, 5.0)
