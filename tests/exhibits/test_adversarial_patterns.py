"""Patterns inside networks: the terms against autograd, the theory against closed forms, the exhibit's manners."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

from engine.exhibits.adversarial_patterns import AdversarialPatterns, data, homogeneity, terms, theory
from engine.exhibits.adversarial_patterns.bridge import Bridge
from engine.exhibits.adversarial_patterns.critic import gradients
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.picture import beside, wall
from engine.exhibits.adversarial_patterns.timeline import Timeline
from engine.exhibits.adversarial_patterns.trails import principal_plane
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


def network(d_out: int, m: int = 24, k: int = 16, n: int = 30, d_in: int = 12) -> dict[str, torch.Tensor]:
    """Random weights and data in double precision."""
    random = torch.Generator().manual_seed(d_out)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random, dtype=torch.float64)

    return {
        "X": torch.nn.functional.normalize(normal(n, d_in)), "Y": normal(d_out, n), "U": normal(m, d_in),
        "V": normal(d_out, m), "W": normal(k, d_out), "a": normal(k),
    }  # fmt: skip


def paper_losses(net: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """The supervised loss and the adversarial term, sample by sample as the paper writes them (with k for its m)."""
    X, Y, U, V, W, a = (net[name] for name in ("X", "Y", "U", "V", "W", "a"))
    d_out, m = V.shape
    relu = torch.relu
    supervised = sum(((V @ relu(U @ x) / math.sqrt(d_out * m) - y) ** 2).sum() / 2 for x, y in zip(X, Y.T, strict=True))
    adversarial = -sum(a @ relu(W @ (V @ relu(U @ x))) for x in X) / math.sqrt(len(a) * m * d_out)
    return supervised, adversarial


@pytest.mark.parametrize("d_out", [1, 10])
@pytest.mark.parametrize("alpha", [1.0, 2.5])
def test_reaction_and_diffusion_equal_autograd_of_the_loss_terms(d_out: int, alpha: float) -> None:
    net = network(d_out)
    for name in "UV":
        net[name].requires_grad_()
    supervised, adversarial = paper_losses(net)
    want_R = torch.autograd.grad(-supervised, (net["U"], net["V"]))
    want_D = torch.autograd.grad(-alpha * adversarial, (net["U"], net["V"]))
    X, Y, U, V, W, a = (net[name].detach() for name in ("X", "Y", "U", "V", "W", "a"))
    A, S = terms.hidden(U, X)
    Z = terms.output(V, A)
    R = terms.reaction(Y, Z, V, S, A, X)
    D = terms.diffusion(alpha, W, a, Z, V, S, A, X)
    for got, want in zip((*R, *D), (*want_R, *want_D), strict=True):
        assert float((got - want).norm() / want.norm()) < 1e-12  # 1e-5 is asked for
    for got, want in zip(
        terms.pull(Y - Z + alpha * terms.slope(W, a, Z), V, S, A, X), zip(R, D, strict=True), strict=True
    ):
        torch.testing.assert_close(got, want[0] + want[1])


@pytest.mark.parametrize("d_out", [1, 10])
def test_what_the_exhibit_computes_in_single_precision_equals_autograd(d_out: int) -> None:
    exhibit = make(d_out=d_out, inits=1, n=60, side="28")
    exhibit.advance(30)
    training = exhibit.pair.adversarial
    critic = training.critic
    raw = {
        "X": torch.tensor(exhibit.X), "Y": training.task.Y.double(), "V": training.V[0].double(),
        "U": torch.tensor(exhibit.pair.filters).double()
        + (training.U - training.U0)[0].double() @ exhibit.basis.double(),
        "W": critic.W[0].double(), "a": critic.a[0].double(),
    }  # fmt: skip
    raw["U"].requires_grad_()
    supervised, adversarial = paper_losses(raw)
    R, D, flow = training.parts(1.0)
    for part, loss in ((R, supervised), (D, adversarial), (flow, supervised + adversarial)):
        (want,) = torch.autograd.grad(-loss, raw["U"], retain_graph=True)
        got = part.double() @ exhibit.basis.double()
        assert float((got - want).norm() / want.norm()) < 1e-5
    torch.testing.assert_close(flow, training.flow(1.0)[0][0], rtol=1e-5, atol=1e-7)
    assert exhibit.frame().metrics["split_error"] < 1e-6


def test_the_tangent_is_the_transpose_and_its_largest_rate_is_right() -> None:
    exhibit = make(inits=1, n=20, d_out=3)
    training = exhibit.pair.without
    A, S, Z = training.forward()

    def outputs(U: torch.Tensor, V: torch.Tensor) -> torch.Tensor:
        return V @ torch.relu(U @ training.task.X.T) / math.sqrt(V.numel())

    jacobians = torch.autograd.functional.jacobian(outputs, (training.U[0], training.V[0]))
    J = torch.cat([part.reshape(Z[0].numel(), -1) for part in jacobians], 1)
    largest = float(torch.linalg.eigvalsh(J @ J.T)[-1])
    assert training.stiffness() == pytest.approx(largest, rel=1e-3)
    dU, dV = torch.randn(training.U.shape), torch.randn(training.V.shape)
    got = terms.push(dU, dV, training.V, S, A, training.task.X)
    want = J @ torch.cat([dU.ravel(), dV.ravel()])
    torch.testing.assert_close(got.ravel(), want, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("d_out", [1, 10])
def test_critic_gradients_equal_autograd(d_out: int) -> None:
    net = network(d_out)
    W, a, real = net["W"].requires_grad_(), net["a"].requires_grad_(), net["Y"]
    fake, mixed = real.flip(1) + 0.3, (real + 1).requires_grad_()

    def critic(y: torch.Tensor) -> torch.Tensor:
        return a @ torch.relu(W @ y) / math.sqrt(len(a))

    (gamma,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
    loss = critic(fake).mean() - critic(real).mean() + 1.7 * ((gamma.norm(dim=0) - 1) ** 2).mean()
    for got, want in zip(
        gradients(W.detach(), a.detach(), real, fake, mixed.detach(), 1.7),
        torch.autograd.grad(loss, (W, a)),
        strict=True,
    ):
        torch.testing.assert_close(got, want)


def test_leading_dimensions_are_separate_networks() -> None:
    nets = [network(3), {**network(3), "U": 2 * network(3)["U"], "W": -network(3)["W"]}]
    X = nets[0]["X"]
    U, V, W, a = (torch.stack([net[name] for net in nets]) for name in "UVWa")
    A, S = terms.hidden(U, X)
    Z = terms.output(V, A)
    together = terms.diffusion(1.0, W, a, Z, V, S, A, X)
    for i in range(2):
        one = [tensor[i] for tensor in (W, a, Z, V, S, A)]
        for got, want in zip(together, terms.diffusion(1.0, *one, X), strict=True):
            torch.testing.assert_close(got[i], want)


@each_setting
def test_without_adversary_both_trainings_are_bit_identical(setting: dict) -> None:
    exhibit = make(**setting, strength=0.0)
    exhibit.advance(60)
    without, adversarial = exhibit.pair.trainings
    assert torch.equal(without.U, adversarial.U) and torch.equal(without.V, adversarial.V)
    assert not torch.equal(adversarial.U, adversarial.U0)
    assert exhibit.frame().metrics["spread_ratio"] == 1 or setting.get("network") == "one-layer"
    exhibit.set(exhibit.params.replaced(strength=1.0))
    exhibit.advance(1)
    assert not torch.equal(without.U, adversarial.U)


def test_both_begin_with_the_same_weights_and_the_strict_network_keeps_its_promises() -> None:
    exhibit = make(network="strict", norm=0.5, penalty=0.0)
    without, adversarial = exhibit.pair.trainings
    assert torch.equal(without.U, adversarial.U)
    exhibit.advance(40)
    critic = adversarial.critic
    assert float(critic.W.norm(dim=-1).max()) <= 0.5 + 1e-6
    assert set(critic.a.unique().tolist()) == set(adversarial.V.unique().tolist()) == {-1.0, 1.0}
    assert torch.equal(adversarial.V, adversarial.V0)
    np.testing.assert_allclose(np.linalg.norm(exhibit.X, axis=1), 1)
    assert exhibit.frame().words["assumptions"].startswith("Assumptions met")
    assert "d_out = 10, V is trained" in make().frame().words["assumptions"]


def test_training_in_the_span_is_training_on_the_pixels() -> None:
    """The supervised flow, written out on raw pixels with autograd, for forty steps."""
    exhibit = make(inits=1, side="14", n=50)
    U = torch.tensor(exhibit.pair.filters, dtype=torch.float64, requires_grad=True)
    V = exhibit.pair.without.V[0].double().clone().requires_grad_()
    X, Y = torch.tensor(exhibit.X), exhibit.pair.without.task.Y.double()
    for _ in range(40):
        loss = ((V @ torch.relu(U @ X.T) / math.sqrt(V.numel()) - Y) ** 2).sum() / 2
        grads = torch.autograd.grad(loss, (U, V))
        with torch.no_grad():
            U -= exhibit.eta * grads[0]
            V -= exhibit.eta * grads[1]
    exhibit.advance(40)
    moved = (torch.tensor(exhibit.pair.without.moved()[0][0]) @ exhibit.basis).double()
    want = U.detach() - torch.tensor(exhibit.pair.filters)
    assert float((moved - want).norm() / want.norm()) < 1e-4


def test_a_one_layer_network_with_one_output_has_nothing_to_tell_neurons_apart() -> None:
    exhibit = make(network="one-layer", d_out=1)
    exhibit.advance(50)
    for training in exhibit.pair.trainings:
        moved = training.displacement()
        assert moved.min() > 0.01
        np.testing.assert_allclose(moved, moved.mean(axis=1, keepdims=True) * np.ones_like(moved), rtol=1e-3)


# ---- theory --------------------------------------------------------------------------------------------------


def test_h_infinity_equals_monte_carlo() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((12, 6))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    X[1] = -X[0]
    S = X @ rng.standard_normal((6, 200_000)) >= 0
    np.testing.assert_allclose(theory.h_infinity(X), theory.kernel(X, S.T.astype(float)), atol=4 * 0.5 / 200_000**0.5)
    np.testing.assert_allclose(np.diag(theory.h_infinity(X)), 0.5)
    assert theory.h_infinity(X)[0, 1] == pytest.approx(0, abs=1e-12)


def test_the_bounds_are_as_published() -> None:
    known = theory.Theory(lambda_0=0.2, lambda_max=0.7, n=50, m=400, start=6.0, norm=1.5, delta=0.1)
    kappa, mu = (2 * 0.7 + 0.2) / 0.2, 1.5 * 50 * math.sqrt(2 * math.log(20)) / 20
    assert (known.kappa, known.mu) == (pytest.approx(kappa), pytest.approx(mu))
    reach = 2 * math.sqrt(50) * 6 / (20 * 0.2)
    for t in (0.0, 1.0, 30.0):
        first = reach * (1 - math.exp(-0.1 * t))
        assert known.supervised(t) == pytest.approx(first)
        assert known.adversarial(t) == pytest.approx(first + mu * (1 + kappa * math.sqrt(50)) / 20 * t)
        assert known.residual(t, adversary=True) == pytest.approx((6 - kappa * mu) * math.exp(-0.1 * t) + kappa * mu)
    assert known.supervised(1e4) == pytest.approx(reach)
    for adversary in (False, True):
        t = known.equilibrium(0.01, adversary=adversary)
        away = abs(known.residual(t, adversary=adversary) - (known.floor if adversary else 0))
        assert away == pytest.approx(0.01)
    silent = theory.Theory(0.2, 0.7, 50, 400, 6.0, 1.5, 0.1, strength=0.0)
    assert silent.adversarial(5.0) == silent.supervised(5.0)


@pytest.mark.parametrize("psi", [0.5, 90.0])
def test_bernoulli_and_logistic_solve_their_equations(psi: float) -> None:
    r, K, times = 3.0, 4.0, np.linspace(0, 6, 13)

    def right(_: float, y: np.ndarray) -> list[float]:
        return [r * y[0] ** 0.5 * (1 - y[0] ** 0.5 / K), r * y[1] * (1 - y[1] / K)]

    want = solve_ivp(right, (0, 6), [psi, psi], t_eval=times, rtol=1e-9, atol=1e-9).y
    np.testing.assert_allclose([theory.bernoulli(psi, r, K, t) for t in times], want[0], rtol=1e-6)
    np.testing.assert_allclose([theory.logistic(psi, r, K, t) for t in times], want[1], rtol=1e-6)
    known = theory.Theory(0.2, 0.7, 50, 400, psi**0.5, 1.0, 0.1)
    for t in times:  # the residual's bound is the Bernoulli equation's solution
        assert theory.bernoulli(psi, known.rate, known.floor, t) == pytest.approx(
            known.residual(t, adversary=True) ** 2
        )


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


def test_a_timeline_keeps_the_start_and_even_spacing() -> None:
    line = Timeline(8, value=(2,))
    for step in range(100):
        line.add(step, value=np.array([step, -step]))
    assert line.when[0] == 0 and len(set(np.diff(line.when))) == 1 and 4 <= line.count <= 8
    np.testing.assert_array_equal(line["value"][:, 0], line.when)
    again = Timeline(8, value=(2,))
    again.load_state_dict(line.state_dict())
    for step in range(100, 140):
        for each in (line, again):
            each.add(step, value=np.array([step, 0]))
    np.testing.assert_array_equal(line.when, again.when)
    assert line.even("value", 5).shape == (5, 2)


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
    bridge = Bridge(name, seed=0, device="cpu")
    before = bridge.fields()
    np.testing.assert_array_equal(*before)
    bridge.advance(1000)
    alone, together = bridge.fields()
    assert alone.std() < 0.1 * before[0].std() and together.std() > 20 * before[0].std() > 0


# ---- manners -------------------------------------------------------------------------------------------------


@each_setting
def test_same_seed_same_frames_however_batched(setting: dict) -> None:
    one, other, third = make(**setting, seed=3), make(**setting, seed=3), make(**setting, seed=4)
    other.cores = 2
    one.advance(35)
    for batch in (1, 7, 15, 12):
        other.advance(batch)
    a, b = one.frame(), other.frame()
    for name in a.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
    np.testing.assert_equal(a.metrics, b.metrics)
    assert not np.array_equal(a.arrays["wall"], third.frame().arrays["wall"])


def test_two_cores_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.exhibits.adversarial_patterns.ensemble.WORTH_SHARING", 0)
    results = []
    for cores in (1, 2):
        exhibit = make()
        exhibit.cores = cores
        exhibit.advance(25)
        results.append([training.U for training in exhibit.pair.trainings])
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


@each_setting
def test_state_round_trip_goes_on_bit_by_bit(setting: dict) -> None:
    exhibit, other = make(**setting), make(**setting, seed=9)
    exhibit.advance(33)
    other.load_state_dict(exhibit.state_dict())
    for name, array in other.frame().arrays.items():
        np.testing.assert_array_equal(array, exhibit.frame().arrays[name])
    for each in (exhibit, other):
        each.advance(27)
    a, b = exhibit.frame(), other.frame()
    for name in a.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name])
    np.testing.assert_equal(a.metrics, b.metrics)


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
    assert frame.arrays["wall"].shape == (71, 145)
    assert frame.ranges["wall"][0] == -frame.ranges["wall"][1]
    assert frame.arrays["heat"].shape == (64, 328)
    assert frame.arrays["neighbours"].shape == (8, 17)
    np.testing.assert_allclose(
        frame.arrays["distance"][:, 7], exhibit.record.timeline["distance"][:, :, 1, 0].mean(axis=1)
    )
    assert exhibit.diverged() is None


def test_features_add_up_to_what_the_neurons_say() -> None:
    exhibit = make(show="features", chosen=3, inits=1)
    exhibit.advance(10)
    wall_of = exhibit.frame().arrays["wall"][:, :71]  # 8 by 8 images of 8 by 8 pixels, one line between
    said = exhibit.pair.without.forward()[0][0][:, 3].numpy()
    sums = [wall_of[9 * i : 9 * i + 8, 9 * j : 9 * j + 8].sum() for i in range(8) for j in range(8)]
    np.testing.assert_allclose(sums, said, atol=1e-4)


def test_another_reaction_starts_while_it_runs_and_numbers_that_run_away_are_named() -> None:
    exhibit = make()
    exhibit.advance(10)
    exhibit.set(exhibit.params.replaced(chemistry="gray-scott"))
    exhibit.advance(10)
    again = make()
    again.load_state_dict(exhibit.state_dict())
    np.testing.assert_array_equal(again.frame().arrays["chemistry"], exhibit.frame().arrays["chemistry"])
    assert exhibit.diverged() is None
    exhibit.pair.adversarial.U[0, 0, 0] = float("nan")
    exhibit.step()
    assert exhibit.diverged() == "U"
    assert exhibit.frame().ranges["wall"][1] > 0


@pytest.mark.parametrize("network", ["two-layer", "strict", "one-layer"])
@pytest.mark.parametrize(("where", "name"), [("U", "U"), ("V", "V"), ("critic", "the critic's W")])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_whatever_weight_runs_away_is_named(network: str, where: str, name: str, value: float) -> None:
    exhibit = make(network=network, strength=0.0)
    training = exhibit.pair.adversarial
    state = training.state_dict()
    (state["critic"]["W"] if where == "critic" else state[where])[0, 0, 0] = value
    training.load_state_dict(state)
    assert exhibit.diverged() == name


def test_bounds_follow_the_strongest_adversary_there_has_been() -> None:
    exhibit = make(network="strict", strength=2.0)
    exhibit.advance(5)
    exhibit.set(exhibit.params.replaced(strength=0.5, norm=1.0))
    exhibit.advance(5)
    assert (exhibit.theory().strength, exhibit.theory().norm) == (2.0, 5.0)
