"""The race of optimisers: every racer is torch's or the textbook's, every surface has its minima, touches arrive."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.exhibits.optimisers import RACERS, Optimisers, Touch
from engine.exhibits.optimisers.params import NAMES, OptimisersParams
from engine.exhibits.optimisers.racers import Rules
from engine.exhibits.optimisers.surfaces.classic import HIMMELBLAU, ROSENBROCK
from engine.exhibits.optimisers.theory import closed_form
from engine.runtime.commands import CommandError, PokeIt
from engine.runtime.run import Run
from engine.runtime.status import Status

ETA, ALPHA, STEPS = 4e-4, 0.03, 100
START = (-1.2, 1.1)
KINDS = {kind.name: kind for kind in RACERS}
PARAMS = OptimisersParams(mu=0.7, beta1=0.8, beta2=0.95, rho=0.85, eps=1e-3, decay=0.5, period=7, stretch=2, floor=0.1)


def optimisers(seed: int = 0, **values: Any) -> Optimisers:
    return Optimisers(OptimisersParams(**values), seed=seed)


def only(*names: str) -> dict[str, bool]:
    return {name: name in names for name in NAMES}


def walked(name: str, surface: Any = ROSENBROCK, steps: int = STEPS) -> np.ndarray:
    """The places after every step: (steps, 2)."""
    racer = KINDS[name](torch.tensor([START], dtype=torch.float64), Rules(ETA, ALPHA, PARAMS))
    places = []
    for _ in range(steps):
        racer.step(surface.slope(racer.w)[1], surface)
        places.append(racer.place()[0].numpy().copy())
    return np.array(places)


def rosenbrock(w: torch.Tensor) -> torch.Tensor:
    x, y = w[..., 0], w[..., 1]
    return ((1 - x) ** 2 + 100 * (y - x**2) ** 2).sum()


def by_torch(make: Callable[[list[torch.Tensor]], Any], scheduler: Callable[[Any], Any] | None = None) -> np.ndarray:
    """Torch's own optimiser, used as its documentation says."""
    w = torch.tensor([START], dtype=torch.float64, requires_grad=True)
    optimiser = make([w])
    schedule = scheduler(optimiser) if scheduler else None
    places = []

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = rosenbrock(w)
        loss.backward()
        return loss

    for _ in range(STEPS):
        optimiser.step(closure)
        if schedule:
            schedule.step()
        places.append(w.detach()[0].numpy().copy())
    return np.array(places)


PEERS = {
    "gd": lambda w: torch.optim.SGD(w, lr=ETA),
    "sgd": lambda w: torch.optim.SGD(w, lr=ETA),
    "momentum": lambda w: torch.optim.SGD(w, lr=ETA, momentum=0.7),
    "nesterov": lambda w: torch.optim.SGD(w, lr=ETA, momentum=0.7, nesterov=True),
    "rprop": lambda w: torch.optim.Rprop(w, lr=ALPHA, step_sizes=(1e-12, 1e6)),
    "adagrad": lambda w: torch.optim.Adagrad(w, lr=ALPHA, eps=1e-3),
    "rmsprop": lambda w: torch.optim.RMSprop(w, lr=ALPHA, alpha=0.85, eps=1e-3),
    "adam": lambda w: torch.optim.Adam(w, lr=ALPHA, betas=(0.8, 0.95), eps=1e-3),
    "adamw": lambda w: torch.optim.AdamW(w, lr=ALPHA, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.5),
    "lbfgs": lambda w: torch.optim.LBFGS(
        w, max_iter=1, max_eval=25, history_size=10, line_search_fn="strong_wolfe", tolerance_grad=1e-14,
        tolerance_change=0,
    ),
    "muon": lambda w: torch.optim.Muon(w, lr=ALPHA, momentum=0.7, weight_decay=0.0),
}  # fmt: skip


@pytest.mark.parametrize("name", PEERS)
def test_a_racer_walks_as_torchs_optimiser_does(name: str) -> None:
    np.testing.assert_allclose(walked(name), by_torch(PEERS[name]), rtol=1e-6, atol=1e-6)


