"""How fast the two trainings are beside the same mathematics left to autograd.

``python -m bench.adversarial_patterns``

The peer trains the same networks on raw pixels with torch's autograd, critic penalty by double backward included.
"""

from __future__ import annotations

import math
import os
import time

import torch
from torch import Tensor

from bench.measure import rates, table
from bench.viewers import watched
from engine.exhibits.adversarial_patterns import AdversarialPatterns
from engine.exhibits.adversarial_patterns.params import PatternParams

LARGE = {"m": "256", "n": 500, "inits": 1, "critic_width": "256"}


def ours(**values: object) -> AdversarialPatterns:
    """The exhibit with all cores."""
    exhibit = AdversarialPatterns(PatternParams(**values), seed=0)
    exhibit.cores = os.cpu_count() or 1
    return exhibit


class Autograd:
    """Both trainings as one would write them first."""

    def __init__(self, exhibit: AdversarialPatterns) -> None:
        self.params, self.eta = exhibit.params, exhibit.eta
        training = exhibit.ensemble.adversarial
        assert training.critic is not None
        self.X, self.Y = torch.tensor(exhibit.X, dtype=torch.float32), training.task.Y.clone()
        U, V = torch.tensor(exhibit.ensemble.filters), training.V[0]
        self.nets = [[w.clone().requires_grad_() for w in (U, V)] for _ in range(2)]
        self.critic = [w[0].clone().requires_grad_() for w in (training.critic.W, training.critic.a)]

    def outputs(self, U: Tensor, V: Tensor) -> Tensor:
        """f(X): (d_out, n)."""
        return V @ torch.relu(U @ self.X.T) / math.sqrt(V.numel())

    def judged(self, Z: Tensor) -> Tensor:
        """g(z_p): (n,)."""
        W, a = self.critic
        return a @ torch.relu(W @ Z) / math.sqrt(len(a))

    def train_critic(self, fake: Tensor) -> None:
        """One step of the critic."""
        mixed = (fake + torch.rand(fake.shape[1]) * (self.Y - fake)).requires_grad_()
        (slope,) = torch.autograd.grad(self.judged(mixed).sum(), mixed, create_graph=True)
        penalty = ((slope.norm(dim=0) - 1) ** 2).mean()
        loss = self.judged(fake).mean() - self.judged(self.Y).mean() + self.params.penalty * penalty
        self._descend(loss, self.critic, self.params.critic_rate)

    def run(self, steps: int) -> None:
        """So many steps of both trainings."""
        for _ in range(steps):
            for index, net in enumerate(self.nets):
                Z = self.outputs(*net)
                loss = ((Z - self.Y) ** 2).sum() / 2
                if index:
                    for _ in range(self.params.n_critic):
                        self.train_critic(Z.detach())
                    loss = loss - self.params.strength * self.judged(Z).sum()
                self._descend(loss, net, self.eta)

    @staticmethod
    def _descend(loss: Tensor, weights: list[Tensor], rate: float) -> None:
        grads = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for weight, grad in zip(weights, grads, strict=True):
                weight -= rate * grad


def full_length(data: str) -> float:
    """Seconds for 1,500 steps of both trainings at m = 256, n = 500, d_in = 784."""
    exhibit = ours(**LARGE, data=data)
    began = time.perf_counter()
    exhibit.advance(1500)
    return time.perf_counter() - began


def main() -> None:
    """Print the tables."""
    torch.set_num_threads(1)
    for title, values in {"m = 256, n = 500": LARGE, "the defaults, one start": {"inits": 1}}.items():
        for data in ("digits", "gaussian"):
            exhibit = ours(**values, data=data)
            peer = Autograd(exhibit)
            found = rates({"ours": exhibit.advance, "autograd on pixels": peer.run}, rounds=3)
            rows = {f"{name}, steps/s": rate for name, rate in found.items()}
            alone = watched(AdversarialPatterns, 1, frames_per_s=30, params=exhibit.params)["watched / bare"]
            ratio = found["ours"] / found["autograd on pixels"]
            rows |= {"ours / autograd": ratio, "watched at 30 frames/s / ours": alone}
            table(f"{title}, {data}, d_in = 784", rows | {"watched / autograd": ratio * alone})
    for data in ("digits", "gaussian"):
        table(f"1,500 steps of both trainings, m = 256, n = 500, {data}", {"seconds": full_length(data)})


if __name__ == "__main__":
    main()
