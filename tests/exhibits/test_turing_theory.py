"""Linear theory of the Turing patterns, the map drawn with it, and the longest time step."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.exhibits.turing import CLASSES, KINDS, PLANAR, RINGS, Turing
from engine.exhibits.turing.models.gray_scott import hopf, jacobian, saddle_node, states, upper
from engine.exhibits.turing.params import TuringParams, diffusion_number
from engine.exhibits.turing.theory import (
    critical_ratio,
    diffusion_ratio,
    dispersion,
    eigenvalue,
    kind,
    lattice_square,
    sharpest_factor,
)
from engine.params import ParamError
from tests.exhibits.test_turing import DEFAULTS, EVERY_MODEL, each_model, make


@each_model
def test_jacobian_is_the_derivative(model) -> None:
    constants, h = model.constants(DEFAULTS), 1e-5
    for u, v in np.random.default_rng(2).uniform(0.2, 2, (5, 2)):
        right, left = model.reaction(u + h, v, *constants), model.reaction(u - h, v, *constants)
        up, down = model.reaction(u, v + h, *constants), model.reaction(u, v - h, *constants)
        by_u = [(a - b) / (2 * h) for a, b in zip(right, left, strict=True)]
        by_v = [(a - b) / (2 * h) for a, b in zip(up, down, strict=True)]
        np.testing.assert_allclose(model.jacobian(u, v, *constants), [by_u[0], by_v[0], by_u[1], by_v[1]], rtol=1e-6)


def test_gray_scott_states() -> None:
    assert states(0.037, 0.06) == [(1.0, 0.0)]
    assert len(states(0.06, 0.06)) == 3
    np.testing.assert_allclose(states(0.06, 0.06)[2], upper(0.06, 0.06))
    for k, F in zip(*saddle_node(), strict=True):
        assert math.isclose(F, 4 * (F + k) ** 2, abs_tol=1e-12)
    for k, F in list(zip(*hopf(), strict=True))[1:-1]:
        fu, _, _, gv = jacobian(*upper(F, k), F, k)
        assert math.isclose(fu + gv, 0, abs_tol=1e-9)


def test_fitzhugh_nagumo_rest_is_a_steady_state_everywhere() -> None:
    model = PLANAR["fitzhugh-nagumo"]
    a, b = np.meshgrid(np.linspace(0.05, 2, 40), np.linspace(-0.6, 0.6, 25))
    u, v = model.rest(1.0, a, b)
    np.testing.assert_allclose(model.reaction(u, v, 1.0, a, b), 0, atol=1e-9)
    assert len(model.states(1.0, 2.0, 0.0)) == 3


@pytest.mark.parametrize(("p", "q"), [(-0.5, 1.0), (1.0, 0.3), (0.4, 0.7), (-1.0, 0.5)])
def test_every_state_of_the_dapples_is_found(p: float, q: float) -> None:
    """As the real roots, with v = (u^3 - p u) / q, of the polynomial of degree nine that is left for u."""
    model = PLANAR["dapples-1952"]
    v = np.poly1d([1 / q, 0, -p / q, 0])
    roots = (np.poly1d([q, 0]) + p * v - v * v * v).roots
    want = sorted({round(float(root.real), 6) + 0.0 for root in roots if abs(root.imag) < 1e-6})
    found = model.states(p, q)
    assert sorted({round(u, 6) + 0.0 for u, _ in found}) == pytest.approx(want, abs=1e-5)
    for u, v_there in found:
        np.testing.assert_allclose(model.reaction(u, v_there, p, q), 0, atol=1e-12)


def test_of_the_dapples_what_is_the_same_everywhere_grows_fastest() -> None:
    J = PLANAR["dapples-1952"].jacobian(0.0, 0.0, -0.5, 1.0)
    theory = dispersion(J, (1.0, 1.0), lattice=False)
    assert theory.growth[0] == theory.growth.max() == pytest.approx(0.5) and math.isnan(theory.fastest)
    np.testing.assert_allclose(theory.growth, 0.5 - theory.k**2, atol=1e-12)
    assert theory.band[1] == pytest.approx(math.sqrt(0.5), abs=0.005)


def test_the_ring_of_1952_stands_exactly_at_onset() -> None:
    a, b, c, d = J = RINGS["nonlinear"].jacobian(1, 1)
    assert J == (-2, -25 / 16, 2, 3 / 2)
    mu, nu, det = 1 / 2, 1 / 4, a * d - b * c
    assert (mu * d + nu * a) ** 2 == 4 * mu * nu * det
    x = (mu * d + nu * a) / (2 * mu * nu)
    assert math.isclose(float(lattice_square(2 * math.pi * (20 / 6) / 20)), x)


def test_schnakenberg_theory() -> None:
    model = PLANAR["schnakenberg"]
    J = model.jacobian(*model.rest(0.1, 0.9), 0.1, 0.9)
    assert critical_ratio(J) == pytest.approx(8.568, abs=0.001)
    theory = dispersion(J, (1, 10), lattice=False)
    assert theory.wavelength == pytest.approx(11.13, abs=0.005)
    assert theory.band == pytest.approx((0.447, 0.707), abs=0.001)
    just_below, just_above = (KINDS[int(kind(J, (1, d)))] for d in (8.56, 8.58))
    assert (just_below, just_above) == ("stable", "Turing")


def test_brusselator_theory() -> None:
    model = PLANAR["brusselator"]
    J = model.jacobian(*model.rest(3, 9), 3, 9)
    assert dispersion(J, (5, 12), lattice=False).wavelength == pytest.approx(10.02, abs=0.005)
    turing, oscillation = (1 + 3 * math.sqrt(5 / 12)) ** 2, 1 + 3**2
    for B, want in ((turing - 0.01, 0), (turing + 0.01, 1), (oscillation + 0.01, 3)):
        assert int(kind(model.jacobian(*model.rest(3, B), 3, B), (5, 12))) == want


def test_a_step_too_long_is_refused_with_its_limit() -> None:
    with pytest.raises(ParamError, match=r"gs_dt = 1\.5 .* limit of 1; take gs_dt up to 1\.19"):
        DEFAULTS.replaced(gs_dt=1.5)
    with pytest.raises(ParamError, match="sch_dt"):
        DEFAULTS.replaced(model="schnakenberg", sch_Dv=60.0)
    assert DEFAULTS.replaced(sch_Dv=60.0).sch_Dv == 60.0  # another model's diffusivity does not count
    assert diffusion_number(DEFAULTS) == pytest.approx(4 * 0.2097)
    assert diffusion_number(DEFAULTS.replaced(model="ring-1952")) == pytest.approx(2 * 0.65 * 0.02)


def test_the_reaction_counts_towards_the_limit() -> None:
    """With D_v dt = .24 pure diffusion is stable, but the reaction's -u^2 tips the checkerboard over."""
    with pytest.raises(
        ParamError, match=r"br_dt = 0\.02 .* checkerboard by -1\.0\d .* limit of -1; take br_dt up to 0\.019"
    ):
        DEFAULTS.replaced(model="brusselator", br_Dv=12.0, br_dt=0.02)
    assert DEFAULTS.replaced(model="brusselator", br_Dv=12.0, br_dt=0.019).br_dt == 0.019


