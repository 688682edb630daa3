"""The race of optimisers: every racer is torch's or the textbook's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from engine.exhibits.optimisers import RACERS, Optimisers
from engine.exhibits.optimisers.cards import only
from engine.exhibits.optimisers.params import NAMES, OptimisersParams
from engine.exhibits.optimisers.racers import Rules
from engine.exhibits.optimisers.surfaces.classic import HIMMELBLAU, ROSENBROCK

ETA, ALPHA, STEPS = 4e-4, 0.03, 100
START = (-1.2, 1.1)
KINDS = {kind.name: kind for kind in RACERS}
PARAMS = OptimisersParams(mu=0.7, beta1=0.8, beta2=0.95, rho=0.85, eps=1e-3, decay=0.5, period=7, stretch=2, floor=0.1)


def optimisers(seed: int = 0, **values: Any) -> Optimisers:
    return Optimisers(OptimisersParams(**values), seed=seed)


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
