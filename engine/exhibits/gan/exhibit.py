"""Generative adversarial networks on distributions in the plane and on the line."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from torch import Tensor

from engine.exhibit import Exhibit, Frame, Poke, Pose, Reference, State, Subject
from engine.exhibits.gan.cards import CARDS
from engine.exhibits.gan.instruments import Instruments
from engine.exhibits.gan.narration import narrate
from engine.exhibits.gan.params import GanParams
from engine.exhibits.gan.show import Show
from engine.exhibits.gan.training import Trainer
from engine.kit.device import fetch
from engine.kit.planar import SOURCES
from engine.kit.pointfile import MOST_READ
from engine.kit.pointset import PointSet

SHOWN = 2000  # real samples in the picture, at most
WORTH_A_GPU = 1e8
"""Operations per step from which a GPU is asked for: an estimate on the careful side, not yet measured on one."""

EMPTY = "There is nothing to learn from: draw some points into the picture, or load a file of them."
SINGLE = "There is only one real point; all the generator can learn is to always say the same."
WIDEST = max(source.extent for source in SOURCES.values())  # no picture shows more than [-WIDEST, WIDEST]
Coordinate = Annotated[float, Field(ge=-10, le=10)]
Place = Annotated[float, Field(ge=-WIDEST, le=WIDEST)]


class Draw(Poke):
    """Real samples drawn by hand, in the data's own units, y upwards.

    Args:
        kind: ``spray`` scatters points along the stroke, ``erase`` removes those under it, ``clear`` removes all,
            ``points`` replaces all by given ones.
        x, y: where the pointer is.
        x0, y0: where the stroke came from; default there.
        radius: of the brush.
        count: points per spray.
        points: (x, y), for ``points``.
    """

    kind: Literal["spray", "erase", "clear", "points"]
    x: Place = 0.0
    y: Place = 0.0
    x0: Place | None = None
    y0: Place | None = None
    radius: float = Field(0.1, ge=0.01, le=WIDEST)
    count: int = Field(8, ge=1, le=50)
    points: list[tuple[Coordinate, Coordinate]] = Field([], max_length=MOST_READ)

    def stroke(self) -> tuple[np.ndarray, np.ndarray]:
        """Both its ends, (2,) each."""
        to = np.array([self.x, self.y])
        return np.array([self.x if self.x0 is None else self.x0, self.y if self.y0 is None else self.y0]), to


def flops_per_step(params: GanParams) -> float:
    """Floating-point operations of one step, roughly: a multiplication and an addition per weight and sample.

    In each of D's k turns G goes forwards on B samples and D forwards and backwards on 2 B; then D goes forwards and
    back to its input, and G backwards, on B samples. Backwards costs twice as much as forwards.
    """
    weights = params.width**2 * (params.depth - 1) + 6 * params.width
    return 2.0 * weights * params.batch * (params.d_steps * (1 + 2 * 3) + 3 + 2)


class Gan(Exhibit[GanParams]):
    """A generator G and a discriminator D in play: G turns noise z into samples, D tells them from real ones x.

        min_G max_D  E log D(x) + E log(1 - D(G(z)))

    or one of the other objectives; see :mod:`engine.exhibits.gan.objectives`.
    """

    slug = "gan"
    title = "GAN training, live"
    summary = "A generator learns a distribution from a discriminator that learns to see through it."
    question = "Can a forger learn from nothing but a detective's verdicts?"
    subject, place = Subject.ADVERSARIAL, 1
    references = (
        Reference("I. Goodfellow et al.", "Generative adversarial nets", "NeurIPS 2014",
                  "https://arxiv.org/abs/1406.2661"),
        Reference("M. Kahng et al.", "GAN Lab: understanding complex deep generative models using interactive visual "
                  "experimentation", "IEEE TVCG 25, 2019", "https://arxiv.org/abs/1809.01587"),
        Reference("M. Mirza, S. Osindero", "Conditional generative adversarial nets", "2014",
                  "https://arxiv.org/abs/1411.1784"),
        Reference("T. Salimans et al.", "Improved techniques for training GANs", "NeurIPS 2016",
                  "https://arxiv.org/abs/1606.03498"),
        Reference("X. Mao et al.", "Least squares generative adversarial networks", "ICCV 2017",
                  "https://arxiv.org/abs/1611.04076"),
        Reference("M. Arjovsky, S. Chintala, L. Bottou", "Wasserstein generative adversarial networks", "ICML 2017",
                  "https://arxiv.org/abs/1701.07875"),
        Reference("I. Gulrajani et al.", "Improved training of Wasserstein GANs", "NeurIPS 2017",
                  "https://arxiv.org/abs/1704.00028"),
        Reference("T. Unterthiner et al.", "Coulomb GANs: provably optimal Nash equilibria via potential fields",
                  "ICLR 2018", "https://arxiv.org/abs/1708.08819"),
        Reference("L. Mescheder, A. Geiger, S. Nowozin", "Which training methods for GANs do actually converge?",
                  "ICML 2018", "https://arxiv.org/abs/1801.04406"),
        Reference("T. Miyato et al.", "Spectral normalization for generative adversarial networks", "ICLR 2018",
                  "https://arxiv.org/abs/1802.05957"),
        Reference("T. Karras et al.", "Progressive growing of GANs", "ICLR 2018", "https://arxiv.org/abs/1710.10196"),
        Reference("Z. Lin et al.", "PacGAN: the power of two samples in generative adversarial networks",
                  "NeurIPS 2018", "https://arxiv.org/abs/1712.04086"),
        Reference("Y. Huang et al.", "The GAN is dead; long live the GAN! A modern GAN baseline", "NeurIPS 2024",
                  "https://arxiv.org/abs/2501.05441"),
    )  # fmt: skip
    Params = GanParams
    Poke = Draw
    cards = CARDS
    main = ("objective", "lr_D", "lr_G", "surface", "clip", "theta", "label")
    devices = ("cpu", "cuda")
    default_speed = 400.0
    pose = Pose(2500)

    def __init__(self, params: GanParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        rng = np.random.default_rng(seed)
        self.data = PointSet(params.data, params.points, params.noise, rng, device)
        self.trainer = Trainer(params, self.data, seed, device)
        self.instruments = Instruments(self.trainer, self.data)
        self.show = Show(self.trainer, self.data)
        self._phase = self._sentence = ""

    @classmethod
    def device_for(cls, params: GanParams, available: Collection[str]) -> str:
        """A GPU for networks whose arithmetic outgrows the launching of kernels, else the CPU."""
        return "cuda" if "cuda" in available and flops_per_step(params) >= WORTH_A_GPU else "cpu"

    def phases(self) -> Iterator[str]:
        """One step of training, told."""
        if len(self.data) == 0:
            yield EMPTY
            return
        for phase in self.trainer.phases():
            if phase == "teach G":
                self.instruments.after_step()
            self._phase, self._sentence = phase, narrate(phase, self.trainer)
            yield self._sentence
        self._phase = self._sentence = ""

    def step(self) -> None:
        """One step of training."""
        self._phase = self._sentence = ""
        if len(self.data) == 0:
            return
        self.trainer.step()
        self.instruments.after_step()

    def frame(self) -> Frame:
        """Both distributions, what D says of the plane, the gradients, and all instruments."""
        if len(self.data) == 0:
            return Frame({"fakes": np.zeros((0, self.data.source.dimension), np.float32)}, {}, {"note": EMPTY})
        batch = self._batch() if self._phase else {}
        asked = self.show.ask() | batch | {"trace": self.instruments.trace, "weights": self.trainer.G.flat[:1]}
        told = fetch(asked)
        arrays, ranges, words = self.show.draw(told)
        arrays |= {name: told[name] for name in batch}
        words["note"] = SINGLE if len(self.data) == 1 else ""
        if self._phase:
            words |= {"phase": self._sentence, "highlight": self._phase}
        metrics = self.instruments.metrics(told["trace"])
        metrics["rate"] = self.trainer.decay()
        if self.trainer.shifts:
            metrics["theta_now"] = float(told["weights"][0])
        return Frame(arrays, metrics, words, ranges)

    def _batch(self) -> dict[str, Tensor]:
        """In slow motion: the batch at hand, and where its generated samples are sent once that is known."""
        batch, gradients = self.trainer.batch, self.trainer.gradients
        if batch is None:
            return {}
        shown = {"batch_x": batch.x[:256], "batch_Gz": batch.Gz[:256]}
        return shown | ({} if gradients is None else {"batch_arrows": -gradients[:256]})

    def scene(self) -> Frame:
        """The real samples, and the noise of which the generated ones are made."""
        arrays = {"real": self.data.points[:SHOWN].copy(), "labels": self.data.labels[:SHOWN].astype(np.uint8)}
        arrays["z"] = self.show.noise
        if self.data.source.dimension == 1:
            arrays |= self.show.line()
        metrics = {
            "extent": self.data.source.extent,
            "classes": float(self.trainer.classes),
            "squash": float(self.trainer.objective.squash),
            "label": float(self.params.label) if self.trainer.classes > 1 else math.nan,
        }
        return Frame(arrays, metrics, {"source": self.data.source.label})

    def set(self, params: GanParams) -> None:
        """Live parameters have changed."""
        before, self.params = self.params, params
        self.trainer.set(params)
        if params.noise != before.noise:
            self.data.set_noise(params.noise)
        if params.theta != before.theta and self.trainer.shifts:
            self.trainer.G.flat.fill_(params.theta)
            self.instruments.look()
        if (params.noise, params.objective, params.label) != (before.noise, before.objective, before.label):
            self.scene_version += 1

    def poke(self, event: Draw) -> None:
        """Draw real samples, or take some away; only where the data lie in the plane."""
        if self.data.source.dimension != 2:
            return
        if event.kind == "spray":
            self.data.spray(*event.stroke(), event.radius, event.count)
        elif event.kind == "erase":
            self.data.erase(*event.stroke(), event.radius)
        else:
            self.data.clear()
            self.data.add(np.array(event.points, np.float32).reshape(-1, 2))
        self.scene_version += 1

    def state_dict(self) -> State:
        """Networks, data and instruments."""
        return {
            "trainer": self.trainer.state_dict(),
            "data": self.data.state_dict(),
            "instruments": self.instruments.state_dict(),
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.data.load_state_dict(state["data"])
        self.trainer.load_state_dict(state["trainer"])
        self.instruments.load_state_dict(state["instruments"])
        self._phase = self._sentence = ""
        self.scene_version += 1

    def diverged(self) -> str | None:
        """The first quantity that is no longer finite."""
        trainer = self.trainer
        if trainer.healthy():
            return None
        suspects = {
            "the discriminator's loss": trainer.loss_D,
            "the generator's loss": trainer.loss_G,
            "the discriminator's weights": trainer.D.flat,
            "the generator's weights": trainer.G.flat,
        }
        return next((name for name, tensor in suspects.items() if not bool(tensor.detach().isfinite().all())), None)
