"""Training an autoencoder, one batch at a time, in the order of the reparameterisation trick."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.latent.corruption import corrupt
from engine.exhibits.latent.data import Dataset
from engine.exhibits.latent.model import Model
from engine.exhibits.latent.networks import Pca
from engine.exhibits.latent.objectives import (
    Bernoulli,
    Gaussian,
    Likelihood,
    contraction,
    discriminate,
    kl_to_prior,
    look_like_prior,
    mmd,
    reparameterise,
)
from engine.exhibits.latent.params import LatentParams
from engine.kit.device import generator
from engine.kit.learning import Optimiser
from engine.kit.nets import Perceptron

PHASES = ("sample", "encode", "draw", "reparameterise", "decode", "losses", "gradients", "learn")
NOT_YET = torch.full((), math.nan, device="cpu")
CRITIC = (64, 64)  # neurons in the hidden layers of the discriminator of codes


class Batch:
    """What one step has come to, as far as it has got; each (B, ...) or a number.

    ``x`` the examples, ``seen`` what the encoder sees of them, ``mu`` and ``log_var`` the code, ``epsilon`` the noise
    that was drawn, ``z`` what is decoded, ``raw`` what the decoder says, ``rebuilt`` and ``penalty`` the two losses,
    ``at_z`` the gradient of the loss at z. What only slow motion looks at is worked out when it does.
    """

    def __init__(self, x: Tensor, seen: Tensor, likelihood: Likelihood) -> None:
        self.x, self.seen, self.likelihood = x, seen, likelihood
        self.mu = self.log_var = self.epsilon = self.z = self.raw = self.at_z = None  # type: Tensor | None
        self.rebuilt = self.penalty = NOT_YET

    @property
    def y(self) -> Tensor | None:
        """What comes out."""
        return None if self.raw is None else self.likelihood.output(self.raw.detach())

    @property
    def downhill(self) -> Tensor | None:
        """Minus the gradient of an example's loss at its z."""
        return None if self.at_z is None else -len(self.at_z) * self.at_z


