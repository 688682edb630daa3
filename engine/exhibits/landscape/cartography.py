"""Which plane is shown, and when another is laid."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.landscape import planes
from engine.exhibits.landscape.curvature import Lanczos
from engine.exhibits.landscape.judge import Judge
from engine.exhibits.landscape.learning import Learning
from engine.exhibits.landscape.params import LandscapeParams
from engine.exhibits.landscape.planes import Plane
from engine.exhibits.landscape.survey import Survey, slice_s
from engine.kit.device import generator

PRODUCTS = 24  # with the Hessian, until the plane of its eigenvectors is laid
BEND_SHARE = 0.25  # of the weights' length: half the window of such a plane
FEW = 8  # moments from which a plane is laid through the trajectory
ENOUGH = 2  # levels of a new plane, until it takes the place of the one that is shown
AT_LEAST = 2  # levels of a plane that the weights have left, until another is begun
STAYED = 0.12  # of the window's half: whoever has moved less has not moved
YOUNG = 40  # steps in which a way needs less and less room for what is ahead of it
EDGE = 0.9  # coordinates beyond which the weights have left the window


class Cartography:
    """The landscape around a study: one survey that is shown, and, while the weights walk out of it, the next.

    Args:
        study: whose weights it is about.
        judge: says what weights are worth.
        params: hyperparameters; see :meth:`set`.
        seed: of random directions.
    """

    def __init__(self, study: Learning, judge: Judge, params: LandscapeParams, seed: int) -> None:
        self.study, self.judge, self.params = study, judge, params
        self.saved: list[Tensor] = []
        rng = generator(seed + 1, study.main.device)
        self.directions = torch.randn(4, len(study.main), generator=rng, device=rng.device)
        self._begin()

    def _begin(self) -> None:
        """From the coarse, at once."""
        self.lanczos: Lanczos | None = None
        self.sharpest: tuple[float, Tensor] | None = None  # news: largest eigenvalue and eigenvector of the Hessian
        self.bent: Tensor | None = None  # (3, P): where a plane of curvature is, and its directions
        self.version = self.study.version
        self.shown = Survey(self.judge, self._plane())
        self.next: Survey | None = None
        self.patience = ENOUGH
        if self._curved:
            self._feel_curvature()

    @property
    def plane(self) -> Plane:
        """What is shown."""
        return self.shown.plane

    @property
    def _curved(self) -> bool:
        return (
            self.params.plane == "curvature" and self.study.three() is None and self.params.study in ("train", "race")
        )

    def set(self, params: LandscapeParams) -> None:
        """Live parameters have changed: what was under way is given up where they concern the plane."""
        before, self.params = self.params, params
        if (before.plane, before.reach) != (params.plane, params.reach):
            self._begin()

    def anew(self) -> None:
        """Lay another plane now."""
        self._begin()

    def save(self) -> None:
        """Remember the weights as they are; a plane goes through the last three that were remembered."""
        self.saved = [*self.saved[-2:], self.study.main.clone()]
        if self.params.plane == "three":
            self._begin()

    def advance(self, held: bool) -> None:
        """A slice of the work.

        Args:
            held: the plane has to stay: somebody walks in it.
        """
        if self.lanczos is not None:
            self._look_closer(self.lanczos)
            return  # a look and a slice of the landscape would be too long a step
        most_s = slice_s(self.judge, self.params.batch)
        if self.next is not None:
            self.next.advance(most_s)
            if self.next.level >= (1 if self._out_of_sight else self.patience) and not held:
                self.shown, self.next = self.next, None
            return
        if not held and self.params.follow and self._worth_it():
            if self._curved:
                self._feel_curvature()
            else:
                self._lay()
        else:
            self.shown.advance(most_s)

    def _lay(self) -> None:
        self.version = self.study.version
        self.patience = 1 if self.makeshift else ENOUGH
        self.next = Survey(self.judge, planes.turned_like(self._plane(), self.plane), at_once=False)

    @property
    def _out_of_sight(self) -> bool:
        """Whether the weights have left the picture."""
        return float(self.plane.places(self.study.moving[None]).abs().max()) > 1

    def _worth_it(self) -> bool:
        """Whether the weights have moved on since the plane was laid."""
        if self.lanczos is not None or self.study.lost():
            return False
        if self.makeshift and len(self.study.trace) >= FEW:
            return True
        if self.shown.level < AT_LEAST:
            return self.shown.level > 0 and self._out_of_sight
        if self.version != self.study.version:
            return True
        there, away = self.plane.project(self.study.moving[None])
        if float(there.abs().max()) > EDGE or float(away[0]) > self.study.strays * self.plane.half:
            return True
        moved = float((self.study.moving - self.laid_at).norm())
        return self.shown.done and moved > STAYED * self.plane.half

    def _plane(self) -> Plane:
        """The plane that is asked for, as far as there is one yet."""
        study, reach, w = self.study, self.params.reach, self.study.main
        self.laid_at, self.makeshift = study.moving.clone(), False
        three = study.three()
        if three is None and self.params.plane == "three":
            three = self._three()
        if three is not None:
            return planes.through(three, self.directions[2:], reach)
        if self.bent is not None:
            at, u, v = self.bent
            return planes.along(at, u, v, BEND_SHARE * reach * float(at.norm()))
        wanted = self.params.plane if self.params.study in ("train", "race") else "trajectory"
        if wanted == "trajectory" and len(study.trace) >= FEW:
            young = math.exp(-study.steps / YOUNG)
            return planes.of_trajectory(study.passed(), w, self.directions[2:], reach, young)
        self.makeshift = wanted != "random"  # what is wanted needs a past, or is still being looked for
        return planes.random_plane(w, self.judge.shapes, self.directions[:2], reach)

    def _three(self) -> Tensor | None:
        """The three that were saved; what is missing is filled with start, middle and now."""
        passed, count = self.study.trace["w"], self.study.trace.count
        if count < 3:
            return None
        where = [torch.from_numpy(passed[i, 0].copy()).to(self.study.main.device) for i in (0, count // 2, count - 1)]
        return torch.stack([*self.saved, *where[len(self.saved) :]])

    def _feel_curvature(self) -> None:
        self.bent_at = self.study.main.clone()
        self.lanczos = Lanczos(self.directions[0], PRODUCTS)

    def _look_closer(self, lanczos: Lanczos) -> None:
        """One more product with the Hessian; after the last, in a step of its own, a plane along its eigenvectors."""
        if not lanczos.done:
            lanczos.look(self.judge.bender(self.bent_at))
            return
        self.lanczos = None
        values, vectors = lanczos.pairs(2)
        self.sharpest = (float(values[0]), vectors[0])
        u, v = planes.orthonormal(vectors[0], vectors[-1], self.directions[2:])
        self.bent = torch.stack([self.bent_at, u, v])
        self._lay()

    def state_dict(self) -> State:
        """Everything needed to go on."""
        return {
            "directions": self.directions, "saved": list(self.saved), "laid_at": self.laid_at, "version": self.version,
            "makeshift": self.makeshift, "patience": self.patience,
            "shown": self.shown.state_dict(), "next": self.next and self.next.state_dict(),
            "lanczos": self.lanczos and self.lanczos.state_dict(), "bent": self.bent,
            "bent_at": self.bent_at if self.lanczos else None,
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.directions, self.laid_at = (torch.as_tensor(state[name]).clone() for name in ("directions", "laid_at"))
        self.saved = [torch.as_tensor(each).clone() for each in state["saved"]]
        self.version, self.makeshift = int(state["version"]), bool(state["makeshift"])
        self.patience = int(state["patience"])
        self.shown = Survey.resumed(self.judge, state["shown"])
        self.next = Survey.resumed(self.judge, state["next"]) if state["next"] else None
        self.lanczos = Lanczos.resumed(state["lanczos"]) if state["lanczos"] else None
        self.bent = None if state["bent"] is None else torch.as_tensor(state["bent"]).clone()
        if self.lanczos:
            self.bent_at = torch.as_tensor(state["bent_at"]).clone()
