"""The formulas on the pages say what the code computes, and the code beside them is the code that runs."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import numpy as np
import pytest
import torch

from engine.exhibits import adversarial_patterns, divergences, minimax
from engine.exhibits.adversarial_patterns import terms, theory
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.divergences import distances, transport
from engine.exhibits.divergences.params import DivergencesParams
from engine.exhibits.landscape import averaging, connection, curvature
from engine.exhibits.minimax.games import GAMES, df, f
from engine.exhibits.minimax.params import MinimaxParams
from tests.exhibits.latex import Function, value

# ---- the reader itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "want"),
    [
        (r"a - b - c", -6), (r"-a + b", 1), (r"\tfrac12 b^2", 8), (r"\tfrac{a}{b}c/2", 15 / 8), (r"\sqrt b c", 10),
        (r"e^{-a/2}", math.exp(-1.5)), (r"|b - 2c|\,a", 18), (r"\lVert x\rVert^2", 5), (r"x^\top x", 5),
        (r"M x", [5, 11]), (r"\sum_i x_i\, a", 9), (r"\sum_i M_{ij} + a", 9), (r"(x - x)_1", 0),
        (r"2\log(a/2)", 2 * math.log(1.5)), (r"a \pm b", 7),
    ],
)  # fmt: skip
def test_a_formula_is_read_as_it_is_written(formula: str, want: Any) -> None:
    scope = {"a": 3, "b": 4, "c": 5, "x": np.array([1.0, 2]), "M": np.array([[1.0, 2], [3, 4]])}
    found = value(formula, {**scope, "j": 1, "1": 1, "ranges": {"i": 2}})
    np.testing.assert_allclose(found, want)


def test_what_is_not_understood_is_refused() -> None:
    for formula in (r"a \odot b", r"a)", r"q"):
        with pytest.raises((AssertionError, KeyError)):
            value(formula, {"a": 1, "b": 2})


# ---- patterns inside networks ---------------------------------------------------------------------------------------


def network() -> dict[str, Any]:
    """A generator and a critic as wide, k = m, in double precision; and both losses, written with numpy."""
    rng = np.random.default_rng(0)
    n, d_in, d_out, m = 7, 5, 3, 6
    X, Y = rng.standard_normal((n, d_in)), rng.standard_normal((d_out, n))
    U, V = rng.standard_normal((m, d_in)), rng.standard_normal((d_out, m))
    W, a = rng.standard_normal((m, d_out)), rng.standard_normal(m)
    return {"n": n, "d_out": d_out, "m": m, "X": X, "Y": Y, "U": U, "V": V, "W": W, "a": a, "alpha": 0.7}


def tensors(net: dict[str, Any], *names: str) -> list[torch.Tensor]:
    return [torch.tensor(net[name]) for name in names]


def test_reaction_and_diffusion_are_the_formulas_shown() -> None:
    net = network()
    X, Y, U, V, W, a = tensors(net, "X", "Y", "U", "V", "W", "a")
    A, S = terms.hidden(U, X)
    Z = terms.output(V, A)
    got = {
        "reaction": terms.pull(terms.reaction(Y, Z), V, S, A, X)[0],
        "diffusion": terms.pull(terms.diffusion(net["alpha"], W, a, Z), V, S, A, X)[0],
    }
    Z, seen = Z.numpy(), net["W"] @ Z.numpy() >= 0
    scope = net | {
        "y": net["Y"].T, "z": Z.T, "x": net["X"], "s": S.numpy(), "A": lambda p: np.diag(seen[:, p].astype(float)),
        "v": lambda i, j=None: net["V"][:, i] if j is None else net["V"][i, j],
        "ranges": {"p": net["n"], "i": net["d_out"]},
    }  # fmt: skip
    for name, rows in got.items():
        for j in range(net["m"]):
            np.testing.assert_allclose(value(terms.LATEX[name], scope | {"j": j}), rows[j], atol=1e-12, err_msg=name)


def test_the_networks_and_the_loss_are_the_formulas_shown() -> None:
    net = network()
    U, V, X, Y, W, a = tensors(net, "U", "V", "X", "Y", "W", "a")
    Z = terms.output(V, terms.hidden(U, X)[0])
    for p, x in enumerate(net["X"]):
        np.testing.assert_allclose(value(terms.LATEX["generator"], net | {"x": x}), Z[:, p])
        y = torch.tensor(net["Y"][:, p], requires_grad=True)
        shown = value(terms.LATEX["critic"], net | {"y": y.detach().numpy()})
        slope = terms.slope(W, a, y.detach()[:, None])[:, 0]
        assert shown == pytest.approx(float(slope @ y.detach()))  # g is linear where it is, without a constant
    scope = net | {"f": Function(lambda _: Z.numpy()), "X": 0, "x": net["X"], "ranges": {"p": net["n"]}}
    supervised, adversary = (value(terms.LATEX[name], scope) for name in ("supervised", "adversary"))
    assert supervised == pytest.approx(0.5 * float((Z - Y).square().sum()))
    assert adversary == pytest.approx(net["alpha"] * float((terms.slope(W, a, Z) * Z).sum()))


def test_the_theorems_are_the_formulas_shown() -> None:
    known = theory.Theory(lambda_0=0.2, lambda_max=0.7, n=50, m=400, start=6.0, L=1.5, delta=0.1, alpha=0.6)
    scope = {
        "n": 50, "m": 400, "lambda_0": 0.2, "lambda_max": 0.7, "alpha": 0.6, "L": 1.5, "delta": 0.1,
        "mu": known.mu, "kappa": known.kappa,
        "z_0": np.array([7.0]), "y": np.array([1.0]),
    }  # fmt: skip
    for name, want in {"mu": known.mu, "kappa": known.kappa, "r": known.rate, "K": known.floor}.items():
        assert value(theory.LATEX[name], scope) == pytest.approx(want), name
    for t in (0.0, 0.5, 20.0):
        first, more = (value(theory.LATEX[name], scope | {"t": t}) for name in ("theorem 1", "theorem 2 adds"))
        assert known.supervised(t) == pytest.approx(first)
        assert known.adversarial(t) == pytest.approx(first + more)
    r, K, h = 3.0, 4.0, 1e-5
    for t in (0.1, 1.0):
        psi = theory.bernoulli(30.0, r, K, t)
        slope = (theory.bernoulli(30.0, r, K, t + h) - theory.bernoulli(30.0, r, K, t - h)) / (2 * h)
        assert value(theory.LATEX["bernoulli"], {"r": r, "K": K, "psi": psi}) == pytest.approx(slope, rel=1e-6)
        P = theory.logistic(30.0, r, K, t)
        slope = (theory.logistic(30.0, r, K, t + h) - theory.logistic(30.0, r, K, t - h)) / (2 * h)
        assert value(theory.LATEX["logistic"], {"r": r, "K": K, "P": P}) == pytest.approx(slope, rel=1e-6)


def test_the_panel_shows_these_very_formulas_on_their_lines() -> None:
    lines = re.split(r"\\\\(?:\[\dpt\])?\n", adversarial_patterns.LATEX)
    shown = {"R_j &=": terms.LATEX["reaction"], "D_j &=": terms.LATEX["diffusion"], "f(x) &=": terms.LATEX["generator"]}
    shown |= {r"\mu &=": theory.LATEX["mu"], r"{d\psi}{dt} &\le": theory.LATEX["bernoulli"]}
    shown |= {r"{dP}{dt} &=": theory.LATEX["logistic"], r"\kappa =": theory.LATEX["kappa"], "r =": theory.LATEX["r"]}
    shown |= {"K =": theory.LATEX["K"]}
    for left, right in shown.items():
        (line,) = (line for line in lines if left in line)
        assert right in line.split(left)[1]
    (loss,) = (line for line in lines if r"\mathcal L_{aug} &=" in line)
    assert re.search(re.escape(terms.LATEX["supervised"]) + r"\s*-\s*" + re.escape(terms.LATEX["adversary"]), loss)
    (bound,) = (line for line in lines if r"\text{Theorem 1}" in line)
    braces = re.findall(r"\\underbrace\{(.*?)\}_\{\\text\{(.*?)\}\}", bound)
    assert braces == [(theory.LATEX["theorem 1"], "Theorem 1"), (rf"+\,{theory.LATEX['theorem 2 adds']}", "Theorem 2")]
    assert any(line.endswith(r"\frac{du_j}{dt} &= R_j + D_j") for line in lines)


# ---- the two-player toy ---------------------------------------------------------------------------------------------

NAMES = {r"\theta": 0, "x": 0, r"\psi": 1, "y": 1}


def statements(latex: str) -> list[str]:
    """The formula's sentences, apart from one another."""
    return [part.strip() for part in re.split(r"\\qquad|,\\quad|\n", latex) if part.strip()]


