"""One Euler step: against a float64 reference, on one core and on two, and by the formulas that are shown."""

from __future__ import annotations

import math
import sys
from collections import Counter

import numba
import numpy as np
import pytest

from engine.exhibits.turing import PLANAR, RINGS, kernel
from engine.exhibits.turing import grid as grid_module
from engine.exhibits.turing.grid import CompiledGrid, Sharing, Step
from engine.exhibits.turing.kernel import fingerprint
from engine.exhibits.turing.show import CODE
from engine.exhibits.turing.tensor import TensorGrid
from engine.exhibits.turing.theory import lattice_square
from tests.exhibits.test_turing import ALL, DEFAULTS, each_model, each_setting, make, rough, step_of

each_edge = pytest.mark.parametrize("wrap", [(True, True), (False, False)], ids=["periodic", "no-flux"])


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
    lattice = CompiledGrid(u, v, (wrap, wrap))
    lattice.advance(100, step_of(model), cores=1)
    for got, want in zip(lattice.fields(), euler(u, v, step_of(model), (wrap, wrap), 100), strict=True):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", ["gray-scott", "brusselator"])
@pytest.mark.parametrize("wrap", [True, False])
def test_two_cores_give_the_same_bits(name: str, wrap: bool) -> None:
    model = PLANAR[name]
    u, v = rough(model, (256, 256))
    results = []
    for cores in (1, 2):
        lattice = CompiledGrid(u, v, (wrap, wrap))
        lattice.advance(101, step_of(model), cores)
        results.append(lattice.fields())
    np.testing.assert_array_equal(results[0], results[1])


@each_model
def test_uniform_steady_states_stay_put(model) -> None:
    constants = model.constants(DEFAULTS)
    states = model.states(*constants)
    rest = tuple(float(value) for value in model.rest(*constants))
    assert min(math.dist(rest, state) for state in states) < 1e-9
    for state in states:
        np.testing.assert_allclose(model.reaction(*state, *constants)[0], 0, atol=1e-9)
    u, v = (np.full((32, 32), value, np.float32) for value in rest)
    lattice = CompiledGrid(u, v, (True, True))
    lattice.advance(200, step_of(model), cores=1)
    for field, value in zip(lattice.fields(), rest, strict=True):
        np.testing.assert_allclose(field, value, atol=2e-6)
        assert np.ptp(field) == 0


def test_an_edited_formula_misses_the_disk_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    prints = {fingerprint(model.reaction) for model in ALL}
    assert len(prints) == len(ALL)
    for formula in CODE:
        monkeypatch.setattr(kernel, formula.__name__, lambda *arguments: sum(arguments))
        prints.add(fingerprint(ALL[0].reaction))
    assert len(prints) == len(ALL) + len(CODE)


def test_steps_are_shared_among_cores_only_while_that_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, sharing, done = [0.0], Sharing(), {True: 0, False: 0}
    monkeypatch.setattr(grid_module.time, "perf_counter", lambda: clock[0])

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