def test_sgdr_walks_as_sgd_under_torchs_warm_restarts() -> None:
    def schedule(optimiser: Any) -> Any:
        return torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimiser, 7, 2, eta_min=0.1 * ETA)

    np.testing.assert_allclose(walked("sgdr"), by_torch(PEERS["gd"], schedule), rtol=1e-6, atol=1e-6)


def slope(w: np.ndarray) -> np.ndarray:
    x, y = w
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def test_swa_is_the_textbooks_mean_of_the_ends_of_cycles() -> None:
    w, ends, want = np.array(START), [], []
    for step in range(1, STEPS + 1):
        share = ((step - 1) % 7 + 1) / 7
        w = w - ((1 - share) * ETA + share * 0.1 * ETA) * slope(w)
        if step % 7 == 0:
            ends.append(w)
        want.append(np.mean(ends, axis=0) if ends else w)
    np.testing.assert_allclose(walked("swa"), want, atol=1e-9)


def test_newton_solves_with_the_textbooks_hessian() -> None:
    w, want = np.array(START), []
    for _ in range(STEPS):
        x, y = w
        H = np.array([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200.0]])
        w = w - np.linalg.solve(H, slope(w))
        want.append(w)
    found = walked("newton")
    np.testing.assert_allclose(found, want, atol=1e-6)
    np.testing.assert_allclose(found[-1], [1, 1], atol=1e-9)


def test_there_is_a_switch_for_every_racer_in_the_racers_order() -> None:
    assert tuple(kind.name for kind in RACERS) == NAMES and len(NAMES) == 14


@pytest.mark.parametrize("name", [kind.name for kind in RACERS if kind.together])
def test_many_walkers_in_one_tensor_walk_as_each_would_alone(name: str) -> None:
    starts = torch.tensor([[-1.2, 1.1], [0.3, -0.4], [2.0, 3.0]], dtype=torch.float64)
    rules = Rules(ETA, ALPHA, PARAMS)

    def walk(start: torch.Tensor) -> torch.Tensor:
        racer = KINDS[name](start, rules)
        for _ in range(30):
            racer.step(HIMMELBLAU.slope(racer.w)[1], HIMMELBLAU)
        return racer.place()

    torch.testing.assert_close(walk(starts), torch.cat([walk(start[None]) for start in starts]), rtol=0, atol=1e-10)


@pytest.mark.parametrize("who", [NAMES, ("adam",), ("newton", "gd", "muon")])
def test_any_subset_walks_as_the_same_racers_do_among_others(who: tuple[str, ...]) -> None:
    some, everybody = optimisers(**only(*who), surface="himmelblau"), optimisers(**only(*NAMES), surface="himmelblau")
    some.advance(25), everybody.advance(25)
    for name in who:
        i = NAMES.index(name)
        assert torch.equal(some.race.w[i], everybody.race.w[i]) and some.race.moves == 25


# ---- surfaces -------------------------------------------------------------------------------------------------------

KNOWN = {
    "line": [(5, 2)],
    "quadratic": [(0, 0)],
    "rosenbrock": [(1, 1)],
    "beale": [(3, 0.5)],
    "himmelblau": [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)],
    "styblinski-tang": [(a, b) for a in (-2.903534, 2.746803) for b in (-2.903534, 2.746803)],
    "monkey-saddle": [],
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_known_minima_are_found_and_no_others(name: str) -> None:
    found = optimisers(surface=name).terrain.minima.numpy()
    assert len(found) == len(KNOWN[name])
    for minimum in KNOWN[name]:
        assert np.abs(found - minimum).max(axis=1).min() < 1e-5


def test_rastrigin_has_a_dent_for_every_pair_of_whole_numbers_and_the_lowest_in_the_middle() -> None:
    terrain = optimisers(surface="rastrigin").terrain
    assert len(terrain.minima) == 121
    np.testing.assert_allclose(terrain.minima[0], 0, atol=1e-9)
    assert float(terrain.depths[0]) == pytest.approx(0, abs=1e-9)
    assert len({tuple(row) for row in terrain.minima.round().int().tolist()}) == 121


def test_styblinski_tang_is_as_deep_as_the_references_say() -> None:
    assert float(optimisers(surface="styblinski-tang").terrain.depths[0]) == pytest.approx(2 * -39.16617, abs=1e-4)


