"""Training an autoencoder with a viewer attached against the same loop written bare in PyTorch; and how soon ten digits
have their own region.

``python -m bench.latent``, ``python -m bench.latent seeds``
"""

from __future__ import annotations

import sys
import time
from statistics import median

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from bench.gan import network
from bench.measure import table
from bench.viewers import Served, crowd, wait_for
from engine.exhibits.latent import Latent, Touch
from engine.exhibits.latent.data import make
from engine.params import Params

SECONDS, ROUNDS = 4.0, 3
FRAMES_PER_S = 30.0


class Bare:
    """The VAE as one would write it, with the fastest of PyTorch's Adams, and nothing around it."""

    def __init__(self, width: int, depth: int, batch: int) -> None:
        self.x = make("digits", "").part(test=False)[0]
        self.encoder = network([64, *[width] * depth, 4])
        self.decoder = network([2, *[width] * depth, 64])
        both = nn.ModuleList([self.encoder, self.decoder])
        self.adam, self.batch = torch.optim.Adam(both.parameters(), 3e-3, fused=True), batch

    def step(self) -> None:
        """One step."""
        x = self.x[torch.randint(len(self.x), (self.batch,))]
        mu, log_var = self.encoder(x).chunk(2, 1)
        z = mu + (0.5 * log_var).exp() * torch.randn_like(mu)
        rebuilt = binary_cross_entropy_with_logits(self.decoder(z), x, reduction="none").sum(1).mean()
        kl = 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(1).mean()
        self.adam.zero_grad()
        (rebuilt + kl).backward()
        self.adam.step()

    def rate(self, seconds: float) -> float:
        """Steps per second of this thread's own time."""
        steps, began = 0, time.thread_time()
        while time.thread_time() - began < seconds:
            self.step()
            steps += 1
        return steps / (time.thread_time() - began)


def watched_rate(served: Served, params: Params, seconds: float) -> tuple[float, float]:
    """Steps per second of our run, and frames per second of the viewer who watches it from another process."""
    with served.run(Latent, params) as (run, url), crowd(url, 1, seconds + 1.0, 1 / FRAMES_PER_S) as answer:
        wait_for(run, 1)
        time.sleep(0.5)
        before, began = run.performer.step, time.perf_counter()
        time.sleep(seconds)
        rate = (run.performer.step - before) / (time.perf_counter() - began)
        return rate, answer.get()[0] / (seconds + 1.0)


def wall(bare: Bare, seconds: float) -> float:
    """Steps of the bare loop per second by the clock on the wall."""
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        bare.step()
        steps += 1
    return steps / (time.perf_counter() - began)


def compare(served: Served) -> None:
    """Bare and watched in turns."""
    params = Latent.Params()
    bare, rows = Bare(params.width, params.depth, params.batch), []
    for _ in range(ROUNDS):
        plain = wall(bare, SECONDS)
        ours, frames = watched_rate(served, params, SECONDS)
        rows.append((plain, ours, ours / plain, frames))
    names = ("bare PyTorch, steps/s", "ours, watched, steps/s", "watched / bare", "frames/s of the viewer")
    table("VAE of the digits, two hidden layers of 128, batch 128",
          {name: median(row[index] for row in rows) for index, name in enumerate(names)})  # fmt: skip


def costs() -> None:
    """What a step and a frame take of one thread's time, beside the bare loop."""
    exhibit = Latent(Latent.Params(), seed=0)
    exhibit.advance(300)
    exhibit.frame()
    bare = 1 / Bare(128, 2, 128).rate(1.0)
    found: dict[str, object] = {"a step of the bare loop, ms": 1e3 * bare}
    for name, what in {
        "a step, ms": exhibit.step, "a glance, ms": exhibit.glance, "a frame without a new look, ms": exhibit.frame,
        "a look at all that is measured, ms": lambda: exhibit.instruments._measure(),
        "a finger's poke and its glance, ms": lambda: (exhibit.poke(Touch(kind="finger", x=0.3)), exhibit.glance()),
    }.items():  # fmt: skip
        began = time.thread_time()
        for _ in range(100):
            what()
        found[name] = 10 * (time.thread_time() - began)
    table("thread time", found)


def seeds() -> None:
    """When ten digits have a region of their own, on five seeds."""
    for seed in range(5):
        exhibit = Latent(Latent.Params(), seed=seed)
        worked, step = time.process_time(), 0
        while exhibit.instruments.metrics()["regions"] < 10 and step < 6000:
            exhibit.advance(200)
            step += 200
        cpu, metrics = time.process_time() - worked, exhibit.instruments.metrics()
        share, near = 100 * metrics["on_grid"], 100 * metrics["neighbours"]
        print(f"  seed {seed}: ten regions at step {step}, {cpu:.1f} s of CPU; {share:.0f} % of the grid recognised, "
              f"{near:.1f} % of held-out digits lie among their like", flush=True)  # fmt: skip


def main() -> None:
    """Print the tables."""
    torch.set_num_threads(1)
    seeds()
    costs()
    if sys.argv[1:] == ["seeds"]:
        return
    with Served() as served:
        compare(served)


if __name__ == "__main__":
    main()