def check_statement(said: str, game: Any, x: float, y: float, params: MinimaxParams) -> str:
    """Hold one sentence of a game's formula against the code; returns of what kind it was."""
    names = {"gamma": params.gamma, "lambda": params.lam, "g_0": params.g0, "c": params.c, "a": params.a, "b": params.b}
    scope = names | {"x": x, "y": y, "theta": x, "psi": y, "f": Function(f), "f'": Function(df)}
    constants = game.values(params)
    objectives = game.objectives(x, y, *constants)

    def same(formula: str, want: Any) -> None:
        assert value(formula, scope) == pytest.approx(want, rel=1e-9, abs=1e-12), said

    if both := re.fullmatch(r"\\min_(\\?\w+)\\max_\{?(\|?\\?\w+\|?)(?:\\le c\})?\\; (.*)", said):
        for want in objectives:
            same(both[3], want)
        return "min max"
    if one := re.fullmatch(r"\\(min|max)_(\\?\w+)\\; (.*)", said):
        assert NAMES[one[2]] == {"min": 0, "max": 1}[one[1]], said
        same(one[3], objectives[NAMES[one[2]]])
        return one[1]
    if ascends := re.fullmatch(r"(\\?\w+) \\text\{ ascends \} (.*)", said):
        same(ascends[2], objectives[1] if NAMES[ascends[1]] else -objectives[0])
        return f"ascends {NAMES[ascends[1]]}"
    if field := re.fullmatch(r"v(?:\(x,y\))? = (?:\\bigl)?\((.*),\\; (.*?)(?:\\bigr)?\)", said):
        for part, want in zip(field.groups(), game.field(x, y, *constants), strict=True):
            same(part, want)
        return "field"
    if defined := re.fullmatch(r"f\(t\)=(.*)", said):
        assert value(defined[1], {"t": x}) == pytest.approx(f(x))
        return "f"
    eigenvalues = re.fullmatch(r"\\lambda_\{1,2\} = (.*)", said)
    assert eigenvalues, f"{said!r} is not checked"
    wanted = np.sort_complex(np.linalg.eigvals(np.array(game.jacobian(0.0, 0.0, *constants))))
    found = [value(eigenvalues[1], scope | {"gamma": complex(params.gamma), "pm": pm}) for pm in (-1, 1)]
    np.testing.assert_allclose(np.sort_complex(found), wanted, atol=1e-9)
    return "eigenvalues"


