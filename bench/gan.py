"""GAN training with a viewer attached against the same loop written bare in PyTorch; and the grid preset, five seeds.

``python -m bench.gan``, ``python -m bench.gan seeds``
"""

from __future__ import annotations

import sys
import time

import torch
from torch.nn.functional import softplus

from bench.bare import compare, network
from bench.measure import table
from bench.viewers import Served
from engine.exhibits.gan import PRESETS, Gan

GAN_LAB_MOST = 60.0  # steps/s: it trains once per animation frame


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


def against(title: str, served: Served, **values: int) -> dict[str, float]:
    """Ours with a viewer beside the bare loop of the same sizes."""
    params = Gan.Params(**values)
    return compare(title, served, Gan, params, Bare(params.width, params.depth, params.batch))


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
        against("GAN, two hidden layers of 64, batch 128", served)
        against("GAN, three hidden layers of 128, batch 256", served, width=128, depth=3, batch=256)
        small = against(
            "GAN Lab's default sizes: one hidden layer of 8, batch 150", served, width=8, depth=1, batch=150
        )
    table("", {"ours / GAN Lab's 60 steps/s at most": small["ours, watched, steps/s"] / GAN_LAB_MOST})


if __name__ == "__main__":
    main()
