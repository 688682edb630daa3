"""Adversarial training, one step at a time, in the order of Algorithm 1 of Goodfellow et al. (2014)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.gan import penalties
from engine.exhibits.gan.data import Dataset
from engine.exhibits.gan.networks import Discriminator, Generator, Shift
from engine.exhibits.gan.objectives import OBJECTIVES, Batch
from engine.exhibits.gan.optimiser import Optimiser
from engine.exhibits.gan.params import GanParams

PHASES = ("sample", "generate", "score", "teach D", "gradients", "teach G")
NONE = torch.tensor(float("nan"))


class Trainer:
    """Two networks, two optimisers, and the step that teaches them.

    Args:
        params: may be replaced between steps.
        data: the real samples.
        seed: of the networks' start and of every batch.

    After a step ``loss_D``, ``loss_G``, ``slope`` (the mean of |grad D| that a penalty has looked at), the last
    ``batch`` and ``gradients``, those of B L_G at the generated samples, (B, d), can be looked at.
    """

    def __init__(self, params: GanParams, data: Dataset, seed: int) -> None:
        self.params, self.data = params, data
        self.rng = torch.Generator().manual_seed(seed)
        source, classes = data.source, data.source.classes if params.conditional else 1
        self.classes = classes
        self.shifts = params.data == "parallel-lines"
        self.latent = (1, "uniform") if self.shifts else (params.latent_dim, params.latent)
        self.G = self.new_generator(self.rng)
        self.D = Discriminator(source.dimension, classes, params.width, params.depth, params.minibatch, self.rng)
        self.optimiser_G = Optimiser(self.G.parameters, params)
        self.optimiser_D = Optimiser(self.D.parameters, params)
        self.steps = 0
        self.set(params)
        self._forget()

    def new_generator(self, rng: torch.Generator) -> Generator | Shift:
        """A generator as this run wants it, at its start."""
        p = self.params
        if self.shifts:
            return Shift(p.theta)
        return Generator(self.latent[0], self.classes, p.width, p.depth, self.data.source.dimension, rng)

    def _forget(self) -> None:
        self.loss_D = self.loss_G = torch.tensor(0.0)
        self.slope = NONE
        self.batch: Batch | None = None
        self.z: Tensor | None = None
        self.gradients: Tensor | None = None

    def set(self, params: GanParams) -> None:
        """Live parameters have changed."""
        self.params = params
        self.objective = OBJECTIVES[params.objective]
        self.D.spectral = params.spectral
        self.optimiser_G.configure(params)
        self.optimiser_D.configure(params)

    def draw_latent(self, size: int, rng: torch.Generator) -> Tensor:
        """z ~ p(z), (size, latent)."""
        dimension, kind = self.latent
        if kind == "uniform":
            return torch.rand(size, dimension, generator=rng) * 2 - 1
        return torch.randn(size, dimension, generator=rng)

    def phases(self) -> Iterator[str]:
        """One step of training: D learns ``d_steps`` times, then G once. Yields after each of ``PHASES``."""
        p, rounds = self.params, self.params.d_steps
        together = p.updates == "simultaneous"
        for turn in range(rounds):
            x, labels = self.data.batch(p.batch, self.rng)
            z = self.draw_latent(p.batch, self.rng)
            self.z, self.batch, self.gradients = z, Batch(x, x[:0], NONE, NONE), None
            yield "sample"
            Gz = self.G(z, labels)
            self.batch = Batch(x, Gz.detach(), NONE, NONE)
            yield "generate"
            gradients_D = self._judge(x, Gz.detach(), labels)
            yield "score"
            last = turn == rounds - 1
            if not (together and last):
                self._step_D(gradients_D)
                yield "teach D"
        at_fakes = self._look_at(x, Gz, labels)
        yield "gradients"
        if together:
            self._step_D(gradients_D)
            yield "teach D"
        self._step_G(Gz, at_fakes)
        self.steps += 1
        yield "teach G"

    def _judge(self, x: Tensor, Gz: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
        """D looks at both batches; the gradient of its loss, and of the penalties on it."""
        p, D, objective = self.params, self.D, self.objective
        if p.spectral:
            D.iterate()
        both = torch.cat([x, Gz])
        if p.penalty != "none":
            both.requires_grad_()
        said = D(both, torch.cat([labels, labels]), batches=2)
        D_x, D_Gz = said.chunk(2)
        self.batch = Batch(x, Gz, D_x, D_Gz, p.coulomb_dim, p.coulomb_epsilon)
        loss = objective.loss_D(self.batch)
        self.loss_D = loss.detach()
        if p.penalty != "none":
            real, fake = penalties.slopes(said, both).chunk(2)
            loss = loss + penalties.R1(real, p.gamma)
            if p.penalty == "R1 + R2":
                loss = loss + penalties.R1(fake, p.gamma)
        if objective.gradient_penalty:
            u = torch.rand(len(x), 1, generator=self.rng)
            penalty, self.slope = penalties.gradient_penalty(lambda a: D(a, labels), x, Gz, u, p.lambda_gp)
            loss = loss + penalty
        return torch.autograd.grad(loss, D.parameters)

    def _look_at(self, x: Tensor, Gz: Tensor, labels: Tensor) -> Tensor:
        """The gradient of L_G at every generated sample: all that G ever learns of D."""
        said = self._second_opinion(x, Gz, labels)
        batch = Batch(x, Gz, *said)
        loss = self.objective.loss_G(batch)
        self.loss_G = loss.detach()
        (at_fakes,) = torch.autograd.grad(loss, Gz)
        self.gradients = at_fakes * len(x)
        return at_fakes

    def _second_opinion(self, x: Tensor, Gz: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """What D, as it now is, says of x and of G(z)."""
        if not self.objective.pairs:
            return NONE, self.D(Gz, labels)
        D_x, D_Gz = self.D(torch.cat([x, Gz]), torch.cat([labels, labels]), batches=2).chunk(2)
        return D_x, D_Gz

    def _step_D(self, gradients: tuple[Tensor, ...]) -> None:
        if self.params.train != "G only":
            self.optimiser_D.step(gradients, self.params.lr_D * self.decay())
            if self.objective.clips:
                penalties.clip(self.D.flat, self.params.clip)

    def _step_G(self, Gz: Tensor, at_fakes: Tensor) -> None:
        if self.params.train != "D only":
            gradients = torch.autograd.grad(Gz, self.G.parameters, at_fakes)
            self.optimiser_G.step(gradients, self.params.lr_G * self.decay())

    def healthy(self) -> bool:
        """Whether the weights and the last losses are finite, by a quick look: the sum of all of them."""
        total = self.G.flat.detach().sum() + self.D.flat.detach().sum() + self.loss_D + self.loss_G
        return math.isfinite(total.item())

    def decay(self) -> float:
        """What is left of the learning rates: 1 - t / T, where a time T is set."""
        T = self.params.decay
        return max(0.0, 1 - self.steps / T) if T else 1.0

    def state_dict(self) -> State:
        """Weights, the optimisers' memories, the random generator and the last losses."""
        return {
            "G": self.G.flat.detach(),
            "D": self.D.flat.detach(),
            "u": list(self.D.u),
            "optimiser_G": self.optimiser_G.state_dict(),
            "optimiser_D": self.optimiser_D.state_dict(),
            "rng": self.rng.get_state(),
            "steps": self.steps,
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        with torch.no_grad():
            self.G.flat.copy_(torch.as_tensor(state["G"]))
            self.D.flat.copy_(torch.as_tensor(state["D"]))
            for u, saved in zip(self.D.u, state["u"], strict=True):
                u.copy_(torch.as_tensor(saved))
        self.optimiser_G.load_state_dict(state["optimiser_G"])
        self.optimiser_D.load_state_dict(state["optimiser_D"])
        self.rng.set_state(torch.as_tensor(state["rng"]))
        self.steps = int(state["steps"])
        self._forget()
