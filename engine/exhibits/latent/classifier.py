"""The app's own judge of what is decoded: a small network that tells classes apart, and says how sure it is."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.exhibits.latent.data import Dataset, make, named
from engine.exhibits.latent.params import LatentParams
from engine.kit.device import generator
from engine.kit.learning import Optimiser
from engine.kit.nets import Perceptron

SURE = 0.8
"""So probable a class must be to count as recognised."""

STEPS, BATCH, RATE, NOISE = 400, 128, 0.003, 0.15
SMOOTHING = 0.05  # of the labels, so that it is not surer than it has reason to be


class Classifier:
    """p(class | x), learnt once from the examples that are not held out.

    Args:
        data: what is classed.
    """

    def __init__(self, data: Dataset) -> None:
        rng = generator(0, "cpu")
        x, labels = data.learnt_from
        self.network = Perceptron([data.size, 64, data.classes], rng)
        optimiser = Optimiser(self.network.weights, "adam", 0.9, 0.999)
        with torch.enable_grad():  # it may be asked for where nothing is learnt
            self._learn(x, labels, data, optimiser, rng)

    def _learn(self, x: Tensor, labels: Tensor, data: Dataset, optimiser: Optimiser, rng: torch.Generator) -> None:
        for _ in range(STEPS):
            index = torch.randint(len(x), (BATCH,), generator=rng, device="cpu")
            noisy = x[index] + NOISE * torch.randn(BATCH, data.size, generator=rng, device="cpu")
            loss = cross_entropy(self.network(noisy), labels[index], label_smoothing=SMOOTHING)
            optimiser.step(torch.autograd.grad(loss, self.network.weights), RATE)

    @torch.no_grad()
    def judge(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The likeliest class of every example and its probability; x (n, d), returns (n,) and (n,)."""
        best = self.network(x).softmax(1).max(1)
        return best.indices, best.values

    def recognised(self, x: Tensor) -> tuple[float, int]:
        """The share of examples (n, d) whose class is sure, and how many classes occur among those."""
        classes, probability = self.judge(x)
        sure = probability >= SURE
        return float(sure.float().mean()), len(classes[sure].unique())


def classifier(params: LatentParams) -> Classifier | None:
    """The judge of the images that ``params`` names; everybody shares it. Points of the plane have none."""
    return _made(*named(params)) if params.of_images else None


@lru_cache(maxsize=8)
def _made(name: str, vary: str) -> Classifier:
    return Classifier(make(name, vary))
