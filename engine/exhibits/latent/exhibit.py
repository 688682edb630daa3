"""Autoencoders that organise a latent space while you look, and into which a finger can be put."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from engine.exhibit import Cost, Exhibit, Frame, Pose, Reference, Refused, State, Subject
from engine.exhibits.latent.cards import CARDS
from engine.exhibits.latent.classifier import classifier
from engine.exhibits.latent.data import dataset
from engine.exhibits.latent.hand import Hand, Touch
from engine.exhibits.latent.instruments import Instruments, axes_of
from engine.exhibits.latent.narration import narrate
from engine.exhibits.latent.params import LatentParams
from engine.exhibits.latent.show import Show
from engine.exhibits.latent.training import Trainer
from engine.kit.nets import finite
from engine.progress import tell

SEEN = "what is seen,what comes out,nearest example"


class Latent(Exhibit[LatentParams]):
    """An encoder makes a short code z of every example x, a decoder makes an example of every code.

        VAE: descend  -E log p(x | z) + beta KL(q(z | x) | N(0, 1)),  z = mu(x) + sigma(x) epsilon

    and its relatives, from PCA to Wasserstein autoencoders; see :mod:`engine.exhibits.latent.families`.
    """

    slug = "latent"
    title = "Latent spaces, live"
    summary = "An autoencoder folds images into a plane of codes; put a finger on it and see what they stand for."
    question = "What lies between a three and an eight?"
    subject, place = Subject.LATENT_SPACES, 1
    references = (
        Reference("D. P. Kingma, M. Welling", "Auto-encoding variational Bayes", "ICLR 2014",
                  "https://arxiv.org/abs/1312.6114"),
        Reference("I. Higgins et al.", "β-VAE: learning basic visual concepts with a constrained variational "
                  "framework", "ICLR 2017", "https://openreview.net/forum?id=Sy2fzU9gl"),
        Reference("P. Vincent et al.", "Extracting and composing robust features with denoising autoencoders",
                  "ICML 2008"),
        Reference("S. Rifai et al.", "Contractive auto-encoders: explicit invariance during feature extraction",
                  "ICML 2011"),
        Reference("Y. Burda, R. Grosse, R. Salakhutdinov", "Importance weighted autoencoders", "ICLR 2016",
                  "https://arxiv.org/abs/1509.00519"),
        Reference("I. Tolstikhin, O. Bousquet, S. Gelly, B. Schölkopf", "Wasserstein auto-encoders", "ICLR 2018",
                  "https://arxiv.org/abs/1711.01558"),
        Reference("R. T. Q. Chen et al.", "Isolating sources of disentanglement in variational autoencoders",
                  "NeurIPS 2018", "https://arxiv.org/abs/1802.04942"),
        Reference("H. Fu et al.", "Cyclical annealing schedule: a simple approach to mitigating KL vanishing",
                  "NAACL 2019", "https://arxiv.org/abs/1903.10145"),
        Reference("E. Alpaydin, C. Kaynak", "Optical recognition of handwritten digits",
                  "UCI Machine Learning Repository, 1998", "https://doi.org/10.24432/C50P49"),
    )  # fmt: skip
    Params = LatentParams
    Poke = Touch
    cards = CARDS
    main = ("vae_beta", "vae_anneal", "denoising_level", "denoising_corruption", "sparse_lam", "contractive_lam",
            "wae_mmd_lam", "wae_gan_lam", "rate")  # fmt: skip
    default_speed = 200.0
    pose = Pose(3000)

    def __init__(self, params: LatentParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self._begin()

    def _begin(self) -> None:
        tell(0.0, "reading the examples")
        self.data = dataset(self.params)
        tell(0.7, "teaching the judge of images")
        classifier(self.params)
        tell(0.9, "drawing the weights")
        self.trainer = Trainer(self.params, self.data, self.seed)
        self.instruments = Instruments(self.trainer, self.seed)
        self.hand = Hand(self.data, self.seed)
        self.show = Show(self.trainer, self.instruments, self.hand, self.seed)
        self._phase = self._sentence = ""

    @classmethod
    def cost_of(cls, params: LatentParams) -> Cost:
        """Weights, their gradients, Adam's memory and the copies that are kept, beside the examples; and the judge,
        which the first run of a set has to teach.
        """
        inputs = {"digits": 64, "shapes": 256, "mnist": 784, "fashion-mnist": 784}.get(params.data, 2)
        weights = 2 * params.width * (inputs + (params.depth - 1) * params.width + 2 * params.k)
        examples = 24 + 40 * (inputs == 784)  # megabytes
        return Cost(nbytes=(examples << 20) + 40 * weights, seconds=0.8 if params.of_images else 0.2)

    def phases(self) -> Iterator[str]:
        """One step of training, told."""
        for phase in self.trainer.phases():
            self._phase, self._sentence = phase, narrate(phase, self.trainer)
            yield self._sentence
        self.instruments.after_step()
        self._phase = self._sentence = ""

    def step(self) -> None:
        """One step of training."""
        self._phase = self._sentence = ""
        self.trainer.step()
        self.instruments.after_step()

    def frame(self) -> Frame:
        """The plane, what is decoded, and all instruments."""
        rest = self.show.closer() | self.show.units() | Frame({}, self.instruments.metrics())
        return self.glance() | _finite(rest)

    def glance(self) -> Frame:
        """The latent plane, and what the decoder makes of it."""
        shown = self.show.plane() | self.show.decoded()
        if self._phase:
            shown |= self.show.example() | Frame({}, {}, {"phase": self._sentence, "highlight": self._phase})
        return _finite(shown)

    def scene(self) -> Frame:
        """The examples' classes; of points the points themselves."""
        labels = self.data.labels.numpy().astype(np.uint8)
        arrays = {"labels": labels, "cloud_labels": labels[self.show.cloudy.numpy()]}
        if not self.data.images:
            arrays["points"] = self.data.x.numpy().copy()
        classes = [self.data.classed[label] for label in self.data.labels.tolist()]
        spoilt = "seen," if self.params.model == "denoising" else ""
        words = {"classes": ",".join(classes), "wall_rows": f"in,{spoilt}out", "seen_names": SEEN}
        return Frame(arrays, {}, words)

    def set(self, params: LatentParams) -> None:
        """Live parameters have changed."""
        before, self.params = self.params, params
        self.trainer.set(params)
        if axes_of(params) != axes_of(before):
            self.instruments.turn()

    def poke(self, event: Touch) -> None:
        """Point, walk or draw.

        Raises:
            Refused: these data have no such thing.
        """
        if event.kind == "finger":
            self.hand.put_finger(torch.tensor([event.x, event.y], device="cpu"))
        elif event.kind == "tile":
            places, _ = self.instruments.grid
            self.hand.put_finger(places[min(event.index, len(places) - 1)])
        elif event.kind in ("from", "to"):
            self._choose(event)
        elif event.kind == "point":
            if self.data.images:
                raise Refused("These data are images: draw one on the pad instead of pointing at a place.")
            self.hand.point, self.hand.pointed = torch.tensor([event.x, event.y], device="cpu"), True
        elif not self.data.images:
            raise Refused("These data are points of the plane: there is no pad to draw on.")
        elif event.kind == "picture" and len(event.levels) != self.hand.pad.size:
            raise Refused(f"A picture for the pad has {self.hand.pad.size} levels, not {len(event.levels)}.")
        else:
            self.hand.on_pad(event)

    @torch.no_grad()
    def _choose(self, event: Touch) -> None:
        """The example whose code is nearest becomes one end of the walk."""
        places = self.show.placed(self.trainer.model.encode(self.data.x)[0], self.data.labels)
        nearest = int((places - torch.tensor([event.x, event.y], device="cpu")).norm(dim=1).nan_to_num(1e30).argmin())
        self.hand.walking = True
        if event.kind == "from":
            self.hand.start = nearest
        else:
            self.hand.end = nearest

    def state_dict(self) -> State:
        """Networks, instruments and hand."""
        return {
            "seed": self.seed,
            "trainer": self.trainer.state_dict(),
            "instruments": self.instruments.state_dict(),
            "hand": self.hand.state_dict(),
        }

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        if int(state["seed"]) != self.seed:  # other samples are drawn
            self.seed = int(state["seed"])
            self._begin()
        self.trainer.load_state_dict(state["trainer"])
        self.instruments.load_state_dict(state["instruments"])
        self.hand.load_state_dict(state["hand"])
        self._phase = self._sentence = ""
        self.scene_version += 1

    def diverged(self) -> str | None:
        """Which weights are no longer finite."""
        names = ("the encoder's weights", "the decoder's weights", "the discriminator's weights")
        parts = zip(names, self.trainer.flats, strict=False)
        return next((name for name, flat in parts if not finite(flat)), None)


def _finite(shown: Frame) -> Frame:
    """Without infinities, which a run that has gone astray may leave."""
    arrays = {
        name: each if np.isfinite(each).all() else np.nan_to_num(each, nan=0.0, posinf=1e30, neginf=-1e30)
        for name, each in shown.arrays.items()
    }
    metrics = {name: value if math.isfinite(value) else math.nan for name, value in shown.metrics.items()}
    return Frame(arrays, metrics, shown.words, shown.ranges)