@pytest.mark.parametrize("name", GAMES)
def test_every_sentence_of_a_games_formula_is_what_the_code_computes(name: str) -> None:
    game, params = GAMES[name], MinimaxParams(a=0.4, b=0.8, c=-0.2, gamma=0.7, lam=0.6, g0=0.25)
    kinds: set[str] = set()
    for x, y in np.random.default_rng(1).uniform(-2, 2, (6, 2)):
        kinds |= {check_statement(said, game, float(x), float(y), params) for said in statements(game.latex)}
    assert "min max" in kinds or {"min", "max"} <= kinds or {"ascends 0", "ascends 1"} <= kinds


# ---- divergences ----------------------------------------------------------------------------------------------------


def test_kl_and_js_are_the_formulas_shown() -> None:
    grid = np.linspace(-12, 14, 4001)
    logs = {"p": distances.log_normal(grid, 0.0, 1.0), "q": distances.log_normal(grid, 1.0, 0.5)}
    p, q = (np.exp(log) for log in logs.values())

    def expectation(of: np.ndarray) -> Function:
        return Function(lambda values: np.trapezoid(of * values, grid), wide=True)

    def kl(a: np.ndarray, b: np.ndarray) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(value(distances.LATEX["KL"], {"p": a, "q": b, "E_p": expectation(a)}))

    inside = slice(1200, 2600)  # where neither density is lost in the rounding of double precision
    assert grid[inside][0] < -4 and grid[inside][-1] > 4.5
    p, q, grid = p[inside], q[inside], grid[inside]
    m = value(distances.LATEX["m"], {"p": p, "q": q})
    assert kl(p, q) == pytest.approx(distances.kl(grid, np.log(p), np.log(q)), rel=1e-9)
    shown = value(distances.LATEX["JS"], {"KL": Function(kl), "p": p, "q": q, "m": m})
    assert shown == pytest.approx(distances.js(grid, np.log(p), np.log(q)), rel=1e-9)


