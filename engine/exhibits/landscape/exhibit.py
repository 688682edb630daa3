"""Loss landscapes of real networks, computed around them while they learn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from engine.exhibit import Cost, Exhibit, Frame, Poke, Pose, Reference, Refused, State, Subject
from engine.exhibits.landscape import show
from engine.exhibits.landscape.cards import CARDS
from engine.exhibits.landscape.cartography import Cartography
from engine.exhibits.landscape.curvature import Sharpness
from engine.exhibits.landscape.judge import PRODUCT, Judge, seconds
from engine.exhibits.landscape.networks import build
from engine.exhibits.landscape.params import LandscapeParams
from engine.exhibits.landscape.studies import STUDIES
from engine.exhibits.landscape.tasks import task
from engine.kit.device import generator
from engine.progress import tell

LAST = "Landscape: a few more places of the plane are computed"
LOOK_S = 0.004  # a step may spend about so long on the curvature


class Walk(Poke):
    """A hand in the landscape.

    Args:
        kind: ``walk``: look from there. ``release``: no longer. ``jump``: go on learning from where the hand is.
            ``save``: remember the weights for the plane through three. ``lay``: lay the plane anew.
        x, y: in halves of the window.
    """

    kind: Literal["walk", "release", "jump", "save", "lay"]
    x: float = Field(0.0, ge=-1.5, le=1.5)
    y: float = Field(0.0, ge=-1.5, le=1.5)


class Landscape(Exhibit[LandscapeParams]):
    """L(w) = mean over samples of the loss of f(x; w), walked in P dimensions, seen on the plane c + a u + b v."""

    slug = "landscape"
    title = "Loss landscapes"
    summary = "A network learns, and the landscape it walks in is computed around it while you look."
    question = "Where does a network walk when it learns, and can you see the valley?"
    subject, place = Subject.LANDSCAPES, 2
    references = (
        Reference("H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein", "Visualizing the loss landscape of neural nets",
                  "NeurIPS 2018", "https://arxiv.org/abs/1712.09913"),
        Reference("T. Garipov, P. Izmailov, D. Podoprikhin, D. Vetrov, A. G. Wilson", "Loss surfaces, mode "
                  "connectivity, and fast ensembling of DNNs", "NeurIPS 2018", "https://arxiv.org/abs/1802.10026"),
        Reference("P. Izmailov et al.", "Averaging weights leads to wider optima and better generalization", "UAI 2018",
                  "https://arxiv.org/abs/1803.05407"),
        Reference("J. Cohen, S. Kaur, Y. Li, J. Z. Kolter, A. Talwalkar", "Gradient descent on neural networks "
                  "typically occurs at the edge of stability", "ICLR 2021", "https://arxiv.org/abs/2103.00065"),
        Reference("N. S. Keskar et al.", "On large-batch training for deep learning: generalization gap and sharp "
                  "minima", "ICLR 2017", "https://arxiv.org/abs/1609.04836"),
        Reference("L. Dinh, R. Pascanu, S. Bengio, Y. Bengio", "Sharp minima can generalize for deep nets", "ICML 2017",
                  "https://arxiv.org/abs/1703.04933"),
        Reference("B. A. Pearlmutter", "Fast exact multiplication by the Hessian", "Neural Computation 6, 1994"),
        Reference("D. Misra", "Mish: a self regularized non-monotonic activation function", "BMVC 2020",
                  "https://arxiv.org/abs/1908.08681"),
    )  # fmt: skip
    Params = LandscapeParams
    Poke = Walk
    cards = CARDS
    main = ("rate", "batch", "plane", "reach")
    default_speed = 60.0
    pose = Pose(520, since=180, values={"study": "connect"})

    def __init__(self, params: LandscapeParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self._begin()

    def _begin(self) -> None:
        params, seed, device = self.params, self.seed, self.device
        tell(0.0, "reading the samples")
        self.task = task(params.data, samples=params.samples, wrong=params.wrong, rng=np.random.default_rng(seed),
                         device=device)  # fmt: skip
        tell(0.7, "drawing the weights, and a first landscape")
        kind = STUDIES[params.study]
        network = build(params.spec(self.task), generator(seed, device))
        self.judge = Judge(network, self.task, params.loss, len(kind.names))
        self.study = kind(params, self.task, self.judge, seed)
        self.land = Cartography(self.study, self.judge, params, seed)
        self.sharpness = Sharpness(len(self.study.main), generator(seed + 2, device))
        self.show = show.Show(self.study, self.land, self.judge, self.task)
        self.hand: tuple[float, float] | None = None
        self.moves = 0

    @classmethod
    def cost_of(cls, params: LandscapeParams) -> Cost:
        """Mostly the way so far, and the activations of all samples."""
        inputs = 784 if params.data == "mnist" else 64
        weights = params.width * (inputs + 10) + params.depth * params.width**2 * (params.network == "deep")
        kept = {"race": 5, "connect": 2}.get(params.study, 1)
        layers = params.depth if params.network == "deep" else 2
        nbytes = (48 << 20) + 4 * weights * (12 * kept + 40) + 4 * 2300 * (params.width * layers * 6 + 3 * inputs)
        return Cost(int(nbytes), 0.3)

    def phases(self) -> Iterator[str]:
        """One step of learning, and a slice of the landscape."""
        if self.params.learning:
            yield from self.study.phases()
        self.moves += 1
        if self._feel_curvature() <= LOOK_S:  # else the landscape waits a step, so that none takes long
            self.land.advance(held=self.hand is not None)
        if self.land.sharpest is not None:
            self.sharpness.learn(*self.land.sharpest)
            self.land.sharpest = None
        yield LAST

    def finish_landscape(self) -> None:
        """Lay the plane anew where the weights are now, and compute all of it, however long that takes."""
        self.land.anew()
        while not (self.land.shown.done and self.land.lanczos is None and self.land.next is None):
            self.land.advance(held=False)

    def _feel_curvature(self) -> float:
        """Now and then one product with the Hessian, as its cost allows; about how long it took, in seconds."""
        if self.params.study not in ("train", "average") or self.land.lanczos is not None:
            return 0.0
        took = PRODUCT * seconds(self.judge.network, self.judge.felt)
        if self.moves % math.ceil(took / LOOK_S):
            return 0.0
        self.sharpness.look(self.judge.bender(self.study.main))
        return took

    def frame(self) -> Frame:
        """Landscape, ways and all numbers."""
        return self.glance() | self.show.relief() | self.show.numbers(self.sharpness, self.hand)

    def glance(self) -> Frame:
        """The landscape and the ways in it."""
        return self.show.picture(self.hand)

    def scene(self) -> Frame:
        """What stays."""
        return show.ground(self.task)

    def set(self, params: LandscapeParams) -> None:
        """Live parameters have changed."""
        before, self.params = self.params, params
        if before == params:
            return
        self.study.set(params)
        self.land.set(params)

    def poke(self, event: Walk) -> None:
        """Somebody walks in the landscape.

        Raises:
            Refused: there is nothing to go on learning from there.
        """
        if event.kind == "walk":
            self.hand = (event.x, event.y)
        elif event.kind == "release":
            self.hand = None
        elif event.kind == "save":
            self.land.save()
        elif event.kind == "lay":
            self.land.anew()
        else:
            self._jump()

    def _jump(self) -> None:
        if self.hand is None:
            raise Refused("Drag in the picture first: learning goes on from where your hand is.")
        if self.params.study == "connect":
            raise Refused("Both networks stay where they are; choose the study of one network to walk by hand.")
        self.study.jump(self.land.plane.at(*self.hand))
        self.study.note()
        self.hand = None

    def state_dict(self) -> State:
        """Networks, ways and landscape."""
        return {
            "study": self.study.state_dict(), "land": self.land.state_dict(), "sharpness": self.sharpness.state_dict(),
            "hand": list(self.hand) if self.hand else None, "moves": self.moves, "seed": self.seed,
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        if int(state.get("seed", self.seed)) != self.seed:  # other samples are drawn
            self.seed = int(state["seed"])
            self._begin()
        self.study.load_state_dict(state["study"])
        self.land.load_state_dict(state["land"])
        self.sharpness.load_state_dict(state["sharpness"])
        self.hand = (float(state["hand"][0]), float(state["hand"][1])) if state["hand"] else None
        self.moves = int(state["moves"])
        self.scene_version += 1

    def diverged(self) -> str | None:
        """What has, in words."""
        return self.study.lost()