@pytest.mark.parametrize(("name", "F", "k"), CLASSES)
def test_pearson_classes_are_on_the_grid(name: str, F: float, k: float) -> None:
    params = DEFAULTS.replaced(gs_F=F, gs_k=k)
    assert (params.gs_F, params.gs_k) == (F, k)


def test_map_is_kept_while_only_the_point_moves() -> None:
    exhibit = make(model="brusselator")
    first = exhibit.scene().arrays["map_class"]
    exhibit.set(exhibit.params.replaced(br_B=8.0))
    assert exhibit.scene().arrays["map_class"] is first
    exhibit.set(exhibit.params.replaced(br_Dv=15.0))
    assert not np.array_equal(exhibit.scene().arrays["map_class"], first)


def test_map_agrees_with_single_points() -> None:
    for setting in EVERY_MODEL:
        exhibit = make(**setting)
        model, arrays = exhibit.model, exhibit.scene().arrays
        highest = 4 if exhibit.is_ring else 8
        for i, j in ((20, 10), (40, 60), (70, 33)):
            at = dict(zip(model.plane, (float(arrays["map_x"][j]), float(arrays["map_y"][i])), strict=True))
            constants = [at.get(name, getattr(exhibit.params, name)) for name in model.kinetics]
            D = [at.get(name, getattr(exhibit.params, name)) for name in model.diffusion]
            J = model.jacobian(*(model.base or model.rest)(*constants), *constants)
            assert arrays["map_class"][i, j] == kind(J, D, highest)


