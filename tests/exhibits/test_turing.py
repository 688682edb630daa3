"""Turing patterns: the step, its peers in NumPy and torch, the theory, and the exhibit's manners."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.exhibits.turing import CLASSES, KINDS, PLANAR, PLANE, RINGS, Paint, Turing
from engine.exhibits.turing.kernel import fingerprint
from engine.exhibits.turing.lattice import CompiledLattice, Step
from engine.exhibits.turing.models.gray_scott import hopf, jacobian, saddle_node, states, upper
from engine.exhibits.turing.params import TuringParams, diffusion_number
from engine.exhibits.turing.spectrum import Spectrum
from engine.exhibits.turing.start import dab, seed_mask
from engine.exhibits.turing.tensor import TensorLattice
from engine.exhibits.turing.theory import critical_ratio, dispersion, kind, lattice_square
from engine.params import ParamError

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


def step_of(model) -> Step:
    D, dt = model.diffusivities(DEFAULTS), model.time_step(DEFAULTS)
    return Step(model.reaction, model.constants(DEFAULTS), D, dt)


def rough(model, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The rest state with a tenth of a dose of noise."""
    rest = model.rest(*model.constants(DEFAULTS))
    size = 0.1 * max(abs(x) for x in model.dose["activator"])
    noise = size * np.random.default_rng(1).uniform(-1, 1, (2, *shape))
    return tuple((value + part).astype(np.float32) for value, part in zip(rest, noise, strict=True))


def euler(u, v, step: Step, wrap: tuple[bool, bool], steps: int) -> tuple[np.ndarray, np.ndarray]:
    """An independent float64 reference, by rolling or by edge padding."""

    def lap(w):
        total = -4 * w
        for axis in (0, 1):
            if wrap[axis]:
                total += np.roll(w, 1, axis) + np.roll(w, -1, axis)
            else:
                n = w.shape[axis]
                total += np.take(w, np.minimum(np.arange(n) + 1, n - 1), axis)
                total += np.take(w, np.maximum(np.arange(n) - 1, 0), axis)
        return total

    u, v = u.astype(float), v.astype(float)
    for _ in range(steps):
        f, g = step.reaction(u, v, *step.constants)
        u, v = u + step.dt * (f + step.D[0] * lap(u)), v + step.dt * (g + step.D[1] * lap(v))
    return u, v


@each_model
@pytest.mark.parametrize("wrap", [True, False], ids=["periodic", "no-flux"])
def test_step_equals_float64_reference(model, wrap: bool) -> None:
    u, v = rough(model, (64, 72))
    lattice = CompiledLattice(u, v, (wrap, wrap))
    lattice.advance(100, step_of(model), cores=1)
    for got, want in zip(lattice.fields(), euler(u, v, step_of(model), (wrap, wrap), 100), strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-5)


@each_model
@pytest.mark.parametrize("wrap", [(True, True), (False, False), (False, True)])
def test_torch_equals_compiled(model, wrap: tuple[bool, bool]) -> None:
    u, v = rough(model, (48, 64))
    compiled, torch_one = CompiledLattice(u, v, wrap), TensorLattice(u, v, wrap, "cpu")
    for lattice in (compiled, torch_one):
        lattice.advance(50, step_of(model), cores=1)
    for got, want in zip(torch_one.fields(), compiled.fields(), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)
    assert torch_one.not_finite() is None


@pytest.mark.parametrize("name", ["gray-scott", "brusselator"])
@pytest.mark.parametrize("wrap", [True, False])
def test_two_cores_give_the_same_bits(name: str, wrap: bool) -> None:
    model = PLANAR[name]
    u, v = rough(model, (256, 256))
    results = []
    for cores in (1, 2):
        lattice = CompiledLattice(u, v, (wrap, wrap))
        lattice.advance(101, step_of(model), cores)
        results.append(lattice.fields())
    np.testing.assert_array_equal(results[0], results[1])


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


@each_model
def test_uniform_steady_states_stay_put(model) -> None:
    constants = model.constants(DEFAULTS)
    states = model.states(*constants)
    rest = tuple(float(value) for value in model.rest(*constants))
    assert min(math.dist(rest, state) for state in states) < 1e-9
    for state in states:
        np.testing.assert_allclose(model.reaction(*state, *constants)[0], 0, atol=1e-9)
    u, v = (np.full((32, 32), value, np.float32) for value in rest)
    lattice = CompiledLattice(u, v, (True, True))
    lattice.advance(200, step_of(model), cores=1)
    for field, value in zip(lattice.fields(), rest, strict=True):
        np.testing.assert_allclose(field, value, atol=2e-6)
        assert np.ptp(field) == 0


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


@pytest.mark.parametrize("name, F, k", CLASSES)
def test_pearson_classes_are_on_the_grid(name: str, F: float, k: float) -> None:
    params = DEFAULTS.replaced(gs_F=F, gs_k=k)
    assert (params.gs_F, params.gs_k) == (F, k)


def test_paint_goes_where_it_should() -> None:
    exhibit = make(model="schnakenberg")
    exhibit.lattice.store(*(np.full((128, 128), value, np.float32) for value in exhibit._rest()))
    before = exhibit.frame().arrays["u"]
    exhibit.poke(Paint(x=0.25, y=0.75, radius=3, what="activator"))
    change = exhibit.frame().arrays["u"] - before
    rows, columns = np.nonzero(change)
    assert abs(columns.mean() + 0.5 - 32) < 1e-6 and abs(rows.mean() + 0.5 - 96) < 1e-6
    assert np.hypot(columns + 0.5 - 32, rows + 0.5 - 96).max() < 3.5
    assert change.max() == pytest.approx(1.0)
    exhibit.poke(Paint(x=0.25, y=0.75, radius=6, what="erase"))
    np.testing.assert_array_equal(exhibit.frame().arrays["u"], before)


