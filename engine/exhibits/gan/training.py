"""Adversarial training, one step at a time, in the order of Algorithm 1 of Goodfellow et al. (2014)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.gan import penalties
from engine.exhibits.gan.networks import Discriminator, Generator, Shift
from engine.exhibits.gan.objectives import OBJECTIVES, Batch
from engine.exhibits.gan.params import GanParams
from engine.kit.device import generator
from engine.kit.graphs import Captured, LiveNumbers, cuda_recorder
from engine.kit.learning import Optimiser
from engine.kit.pointset import PointSet

PHASES = ("sample", "generate", "score", "teach D", "gradients", "teach G")
WITHOUT_RECORDING = {
    "lr_G",
    "lr_D",
    "gamma",
    "lambda_gp",
    "clip",
    "decay",
    "noise",
    "theta",
    "surface",
    "label",
    "seed",
}
"""Parameters that may change without a recorded step being recorded anew."""


class Trainer:
    """Two networks, two optimisers, and the step that teaches them.

    Args:
        params: may be replaced between steps.
        data: the real samples.
        seed: of the networks' start and of every batch.
        device: where all of it is computed.

    After a step ``loss_D``, ``loss_G``, ``slope`` (the mean of |grad D| that a penalty has looked at), the last
    ``batch`` and ``gradients``, those of m L_G at the m generated samples, (m, d), can be looked at.
    """

    def __init__(self, params: GanParams, data: PointSet, seed: int, device: torch.device | str = "cpu") -> None:
        self.params, self.data, self.device = params, data, torch.device(device)
        self.rng = generator(seed, device)
        source, classes = data.source, data.source.classes if params.conditional else 1
        self.classes = classes
        self.shifts = params.data == "parallel-lines"
        self.latent = (1, "uniform") if self.shifts else (params.latent_dim, params.latent)
        self.G = self.new_generator(self.rng)
        layers = (params.width, params.depth)
        self.D = Discriminator(source.dimension, classes, *layers, params.minibatch, self.rng, params.pack)
        adapt = (params.optimiser, params.beta1, params.beta2)
        self.optimiser_G, self.optimiser_D = Optimiser(self.G.weights, *adapt), Optimiser(self.D.weights, *adapt)
        self.unknown = torch.tensor(float("nan"), device=device)
        self.numbers = LiveNumbers(device)
        self.whole_step = Captured(self._whole_step, cuda_recorder(device, self.rng))
        self.steps = 0
        self.set(params)
        self._forget()

    def new_generator(self, rng: torch.Generator) -> Generator | Shift:
        """A generator as this run wants it, at its start."""
        p = self.params
        if self.shifts:
            return Shift(p.theta, self.device)
        return Generator(self.latent[0], self.classes, p.width, p.depth, self.data.source.dimension, rng)

    def _forget(self) -> None:
        self.loss_D = self.loss_G = torch.tensor(0.0, device=self.device)
        self.slope = self.unknown
        self.batch: Batch | None = None
        self.gradients: Tensor | None = None
        self.whole_step.forget()

    def set(self, params: GanParams) -> None:
        """Live parameters have changed."""
        self.params = params
        self.objective = OBJECTIVES[params.objective]
        self.D.spectral = params.spectral
        for optimiser in (self.optimiser_G, self.optimiser_D):
            optimiser.configure(params.optimiser, params.beta1, params.beta2)
        self._structure = tuple(value for name, value in params.model_dump().items() if name not in WITHOUT_RECORDING)

    @property
    def batch_size(self) -> int:
        """Samples of either kind in a step: as many as asked for, rounded up to whole packs."""
        return -(-self.params.batch // self.D.pack) * self.D.pack

    @property
    def without_optimum(self) -> str:
        """Why D should not come to D*; empty where it should."""
        packed = f"D judges packs of {self.D.pack} samples, not places" if self.D.pack > 1 else ""
        return self.objective.without_optimum or packed

    def draw_latent(self, size: int, rng: torch.Generator) -> Tensor:
        """Z ~ p(z), (size, latent)."""
        dimension, kind = self.latent
        if kind == "uniform":
            return torch.rand(size, dimension, generator=rng, device=self.device) * 2 - 1
        return torch.randn(size, dimension, generator=rng, device=self.device)

    def phases(self) -> Iterator[str]:
        """One iteration of Algorithm 1 of Goodfellow et al. (2014), with a loss to descend for a value to ascend.

            for k steps do
                sample m real examples x ~ p_data and m noise samples z ~ p(z)
                update D by descending the gradient of L_D(x, G(z))
            update G by descending the gradient of L_G(G(z))

        Algorithm 1 draws fresh z for G's step; here it takes the last z of these, whose G(z) D has just learned from,
        which saves a pass through G and gives D and G the same batch to be looked at. Yields after each of ``PHASES``.
        """
        p, m, k = self.params, self.batch_size, self.params.d_steps
        simultaneous = p.updates == "simultaneous"
        self._set_numbers()
        for step in range(1, k + 1):
            x, labels = self.data.batch(m, self.rng)  # (m, d), (m,)
            z = self.draw_latent(m, self.rng)  # (m, latent)
            self.batch, self.gradients = Batch(x, x[:0], self.unknown, self.unknown), None
            yield "sample"
            Gz = self.G(z, labels)  # (m, d)
            self.batch = Batch(x, Gz.detach(), self.unknown, self.unknown)
            yield "generate"
            L_D = self.L_D(x, Gz.detach(), labels)
            grad_D = torch.autograd.grad(L_D, self.D.weights)
            yield "score"
            if step < k or not simultaneous:
                self.descend_D(grad_D)
                yield "teach D"
        L_G = self.L_G(x, Gz, labels)
        (grad_Gz,) = torch.autograd.grad(L_G, Gz)  # (m, d), all that G ever learns of D
        self.loss_G, self.gradients = L_G.detach(), m * grad_Gz
        yield "gradients"
        if simultaneous:
            self.descend_D(grad_D)
            yield "teach D"
        if p.train != "D only":
            self.descend_G(torch.autograd.grad(Gz, self.G.weights, grad_Gz))  # the chain rule
        self.steps += 1
        yield "teach G"

    def L_D(self, x: Tensor, Gz: Tensor, labels: Tensor) -> Tensor:
        """D's loss on a batch of real and one of generated samples, with the penalties on D."""
        p, D, objective = self.params, self.D, self.objective
        if p.spectral:
            D.iterate()
        both = torch.cat([x, Gz])
        if p.penalty != "none":
            both.requires_grad_()
        scores = D(both, torch.cat([labels, labels]), batches=2)
        D_x, D_Gz = scores.chunk(2)
        self.batch = Batch(x, Gz, D_x, D_Gz, p.coulomb_dim, p.coulomb_epsilon)
        loss = objective.loss_D(self.batch)
        self.loss_D = loss.detach()
        if p.penalty != "none":
            real, fake = penalties.slopes(scores, both).chunk(2)
            loss = loss + penalties.R1(real, self.numbers["gamma"])
            if p.penalty == "R1 + R2":
                loss = loss + penalties.R1(fake, self.numbers["gamma"])
        if objective.gradient_penalty:
            u = torch.rand(len(D_x), 1, generator=self.rng, device=self.device).repeat_interleave(D.pack, 0)
            weight = self.numbers["lambda_gp"]
            penalty, self.slope = penalties.gradient_penalty(lambda a: D(a, labels), x, Gz, u, weight)
            loss = loss + penalty
        return loss

    def L_G(self, x: Tensor, Gz: Tensor, labels: Tensor) -> Tensor:
        """G's loss under D as it now is."""
        if not self.objective.pairs:
            return self.objective.loss_G(Batch(x, Gz, self.unknown, self.D(Gz, labels)))
        D_x, D_Gz = self.D(torch.cat([x, Gz]), torch.cat([labels, labels]), batches=2).chunk(2)
        return self.objective.loss_G(Batch(x, Gz, D_x, D_Gz))

    def descend_D(self, gradient: tuple[Tensor, ...]) -> None:
        """One step of D down its gradient, unless it is held still; then clipping, where the objective wants it."""
        if self.params.train != "G only":
            self.optimiser_D.step(gradient, self.numbers["lr_D"])
            if self.objective.clips:
                penalties.clip(self.D.flat, self.numbers["clip"])

    def descend_G(self, gradient: tuple[Tensor, ...]) -> None:
        """One step of G down its gradient."""
        self.optimiser_G.step(gradient, self.numbers["lr_G"])

    def step(self) -> None:
        """One iteration without stops; on a GPU it is one launch of a CUDA graph."""
        steps = self.steps
        self._set_numbers()
        results = self.whole_step((self._structure, self.data.allocated))
        self.loss_D, self.loss_G, self.slope, self.batch, self.gradients = results
        self.steps = steps + 1

    def _whole_step(self) -> tuple[Tensor, Tensor, Tensor, Batch | None, Tensor | None]:
        for _ in self.phases():
            pass
        return self.loss_D, self.loss_G, self.slope, self.batch, self.gradients

    def _set_numbers(self) -> None:
        """The numbers of the coming step."""
        p, rest = self.params, self.decay()
        rates = {"lr_G": p.lr_G * rest, "lr_D": p.lr_D * rest}
        self.numbers.put(**rates, gamma=p.gamma, lambda_gp=p.lambda_gp, clip=p.clip)

    def healthy(self) -> bool:
        """Whether the weights and the last losses are finite, by a quick look: the sum of all of them."""
        total = self.G.flat.detach().sum() + self.D.flat.detach().sum() + self.loss_D + self.loss_G
        return math.isfinite(total.item())

    def decay(self) -> float:
        """What is left of the learning rates: 1 - t / T, where a time T is set."""
        T = self.params.decay
        return max(0.0, 1 - self.steps / T) if T else 1.0

    def state_dict(self) -> State:
        """Weights, the optimisers' memories, the random generator and the number of steps."""
        return {
            "G": self.G.flat,
            "D": self.D.flat,
            "u": self.D.u,
            "optimiser_G": self.optimiser_G.state_dict(),
            "optimiser_D": self.optimiser_D.state_dict(),
            "rng": self.rng.get_state(),
            "steps": self.steps,
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``, which was taken on the same kind of device."""
        mine, saved = [self.G.flat, self.D.flat, *self.D.u], [state["G"], state["D"], *state["u"]]
        for tensor, value in zip(mine, saved, strict=True):
            tensor.copy_(torch.as_tensor(value).to(self.device))
        self.optimiser_G.load_state_dict(state["optimiser_G"])
        self.optimiser_D.load_state_dict(state["optimiser_D"])
        self.rng.set_state(torch.as_tensor(state["rng"]))
        self.steps = int(state["steps"])
        self._forget()


CODE = (Trainer.step, Trainer.phases, Trainer.L_D, Trainer.L_G, Trainer.descend_D, Trainer.descend_G)
"""What runs at full speed and in slow motion, beside the losses of the objective at hand; for the page to show.

On a GPU the kernels that :meth:`Trainer.phases` launches are recorded once and launched again and again.
"""
