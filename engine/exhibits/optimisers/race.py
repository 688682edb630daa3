"""The race: any of the optimisers on one surface, one step each at a time."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.exhibit import State
from engine.exhibits.optimisers.params import OptimisersParams
from engine.exhibits.optimisers.racers import RACERS, Racer, Rules
from engine.exhibits.optimisers.terrain import Terrain
from engine.exhibits.optimisers.theory import Descent
from engine.kit.trace import Trace

COUNT = len(RACERS)
TRAIL = 256  # places of the way so far that are kept
LATELY = 24  # losses that a verdict looks back on
BEYOND = 50.0  # half widths of the window: who is farther away is out


class Race:
    """Where everybody stands, how they came there and what the losses were.

    Args:
        terrain: what they walk on.
        params: rules, and who takes part.
        start: (2,), where they begin.
        random: draws batches and noise.

    Shapes:
        w, before: (M, 2), where everybody stands, and stood a step ago. loss: (M,).
        lately: (M, LATELY), the last losses, the newest last.
        out: (M,), whether somebody has left for good.
    """

    def __init__(self, terrain: Terrain, params: OptimisersParams, start: Tensor, random: np.random.Generator) -> None:
        self.random = random
        self.begin(terrain, params, start)

    def begin(self, terrain: Terrain, params: OptimisersParams, start: Tensor) -> None:
        """Everybody goes to ``start`` and forgets."""
        self.terrain, self.params, self.start = terrain, params, start.double()
        self.moves = 0
        self.trace = Trace(TRAIL, newest=True, dtype=np.float64, at=(COUNT, 2), loss=(COUNT,))
        self.out = np.zeros(COUNT, bool)
        self.planned: Tensor | None = None  # (M, 2), during a step only
        self.slopes: Tensor | None = None
        self._measure()
        self.racers: list[Racer] = [kind(self.start[None], self.rules) for kind in RACERS]
        self.w = self.start.repeat(COUNT, 1)
        self.before = self.w.clone()
        self.loss, _ = terrain.surface.slope(self.w)
        self.lately = np.repeat(self.loss.numpy()[:, None], LATELY, axis=1)
        self._open_account()
        self._note()

    def _measure(self) -> None:
        """How smooth the surface is from the start down, and by that the rules."""
        self.racing = np.array(self.params.racing())
        self.beta = self.terrain.smoothness(self.start)
        alpha = self.params.alpha * self.terrain.surface.half
        self.rules = Rules(self.params.rate / self.beta, alpha, self.params)

    def _open_account(self) -> None:
        """Theory counts from here."""
        self.anchor, self.anchor_at = self.moves, self.racers[0].w.detach()[0].clone()
        self.descent = Descent(float(self.loss[0]))

    def change(self, terrain: Terrain, params: OptimisersParams) -> None:
        """Rules or surface change on the way; newcomers begin at the start."""
        before, was = self.racing, self.rules
        moved = terrain is not self.terrain
        self.terrain, self.params = terrain, params
        self._measure()
        for racer in self.racers:
            racer.tune(self.rules)
        for i in np.flatnonzero(self.racing & ~before):
            self._enter(int(i))
        if moved:
            self.loss, _ = terrain.surface.slope(self.w)
        if moved or was.eta != self.rules.eta or (self.racing[0] and not before[0]):
            self._open_account()

    def _enter(self, i: int) -> None:
        """A newcomer stands at the start and has no past."""
        self.racers[i] = RACERS[i](self.start[None], self.rules)
        self.w[i] = self.before[i] = self.start
        self.out[i] = False
        value = self.terrain.surface.value(self.start)
        self.loss[i], self.lately[i] = value, float(value)
        self.trace["at"][:, i], self.trace["loss"][:, i] = self.start.numpy(), float(value)

    @property
    def walking(self) -> np.ndarray:
        """(M,), who takes part and has not left."""
        return self.racing & ~self.out

    def read_slopes(self) -> None:
        """First part of a step: everybody reads the slope where it stands; who is stochastic, of a batch."""
        who = np.flatnonzero(self.walking)
        self.slopes, self.planned = torch.zeros(COUNT, 2, dtype=torch.float64, device="cpu"), None
        if not len(who):
            return
        at = torch.cat([self.racers[i].w.detach() for i in who])
        self.slopes[who] = self.terrain.surface.slope(at)[1]
        blurred = [int(i) for i in who if RACERS[i].stochastic]
        if blurred:
            self.slopes[blurred] = self._blurred(torch.cat([self.racers[i].w.detach() for i in blurred]))

    def _blurred(self, at: Tensor) -> Tensor:
        """The gradient as a stochastic optimiser sees it: of a batch, or with noise. One draw for all of them."""
        surface = self.terrain.surface
        if surface.batch is not None and self.params.batch < surface.data:
            rows = self.random.choice(surface.data, self.params.batch, replace=False)
            return surface.batch(rows).slope(at)[1]
        gradient = surface.slope(at)[1]
        if surface.batch is None and self.params.noise:
            noise = self.params.noise * self.terrain.slope * self.random.standard_normal(2)
            gradient = gradient + torch.from_numpy(noise)
        return gradient

    def remember(self) -> None:
        """Second part: every optimiser works the slope into its memory and decides where to go."""
        assert self.slopes is not None
        self.planned = self.w.clone()
        for i in np.flatnonzero(self.walking):
            racer = self.racers[i]
            racer.step(self.slopes[i][None].clone(), self.terrain.surface)
            self.planned[i] = racer.place()[0]

    def land(self) -> None:
        """Third part: everybody goes there, and who has flown too far is out."""
        assert self.slopes is not None and self.planned is not None
        centre = torch.tensor(self.terrain.surface.centre, dtype=torch.float64, device="cpu")
        heights = self.terrain.surface.value(self.planned)
        far = ~((self.planned - centre).abs().amax(dim=1) <= BEYOND * self.terrain.surface.half) | ~heights.isfinite()
        slope = float(self.slopes[0].norm())
        self.before = self.w.clone()
        for i in np.flatnonzero(self.walking):
            if bool(far[i]):
                self.out[i], self.racers[i] = True, RACERS[i](self.w[i][None], self.rules)
            else:
                self.w[i], self.loss[i] = self.planned[i], heights[i]
        self.moves += 1
        if self.walking[0]:
            self.descent.add(slope, self.rules.eta, self.beta, float(self.loss[0]))
        self.lately = np.column_stack([self.lately[:, 1:], self.loss.numpy()])
        self.slopes = self.planned = None
        self._note()

    def _note(self) -> None:
        self.trace.add(self.moves, {"at": self.w.numpy(), "loss": self.loss.numpy()})

    def state_dict(self) -> State:
        """Everything there is, between two steps."""
        return {
            "start": self.start, "moves": self.moves, "w": self.w, "before": self.before, "loss": self.loss,
            "lately": self.lately, "out": self.out, "trace": self.trace.state_dict(), "anchor": self.anchor,
            "anchor_at": self.anchor_at, "descent": self.descent.state_dict(),
            "racers": [racer.state_dict() for racer in self.racers], "random": self.random.bit_generator.state,
        }  # fmt: skip

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        for name in ("start", "w", "before", "loss", "anchor_at"):
            setattr(self, name, torch.as_tensor(state[name]).clone())
        self.moves, self.anchor = int(state["moves"]), int(state["anchor"])
        self.lately, self.out = np.array(state["lately"]), np.array(state["out"])
        self.trace.load_state_dict(state["trace"])
        self.descent.load_state_dict(state["descent"])
        self._measure()
        for racer, saved in zip(self.racers, state["racers"], strict=True):
            racer.rules = self.rules
            racer.load_state_dict(saved)
        self.random.bit_generator.state = state["random"]
        self.slopes = self.planned = None
