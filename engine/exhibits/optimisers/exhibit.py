"""Optimisers racing over one surface."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import torch
from pydantic import Field

from engine.exhibit import Exhibit, Frame, Poke, Pose, Reference, Refused, State, Subject
from engine.exhibits.optimisers import show
from engine.exhibits.optimisers.basins import Basins
from engine.exhibits.optimisers.cards import CARDS
from engine.exhibits.optimisers.params import OptimisersParams
from engine.exhibits.optimisers.race import Race
from engine.exhibits.optimisers.racers import NAMES, RACERS
from engine.exhibits.optimisers.surfaces import Surface, make
from engine.exhibits.optimisers.surfaces.painted import dabbed, first_dabs
from engine.exhibits.optimisers.terrain import Terrain

PHASES = (
    "Slopes: everybody reads the gradient where it stands; SGD reads that of a batch",
    "Memory: the gradient goes into velocities and moments, and each decides how far to go",
    "Step: everybody goes there",
)
ANYWHERE = 1e5  # no window is as wide
SPREAD = 0.04  # of half the window: by so much the seed moves the start


class Touch(Poke):
    """A hand on the plane, in the units of its axes.

    Args:
        kind: ``start``: everybody begins there. ``raise``, ``lower``: a dab, on the surface that is painted.
        x, y: where. x0, y0: where the stroke came from.
        radius: of a dab.
    """

    kind: Literal["start", "raise", "lower"] = "start"
    x: float = Field(ge=-ANYWHERE, le=ANYWHERE)
    y: float = Field(ge=-ANYWHERE, le=ANYWHERE)
    x0: float = Field(0.0, ge=-ANYWHERE, le=ANYWHERE)
    y0: float = Field(0.0, ge=-ANYWHERE, le=ANYWHERE)
    radius: float = Field(0.4, ge=0.05, le=3.0)


def surface_of(params: OptimisersParams, dabs: np.ndarray | None = None) -> Surface:
    """The surface that the parameters name; where it is painted, with these dabs on it, (n, 4)."""
    return make(params.surface, kappa=params.kappa, angle=params.angle, table=params.table, formula=params.formula,
                half=params.half, dabs=np.empty((0, 4)) if dabs is None else dabs)  # fmt: skip


class Optimisers(Exhibit[OptimisersParams]):
    """Everybody makes one step at a time on L(x, y): read the gradient, remember, step."""

    slug = "optimisers"
    title = "Optimisers"
    summary = "Ways to walk downhill race over a surface you can see, choose, write or paint."
    question = "Who is first at the bottom of the valley, and why?"
    subject, place = Subject.LANDSCAPES, 1
    references = (
        Reference("G. Goh", "Why momentum really works", "Distill 2017", "https://distill.pub/2017/momentum/"),
        Reference("B. T. Polyak", "Some methods of speeding up the convergence of iteration methods",
                  "USSR Computational Mathematics and Mathematical Physics 4, 1964"),
        Reference("M. Riedmiller, H. Braun", "A direct adaptive method for faster backpropagation learning: the RPROP "
                  "algorithm", "IEEE International Conference on Neural Networks 1993"),
        Reference("J. Duchi, E. Hazan, Y. Singer", "Adaptive subgradient methods for online learning and stochastic "
                  "optimization", "JMLR 12, 2011", "https://jmlr.org/papers/v12/duchi11a.html"),
        Reference("D. P. Kingma, J. Ba", "Adam: a method for stochastic optimization", "ICLR 2015",
                  "https://arxiv.org/abs/1412.6980"),
        Reference("I. Loshchilov, F. Hutter", "SGDR: stochastic gradient descent with warm restarts", "ICLR 2017",
                  "https://arxiv.org/abs/1608.03983"),
        Reference("I. Loshchilov, F. Hutter", "Decoupled weight decay regularization", "ICLR 2019",
                  "https://arxiv.org/abs/1711.05101"),
        Reference("P. Izmailov et al.", "Averaging weights leads to wider optima and better generalization", "UAI 2018",
                  "https://arxiv.org/abs/1803.05407"),
        Reference("D. C. Liu, J. Nocedal", "On the limited memory BFGS method for large scale optimization",
                  "Mathematical Programming 45, 1989"),
        Reference("K. Jordan", "Muon: an optimizer for hidden layers in neural networks", "2024",
                  "https://kellerjordan.github.io/posts/muon/"),
    )  # fmt: skip
    Params = OptimisersParams
    Poke = Touch
    cards = CARDS
    main = ("rate", "mu", "kappa", "alpha")
    default_speed = 30.0
    pose = Pose(160, values={"surface": "himmelblau", "nesterov": True})

    def __init__(self, params: OptimisersParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        self.random = np.random.default_rng(seed)
        self.dabs = first_dabs(self.random)
        surface = self._surface()
        aside = SPREAD * surface.half * torch.from_numpy(self.random.uniform(-1, 1, 2))
        start = torch.tensor(surface.start, dtype=torch.float64, device="cpu") + aside
        self.terrain = Terrain(surface)
        self.race = Race(self.terrain, params, start, self.random)
        self._map()

    def _surface(self) -> Surface:
        return surface_of(self.params, self.dabs)

    def _map(self) -> None:
        """A new map of basins, from the coarse."""
        self.basins = Basins(RACERS[NAMES.index(self.params.chosen)], self.terrain, self.race.rules)

    def phases(self) -> Iterator[str]:
        """One step of everybody: slopes, memory, step."""
        self.race.read_slopes()
        yield PHASES[0]
        self.race.remember()
        yield PHASES[1]
        self.race.land()
        self.basins.refine()
        yield PHASES[2]

    def frame(self) -> Frame:
        """Picture, curves, table, theory and the map of basins."""
        return show.picture(self.race) | show.numbers(self.race) | show.basins(self.basins)

    def glance(self) -> Frame:
        """The picture."""
        return show.picture(self.race)

    def scene(self) -> Frame:
        """The surface and the map of rates."""
        return show.ground(self.terrain, self.race)

    def set(self, params: OptimisersParams) -> None:
        """Rules, racers or the bowl have changed."""
        before, self.params = self.params, params
        if before == params:
            return
        if (before.kappa, before.angle) != (params.kappa, params.angle) and params.surface == "quadratic":
            self.terrain = Terrain(self._surface())
        rules, beta = self.race.rules, self.race.beta
        moved = self.terrain is not self.race.terrain
        self.race.change(self.terrain, params)
        self.scene_version += moved or self.race.beta != beta
        if moved or self.race.rules != rules:
            self._map()

    def poke(self, event: Touch) -> None:
        """Everybody starts again from there, or the surface is painted on.

        Raises:
            Refused: this surface cannot be painted.
        """
        if event.kind == "start":
            self.race.begin(
                self.terrain, self.params, torch.tensor([event.x, event.y], dtype=torch.float64, device="cpu")
            )
        elif self.params.surface != "painted":
            raise Refused("This surface is not one to paint on; choose 'Painted by hand'.")
        else:
            sign = 1 if event.kind == "raise" else -1
            self.dabs = dabbed(self.dabs, event.x, event.y, event.radius, sign)
            self.terrain = Terrain(self._surface())
            self.race.change(self.terrain, self.params)
        self.scene_version += 1
        self._map()

    def state_dict(self) -> State:
        """The dabs, the race and the map on its way."""
        return {"dabs": self.dabs, "race": self.race.state_dict(), "basins": self.basins.state_dict()}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.dabs = np.array(state["dabs"])
        self.terrain = Terrain(self._surface())
        self.race.terrain = self.terrain
        self.race.load_state_dict(state["race"])
        self._map()
        self.basins.load_state_dict(state["basins"])
        self.scene_version += 1

    def diverged(self) -> None:
        """Never: who flies away is out, and the others go on."""
