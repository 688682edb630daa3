r"""From where which minimum is found: walkers of one optimiser from every place of a grid, coarse first.

A few of their steps are made in every step of the race, so that the map is refined while everything goes on.
"""

from __future__ import annotations

import numpy as np
import torch

from engine.exhibit import State
from engine.exhibits.optimisers.racers import Racer, Rules
from engine.exhibits.optimisers.terrain import Terrain

LEVELS = (12, 24, 48)  # places along each side
WALK, AT_ONCE = 200, 5  # steps of every walker, and of them in one step of the race
NEAR = 0.05  # of the window: so near to a minimum it counts as found
COLORS = 9  # numbers on the map, from 1


class Basins:
    """The map of one optimiser.

    Args:
        kind: whose.
        terrain: where.
        rules: by what it walks.
    """

    def __init__(self, kind: type[Racer], terrain: Terrain, rules: Rules) -> None:
        self.kind, self.terrain, self.rules = kind, terrain, rules
        self.found = np.zeros((LEVELS[-1], LEVELS[-1]), np.uint8)
        self.level = 0 if kind.together and len(terrain.minima) else len(LEVELS)
        self._set_out()

    def _set_out(self) -> None:
        """Walkers on every place of the level."""
        self.walkers: Racer | None = None
        if self.level < len(LEVELS):
            places = self.terrain.surface.grid(LEVELS[self.level]).reshape(-1, 2)
            self.walkers = self.kind(places, self.rules)

    def refine(self) -> None:
        """A few steps of all walkers; when they have walked enough the map is drawn and the next level begins."""
        if self.walkers is None:
            return
        for _ in range(AT_ONCE):
            _, gradient = self.terrain.surface.slope(self.walkers.w)
            self.walkers.step(gradient, self.terrain.surface)
        if self.walkers.steps >= WALK:
            self._draw()
            self.level += 1
            self._set_out()

    def _draw(self) -> None:
        """Which minimum each walker has come to: 0 for none, else its number, those beyond the last colour again."""
        assert self.walkers is not None
        away, which = self.terrain.nearest(torch.nan_to_num(self.walkers.place(), nan=1e30))
        there = away < NEAR * self.terrain.surface.half
        numbers = torch.where(there, which % COLORS + 1, 0).numpy().astype(np.uint8)
        n = LEVELS[self.level]
        self.found = np.kron(numbers.reshape(n, n), np.ones((LEVELS[-1] // n,) * 2, np.uint8))

    @property
    def done(self) -> float:
        """Share of the levels that are drawn."""
        walked = self.walkers.steps / WALK if self.walkers is not None else 0.0
        return min((self.level + walked) / len(LEVELS), 1.0)

    def state_dict(self) -> State:
        """The map and the walkers on their way."""
        walkers = None if self.walkers is None else self.walkers.state_dict()
        return {"found": self.found, "level": self.level, "walkers": walkers}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.found, self.level = np.array(state["found"]), int(state["level"])
        self._set_out()
        if self.walkers is not None and state["walkers"] is not None:
            self.walkers.load_state_dict(state["walkers"])