def test_tv_hellinger_and_mmd_are_the_formulas_shown() -> None:
    """Of N(0, 1) and N(1, 1/4): densities on a grid, and the kernel's means over places drawn along the quantiles."""
    grid = np.linspace(-9, 9, 400_001)
    p, q = np.exp(distances.log_normal(grid, 0.0, 1.0)), np.exp(distances.log_normal(grid, 1.0, 0.5))
    integral = Function(lambda values: np.trapezoid(values, grid), wide=True)
    found = distances.of_gaussians(1.0, 1.0, 0.5)
    scope = {"p": p, "q": q, "int": integral}
    assert value(distances.LATEX["TV"], scope) == pytest.approx(found.tv, rel=1e-6)
    hellinger = distances.LATEX["H2"].replace(
        r"\sqrt{p\,q}", "r"
    )  # a product of two arrays would be read as a matrix's
    assert hellinger != distances.LATEX["H2"]
    assert value(hellinger, scope | {"r": np.sqrt(p * q)}) == pytest.approx(found.h2, rel=1e-6)
    z = np.linspace(-8, 8, 801)
    weight = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()

    def kernel(a: float, b: float) -> float:
        return float(value(distances.LATEX["k"], {"x": np.array([a]), "y": np.array([b])}))

    def mean(a: tuple[float, float], b: tuple[float, float]) -> float:
        return float(weight @ np.exp(-((a[0] + a[1] * z[:, None] - b[0] - b[1] * z) ** 2) / 2) @ weight)

    assert kernel(0.3, 1.1) == pytest.approx(math.exp(-0.32))
    ways = {"x": (0.0, 1.0), "x'": (0.0, 1.0), "y": (1.0, 0.5), "y'": (1.0, 0.5)}
    total = 0.0
    for sign, factor, a, b in re.findall(
        r"([+-]?)(2?)(?:\\,)?\\mathbb E\\,k\((x|y),([xy]'?)\)", distances.LATEX["MMD2"]
    ):
        total += (-1 if sign == "-" else 1) * float(factor or 1) * mean(ways[a], ways[b])
    assert total == pytest.approx(found.mmd, abs=1e-6)
    for name in ("TV", "H2", "MMD2", "k"):
        assert divergences.LATEX.count(distances.LATEX[name]) == 1


