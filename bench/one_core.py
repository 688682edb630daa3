"""What a run gets done when one core is its own: reckoned by the time of this thread alone, so that others on the
machine hardly count. A frame is published as for a viewer who is always ready.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from engine.exhibit import Exhibit
from engine.params import Params
from engine.runtime.commands import Play, Set
from engine.runtime.run import Run
from engine.runtime.viewers import Viewer

SLICE_S = 0.02  # what the pool gives a run at a time


@dataclass
class Alone:
    """A run that is driven by the clock of this thread, which leaps over waiting.

    Args:
        kind, params: of the run.
    """

    kind: type[Exhibit[Any]]
    params: Params
    leapt: float = 0.0
    frames: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run = Run(self.kind, self.params, clock=self.clock)
        self.run.attach(Viewer(wake=lambda: None))
        self.run.submit(Play())
        self.began = self.clock()

    def clock(self) -> float:
        """Seconds of this thread's own time, and those that were leapt over."""
        return time.thread_time() + self.leapt

    def _slice(self) -> None:
        number = self.run.published.frame and self.run.published.frame.number
        due = self.run.slice(SLICE_S)
        shown = self.run.published.frame
        if shown is not None and shown.number != number:
            self.frames.append(self.clock())
        self.leapt += max(0.0, min(due - self.clock(), 1.0))

    def first(self) -> float:
        """Seconds until the first frame, from the building on."""
        while not self.frames:
            self._slice()
        return self.frames[0] - self.began

    def frame_after(self, **values: object) -> float:
        """Seconds until the next frame after live parameters are set."""
        began, count = self.clock(), len(self.frames)
        self.run.submit(Set(values=values))
        while len(self.frames) == count:
            self._slice()
        return self.frames[-1] - began

    def watch(self, seconds: float) -> tuple[float, float, float]:
        """Frames per second, the longest wait for one in seconds, and steps per second."""
        self._slice()
        began, first, step = self.clock(), len(self.frames), self.run.performer.step
        while self.clock() - began < seconds:
            self._slice()
        took, seen = self.clock() - began, [began, *self.frames[first:]]
        longest = max(after - before for before, after in itertools.pairwise(seen))
        return (len(seen) - 1) / took, longest, (self.run.performer.step - step) / took


def opening(kind: type[Exhibit[Any]], params: Params, rounds: int = 3) -> dict[str, float]:
    """Seconds from opening a run to its first frame: the first of this process, and the best of the next."""
    first, *others = (Alone(kind, params).first() for _ in range(rounds + 1))
    return {"to the first frame, first of the process, s": first, "to the first frame, then, s": min(others)}