def test_the_sharpest_factor_is_the_lowest_eigenvalue_of_a_step() -> None:
    rng = np.random.default_rng(4)
    for J, D, dt in zip(
        rng.uniform(-3, 3, (20, 4)), rng.uniform(0, 2, (20, 2)), rng.uniform(0.01, 0.3, 20), strict=True
    ):
        step = np.eye(2) + dt * (J.reshape(2, 2) - 8 * np.diag(D))
        lowest = np.linalg.eigvals(step).real.min()
        assert sharpest_factor(tuple(J), tuple(D), dt, 8.0) == pytest.approx(lowest)


@pytest.mark.parametrize("D", [{"gs_Du": 0.3, "gs_Dv": 0.05}, {"gs_Du": 0.05, "gs_Dv": 0.3}], ids=["u", "v"])
def test_steps_up_to_the_limit_damp_a_checkerboard_and_longer_ones_are_refused(D: dict) -> None:
    """With the larger D = 0.3 the limit is dt = 1 / (4 D) = 0.83, whichever morphogen is the faster one."""
    with pytest.raises(ParamError, match=r"diffusivity of 0\.3: the diffusion number would be 1\.02"):
        DEFAULTS.replaced(**D, gs_dt=0.85)
    allowed = DEFAULTS.replaced(**D, gs_dt=0.8, size="128")
    too_long = TuringParams.model_construct(**{**allowed.model_dump(), "gs_dt": 0.85})
    board = 1e-3 * (1 - 2 * (np.indices((128, 128)).sum(axis=0) % 2))
    for params, fate in ((allowed, -1), (too_long, 1)):
        exhibit = Turing(params, seed=0)
        exhibit.grid.store(1 + board, board)
        exhibit.advance(40)
        size = max(np.abs(field - rest).max() for field, rest in zip(exhibit.grid.fields(), (1, 0), strict=True))
        assert fate * math.log(size / 1e-3) > 0.05


def test_the_ratio_is_measured_over_predicted() -> None:
    """Eight waves across 128 cells are 16 cells long; linear theory wants shorter ones."""
    exhibit = make(model="schnakenberg", sch_Du=1.0, sch_Dv=10.0)
    x = np.arange(128)
    wave = 0.01 * np.cos(2 * np.pi * 8 * x / 128)[None, :] * np.ones((128, 1))
    exhibit.grid.store(1 + wave, 0.9 - wave)
    metrics = exhibit.frame().metrics
    assert metrics["measured_wavelength"] == pytest.approx(16, rel=1e-3)
    assert metrics["predicted_wavelength"] == pytest.approx(10.98, abs=0.01)  # 11.13 in the continuum
    assert metrics["wavelength_ratio"] == pytest.approx(16 / 10.98, rel=2e-3)


def test_kinds_are_what_the_eigenvalues_of_all_waves_say() -> None:
    """Random Jacobians: the stirred state's eigenvalues, and those of many waves, against the closed form."""
    rng, x, seen = np.random.default_rng(7), np.linspace(1e-3, 8, 4000), set()
    for _ in range(400):
        J, D = tuple(rng.uniform(-2, 2, 4)), tuple(rng.uniform(0.05, 3, 2))
        stirred = np.linalg.eigvals(np.reshape(J, (2, 2)))
        waves = eigenvalue(J, D, x)
        standing = bool(((waves.real > 1e-6) & (np.abs(waves.imag) < 1e-9)).any())
        name = KINDS[int(kind(J, D))]
        seen.add(name)
        if np.prod(stirred).real <= 0:
            want = {"other"}
        elif stirred.real.max() < 0:
            want = {"Turing" if standing else "stable"}
        elif abs(stirred.imag).max() > 0:
            want = {"Turing and Hopf" if standing else "Hopf"}
        else:
            want = {"unstable node"}
        assert {name} == want, (J, D)
    assert seen == set(KINDS)


