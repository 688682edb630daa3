"""Optimisers racing on one real network."""

from __future__ import annotations

from torch import Tensor

from engine.exhibits.landscape.learning import Learning
from engine.exhibits.landscape.networks import build
from engine.exhibits.landscape.walkers import RACERS, Walker
from engine.kit.learning import Kind


class Race(Learning):
    """Five optimisers from one start, on the same batches."""

    names = tuple(RACERS)

    def _walkers(self) -> list[Walker]:
        first = build(self.params.spec(self.task), self.rng)
        walkers = [Walker(first, "sgd", self.params, self.task)]
        for kind in self._kinds()[1:]:
            other = build(first.spec, self.rng)
            other.flat.copy_(first.flat)
            walkers.append(Walker(other, kind, self.params, self.task))
        return walkers

    def _kinds(self) -> tuple[Kind, ...]:
        return tuple(RACERS)

    def go(self) -> None:
        """Everybody goes; who would leave for good stays where it was, and is out."""
        for walker in self.walkers:
            before = walker.w.clone()
            walker.go()
            if walker.lost:
                walker.put(before)
                walker.out = True

    def lost(self) -> None:
        """Nobody: who diverges is out, and the others go on."""

    def jump(self, w: Tensor) -> None:
        """Everybody goes on from there."""
        for walker in self.walkers:
            walker.put(w)
