"""What the page of optimisers says is so: formulas are the code, bounds hold, maps are right, hostile formulas fail."""

from __future__ import annotations

import importlib
import importlib.util
import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.exhibits.optimisers import CODE, FORMULAS, Optimisers
from engine.exhibits.optimisers.basins import LEVELS, WALK, Basins
from engine.exhibits.optimisers.params import NAMES, OptimisersParams
from engine.exhibits.optimisers.racers import RACERS
from engine.exhibits.optimisers.surfaces.formula import read_formula
from engine.exhibits.optimisers.theory import LATEX, Descent, closed_form, momentum_rate, promised_drop, rate_map
from tests.exhibits.latex import Function, value
from tests.exhibits.test_formulas import codes_of, codes_run
from tests.exhibits.test_optimisers import only, optimisers

SYMPY = "sympy"


# ---- the formulas shown ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["line", "quadratic", "rosenbrock", "beale", "himmelblau", "rastrigin", "styblinski-tang", "monkey-saddle",
     "cliff", "painted"],
)  # fmt: skip
def test_a_surface_is_the_formula_shown(name: str) -> None:
    surface = optimisers(surface=name, kappa=7.0, angle=33.0).terrain.surface
    scope: dict[str, Any] = {"pi": math.pi, "cos": Function(np.cos), **surface.names}
    first, second = (axis.split()[-1] for axis in surface.axes)
    for x, y in np.random.default_rng(2).uniform(-2, 2, (7, 2)):
        want = float(surface.value(torch.tensor([x, y])))
        assert value(surface.latex, {**scope, first: x, second: y}) == pytest.approx(want, rel=1e-10), surface.latex


def test_the_bounds_and_the_closed_form_are_the_formulas_shown() -> None:
    slopes, beta = np.array([3.0, 2.0, 0.5]), 4.0
    account = Descent(9.0)
    for slope in slopes:
        account.add(float(slope), 1 / beta, beta, 5.0)
    shown = value(LATEX["drop"], {"beta": beta, "s": slopes**2, "ranges": {"t": 3}})
    assert account.promised == pytest.approx(shown)
    steps = value(LATEX["steps"], {"beta": beta, "L_0": 9.0, "L_T": 5.0, "varepsilon": 0.5})
    assert account.longest(beta) == pytest.approx(steps)
    H = torch.diag(torch.tensor([0.5, 3.0], dtype=torch.float64))
    w, u = torch.tensor([1.0, -1.0], dtype=torch.float64), torch.tensor([4.0, 2.0], dtype=torch.float64)
    for i, bend in enumerate((0.5, 3.0)):
        scope = {"w": float(w[i]), "u": float(u[i]), "eta": 0.2, "lambda": bend, "t": 5}
        assert float(closed_form(H, w, u, 0.2, 5)[i]) == pytest.approx(value(LATEX["closed"], scope))
    assert all(formula in FORMULAS for formula in LATEX.values())


def test_the_code_shown_is_the_code_that_runs() -> None:
    exhibit = optimisers(surface="rosenbrock", period=3, **only(*NAMES))
    ran = codes_run(lambda: exhibit.advance(4))
    for shown in (*CODE, exhibit.terrain.surface.formula):
        assert set(codes_of(shown)) <= ran, shown


# ---- smoothness and the bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", ["line", "quadratic", "rosenbrock", "himmelblau", "beale", "cliff", "painted"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_the_rate_one_over_beta_the_bounds_hold_at_every_step(surface: str, seed: int) -> None:
    exhibit = optimisers(seed, surface=surface, **only("gd"))
    assert exhibit.race.rules.eta == pytest.approx(1 / exhibit.race.beta)
    total, first = 0.0, float(exhibit.race.loss[0])
    for step in range(1, 81):
        before, slope = float(exhibit.race.loss[0]), exhibit.terrain.surface.slope(exhibit.race.w[:1])[1].norm()
        exhibit.advance(1)
        after = float(exhibit.race.loss[0])
        total += float(slope) ** 2 / (2 * exhibit.race.beta)
        assert before - after >= promised_drop(float(slope), exhibit.race.rules.eta, exhibit.race.beta) - 1e-9
        assert first - after >= total - 1e-9 * (1 + first)
        if step % 10:
            continue
        metrics = exhibit.frame().metrics  # which takes as long as all ten steps
        assert metrics["kept"] == 1 and metrics["promised"] == pytest.approx(total, rel=1e-9)
        assert math.isnan(metrics["longest"]) or step <= metrics["longest"] * (1 + 1e-9)


