"""What is measured of a run: its losses at every step, and now and then how its codes lie."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.latent import measures
from engine.exhibits.latent.classifier import classifier
from engine.exhibits.latent.lamps import SETTLED, lit
from engine.exhibits.latent.objectives import kl_to_prior, mmd, reparameterise
from engine.exhibits.latent.params import LatentParams
from engine.exhibits.latent.prior import Lens, Prior, quantile_grid, window
from engine.exhibits.latent.training import Trainer
from engine.kit.device import generator

NOTE_EVERY, NOTES, RECENT = 4, 32, 16  # steps between notes of the losses, how many are kept, and averaged
COLUMNS = ("loss", "rebuilt", "penalty")
THIN = 3  # every so many'th example fits prior, plane and window
COMPARED = 300  # codes, and draws of the prior, in the MMD and in the search for holes
BOUNDED = 64  # images for the importance-weighted bound
NUDGE = 0.1  # standard deviation by which every number of an input is nudged
MEASURED = (
    "mse", "mse_test", "rebuilt_test", "kl", "elbo", "bound", "active", "mmd", "holes", "neighbours", "probe",
    "confident", "on_grid", "regions", "gap", "angle", "nudged", "in_use", "spoilt", "cleaned",
    "_mean",
)  # fmt: skip
NOT_AVAILABLE = math.nan


def due(step: int) -> bool:
    """Whether to look at a step: often at first, when much changes."""
    return step % (10 if step < 100 else 100 if step < 2000 else 500) == 0


class Instruments:
    """Notes the losses and, every so often, keeps a copy of the weights, which is measured when somebody asks.

    What is shown thus depends on the steps alone, however often a frame is asked for. ``prior``, ``lens`` and ``reach``
    belong to the last look: where codes lie, on which plane they are seen, and half the side of its window.

    Args:
        trainer: what is measured. seed: of the noise it is measured with.
    """

    def __init__(self, trainer: Trainer, seed: int) -> None:
        self.trainer, self.data = trainer, trainer.data
        k, rng = trainer.params.k, generator(seed, "cpu")
        self.trace = torch.full((NOTES, len(COLUMNS)), math.nan, device="cpu")
        self.notes = 0
        self.copy = trainer.new_model(generator(0, "cpu"))
        self.noise = {name: torch.randn(count, k, generator=rng, device="cpu")
                      for name, count in (("codes", COMPARED), ("draws", COMPARED), ("others", COMPARED))}  # fmt: skip
        self.nudges = NUDGE * torch.randn(COMPARED, self.data.size, generator=rng, device="cpu")
        self.seed = seed
        self.train, self.test = self.data.part(test=False), self.data.part(test=True)
        self.prior, self.reach = Prior.standard(k), 0.0
        self.lens = Lens.along(k, 0, min(1, k - 1))
        self._grid: tuple[Prior, Lens, Tensor, Tensor] | None = None
        self._found: tuple[object, dict[str, float], Tensor] = (None, {}, torch.empty(0, device="cpu"))
        self.look()

    @torch.no_grad()
    def look(self) -> None:
        """Keep a copy of the weights; fit prior, plane and window to the codes."""
        self.copy.copy_from(self.trainer.model.parts)
        self.look_step = self.trainer.steps
        codes, _ = self.copy.encode(self.data.x[::THIN])
        if not bool(codes.isfinite().all()):
            return
        if not self.trainer.params.with_prior:
            self.prior = Prior.fitted(codes)
        self._turn(codes)

    @property
    def grid(self) -> tuple[Tensor, Tensor]:
        """Places (225, 2) and codes (225, k) at the prior's quantiles on the plane; made anew when either is."""
        if self._grid is None or self._grid[0] is not self.prior or self._grid[1] is not self.lens:
            self._grid = (self.prior, self.lens, *quantile_grid(self.prior, self.lens))
        return self._grid[2:]

    def _turn(self, codes: Tensor) -> None:
        """Choose the plane on which codes are seen, and its window."""
        p, least = self.trainer.params, 1e-3
        if p.k > 2 and p.axes == "principal":
            self.lens = Lens.principal(codes, self.lens)
        else:
            self.lens = Lens.along(p.k, min(p.axis_x, p.k) - 1, min(p.axis_y, p.k) - 1)
            if p.k <= 2:
                self.lens = Lens.along(p.k, 0, p.k - 1)
        if p.with_prior:
            least = 3.5
        self.reach = window(self.lens.project(codes), self.reach, least)

    @torch.no_grad()
    def turn(self) -> None:
        """Other axes were asked for."""
        self.reach = 0.0
        codes, _ = self.copy.encode(self.data.x[::THIN])
        if bool(codes.isfinite().all()):
            self._turn(codes)

    def after_step(self) -> None:
        """A step was done: note and look, when it is time."""
        steps = self.trainer.steps
        if steps % NOTE_EVERY == 0:
            batch = self.trainer.batch
            assert batch is not None
            rebuilt, penalty = batch.rebuilt.detach(), batch.penalty.detach()
            row = torch.stack([rebuilt + self.trainer.weight * penalty, rebuilt, penalty])
            self.trace[self.notes % NOTES] = row
            self.notes += 1
        if due(steps):
            self.look()

    def metrics(self) -> dict[str, float]:
        """Everything there is to read off, by name; lamps are 1 when lit."""
        found = self._recent() | self._measured()
        lamps = lit(found, settled=self.look_step >= SETTLED)
        told = {name: value for name, value in found.items() if not name.startswith("_")}
        told |= {"floor": self.trainer.floor, "weight": self.trainer.weight, "reach": self.reach}
        return told | {name: float(value) for name, value in lamps.items()}

    def _recent(self) -> dict[str, float]:
        """Means over the last notes."""
        if self.notes == 0:
            return dict.fromkeys(COLUMNS, NOT_AVAILABLE)
        rows = [(self.notes - 1 - back) % NOTES for back in range(min(RECENT, self.notes))]
        return dict(zip(COLUMNS, self.trace[rows].mean(0).tolist(), strict=True))

    def _measured(self) -> dict[str, float]:
        p = self.trainer.params
        key = (self.look_step, p.iw_samples, p.sigma_x, p.model_dump().get("denoising_level"))
        if self._found[0] != key:
            self._found = (key, *self._measure())
        return dict(self._found[1])

    @property
    def kl_units(self) -> Tensor:
        """KL of every number of the code in nats, over the held-out examples, (k,); variances of the means where the
        model has no clouds.
        """
        self._measured()
        return self._found[2]

    @torch.no_grad()
    def _measure(self) -> tuple[dict[str, float], Tensor]:
        """Look closely at the copy."""
        found = dict.fromkeys(MEASURED, NOT_AVAILABLE)
        (x, labels), (x_test, truth) = self.train, self.test
        mu, _ = self.copy.encode(x)
        mu_test, log_var = self.copy.encode(x_test)
        if not bool(mu.isfinite().all()) or not bool(mu_test.isfinite().all()):
            return found, torch.full((self.trainer.params.k,), math.nan, device="cpu")
        found |= self._rebuilding(mu, mu_test)
        found["neighbours"] = measures.neighbour_accuracy(mu, labels, mu_test, truth, self.data.classes)
        found["probe"] = measures.probe_accuracy(mu, labels, mu_test, truth, self.data.classes)
        found |= self._crowd(mu_test, log_var) | self._drawn() | self._structure()
        found |= self._cleaning(x_test)
        found["in_use"] = measures.in_use(mu_test)
        moved = self.copy.encode(x_test[:COMPARED] + self.nudges[: len(x_test)])[0] - mu_test[:COMPARED]
        found["nudged"] = float(moved.norm(dim=1).mean() / mu.var(0).sum().sqrt().clamp(min=1e-12))
        units = mu_test.var(0)
        if log_var is not None:
            units = kl_to_prior(mu_test, log_var).mean(0)
            found |= self._bounds(x_test, float(units.sum()))
            found["active"] = float(measures.active_units(mu))
        return found, units

    def _rebuilding(self, mu: Tensor, mu_test: Tensor) -> dict[str, float]:
        likelihood, x, x_test = self.trainer.likelihood, self.train[0], self.test[0]
        raw, raw_test = self.copy.decode(mu), self.copy.decode(mu_test)
        mean = x.mean(0, keepdim=True)
        mean = mean.clamp(1e-4, 1 - 1e-4).logit() if self.trainer.params.bernoulli else mean
        return {
            "mse": float((likelihood.output(raw) - x).square().mean()),
            "mse_test": float((likelihood.output(raw_test) - x_test).square().mean()),
            "rebuilt_test": float(likelihood.loss(raw_test, x_test).mean()),
            "_mean": float(likelihood.loss(mean.expand_as(x_test), x_test).mean()),
        }

    def _cleaning(self, x: Tensor) -> dict[str, float]:
        """Of a denoising model: the squared error of spoilt examples, and of what it makes of them."""
        if self.trainer.params.model != "denoising":
            return {}
        seen = self.trainer.spoilt(x, generator(self.seed, "cpu"))
        cleaned = self.trainer.likelihood.output(self.copy.decode(self.copy.encode(seen)[0]))
        return {"spoilt": float((seen - x).square().mean()), "cleaned": float((cleaned - x).square().mean())}

    def _crowd(self, mu: Tensor, log_var: Tensor | None) -> dict[str, float]:
        """How the codes lie beside draws of the prior, both in units in which it is N(0, 1)."""
        count = min(COMPARED, len(mu))
        codes = mu[:count]
        if log_var is not None:
            codes = reparameterise(codes, log_var[:count], self.noise["codes"][:count])
        codes = self.prior.whitened(codes)
        draws, others = self.noise["draws"], self.noise["others"][:count]
        return {"mmd": float(mmd(codes, draws)), "holes": measures.holes(codes, draws, others)}

    def _drawn(self) -> dict[str, float]:
        """How often the judge recognises what is decoded from draws of the prior, and on the grid of its quantiles."""
        judge = classifier(self.trainer.params)
        if judge is None:
            return {}
        output = self.trainer.likelihood.output
        confident, _ = judge.recognised(output(self.copy.decode(self.prior.draws(self.noise["draws"]))))
        on_grid, regions = judge.recognised(output(self.copy.decode(self.grid[1])))
        return {"confident": confident, "on_grid": on_grid, "regions": float(regions)}

    def _structure(self) -> dict[str, float]:
        """Whether numbers of the code stand for factors, and whether a linear decoder spans what PCA spans."""
        found = {}
        if self.data.factors is not None:
            found["gap"] = measures.information_gap(self.information(), self.data.factors)
        if self.trainer.params.model == "linear":
            found["angle"] = measures.principal_angle(self.trainer.pca.V, self.copy.decoder.W[0])  # type: ignore
        return found

    @torch.no_grad()
    def information(self) -> Tensor:
        """How much every number of the code tells of every known factor, (k, f), in nats. Of a cloud a draw is looked
        at: its mean alone would tell of factors by differences that drown in its width.
        """
        assert self.data.factors is not None
        codes, log_var = self.copy.encode(self.data.x)
        if log_var is not None:
            noise = torch.randn(codes.shape, generator=generator(self.seed, "cpu"), device="cpu")
            codes = reparameterise(codes, log_var, noise)
        if not bool(codes.isfinite().all()):
            return torch.zeros(codes.shape[1], self.data.factors.shape[1], device="cpu")
        return measures.mutual_information(codes, self.data.factors)

    def _bounds(self, x: Tensor, kl: float) -> dict[str, float]:
        """The ELBO and the importance-weighted bound of the held-out examples, at beta = 1."""
        samples, rng = self.trainer.params.iw_samples, generator(self.seed, "cpu")
        elbo, bound = measures.bounds(self.copy, self.trainer.likelihood, x[:BOUNDED], samples, rng)
        return {"kl": kl, "elbo": elbo, "bound": bound}

    def state_dict(self) -> State:
        """The trace, the copy of the weights, and what belongs to it."""
        return {
            "trace": self.trace, "notes": self.notes, "copy": self.copy.parts, "look_step": self.look_step,
            "prior": [self.prior.mean, self.prior.cov], "lens": [self.lens.origin, self.lens.basis],
            "reach": self.reach, "noise": self.noise, "nudges": self.nudges, "seed": self.seed,
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        tensors = {name: _tensors(state[name]) for name in ("prior", "lens")}
        self.trace = torch.as_tensor(state["trace"]).clone()
        self.notes, self.look_step = int(state["notes"]), int(state["look_step"])
        self.copy.copy_from(state["copy"])
        self.prior, self.lens = Prior(*tensors["prior"]), Lens(*tensors["lens"])
        self.reach, self.seed = float(state["reach"]), int(state["seed"])
        self.noise = {name: torch.as_tensor(each).clone() for name, each in state["noise"].items()}
        self.nudges = torch.as_tensor(state["nudges"]).clone()
        self._found = (None, {}, torch.empty(0, device="cpu"))


def _tensors(values: Iterable[Any]) -> list[Tensor]:
    return [torch.as_tensor(each).clone() for each in values]


def axes_of(params: LatentParams) -> tuple[object, ...]:
    """What of the parameters says on which plane codes are seen."""
    return params.axes, params.axis_x, params.axis_y
