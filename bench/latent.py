"""Training an autoencoder with a viewer attached against the same loop written bare in PyTorch; and how soon ten digits
have their own region.

``python -m bench.latent``, ``python -m bench.latent seeds``
"""

from __future__ import annotations

import sys
import time

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from bench.bare import compare, network
from bench.measure import table
from bench.viewers import Served, watched
from engine.exhibits.latent import Latent, Touch
from engine.exhibits.latent.data import make


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


def costs() -> None:
    """What a step and a frame take of one thread's time, beside the bare loop."""
    exhibit, bare = Latent(Latent.Params(), seed=0), Bare(128, 2, 128)
    exhibit.advance(300)
    exhibit.frame()
    found: dict[str, object] = {}
    for name, what in {
        "a step of the bare loop": bare.step, "a step": exhibit.step, "a glance": exhibit.glance,
        "a frame without a new look": exhibit.frame,
        "a look at all that is measured": lambda: exhibit.instruments._measure(),
        "a finger's poke and its glance": lambda: (exhibit.poke(Touch(kind="finger", x=0.3)), exhibit.glance()),
    }.items():  # fmt: skip
        what()
        began = time.thread_time()
        for _ in range(200):
            what()
        found[f"{name}, ms"] = 5 * (time.thread_time() - began)
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
    table("Training with a viewer at 30 frames/s", watched(Latent, 1, frames_per_s=30))
    params = Latent.Params()
    with Served() as served:
        bare = Bare(params.width, params.depth, params.batch)
        compare("VAE of the digits, two hidden layers of 128, batch 128", served, Latent, params, bare)


if __name__ == "__main__":
    main()