@pytest.mark.parametrize("surface", ["line", "quadratic"])
def test_it_diverges_beyond_two_over_beta_and_not_before(surface: str) -> None:
    below, above = (optimisers(surface=surface, rate=rate, **only("gd")) for rate in (1.99, 2.01))
    below.advance(1500), above.advance(1500)
    assert float(below.race.loss[0]) < 1e-3 * float(below.race.lately[0, 0] + 1)
    assert above.frame().words["status_gd"] == "diverged"
    assert "2/β" in above.frame().words["rate"] and "sure" not in below.frame().words["rate"]


def test_smoothness_counts_only_what_is_no_higher_than_the_start() -> None:
    low, high = optimisers(surface="rosenbrock"), optimisers(surface="rosenbrock")
    start = torch.tensor([0.9, 0.8], dtype=torch.float64)
    assert low.terrain.smoothness(start) < 0.6 * high.race.beta
    at = torch.tensor([[1.0, 1.0]], dtype=torch.float64)
    exact = float(torch.linalg.eigvalsh(low.terrain.surface.hessian(at))[0, 1])
    assert low.terrain.smoothness(at[0]) == pytest.approx(exact, rel=1e-9)


# ---- momentum -------------------------------------------------------------------------------------------------------


def test_the_map_of_rates_is_the_spectral_radius() -> None:
    random = np.random.default_rng(0)
    for a, mu in zip(random.uniform(0, 4, 200), random.uniform(0, 0.99, 200), strict=True):
        matrix = np.array([[1 + mu - a, -mu], [1, 0]])
        assert momentum_rate(np.array(a), np.array(mu)) == pytest.approx(np.abs(np.linalg.eigvals(matrix)).max())


def test_the_map_of_rates_is_the_pace_at_which_momentum_comes_in() -> None:
    exhibit = optimisers(kappa=10.0, angle=0.0, rate=0.5, mu=0.3, **only("momentum"))
    found = rate_map(np.array([1.0, 10.0]), exhibit.race.beta, np.array([0.5]), np.array([0.3]))[0, 0]
    exhibit.advance(60)
    early = float(exhibit.race.w[1].norm())
    exhibit.advance(50)
    assert (float(exhibit.race.w[1].norm()) / early) ** (1 / 50) == pytest.approx(found, rel=1e-3)


# ---- inside ---------------------------------------------------------------------------------------------------------