class Trainer:
    """A model, its optimiser, and the step that teaches it.

    Args:
        params: may be replaced between steps.
        data: what is learnt.
        seed: of the start, of every batch and of all noise.
        held_out: keep every fifth example from the training.
    """

    def __init__(self, params: LatentParams, data: Dataset, seed: int, *, held_out: bool = True) -> None:
        self.params, self.data = params, data
        self.rng = generator(seed, "cpu")
        self.x = data.learnt_from[0] if held_out else data.x
        measured = data.part(test=False)[0] if held_out else data.x
        self.pca = Pca(measured, params.k)
        self.floor = self.pca.error(measured)
        self.model = self.new_model(self.rng)
        self.optimiser = Optimiser(self.model.weights, "adam", 0.9, 0.999) if self.model.weights else None
        self.critic = Perceptron([params.k, *CRITIC, 1], self.rng) if params.model == "wae-gan" else None
        self.critic_optimiser = Optimiser(self.critic.weights, "adam", 0.5, 0.999) if self.critic else None
        self.steps = self.annealed_from = 0
        self.batch: Batch | None = None
        self.set(params)

    def new_model(self, rng: torch.Generator) -> Model:
        """A model as this run wants it, at its start."""
        return Model(self.params, self.data, rng, self.pca)

    @property
    def likelihood(self) -> Likelihood:
        """What an output is taken for."""
        return Bernoulli() if self.params.bernoulli else Gaussian(self.params.sigma_x)

    def set(self, params: LatentParams) -> None:
        """Live parameters have changed; an annealing that has changed begins now."""
        now, before = _annealing(params), _annealing(self.params)
        if now != before:
            self.annealed_from = self.steps
        self.params = params

    @property
    def weight(self) -> float:
        """Of the penalty now: beta with its annealing, or lambda."""
        p = self.params
        if p.model == "vae":
            return float(p.vae_beta * self.annealed())  # type: ignore[attr-defined]
        names = {"sparse": "sparse_lam", "contractive": "contractive_lam", "wae-mmd": "wae_mmd_lam",
                 "wae-gan": "wae_gan_lam"}  # fmt: skip
        return float(getattr(p, names[p.model])) if p.model in names else 0.0

    def annealed(self) -> float:
        """Which share of beta is reached: it rises evenly to 1, once, or in the first half of every cycle.

        Fu et al., "Cyclical annealing schedule: a simple approach to mitigating KL vanishing", NAACL 2019.
        """
        kind, length = _annealing(self.params)
        done = (self.steps - self.annealed_from) / length
        if kind == "off":
            return 1.0
        return min(1.0, done) if kind == "once" else min(1.0, 2 * (done % 1))

    def phases(self) -> Iterator[str]:
        """One step down the gradient of rebuilding + weight x penalty; yields after each of ``PHASES``.

            encode x to mu, s;  draw epsilon ~ N(0, 1);  z = mu + s epsilon;  decode z to y
            descend  -log p(x | z) + beta KL(N(mu, s^2) | N(0, 1))

        Other models have no epsilon, z = mu, and another penalty; PCA has nothing to learn.
        """
        batch = self.batch = self.draw()
        yield "sample"
        batch.mu, batch.log_var = self.model.encode(batch.seen)
        batch.z = batch.mu
        yield "encode"
        if batch.log_var is not None:
            batch.epsilon = torch.randn(batch.mu.shape, generator=self.rng, device="cpu")
            yield "draw"
            batch.z = reparameterise(batch.mu, batch.log_var, batch.epsilon)
            yield "reparameterise"
        batch.raw = self.model.decode(batch.z)
        yield "decode"
        batch.rebuilt = batch.likelihood.loss(batch.raw, batch.x).mean()
        batch.penalty = self.penalty(batch)
        yield "losses"
        if self.optimiser is not None:
            weight = self.weight
            loss = batch.rebuilt + weight * batch.penalty if weight else batch.rebuilt
            *gradients, batch.at_z = torch.autograd.grad(loss, [*self.model.weights, batch.z])
            yield "gradients"
            self.optimiser.step(gradients, self.params.rate)
            self.keep_unit_columns()
            yield "learn"
        self.steps += 1

    def draw(self) -> Batch:
        """A batch of examples, and what the encoder is to see of them."""
        index = torch.randint(len(self.x), (self.params.batch,), generator=self.rng, device="cpu")
        x = self.x[index]
        return Batch(x, self.spoilt(x, self.rng), self.likelihood)

    def spoilt(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """What a denoising autoencoder sees of examples (B, d); others see them as they are."""
        p = self.params
        if p.model != "denoising":
            return x
        return corrupt(x, p.denoising_corruption, p.denoising_level, self.data.shape, rng)  # type: ignore[attr-defined]

    def penalty(self, batch: Batch) -> Tensor:
        """What the model pays for its codes, without its weight."""
        assert batch.mu is not None and batch.z is not None
        model = self.params.model
        if batch.log_var is not None:
            return kl_to_prior(batch.mu, batch.log_var).sum(1).mean()
        if model == "sparse":
            return batch.z.abs().sum(1).mean()
        if model == "contractive":
            return contraction(lambda x: self.model.encode(x)[0], batch.seen).mean()
        if model == "wae-mmd":
            return mmd(batch.z, self.prior(len(batch.z)))
        if model == "wae-gan":
            self.teach_critic(batch.z.detach())
            assert self.critic is not None
            return look_like_prior(self.critic(batch.z).squeeze(1))
        return torch.zeros((), device="cpu")

    def prior(self, count: int) -> Tensor:
        """Draws from N(0, 1), (count, k)."""
        return torch.randn(count, self.params.k, generator=self.rng, device="cpu")

    def teach_critic(self, z: Tensor) -> None:
        """One step of the discriminator that tells codes z from draws of the prior."""
        assert self.critic is not None and self.critic_optimiser is not None
        D_prior, D_z = self.critic(torch.cat([self.prior(len(z)), z])).squeeze(1).chunk(2)
        gradients = torch.autograd.grad(discriminate(D_prior, D_z), self.critic.weights)
        self.critic_optimiser.step(gradients, self.params.wae_gan_critic_rate)  # type: ignore[attr-defined]

    def keep_unit_columns(self) -> None:
        """Where codes cost by their size, the decoder's first weights are kept to columns of unit length: otherwise it
        would have small codes for nothing, by enlarging them at once.
        """
        if self.params.model not in ("sparse", "contractive"):
            return
        W = self.model.decoder.weights[0].detach()  # (h, k)
        if W.dim() == 2:
            W.div_(W.norm(dim=0, keepdim=True).clamp(min=1e-12))

    def step(self) -> None:
        """One step without stops."""
        for _ in self.phases():
            pass

    @property
    def flats(self) -> list[Tensor]:
        """All weights there are, one tensor a network."""
        return [*self.model.parts, *([self.critic.flat] if self.critic else [])]

    def state_dict(self) -> State:
        """Weights, the optimisers' memories, the random generator and the number of steps."""
        return {
            "weights": self.flats,
            "optimiser": self.optimiser.state_dict() if self.optimiser else None,
            "critic_optimiser": self.critic_optimiser.state_dict() if self.critic_optimiser else None,
            "rng": self.rng.get_state(),
            "steps": self.steps,
            "annealed_from": self.annealed_from,
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        with torch.no_grad():
            for mine, saved in zip(self.flats, state["weights"], strict=True):
                mine.copy_(torch.as_tensor(saved))
        for optimiser, name in ((self.optimiser, "optimiser"), (self.critic_optimiser, "critic_optimiser")):
            if optimiser is not None:
                optimiser.load_state_dict(state[name])
        self.rng.set_state(torch.as_tensor(state["rng"]))
        self.steps, self.annealed_from = int(state["steps"]), int(state["annealed_from"])
        self.batch = None


def _annealing(params: LatentParams) -> tuple[str, int]:
    return params.vae_anneal, params.vae_anneal_steps  # type: ignore[attr-defined]


CODE = (Trainer.phases, Trainer.penalty, reparameterise, kl_to_prior)
"""What runs at full speed and in slow motion; for the page to show."""
