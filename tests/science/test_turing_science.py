"""Longer numeric checks of the Turing patterns: against py-pde, linear theory and the literature."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.exhibits.turing import CLASSES, PLANAR, RINGS, Turing
from engine.exhibits.turing.grid import CompiledGrid, Step
from engine.exhibits.turing.models import gray_scott
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.theory import dispersion, lattice_square

pytestmark = pytest.mark.science
DEFAULTS = TuringParams()


def test_gray_scott_equals_py_pde() -> None:
    pde = pytest.importorskip("pde")
    exhibit = Turing(DEFAULTS.replaced(size="128"), seed=0)
    u, v = exhibit.grid.fields()
    grid = pde.CartesianGrid([(0, 128), (0, 128)], 128, periodic=True)
    equation = pde.PDE(
        {"u": "0.2097*laplace(u) - u*v**2 + 0.037*(1-u)", "v": "0.1049*laplace(v) + u*v**2 - (0.037+0.06)*v"}
    )
    start = pde.FieldCollection([pde.ScalarField(grid, u), pde.ScalarField(grid, v)])
    want = equation.solve(start, t_range=300, dt=1, solver="euler", backend="numpy", tracker=None)
    exhibit.advance(300)
    for got, field in zip(exhibit.grid.fields(), want, strict=True):
        np.testing.assert_allclose(got, field.data, atol=1e-4)


WAVES = [
    ("gray-scott", {}, 6, 128),
    ("gray-scott upper state", {"gs_F": 0.06, "gs_k": 0.0622}, 9, 128),
    ("schnakenberg", {}, 10, 128),
    ("gierer-meinhardt", {}, 10, 128),
    ("brusselator", {}, 13, 128),
    ("fitzhugh-nagumo", {}, 10, 128),
    ("linear", {}, 3, 20),
    ("nonlinear", {}, 3, 20),
]


@pytest.mark.parametrize(("name", "values", "waves", "width"), WAVES)
def test_a_single_wave_grows_as_the_lattice_says(name: str, values: dict, waves: int, width: int) -> None:
    """Seed one eigenvector of the linearised step and follow its amplitude for half an e-fold."""
    model = RINGS[name] if name in RINGS else PLANAR[name.split()[0]]
    params = DEFAULTS.replaced(**values)
    constants, D, dt = model.constants(params), model.diffusivities(params), model.time_step(params)
    state = model.base(*constants) if "upper" in name else model.rest(*constants)
    k = 2 * math.pi * waves / width
    fu, fv, gu, gv = (float(entry) for entry in model.jacobian(*state, *constants))
    x = float(lattice_square(k))
    rates, vectors = np.linalg.eig(np.array([[fu - D[0] * x, fv], [gu, gv - D[1] * x]]))
    top = int(np.argmax(rates.real))
    assert rates.imag[top] == 0
    rate, vector = float(rates.real[top]), vectors[:, top].real
    wave = 3e-3 * np.cos(k * np.arange(width))[None, :] * np.ones((1 if name in RINGS else 8, 1))
    lattice = CompiledGrid(*(float(s) + part * wave for s, part in zip(state, vector, strict=True)), (True, True))
    step, main = Step(model.reaction, constants, D, dt), int(np.argmax(np.abs(vector)))

    def amplitude() -> float:
        return float((lattice.fields()[main].astype(float) * wave).sum() / (wave**2).sum())

    steps = max(1, round(0.5 / abs(rate) / dt))
    before = amplitude()
    lattice.advance(steps, step, cores=1)
    measured = math.log(amplitude() / before) / (steps * dt)
    assert measured == pytest.approx(math.log1p(rate * dt) / dt, rel=0.02)


NEAR_ONSET = [
    ("schnakenberg", {"sch_Dv": 9.5}, 40_000),
    ("gierer-meinhardt", {"gm_Dv": 9.5}, 40_000),
    ("brusselator", {"br_B": 8.8}, 20_000),
]


@pytest.mark.parametrize(("name", "values", "steps"), NEAR_ONSET)
def test_near_onset_the_pattern_has_the_predicted_wavelength(name: str, values: dict, steps: int) -> None:
    exhibit = Turing(DEFAULTS.replaced(model=name, start="noise", size="128", **values), seed=0)
    exhibit.advance(steps)
    metrics = exhibit.frame().metrics
    assert metrics["contrast"] > 0.03
    assert metrics["wavelength_ratio"] == pytest.approx(1, abs=0.1)


SPREADING = [sample for sample in CLASSES if sample[0] in "αβγδεηθικλμπ" or sample == ("ζ", 0.026, 0.059)]
"""Classes that one square of 20 by 20 cells starts: ν and the other ζ die of it, ξ burns out, ρ and σ want more."""


@pytest.mark.parametrize(("name", "F", "k"), SPREADING)
def test_pearson_patterns_need_a_finite_seed(name: str, F: float, k: float) -> None:
    """(1, 0) is stable to every wave, small noise dies, and yet a finite seed spreads."""
    J = gray_scott.jacobian(1.0, 0.0, F, k)
    assert dispersion(J, (0.2097, 0.1049)).growth.max() < 0
    params = DEFAULTS.replaced(gs_F=F, gs_k=k, start="centre")
    exhibit = Turing(params, seed=0)
    seeded = (exhibit.frame().arrays["v"] > 0.1).sum()
    exhibit.advance(5000)
    assert (exhibit.frame().arrays["v"] > 0.1).sum() > 1.5 * seeded
    noise = 0.01 * np.abs(np.random.default_rng(0).standard_normal((2, 256, 256)))
    exhibit.grid.store(1 - noise[0], noise[1])
    exhibit.advance(4000)
    assert exhibit.frame().metrics["mean_v"] < 1e-6


def test_inside_its_sliver_gray_scott_is_a_turing_system() -> None:
    params = DEFAULTS.replaced(start="noise", gs_F=0.06, gs_k=0.0622, size="128")
    exhibit = Turing(params, seed=0)
    assert exhibit.scene().words["kind"] == "Turing"
    exhibit.advance(9000)
    metrics = exhibit.frame().metrics
    assert metrics["contrast"] > 0.1 and metrics["wavelength_ratio"] == pytest.approx(1, abs=0.15)


def test_five_models_make_patterns_with_their_defaults() -> None:
    for name in PLANAR:
        exhibit = Turing(DEFAULTS.replaced(model=name), seed=0)
        exhibit.advance(2400)  # one second at the default speed
        early = exhibit.frame().arrays["u"].std()
        exhibit.advance(9600)
        assert exhibit.diverged() is None
        assert exhibit.frame().arrays["u"].std() > 0.1 and early > 0.05