@pytest.mark.parametrize("name", ["line", "quadratic", "beale", "rastrigin", "cliff", "formula", "painted"])
def test_gradient_and_hessian_are_central_differences(name: str) -> None:
    surface, h = optimisers(surface=name).terrain.surface, 1e-4
    w = torch.tensor(np.random.default_rng(0).uniform(-1.5, 1.5, (9, 2)))
    gradient, H = surface.slope(w)[1], surface.hessian(w)
    for axis in (0, 1):
        aside = torch.zeros(2, dtype=torch.float64)
        aside[axis] = h
        by_values = (surface.value(w + aside) - surface.value(w - aside)) / (2 * h)
        by_slopes = (surface.slope(w + aside)[1] - surface.slope(w - aside)[1]) / (2 * h)
        torch.testing.assert_close(gradient[:, axis], by_values, rtol=1e-5, atol=1e-4)
        torch.testing.assert_close(H[:, axis], by_slopes, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(("kappa", "angle"), [(1.0, 0.0), (50.0, 25.0), (1000.0, 90.0)])
def test_the_bowl_is_kappa_times_as_steep_across_as_along(kappa: float, angle: float) -> None:
    exhibit = optimisers(kappa=kappa, angle=angle)
    values, vectors = torch.linalg.eigh(exhibit.terrain.surface.hessian(torch.zeros(1, 2, dtype=torch.float64))[0])
    torch.testing.assert_close(values, torch.tensor([1.0, kappa], dtype=torch.float64))
    if kappa > 1:
        turn = math.degrees(math.atan2(float(vectors[1, 0]), float(vectors[0, 0]))) % 180
        assert turn == pytest.approx(angle, abs=1e-6)


def test_a_pasted_table_is_fitted_by_its_least_squares_line() -> None:
    rows = np.array([[-3, -14], [-2, -7], [0, 3], [1.5, 6], [4, 30]])
    text = "x\ty\n" + "\n".join(f"{x}\t{y}" for x, y in rows)
    exhibit = optimisers(surface="line", table=text, **only("gd"))
    c, m = np.linalg.lstsq(np.column_stack([np.ones(5), rows[:, 0]]), rows[:, 1], rcond=None)[0]
    np.testing.assert_allclose(exhibit.terrain.minima.numpy(), [[m, c]], atol=1e-8)
    value = float(exhibit.terrain.surface.value(torch.tensor([2.0, 1.0], dtype=torch.float64)))
    assert value == pytest.approx(np.mean((2 * rows[:, 0] + 1 - rows[:, 1]) ** 2))


@pytest.mark.parametrize(
    ("text", "says"),
    [("1 2 3", "an x and a y"), ("1,2;1,3", "two different x"), ("1,2 3,oops", "'oops'"), ("1,1e9 2,2", "between"),
     ("1,nan 2,2", "between"), (" ".join(f"{i},1" for i in range(300)), "at most 200")],
)  # fmt: skip
def test_a_table_that_is_none_is_refused_with_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        OptimisersParams(surface="line", table=text)


def test_a_batch_is_a_sample_of_the_data_and_all_of_them_are_the_whole_loss() -> None:
    few, all_ = (optimisers(surface="line", batch=batch, **only("gd", "sgd")) for batch in (3, 21))
    few.advance(5), all_.advance(5)
    assert torch.equal(all_.race.w[NAMES.index("sgd")], all_.race.w[0])
    assert not torch.equal(few.race.w[NAMES.index("sgd")], few.race.w[0])
    line = few.terrain.surface
    assert line.batch is not None
    w = torch.tensor([[1.0, 3.0]], dtype=torch.float64)
    mean = torch.stack([line.batch([row]).slope(w)[1] for row in range(21)]).mean(dim=0)
    torch.testing.assert_close(mean, line.slope(w)[1])


# ---- the hand -------------------------------------------------------------------------------------------------------


def test_a_touch_starts_everybody_where_it_says() -> None:
    exhibit = optimisers(surface="line")
    exhibit.advance(9)
    exhibit.poke(Touch(kind="start", x=-3.25, y=8.5))
    assert (exhibit.race.w == torch.tensor([-3.25, 8.5])).all() and exhibit.race.moves == 0
    assert exhibit.frame().arrays["start"].tolist() == [[-3.25, 8.5]]
    trails = exhibit.frame().arrays["trails"]
    assert np.array_equal(trails, np.broadcast_to(np.float32([-3.25, 8.5]), trails.shape))


def test_a_dab_raises_and_lowers_where_it_falls_and_nowhere_far() -> None:
    exhibit = optimisers(surface="painted")
    w = torch.tensor([[1.0, -2.0], [-2.5, 2.5]], dtype=torch.float64)
    before = exhibit.terrain.surface.value(w)
    for kind, sign in (("raise", 1), ("lower", -1)):
        version = exhibit.scene_version
        exhibit.poke(Touch(kind=kind, x=1.0, y=-2.0, radius=0.4))
        after = exhibit.terrain.surface.value(w)
        assert float(after[0] - before[0]) == pytest.approx(sign * 0.25)
        assert float(after[1]) == pytest.approx(float(before[1]), abs=1e-9)
        assert exhibit.scene_version > version
        before = after


def test_a_dab_elsewhere_is_refused() -> None:
    run = Run(Optimisers, OptimisersParams(surface="beale"))
    answer = run.submit(PokeIt(event={"kind": "raise", "x": 0, "y": 0}))
    run.slice(0.0)
    with pytest.raises(CommandError, match=r"^This surface is not one to paint on; choose 'Painted by hand'\.$"):
        answer.result(timeout=0)
    assert run.status != Status.FAILED


@pytest.mark.parametrize("bad", [{"x": math.nan}, {"x": 1e9}, {"radius": 0}, {"radius": 99}, {"kind": "eat"}, {"z": 1}])
def test_a_touch_that_is_none_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Touch(**{"kind": "start", "x": 0, "y": 0} | bad)


def test_however_much_is_painted_it_stays_bounded() -> None:
    exhibit = optimisers(surface="painted")
    from engine.exhibits.optimisers.surfaces.painted import HIGHEST, MOST, dabbed

    dabs = exhibit.dabs
    for x, y in np.random.default_rng(0).uniform(-3, 3, (400, 2)):
        dabs = dabbed(dabs, x, y, 0.1, 1)
    for _ in range(100):
        dabs = dabbed(dabs, 0.5, 0.5, 0.3, -1)
    assert len(dabs) <= MOST and np.abs(dabs[:, 2]).max() == HIGHEST


# ---- going on -------------------------------------------------------------------------------------------------------


def test_who_diverges_is_out_and_the_others_go_on() -> None:
    exhibit = optimisers(rate=3.0, **only("gd", "adam"))
    exhibit.advance(60)
    frame = exhibit.frame()
    assert frame.words["status_gd"] == "diverged" and frame.metrics["diverged"] == 1
    assert exhibit.diverged() is None
    before = exhibit.race.w.clone()
    exhibit.advance(5)
    moved = (exhibit.race.w != before).any(dim=1)
    assert not moved[0] and moved[NAMES.index("adam")]


def test_who_falls_off_the_saddle_has_not_diverged_but_fallen() -> None:
    exhibit = optimisers(surface="monkey-saddle", **only("gd"))
    exhibit.advance(300)
    assert exhibit.frame().words["status_gd"] == "fell without end"


def test_a_newcomer_begins_at_the_start() -> None:
    exhibit = optimisers(**only("gd"))
    exhibit.advance(20)
    exhibit.set(exhibit.params.replaced(adam=True))
    assert torch.equal(exhibit.race.w[NAMES.index("adam")], exhibit.race.start)
    assert not torch.equal(exhibit.race.w[0], exhibit.race.start)


def test_a_live_rate_takes_effect_in_the_next_step() -> None:
    exhibit = optimisers(**only("gd"))
    exhibit.advance(3)
    exhibit.set(exhibit.params.replaced(rate=0.5))
    w = exhibit.race.w[:1].clone()
    gradient = exhibit.terrain.surface.slope(w)[1]
    exhibit.advance(1)
    torch.testing.assert_close(exhibit.race.w[:1], w - 0.5 / 50 * gradient)


def test_the_trails_stay_bounded_and_keep_their_start() -> None:
    exhibit = optimisers(surface="rosenbrock", **only("gd"))
    exhibit.advance(700)
    trail = exhibit.frame().arrays["trails"][0]
    assert trail.shape == (200, 2) and len(exhibit.race.trace.steps) <= 256
    np.testing.assert_allclose(trail[0], exhibit.race.start, rtol=1e-6)
    np.testing.assert_allclose(trail[-1], exhibit.race.w[0], rtol=1e-6)


def test_the_phases_show_where_everybody_is_about_to_go() -> None:
    exhibit = optimisers(**only("gd", "momentum"))
    phases = exhibit.phases()
    next(phases)
    assert "probes" in exhibit.frame().arrays
    next(phases)
    probes, before = exhibit.frame().arrays["probes"], exhibit.race.w.numpy().copy()
    next(phases)
    np.testing.assert_allclose(probes[0], [*before[0], *exhibit.race.w[0]], rtol=1e-5)
    assert "probes" not in exhibit.frame().arrays


def test_the_closed_form_of_the_lectures_line_is_walked() -> None:
    exhibit = optimisers(surface="line", rate=0.7, **only("gd"))
    (m0, c0), eta = exhibit.race.start.tolist(), exhibit.race.rules.eta
    mean = np.mean(np.arange(-10.0, 11) ** 2)
    assert exhibit.race.beta == pytest.approx(2 * mean)
    for t in range(1, 60):
        exhibit.advance(1)
        m = 5 + (1 - 2 * eta * mean) ** t * (m0 - 5)
        c = 2 + (1 - 2 * eta) ** t * (c0 - 2)
        np.testing.assert_allclose(exhibit.race.w[0], [m, c], rtol=1e-9)
        H = exhibit.terrain.surface.hessian(exhibit.race.start[None])[0]
        found = closed_form(H, exhibit.terrain.minima[0], exhibit.race.start, eta, t)
        np.testing.assert_allclose(found, [m, c], rtol=1e-9)
        assert exhibit.frame().metrics["gap"] < 1e-9


@pytest.mark.parametrize(
    ("surface", "x", "y"), [("beale", 3.0, 0.5), ("line", 5.0, 2.0), ("styblinski-tang", -2.9035, -2.9035)]
)
def test_the_picture_lies_as_the_axes_say_row_0_on_top(surface: str, x: float, y: float) -> None:
    exhibit = optimisers(surface=surface)
    left, right, _, top = exhibit.terrain.surface.bounds
    rows = exhibit.scene().arrays["heights"]
    row, column = np.unravel_index(np.argmin(rows), rows.shape)
    cell = (right - left) / 96
    assert left + (column + 0.5) * cell == pytest.approx(x, abs=2 * cell)
    assert top - (row + 0.5) * cell == pytest.approx(y, abs=3 * cell)


def test_the_map_of_basins_lies_as_the_axes_say() -> None:
    exhibit = optimisers(surface="himmelblau", chosen="gd", **only("gd"))
    while exhibit.basins.done < 1:
        exhibit.advance(10)
    found = exhibit.frame().arrays["basins"]
    for number, (x, y) in enumerate(exhibit.terrain.minima.tolist(), 1):
        assert found[int((6 - y) / 0.25), int((x + 6) / 0.25)] == number


def test_arrows_point_downhill_from_where_the_racers_stand() -> None:
    exhibit = optimisers(surface="beale", **only("gd", "adam"))
    exhibit.advance(4)
    arrows = exhibit.frame().arrays["gradients"]
    for name in ("gd", "adam"):
        i = NAMES.index(name)
        middle, along = arrows[i, :2], arrows[i, 2:]
        np.testing.assert_allclose(middle - along / 2, exhibit.race.w[i], atol=1e-5)
        slope_here = exhibit.terrain.surface.slope(exhibit.race.w[i][None])[1][0].numpy()
        assert along @ slope_here == pytest.approx(-np.linalg.norm(along) * np.linalg.norm(slope_here), rel=1e-4)
    assert not arrows[NAMES.index("newton"), 2:].any()
