"""Our training with a viewer attached, and the same loop written bare in PyTorch, in turns."""

from __future__ import annotations

import itertools
import time
from statistics import median
from typing import Any, Protocol

from torch import nn

from bench.measure import table
from bench.viewers import Served, crowd, wait_for
from engine.exhibit import Exhibit
from engine.params import Params

SECONDS, ROUNDS = 4.0, 3
FRAMES_PER_S = 30.0
NAMES = ("bare PyTorch, steps/s", "ours, watched, steps/s", "watched / bare", "frames/s of the viewer")


class Loop(Protocol):
    """Training as one would write it, with nothing around it."""

    def step(self) -> None:
        """One step."""


def network(sizes: list[int]) -> nn.Sequential:
    """A plain perceptron with leaky ReLUs."""
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers[:-1])


def compare(title: str, served: Served, kind: type[Exhibit[Any]], params: Params, bare: Loop) -> dict[str, float]:
    """Bare and watched in turns; the medians, which are printed as a table."""
    rows = []
    for _ in range(ROUNDS):
        plain = _bare_rate(bare)
        ours, frames = _watched_rate(served, kind, params)
        rows.append((plain, ours, ours / plain, frames))
        print(f"  {title}: watched / bare {ours / plain:.3f}", flush=True)
    found = {name: median(row[index] for row in rows) for index, name in enumerate(NAMES)}
    table(title, found)
    return found


def _bare_rate(bare: Loop) -> float:
    """Steps of the bare loop per second by the clock on the wall."""
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        bare.step()
        steps += 1
    return steps / (time.perf_counter() - began)


def _watched_rate(served: Served, kind: type[Exhibit[Any]], params: Params) -> tuple[float, float]:
    """Steps per second of our run, and frames per second of the viewer who watches it from another process."""
    with served.run(kind, params) as (run, url), crowd(url, 1, SECONDS + 1.0, 1 / FRAMES_PER_S) as answer:
        wait_for(run, 1)
        time.sleep(0.5)
        before, began = run.performer.step, time.perf_counter()
        time.sleep(SECONDS)
        rate = (run.performer.step - before) / (time.perf_counter() - began)
        return rate, answer.get()[0] / (SECONDS + 1.0)
