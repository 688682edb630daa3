"""GAN training with a viewer attached against the same loop written bare in PyTorch; and the grid preset, five seeds.

``python -m bench.gan``, ``python -m bench.gan seeds``
"""

from __future__ import annotations

import itertools
import sys
import time
from statistics import median

import torch
from torch import nn
from torch.nn.functional import softplus

from bench.measure import table
from bench.viewers import Served, crowd, wait_for
from engine.exhibits.gan import PRESETS, Gan
from engine.params import Params

GAN_LAB_MOST = 60.0  # steps/s: it trains once per animation frame
SECONDS = 4.0
ROUNDS = 3
FRAMES_PER_S = 30.0


def network(sizes: list[int]) -> nn.Sequential:
    """A plain perceptron with leaky ReLUs."""
    layers: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers[:-1])


class Bare:
    """The non-saturating GAN as one would write it, with the fastest of PyTorch's Adams, and nothing around it."""

    def __init__(self, width: int, depth: int, batch: int) -> None:
        self.G, self.D = network([2, *[width] * depth, 2]), network([2, *[width] * depth, 1])
        self.adam_G = torch.optim.Adam(self.G.parameters(), 1e-3, betas=(0.5, 0.9), fused=True)
        self.adam_D = torch.optim.Adam(self.D.parameters(), 1e-3, betas=(0.5, 0.9), fused=True)
        self.data, self.batch = torch.randn(2000, 2), batch

    def step(self) -> None:
        """One step."""
        x = self.data[torch.randint(len(self.data), (self.batch,))]
        Gz = self.G(torch.randn(self.batch, 2))
        D_x, D_Gz = self.D(torch.cat([x, Gz.detach()])).chunk(2)
        self.adam_D.zero_grad()
        (softplus(-D_x).mean() + softplus(D_Gz).mean()).backward()
        self.adam_D.step()
        self.adam_G.zero_grad()
        softplus(-self.D(Gz)).mean().backward()
        self.adam_G.step()

    def rate(self, seconds: float) -> float:
        """Steps per second."""
        steps, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            self.step()
            steps += 1
        return steps / (time.perf_counter() - began)


def watched_rate(served: Served, params: Params, seconds: float) -> tuple[float, float]:
    """Steps per second of our run, and frames per second of the viewer who watches it from another process."""
    with served.run(Gan, params) as (run, url), crowd(url, 1, seconds + 1.0, 1 / FRAMES_PER_S) as answer:
        wait_for(run, 1)
        time.sleep(0.5)
        before, began = run.performer.step, time.perf_counter()
        time.sleep(seconds)
        rate = (run.performer.step - before) / (time.perf_counter() - began)
        return rate, answer.get()[0] / (seconds + 1.0)


def compare(title: str, served: Served, **values: int) -> dict[str, float]:
    """Bare and watched in turns."""
    params = Gan.Params(**values)
    bare = Bare(params.width, params.depth, params.batch)
    rows = []
    for _ in range(ROUNDS):
        plain = bare.rate(SECONDS)
        ours, frames = watched_rate(served, params, SECONDS)
        rows.append((plain, ours, ours / plain, frames))
    names = ("bare PyTorch, steps/s", "ours, watched, steps/s", "watched / bare", "frames/s of the viewer")
    found = {name: median(row[index] for row in rows) for index, name in enumerate(names)}
    table(title, found)
    return found


def seeds() -> None:
    """The preset that is to cover the grid, with a frame every 250 steps."""
    params = PRESETS["all modes"]
    for seed in range(5):
        exhibit = Gan(Gan.Params(**params, seed=seed), seed=seed)
        began, worked = time.perf_counter(), time.process_time()
        for _ in range(params["decay"] // 250):
            exhibit.advance(250)
            metrics = exhibit.frame().metrics
        seconds, cpu, quality = time.perf_counter() - began, time.process_time() - worked, 100 * metrics["quality"]
        report = (
            f"{metrics['modes']:.0f} of 25 modes, {quality:.1f} % high quality, {seconds:.0f} s, {cpu:.0f} s of CPU"
        )
        print(f"  seed {seed}: {report}", flush=True)


def main() -> None:
    """Print the tables."""
    torch.set_num_threads(1)
    if sys.argv[1:] == ["seeds"]:
        seeds()
        return
    with Served() as served:
        compare("GAN, two hidden layers of 64, batch 128", served)
        compare("GAN, three hidden layers of 128, batch 256", served, width=128, depth=3, batch=256)
        small = compare(
            "GAN Lab's default sizes: one hidden layer of 8, batch 150", served, width=8, depth=1, batch=150
        )
    table("", {"ours / GAN Lab's 60 steps/s at most": small["ours, watched, steps/s"] / GAN_LAB_MOST})


if __name__ == "__main__":
    main()
