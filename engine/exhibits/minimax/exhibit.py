"""The two-player toy: six ways to play min-max, racing over one vector field."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from engine.exhibit import Exhibit, Frame, Poke, Pose, Reference, State, Subject
from engine.exhibits.minimax import show
from engine.exhibits.minimax.cards import CARDS
from engine.exhibits.minimax.methods import METHODS
from engine.exhibits.minimax.params import MinimaxParams
from engine.exhibits.minimax.projection import Projection
from engine.exhibits.minimax.race import Race, height
from engine.exhibits.minimax.theory import largest_rates, predictions
from engine.exhibits.minimax.verdict import sentence

CLOSEST, FIXED = 1e-3, 2.0  # half widths: of the picture that zooms at its closest, and of the one that stays
PHASES = (
    "Slopes: everybody reads the field where it stands; x goes down its objective, y goes up",
    "Half way: alternating players have moved x only; extragradient looks ahead; consensus has "
    "braked; the others have made a plain step",
    "Landing: y answers the new x; extragradient steps with the slope found ahead; optimism adds how it has changed",
)


class Start(Poke):
    """A click: everybody starts again from there.

    Args:
        x, y: in the picture, -1 ... 1 from left to right and from bottom to top.
        x0, y0: where the drag began; idle.
    """

    kind: Literal["start"] = "start"
    x: float = Field(ge=-1, le=1)
    y: float = Field(ge=-1, le=1)
    x0: float = Field(0.0, ge=-1, le=1)
    y0: float = Field(0.0, ge=-1, le=1)


class Minimax(Exhibit[MinimaxParams]):
    """min over x, max over y: the race of :class:`Race`, with linear theory beside it."""

    slug = "minimax"
    title = "The two-player toy"
    summary = "One player pulls down, the other up; few ways to step find the middle."
    question = "Why do two who learn against each other go in circles?"
    subject, place = Subject.ADVERSARIAL, 2
    references = (
        Reference("L. Mescheder, A. Geiger, S. Nowozin", "Which training methods for GANs do actually converge?",
                  "ICML 2018", "https://arxiv.org/abs/1801.04406"),
        Reference("G. Gidel et al.", "Negative momentum for improved game dynamics", "AISTATS 2019",
                  "https://arxiv.org/abs/1807.04740"),
        Reference("C. Daskalakis, A. Ilyas, V. Syrgkanis, H. Zeng", "Training GANs with optimism", "ICLR 2018",
                  "https://arxiv.org/abs/1711.00141"),
        Reference("L. Mescheder, S. Nowozin, A. Geiger", "The numerics of GANs", "NeurIPS 2017",
                  "https://arxiv.org/abs/1705.10461"),
        Reference("G. M. Korpelevich", "The extragradient method for finding saddle points and other problems",
                  "Ekonomika i Matematicheskie Metody 12, 1976"),
        Reference("I. Gulrajani et al.", "Improved training of Wasserstein GANs", "NeurIPS 2017",
                  "https://arxiv.org/abs/1704.00028"),
    )  # fmt: skip
    Params = MinimaxParams
    Poke = Start
    cards = CARDS
    main = ("eta", "beta", "order", "view", "a", "c", "gamma", "clip", "g0")
    default_speed = 60.0
    pose = Pose(300)

    def __init__(self, params: MinimaxParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        angle = np.random.default_rng(seed).uniform(0, 2 * math.pi)
        self.race = Race(params, np.array([math.cos(angle), math.sin(angle)]))
        self.extent = 1.5
        self._asked: dict[str, object] = {}
        self._predict()

    def _predict(self) -> None:
        self.promised = predictions(self.race.game, self.params)
        asked = self.params.model_dump(exclude={"eta", "view", "flow"} | {method.name for method in METHODS})
        if asked != self._asked:  # what the largest rates depend on
            self._asked, self.rates = asked, largest_rates(self.race.game, self.params)

    def phases(self) -> Iterator[str]:
        """One move of everybody: slopes, half way, landing."""
        self.race.read_slopes()
        yield PHASES[0]
        self.race.go_halfway()
        yield PHASES[1]
        self.race.land()
        self._zoom()
        yield PHASES[2]

    def _zoom(self) -> None:
        """Keep everybody in view: open at once, close slowly."""
        away = self.race.distances()
        away = away[np.isfinite(away)]
        need = max(1.2 * float(away.max(initial=0.0)), CLOSEST)
        if math.isfinite(need):
            self.extent = max(need, self.extent + 0.01 * (need - self.extent))

    def _projection(self) -> Projection:
        kind = self.params.view
        return Projection(FIXED if kind == "fixed" else self.extent, kind == "logarithmic")

    def frame(self) -> Frame:
        """The picture, the distance curves and the measured eigenvalues."""
        projection = self._projection()
        drawn = show.picture(self.race, projection) | show.curves(self.race, self.promised)
        measured = show.measurement(self.race, self.promised)
        metrics = {"moves": float(self.race.moves), "extent": projection.extent}
        verdict = sentence(list(measured.words.values()), fixed=self.params.view == "fixed" and self.extent > FIXED)
        if self.race.game.at_equilibrium(self.params) is None:
            verdict += " The field jumps at the equilibrium: linear theory has nothing to say."
        return drawn | Frame({}, metrics, {"phase": "", "verdict": verdict}) | measured | show.limits(self.rates)

    def scene(self) -> Frame:
        """The theory: eigenvalues of every method at the equilibrium."""
        return show.promises(self.race, self.promised)

    def set(self, params: MinimaxParams) -> None:
        """Rules, racers or the picture have changed."""
        before, self.params = self.params, params
        if before.replaced(view=params.view, flow=params.flow) == params:
            self.race.params = params
            return
        self.race.change(params)
        self._predict()
        self.scene_version += 1

    def poke(self, event: Start) -> None:
        """Everybody starts again from the point clicked."""
        at = self._projection().to_plane(np.array([event.x, event.y]))
        self.race.begin(self.params, self.race.keep(at))

    def state_dict(self) -> State:
        """The race, and how far the picture has zoomed."""
        return {"race": self.race.state_dict(), "extent": self.extent}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.race.load_state_dict(state["race"])
        self.extent = float(state["extent"])

    def diverged(self) -> str | None:
        """The first method that is no longer finite."""
        bad = self.race.racing & ~np.isfinite(height(self.race.w))
        return METHODS[int(np.argmax(bad))].label if bad.any() else None
