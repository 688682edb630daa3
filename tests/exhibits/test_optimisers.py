"""The race of optimisers: touches arrive, and the race goes on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.exhibits.optimisers import Optimisers, Touch
from engine.exhibits.optimisers.cards import only
from engine.exhibits.optimisers.params import NAMES, OptimisersParams
from engine.exhibits.optimisers.theory import closed_form
from engine.runtime.commands import CommandError, PokeIt
from engine.runtime.run import Run
from engine.runtime.status import Status


def optimisers(seed: int = 0, **values: Any) -> Optimisers:
    return Optimisers(OptimisersParams(**values), seed=seed)


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