@pytest.mark.parametrize("model", PLANAR)
def test_nothing_is_called_turing_where_both_spread_alike(model: str) -> None:
    diffusivities = PLANAR[model].diffusion
    exhibit = make(model=model, **dict.fromkeys(diffusivities, 0.2))
    found = {KINDS[code] for code in np.unique(exhibit.scene().arrays["map_class"])}
    assert "stable" in found and not {"Turing", "Turing and Hopf"} & found


def test_d_is_inhibitor_over_activator_whichever_of_them_that_is() -> None:
    swapped = {"model": "ring-1952", "ring_reaction": "linear", "ring_a": 1.5, "ring_d": -2.0}
    for setting, ratio, critical in (
        ({"model": "ring-1952"}, 2.6, 2),
        ({**swapped, "ring_mu": 0.25, "ring_nu": 0.65}, 2.6, 2),
        ({**swapped, "ring_mu": 0.65, "ring_nu": 0.25}, 0.3846, 2),
        ({"model": "schnakenberg", "sch_Dv": 7.5}, 7.5, 8.568),
        ({"gs_F": 0.06, "gs_k": 0.0622, "start": "noise"}, 1.999, 1.756),
    ):
        theory = make(**setting).prediction
        assert f"d = {ratio:g}, critical d = {critical:g}" in theory.facts
        assert (theory.kind == "Turing") == (ratio > critical)


def test_both_ways_round_the_ratio_decides() -> None:
    """Random Jacobians with an activator of either kind: waves grow just above the critical ratio and not below."""
    rng, tried = np.random.default_rng(5), 0
    while tried < 60:
        J = tuple(rng.uniform(-2, 2, 4))
        critical = critical_ratio(J)
        if not 1 < critical < 50:
            continue
        tried += 1
        for factor, want in ((0.98, "stable"), (1.02, "Turing")):
            D = (0.1, 0.1 * critical * factor) if J[0] > 0 else (0.1 * critical * factor, 0.1)
            assert diffusion_ratio(J, D) == pytest.approx(critical * factor)
            assert KINDS[int(kind(J, D, highest=np.inf))] == want


SAID = [
    ({"model": "schnakenberg", "start": "noise", "sch_Dv": 7.5},
     ["so the noise dies out", "Diffusion is too even: waves grow once d = 7.5 exceeds 8.568"], ["seed"]),
    ({"start": "noise"}, ["so the noise dies out", "No ratio of the diffusivities changes that"], ["seed", "exceeds"]),
    ({}, ["a faint trace dies out", "Whether a seed as strong as this one spreads it cannot tell"], ["noise"]),
    ({"model": "ring-1952", "ring_mu": 0.45}, ["so the noise dies out", "exceeds 2"], ["seed"]),
    ({"model": "brusselator", "br_B": 11.0, "br_Du": 5.0, "br_Dv": 5.0},
     ["starts to oscillate", "no wavelength is preferred"], []),
    ({"model": "brusselator", "br_B": 11.0}, ["grow fastest", "also oscillates"], ["no wavelength"]),
    ({"model": "brusselator", "br_A": 1.5, "br_B": 16.0, "br_Du": 5.0, "br_Dv": 5.0},
     ["is left without a wave", "no wavelength is preferred"], ["oscillate"]),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "said", "unsaid"), SAID)
def test_what_is_said_of_a_state_fits_it(setting: dict, said: list[str], unsaid: list[str]) -> None:
    theory = make(**setting).prediction
    assert all(words in theory.sentence for words in said), theory.sentence
    assert not any(words in theory.sentence for words in unsaid), theory.sentence
    if "no wavelength is preferred" in said:
        assert theory.dispersion.growth.argmax() == 0


def test_noise_fades_as_slowly_as_is_said() -> None:
    """The slowest wave, once it is alone, by 1/e in the time named."""
    exhibit = make(model="schnakenberg", start="noise", sch_Du=1.0, sch_Dv=7.5, sch_dt=0.02)
    time = float(exhibit.prediction.sentence.split("1/e in ")[1].split()[0])
    exhibit.advance(3000)
    before = exhibit.frame().metrics["contrast"]
    exhibit.advance(round(time / 0.02))
    assert exhibit.frame().metrics["contrast"] / before == pytest.approx(math.exp(-1), rel=0.1)
