"""How fast optimisers race beside the same optimisers driven as one would first write it.

``python -m bench.optimisers``

The peer gives every optimiser its own loss and backward pass. A frame is watched at 30 a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from bench.measure import rates, table
from bench.viewers import watched
from engine.exhibits.optimisers import Optimisers
from engine.exhibits.optimisers.surfaces.classic import rosenbrock

SIX = {"nesterov": True, "newton": False}  # with the defaults these are six
ALL = {name: True for name in ("nesterov", "sgd", "rprop", "adagrad", "adamw", "newton", "swa", "sgdr", "muon")}
PEERS: tuple[Callable[[list[torch.Tensor]], torch.optim.Optimizer], ...] = (
    lambda w: torch.optim.SGD(w, lr=1e-4),
    lambda w: torch.optim.SGD(w, lr=1e-4, momentum=0.8),
    lambda w: torch.optim.SGD(w, lr=1e-4, momentum=0.8, nesterov=True),
    lambda w: torch.optim.RMSprop(w, lr=0.02),
    lambda w: torch.optim.Adam(w, lr=0.02),
    lambda w: torch.optim.LBFGS(w, max_iter=1, line_search_fn="strong_wolfe"),
)


def apart(steps: int) -> None:
    """Six optimisers on Rosenbrock, each for itself."""
    places = [torch.tensor([-1.4, 1.9], dtype=torch.float64, requires_grad=True) for _ in PEERS]
    racers = [make([w]) for make, w in zip(PEERS, places, strict=True)]
    for _ in range(steps):
        for racer, w in zip(racers, places, strict=True):
            racer.step(lambda racer=racer, w=w: loss(racer, w))


def loss(racer: torch.optim.Optimizer, w: torch.Tensor) -> torch.Tensor:
    """A closure as torch asks for it."""
    racer.zero_grad()
    value = rosenbrock(w[0], w[1])
    value.backward()
    return value


def race(**values: object) -> Optimisers:
    """On Rosenbrock, the map of basins done."""
    exhibit = Optimisers(Optimisers.Params(surface="rosenbrock", **values), seed=0)
    exhibit.advance(130)
    return exhibit


def main() -> None:
    """Print the tables."""
    torch.set_num_threads(1)
    found = rates({"ours": race(**SIX).advance, "each for itself": apart}, rounds=3)
    rows: dict[str, object] = {f"six racers, {name}, steps/s": rate for name, rate in found.items()}
    rows["ours / each for itself"] = found["ours"] / found["each for itself"]
    rows["all fourteen, steps/s"] = rates({"all": race(**ALL).advance}, rounds=3)["all"]
    seen = watched(Optimisers, 1, frames_per_s=30, params=Optimisers.Params(surface="rosenbrock", **SIX))
    table("optimisers on Rosenbrock", rows | {f"watched: {name}": value for name, value in seen.items()})
    began = time.perf_counter()
    exhibit = Optimisers(Optimisers.Params(surface="himmelblau", **SIX), seed=0)
    opened = time.perf_counter() - began
    while exhibit.basins.level == 0:
        exhibit.advance(1)
    coarse = time.perf_counter() - began
    while exhibit.basins.done < 1:
        exhibit.advance(1)
    whole = time.perf_counter() - began
    table("seconds on Himmelblau", {"opened": opened, "coarse map of basins": coarse, "whole map": whole})


if __name__ == "__main__":
    main()
