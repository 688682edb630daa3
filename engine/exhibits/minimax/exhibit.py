"""The two-player toy: five ways to play min-max, racing over one vector field."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from engine.exhibit import Exhibit, Frame, Poke, Pose, Reference, State, Subject
from engine.exhibits.minimax.cards import CARDS
from engine.exhibits.minimax.methods import METHODS
from engine.exhibits.minimax.params import MinimaxParams
from engine.exhibits.minimax.race import COUNT, Race, height
from engine.exhibits.minimax.theory import as_points, envelope_growth, fitted_eigenvalues, predictions, radius, zoom
from engine.exhibits.minimax.verdict import sentence, status
from engine.exhibits.minimax.view import View

SHOWN = 320  # points of a path in the picture
CLOSEST, FIXED = 1e-3, 2.0  # half widths: of the picture that zooms at its closest, and of the one that stays
PHASES = (
    "Slopes: everybody reads the field where it stands; x goes down its objective, y goes up",
    "Half way: alternating players have moved x only; extragradient looks ahead; the others have made a plain step",
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
    subject, place = Subject.ADVERSARIAL, 2
    references = (
        Reference("L. Mescheder, A. Geiger, S. Nowozin", "Which training methods for GANs do actually converge?",
                  "ICML 2018", "https://arxiv.org/abs/1801.04406"),
        Reference("G. Gidel et al.", "Negative momentum for improved game dynamics", "AISTATS 2019",
                  "https://arxiv.org/abs/1807.04740"),
        Reference("C. Daskalakis, A. Ilyas, V. Syrgkanis, H. Zeng", "Training GANs with optimism", "ICLR 2018",
                  "https://arxiv.org/abs/1711.00141"),
        Reference("G. M. Korpelevich", "The extragradient method for finding saddle points and other problems",
                  "Ekonomika i Matematicheskie Metody 12, 1976"),
        Reference("I. Gulrajani et al.", "Improved training of Wasserstein GANs", "NeurIPS 2017",
                  "https://arxiv.org/abs/1704.00028"),
    )  # fmt: skip
    Params = MinimaxParams
    Poke = Start
    cards = CARDS
    default_speed = 60.0
    pose = Pose(300)

    def __init__(self, params: MinimaxParams, *, seed: int, device: str = "cpu") -> None:
        super().__init__(params, seed=seed, device=device)
        angle = np.random.default_rng(seed).uniform(0, 2 * math.pi)
        self.race = Race(params, np.array([math.cos(angle), math.sin(angle)]))
        self.extent = 1.5
        self._predict()

    def _predict(self) -> None:
        self.promised = predictions(self.race.game, self.params)

    def phases(self) -> Iterator[str]:
        """One move of everybody: slopes, half way, landing."""
        self.race.read_slopes()
        yield PHASES[0]
        self.race.go_halfway()
        yield PHASES[1]
        self.race.land()
        self._zoom()
        yield PHASES[2]

    def step(self) -> None:
        """The same without the sentences."""
        self.race.read_slopes()
        self.race.go_halfway()
        self.race.land()
        self._zoom()

    def _zoom(self) -> None:
        """Keep everybody in view: open at once, close slowly."""
        away = self.race.distances()
        away = away[np.isfinite(away)]
        need = max(1.2 * float(away.max(initial=0.0)), CLOSEST)
        if math.isfinite(need):
            self.extent = max(need, self.extent + 0.01 * (need - self.extent))

    def _view(self) -> View:
        kind = self.params.view
        return View(FIXED if kind == "fixed" else self.extent, kind == "logarithmic")

    def frame(self) -> Frame:
        """The picture, the distance curves and the measured eigenvalues."""
        view = self._view()
        found = [self._measured(i) for i in range(COUNT)]
        growth = [
            radius(values)
            if values.size
            else envelope_growth(self.race.own_path(i))
            if self.race.racing[i]
            else math.nan
            for i, values in enumerate(found)
        ]
        states = [status(self.race, i, growth[i]) for i in range(COUNT)]
        marks, labels = view.ticks()
        arrays = {"ticks": marks, **self._picture(view), **self._curves(), **as_points(found, "measured")}
        metrics = {"moves": float(self.race.moves), "extent": view.extent}
        for i, method in enumerate(METHODS):
            metrics[f"distance_{method.name}"] = float(self.race.distances()[i])
            metrics[f"promised_{method.name}"] = radius(self.promised[i]) if self.race.racing[i] else math.nan
            metrics[f"measured_{method.name}"] = growth[i]
        words = {f"status_{method.name}": word for method, word in zip(METHODS, states, strict=True)}
        words |= {"ticks": ",".join(labels), "rings": "yes" if view.logarithmic else "", "phase": ""}
        words["verdict"] = sentence(states, fixed=self.params.view == "fixed" and self.extent > FIXED)
        if self.race.game.jacobian is None:
            words["verdict"] += " The field jumps at the equilibrium: linear theory has nothing to say."
        return Frame({name: np.asarray(array, np.float32) for name, array in arrays.items()}, metrics, words)

    def _measured(self, i: int) -> np.ndarray:
        if not self.race.racing[i] or self.race.game.jacobian is None:
            return np.empty(0, complex)
        return fitted_eigenvalues(self.race.own_path(i), METHODS[i].remembers)

    def _picture(self, view: View) -> dict[str, np.ndarray]:
        """What the canvas draws, in its own coordinates.

        Shapes:
            trails: (M, SHOWN, 2), oldest first. arrows: (n, 4). start: (1, 2). racing: (M,), 0 or 1.
            probes: (M, 4), in slow motion: from where a method stands to where it looks.
        """
        race = self.race
        arrays = {
            "trails": view.to_picture(race.paths(SHOWN)),
            "arrows": view.arrows(lambda x, y: race.game.field(x, y, *race.constants)),
            "start": view.to_picture(race.start[None]),
            "racing": race.racing,
        }
        if race.slopes is not None:
            there = race.w + race.slopes if race.halves is None else race.halves
            arrays["probes"] = np.hstack([view.to_picture(race.w), view.to_picture(there)])
        if math.isfinite(race.bound) and not view.logarithmic:
            arrays["bounds"] = np.array([-race.bound, race.bound]) / view.extent
        return arrays

    def _curves(self) -> dict[str, np.ndarray]:
        """The distances over the moves, and the straight lines (on a log axis) that linear theory promises."""
        race, arrays = self.race, {}
        for i, method in enumerate(METHODS):
            at, curve = race.distance_curve(i)
            arrays[f"curve_at_{method.name}"], arrays[f"curve_{method.name}"] = at, _power(curve)
            factor = radius(self.promised[i])
            ends = np.array([race.anchor[i], race.moves] if race.racing[i] and factor > 0 else [])
            arrays[f"promise_at_{method.name}"] = ends
            rise = math.log10(factor) if factor > 0 else 0.0
            arrays[f"promise_{method.name}"] = _power(race.anchor_height[i] + (ends - race.anchor[i]) * rise)
        return arrays

    def scene(self) -> Frame:
        """The theory: eigenvalues of every method at the equilibrium."""
        shown = [
            values if racing else values[:0] for values, racing in zip(self.promised, self.race.racing, strict=True)
        ]
        zoom_x, zoom_y = zoom(shown)
        turn = np.linspace(0, 2 * np.pi, 1441)  # fine enough to be magnified
        arrays = {**as_points(shown, "promised"), "zoom_x": zoom_x, "zoom_y": zoom_y}
        arrays |= {"circle_re": np.cos(turn), "circle_im": np.sin(turn)}
        words = {"x": self.race.game.axes[0], "y": self.race.game.axes[1]}
        return Frame({name: np.asarray(array, np.float32) for name, array in arrays.items()}, {}, words)

    def set(self, params: MinimaxParams) -> None:
        """Rules, racers or the picture have changed."""
        before, self.params = self.params, params
        if before.replaced(view=params.view) == params:
            return
        self.race.change(params)
        self._predict()
        self.scene_version += 1

    def poke(self, event: Start) -> None:
        """Everybody starts again from the point clicked."""
        at = self._view().to_plane(np.array([event.x, event.y]))
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


def _power(height: np.ndarray) -> np.ndarray:
    """10^height, within what a float32 holds."""
    return np.asarray(10.0 ** np.clip(height, -37.0, 38.0))