def test_the_cost_and_the_constraints_of_the_plan_are_the_formulas_shown() -> None:
    p, q = np.random.default_rng(3).dirichlet(np.ones(5), 2)
    plan, cost = transport.earth_movers(p, q)
    found = re.fullmatch(r"\\min_\{T\\ge0,\\;(.*)=p,\\;(.*)=q\}\\;(.*)", transport.LATEX["W"])
    assert found
    leaving, arriving, total = (part.replace(r"\mathbf 1", " o") for part in found.groups())
    for side, want in ((leaving, p), (arriving, q)):
        np.testing.assert_allclose(value(side, {"T": plan, "o": np.ones(5)}), want, atol=1e-9)
    scope = {"T": plan, "ranges": {"i": 5, "j": 5}}
    assert value(total, scope) == pytest.approx(cost)
    assert divergences.LATEX.count(transport.LATEX["W"]) == divergences.LATEX.count(distances.LATEX["JS"]) == 1


# ---- the code shown is the code that runs ---------------------------------------------------------------------------


def codes_run(work: Callable[[], Any]) -> set[CodeType]:
    """What is executed, of Python functions, while ``work`` is done in this thread."""
    seen: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            seen.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return seen


def codes_of(shown: Any) -> list[CodeType]:
    """Of a function its own, of a class what a step may run of it: not the matrix that only theory asks for."""
    if isinstance(shown, type):
        return [each.__code__ for name, each in vars(shown).items() if name in ("halfway", "land")]
    return [shown.__code__]


def test_every_step_of_the_patterns_runs_the_code_shown() -> None:
    params = PatternParams(n=20, side="8", inits=1)
    exhibit = adversarial_patterns.AdversarialPatterns(params, seed=0)
    ran = codes_run(lambda: exhibit.advance(2))
    for shown in adversarial_patterns.CODE:
        assert set(codes_of(shown)) <= ran, shown


@pytest.mark.parametrize("name", GAMES)
def test_every_move_of_the_toy_runs_the_code_shown_and_the_field_of_its_game(name: str) -> None:
    exhibit = minimax.Minimax(MinimaxParams(game=name), seed=0)
    ran = codes_run(lambda: exhibit.advance(2))
    for shown in (*minimax.CODE, GAMES[name].field):
        assert codes_of(shown) and set(codes_of(shown)) <= ran, shown


def test_every_step_of_the_divergences_runs_the_code_shown_and_the_plan_is_made_when_a_bar_moves() -> None:
    exhibit = divergences.Divergences(DivergencesParams(), seed=0)
    in_steps = codes_run(lambda: exhibit.advance(2))
    on_touch = codes_run(lambda: exhibit.poke(divergences.Touch(kind="bar", x=1, y=1)))
    for shown in divergences.CODE:
        assert set(codes_of(shown)) <= (on_touch if shown is transport.earth_movers else in_steps), shown


# ---- landscapes -----------------------------------------------------------------------------------------------------


def test_the_curve_the_mean_and_the_curvature_are_what_their_formulas_say() -> None:
    rng = np.random.default_rng(0)
    u, theta, w, m, v = rng.standard_normal((5, 6))
    t, n, A = 0.3, 4.0, rng.standard_normal((6, 6))
    H = A + A.T
    curve = connection.bezier(t, *map(torch.from_numpy, (u, theta, w)))
    np.testing.assert_allclose(curve, value(connection.LATEX["curve"], {"t": t, "u": u, "theta": theta, "w": w}))
    mean = averaging.mean_with(torch.from_numpy(m), torch.from_numpy(w), int(n))
    np.testing.assert_allclose(mean, value(averaging.LATEX["mean"], {"n": n, "m": m, "w": w}))
    sharpness = curvature.Sharpness(6, torch.Generator().manual_seed(0))
    sharpness.v, sharpness.looks = torch.from_numpy(v / np.linalg.norm(v)), sharpness.WARM
    sharpness.look(lambda z: torch.from_numpy(H) @ z)
    assert sharpness.largest == pytest.approx(float(value(curvature.LATEX["rayleigh"], {"v": v, "H": H})))
    assert float(value(curvature.LATEX["limit"], {"eta": 0.05})) == pytest.approx(40)