def test_adams_moments_are_the_papers() -> None:
    exhibit = optimisers(**only("adam"), chosen="adam", beta1=0.8, beta2=0.9)
    m, v = np.zeros(2), np.zeros(2)
    for t in range(1, 15):
        g = exhibit.terrain.surface.slope(exhibit.race.w[NAMES.index("adam")][None])[1][0].numpy()
        exhibit.advance(1)
        m, v = 0.8 * m + 0.2 * g, 0.9 * v + 0.1 * g * g
        shown = exhibit.frame().metrics
        pairs = {"momentum": m / (1 - 0.8**t), "second": v / (1 - 0.9**t)}
        pairs["effective"] = exhibit.race.rules.alpha / (np.sqrt(pairs["second"]) + 1e-8)
        pairs["step"] = -pairs["effective"] * pairs["momentum"]
        for name, pair in pairs.items():
            np.testing.assert_allclose([shown[f"{name}_x"], shown[f"{name}_y"]], pair, rtol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_whoever_is_looked_into_something_is_said_and_what_there_is_not_is_no_number(name: str) -> None:
    exhibit = optimisers(**only(name), chosen=name)
    exhibit.advance(3)
    frame = exhibit.frame()
    assert frame.words["inside"].endswith(".")
    known = {part for part in ("momentum", "second", "effective") if math.isfinite(frame.metrics[f"{part}_x"])}
    wanted = {"gd": {"effective"}, "sgd": {"effective"}, "momentum": {"momentum", "effective"}, "rprop": {"effective"},
              "nesterov": {"momentum", "effective"}, "adam": {"momentum", "second", "effective"},
              "adamw": {"momentum", "second", "effective"}, "adagrad": {"second", "effective"}, "newton": set(),
              "rmsprop": {"second", "effective"}, "lbfgs": set(), "swa": {"effective"}, "sgdr": {"effective"},
              "muon": {"momentum"}}  # fmt: skip
    assert known == wanted[name]


# ---- basins ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gd", "adam"])
def test_the_map_of_basins_says_where_a_racer_from_there_arrives(name: str) -> None:
    exhibit = optimisers(surface="himmelblau", chosen=name, alpha=0.03, **only(name))
    while exhibit.basins.done < 1:
        exhibit.advance(5)
    found, places = exhibit.basins.found, exhibit.terrain.surface.grid(LEVELS[-1])
    assert set(np.unique(found)) <= {0, 1, 2, 3, 4} and {1, 2, 3, 4} <= set(np.unique(found))
    kind, rules = RACERS[NAMES.index(name)], exhibit.race.rules
    for row, column in [(3, 5), (10, 40), (30, 12), (40, 33), (24, 24), (22, 21)]:
        racer = kind(places[row, column][None], rules)
        for _ in range(WALK):
            racer.step(exhibit.terrain.surface.slope(racer.w)[1], exhibit.terrain.surface)
        away, which = exhibit.terrain.nearest(racer.place())
        assert found[row, column] == (int(which) + 1 if float(away) < 0.05 * 6 else 0)


def test_the_map_is_coarse_first_and_begins_anew_when_the_rules_change() -> None:
    exhibit = optimisers(surface="himmelblau", chosen="gd", **only("gd"))
    while exhibit.basins.level == 0:
        exhibit.advance(1)
    coarse = exhibit.basins.found
    blocks = coarse.reshape(12, 4, 12, 4)
    assert (blocks == blocks[:, :1, :, :1]).all() and coarse.any()
    exhibit.set(exhibit.params.replaced(rate=0.5))
    assert exhibit.basins.level == 0 and not exhibit.basins.found.any()


def test_who_cannot_walk_many_places_at_once_has_no_map_and_says_so() -> None:
    exhibit = optimisers(chosen="lbfgs")
    exhibit.advance(3)
    assert "no map" in exhibit.frame().words["basins"] and not exhibit.basins.found.any()
    assert isinstance(exhibit.basins, Basins)


# ---- a user's formula -----------------------------------------------------------------------------------------------

GOOD = {
    "x^2 + y^2": lambda x, y: x**2 + y**2,
    "-x**3 * sin(2*y) / 4": lambda x, y: -(x**3) * np.sin(2 * y) / 4,
    "exp(-x^2) + e^(x*y) - pi": lambda x, y: np.exp(-(x**2)) + np.exp(x * y) - np.pi,
    "log(1 + x^2) * sqrt(y^2 + 1)": lambda x, y: np.log(1 + x**2) * np.sqrt(y**2 + 1),
    "tanh(x) + cosh(y) - atan(x*y) + (x^2+1)^-1.5": lambda x, y: (
        np.tanh(x) + np.cosh(y) - np.arctan(x * y) + (x**2 + 1) ** -1.5
    ),
    "7": lambda x, y: 7.0 + 0 * x,
}


@pytest.mark.parametrize("text", GOOD)
def test_a_formula_means_what_it_says(text: str) -> None:
    x, y = torch.tensor(np.random.default_rng(1).uniform(-1.5, 1.5, (2, 20)))
    np.testing.assert_allclose(read_formula(text)(x, y), GOOD[text](x.numpy(), y.numpy()), rtol=1e-12)


@pytest.mark.skipif(importlib.util.find_spec(SYMPY) is None, reason="there is no SymPy to compare with")
@pytest.mark.parametrize("text", GOOD)
def test_its_gradient_and_hessian_are_those_of_sympy(text: str) -> None:
    sympy = importlib.import_module(SYMPY)
    x, y = sympy.symbols("x y", real=True)
    known = {"x": x, "y": y, "e": sympy.E, "pi": sympy.pi}
    formula = sympy.sympify(text.replace("^", "**"), locals=known)
    surface = optimisers(surface="formula", formula=text).terrain.surface
    places = np.random.default_rng(3).uniform(-1.5, 1.5, (5, 2))
    gradient, H = surface.slope(torch.tensor(places))[1].numpy(), surface.hessian(torch.tensor(places)).numpy()
    for place, g, h in zip(places, gradient, H, strict=True):
        here = dict(zip((x, y), place, strict=True))
        want = [float(sympy.diff(formula, name).evalf(subs=here)) for name in (x, y)]
        np.testing.assert_allclose(g, want, rtol=1e-9, atol=1e-12)
        want = [[float(sympy.diff(formula, a, b).evalf(subs=here)) for a in (x, y)] for b in (x, y)]
        np.testing.assert_allclose(h, want, rtol=1e-9, atol=1e-10)


HOSTILE = {
    "__import__('os').system('true')": "not understood",
    "x.__class__": "not understood",
    "().__class__.__bases__": "not understood",
    "x if x else y": "not understood",
    "[x for x in y]": "not understood",
    "lambda: 1": "not understood",
    "(x := 3)": "not understood",
    "open('f')": "not understood",
    "sin": "not understood",
    "sin(x, y)": "not understood",
    "sin(x=1)": "not understood",
    "eval('1')": "not understood",
    "'x'*9": "not understood",
    "True + x": "not understood",
    "1j*x": "not understood",
    "z + 1": "not understood",
    "x % y": "not understood",
    "x // y": "not understood",
    "x @ y": "not understood",
    "x and y": "not understood",
    "x < y": "not understood",
    "f'{x}'": "not understood",
    "9**9**9": "exponent must be a number",
    "x**999999999": "power of 999999999",
    "x**y": "exponent must be a number",
    "x^-13": "power of 13",
    "1e400 * x": "number beyond",
    "99999999 * x": "number beyond",
    "x +": "cannot be read",
    "": "cannot be read",
    "x; y": "cannot be read",
    "x\ny": "cannot be read",
    "\x00": "cannot be read",
    "(" * 10_000 + "x" + ")" * 10_000: "characters long",
    "(" * 99 + "x" + ")" * 98: "cannot be read",
    "-" * 150 + "x": "nested|parts",
    "x+" * 99 + "x": "parts|nested",
    "sin(" * 35 + "x" + ")" * 35: "nested",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30])
def test_whatever_is_no_formula_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=HOSTILE[text]) as refused:
        read_formula(text)
    assert str(refused.value).endswith(".") and len(str(refused.value)) < 250
    with pytest.raises(ValidationError):
        OptimisersParams(surface="formula", formula=text)


def test_a_hostile_formula_in_an_address_gives_the_defaults_and_says_why() -> None:
    params, said = OptimisersParams.from_query({"surface": "formula", "formula": "__import__('os')"})
    assert params == OptimisersParams() and re.search("not understood", " ".join(said))


def test_a_formula_without_a_value_somewhere_is_walked_where_it_has_one() -> None:
    exhibit = Optimisers(OptimisersParams(surface="formula", formula="x*log(x) + y^2", gd=True), seed=0)
    exhibit.advance(100)
    assert exhibit.race.w.isfinite().all() and np.isfinite(exhibit.scene().arrays["relief"]).all()
    np.testing.assert_allclose(exhibit.terrain.minima.numpy(), [[math.exp(-1), 0]], atol=1e-8)