def test_a_fast_stroke_has_no_gaps_and_wraps() -> None:
    mask = np.zeros((64, 64))
    dab(mask, (5, 32), (60, 32), 2, wrap=(True, True))
    assert (mask[32, 4:61] == 1).all()
    assert mask[20].max() == 0
    for wrap, far_side in ((True, 1.0), (False, 0.0)):
        mask = np.zeros((64, 64))
        dab(mask, (0.5, 32.5), (0.5, 32.5), 3, wrap=(wrap, wrap))
        assert mask[32, 63] == far_side
    exhibit = make(boundary="no-flux")
    exhibit.poke(Paint(x=1, y=1, x0=0.5, y0=0.5, radius=0.5))
    assert exhibit.frame().arrays["v"][100, 100] > 0.1


def test_paint_on_the_ring_hits_one_cell() -> None:
    exhibit = make(model="ring-1952")
    exhibit.lattice.store(np.ones((1, 20)), np.ones((1, 20)))
    exhibit.poke(Paint(x=7.5 / 20, radius=0.5))
    assert np.flatnonzero(exhibit.frame().arrays["v"] != 1).tolist() == [7]
    assert exhibit.frame().arrays["v"][7] == pytest.approx(1.2)


@pytest.mark.parametrize("start", ["centre", "spots", "word"])
@pytest.mark.parametrize("name", list(PLANAR))
def test_seeds_are_local_and_finite(name: str, start: str) -> None:
    exhibit = make(model=name, start=start)
    arrays = exhibit.frame().arrays
    rest = [np.float32(value) for value in exhibit._rest()]
    away = (arrays["u"] != rest[0]) | (arrays["v"] != rest[1])
    assert 0.003 < away.mean() < 0.4
    assert max(np.ptp(arrays["u"]), np.ptp(arrays["v"])) > 0.2


def test_a_word_can_be_read() -> None:
    mask = seed_mask("word", 256, "IH", True, np.random.default_rng(0))
    columns = np.flatnonzero(mask.max(axis=0) > 0.5)
    assert np.flatnonzero(np.diff(columns) > 1).size == 1  # two letters
    assert columns.size > 0 and abs(columns.mean() - 128) < 25
    wide = np.flatnonzero(seed_mask("word", 256, "reaction", True, np.random.default_rng(0)).max(axis=0) > 0.5)
    assert 0.75 * 256 < np.ptp(wide) < 0.9 * 256
    blank = seed_mask("word", 128, "   ", True, np.random.default_rng(0))
    np.testing.assert_array_equal(blank, seed_mask("centre", 128, "", True, np.random.default_rng(0)))


@pytest.mark.parametrize("block", [1, 2, 4])
def test_spectrum_finds_a_wave(block: int) -> None:
    n = 128
    spectrum = Spectrum(n, n, widest=n // block)
    x = np.arange(n)
    for waves in (5, 9, 14):
        field = 3 + np.cos(2 * np.pi * waves * x / n)[None, :] * np.ones((n, 1))
        power = spectrum.power(field.astype(np.float32))
        assert power[waves - 1] == 1 and spectrum.k[waves - 1] == pytest.approx(2 * np.pi * waves / n)
        assert spectrum.wavelength(power) == pytest.approx(n / waves, rel=1e-3)
    white = np.random.default_rng(0).standard_normal((n, n)).astype(np.float32)
    power = spectrum.power(white)
    assert power[4:15].std() / power[4:15].mean() < 0.4
    assert math.isnan(spectrum.wavelength(spectrum.power(np.ones((n, n), np.float32))))


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
    values = [getattr(exhibit.params, name) for name in PLANE[exhibit.params.model]]
    assert [scene.metrics["point_x"], scene.metrics["point_y"]] == values


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


def test_an_edited_formula_misses_the_disk_cache() -> None:
    prints = {fingerprint(model.reaction) for model in ALL}
    assert len(prints) == len(ALL)


def test_noise_starts_gray_scott_from_the_state_that_can_turn_unstable() -> None:
    sliver = make(start="noise", gs_F=0.06, gs_k=0.062)
    assert sliver.frame().metrics["mean_v"] == pytest.approx(float(upper(0.06, 0.062)[1]), rel=0.01)
    assert sliver.scene().words["kind"] == "Turing"
    assert "Turing-unstable" in make(gs_F=0.06, gs_k=0.062).frame().words["theory"]
    assert make(start="noise").frame().metrics["mean_v"] == pytest.approx(0, abs=1e-3)


def test_steps_are_shared_among_cores_only_while_that_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.exhibits.turing import lattice

    clock, sharing, done = [0.0], lattice.Sharing(), {True: 0, False: 0}
    monkeypatch.setattr(lattice.time, "perf_counter", lambda: clock[0])

    def share_of_shared(calls: int, cost: dict[bool, float]) -> float:
        done.update({True: 0, False: 0})
        for _ in range(calls):
            steps, shared = sharing.stretch(100)
            clock[0] += steps * cost[shared]
            sharing.learn(shared, steps, steps * cost[shared])
            done[shared] += steps
        return done[True] / sum(done.values())

    assert share_of_shared(1000, {True: 3e-5, False: 2e-5}) < 0.1  # tried at first, and now and then
    share_of_shared(500, {True: 1e-5, False: 2e-5})  # finds out
    assert share_of_shared(1000, {True: 1e-5, False: 2e-5}) > 0.9
    share_of_shared(500, {True: 1e-3, False: 2e-5})  # another program holds a core
    assert share_of_shared(5000, {True: 1e-3, False: 2e-5}) < 0.1
    assert done[True] * 1e-3 < 0.2 * done[False] * 2e-5, "trials that are slow are rare"