@each_setting
def test_the_code_shown_is_the_code_that_runs(setting: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its compiler numba leaves Python functions in place, whose calls can be seen."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    monkeypatch.setattr(kernel, "serial", kernel.serial.__wrapped__)
    calls: Counter = Counter()
    sys.setprofile(lambda frame, event, argument: calls.update([frame.f_code] if event == "call" else []))
    try:
        exhibit = make(**setting)
        theory = calls.copy()
        exhibit.advance(1)
    finally:
        sys.setprofile(None)
    cells, model = exhibit.grid.fields()[0].size, exhibit.model
    assert theory[model.jacobian.__code__] > 0
    assert (calls - theory)[model.reaction.__code__] == cells
    assert [calls[formula.__code__] for formula in CODE] == [2 * cells] * len(CODE), "once for u, once for v"


def test_a_faint_wave_grows_as_a_strong_one_does() -> None:
    """Near onset a step adds less to u than the last digit of u = 1 in float32; the growth is theory's all the same."""
    model, params = PLANAR["schnakenberg"], DEFAULTS.replaced(sch_Dv=9.5, sch_dt=0.02)
    constants, (Du, Dv) = model.constants(params), model.diffusivities(params)
    rest = model.rest(*constants)
    k = 2 * math.pi * 12 / 128
    fu, fv, gu, gv = model.jacobian(*rest, *constants)
    x = float(lattice_square(k))
    rates, vectors = np.linalg.eig([[fu - Du * x, fv], [gu, gv - Dv * x]])
    top = int(np.argmax(rates))
    wave = 1e-5 * np.cos(k * np.arange(128)) * np.ones((8, 1))
    u, v = (state + part * wave for state, part in zip(rest, vectors[:, top], strict=True))
    grid = CompiledGrid(u, v, (True, True), rest)
    assert abs(params.sch_dt * rates[top] * 1e-5) < np.spacing(np.float32(1)) / 2
    steps = round(1 / (rates[top] * params.sch_dt))
    before = grid.deviations()[0].std()
    grid.advance(steps, step_of(model, params), cores=1)
    want = (1 + rates[top] * params.sch_dt) ** steps
    assert grid.deviations()[0].std() / before == pytest.approx(want, rel=0.01)


@each_model
@each_edge
def test_any_base_gives_the_same_fields(model, wrap: tuple[bool, bool]) -> None:
    u, v = rough(model, (24, 40))
    rest = tuple(float(value) for value in model.rest(*model.constants(DEFAULTS)))
    grids = [CompiledGrid(u, v, wrap, base) for base in ((0.0, 0.0), rest, (0.3, -2.0))]
    for grid in grids:
        grid.advance(40, step_of(model), cores=1)
    for grid in grids[1:]:
        for got, want in zip(grid.fields(), grids[0].fields(), strict=True):
            np.testing.assert_allclose(got, want, atol=3e-6)
    before = grids[0].fields()
    grids[0].rebase(rest)
    assert grids[0].base == pytest.approx(rest, abs=1e-6)
    for got, want in zip(grids[0].fields(), before, strict=True):
        np.testing.assert_allclose(got, want, atol=1e-6)


def test_no_step_goes_below_the_floor() -> None:
    """At 0.1 Y is used up by (2 Y + 55) / 32 per unit of time: with dt = 0.3 there would be less than none after it."""
    model = RINGS["nonlinear"]
    grid = CompiledGrid(np.full((1, 20), 0.1), np.full((1, 20), 0.1), (False, True), (1.0, 1.0))
    step = step_of(model, DEFAULTS.replaced(model="ring-1952", ring_dt=0.3))
    f, g = step.reaction(0.1, 0.1)
    assert 0.1 + step.dt * g < 0
    grid.advance(1, step, cores=1)
    np.testing.assert_allclose(grid.fields()[0], 0.1 + step.dt * f, rtol=1e-5)
    assert (grid.fields()[1] == 0).all()


@pytest.mark.parametrize("device", ["compiled", "torch"])
def test_a_floor_hides_no_nan(device: str) -> None:
    """Where the reaction has run out of numbers, a step that stops at zero must not make a zero of it."""
    model = RINGS["nonlinear"]
    u, v = np.ones((1, 20)), np.ones((1, 20))
    u[0, 7] = np.nan
    wrap, base = (False, True), (1.0, 1.0)
    grid = CompiledGrid(u, v, wrap, base) if device == "compiled" else TensorGrid(u, v, wrap, "cpu", base)
    grid.advance(1, step_of(model, DEFAULTS.replaced(model="ring-1952")), cores=1)
    for field in grid.fields():
        assert np.isnan(field[0, 7]) and np.isfinite(field[0, 10])
    assert grid.not_finite() == "u"


@pytest.mark.parametrize("device", ["compiled", "torch"])
def test_the_middle_row_is_that_of_the_field(device: str) -> None:
    u, v = rough(PLANAR["brusselator"], (24, 40))
    grid = (CompiledGrid if device == "compiled" else lambda *given: TensorGrid(*given[:3], "cpu", given[3]))(
        u, v, (True, True), (3.0, 3.0)
    )
    np.testing.assert_array_equal(grid.middle_row(), grid.fields()[0][12])
