"""How many steps to do now: as many as the speed limit has let gather, in chunks short enough to stay responsive."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.params import Knob

CHUNK_S = 0.016  # a command waits at most about this long for the steps under way
TICK_S = 1 / 60  # the pulse of a speed-limited run, and the fastest frame rate
SPEED = Knob(
    name="speed", kind="live", type="float", default=60.0, label="Speed", help="Most steps per second.",
    minimum=0.1, maximum=1e6, log=True, unit="steps/s",
)  # fmt: skip
NO_LIMIT = "max"  # the speed of a run that goes as fast as it can, in a link
SLOW = Knob(name="slow", kind="live", type="bool", default=False, label="Slow motion", help="One phase at a time.")


@dataclass(frozen=True)
class Tempo:
    """How a run is played: what its link says of it beside the parameters.

    Args:
        speed: most steps per second; infinity for as fast as the machine goes.
        slow: slow motion.
    """

    speed: float
    slow: bool = False

    def to_query(self, usual: float) -> dict[str, str]:
        """What differs from the exhibit's usual speed, as URL query parameters."""
        speed = NO_LIMIT if math.isinf(self.speed) else f"{self.speed:g}"
        return ({} if self.speed == usual else {"speed": speed}) | ({"slow": "true"} if self.slow else {})

    @classmethod
    def from_query(cls, query: Mapping[str, str], usual: float) -> tuple[Tempo, list[str]]:
        """Read URL query parameters, snapping what is not allowed; one sentence for each that was."""
        speed, slow = usual, False
        notices: list[str | None] = []
        if query.get("speed", "").strip().lower() == NO_LIMIT:
            speed = math.inf
        elif "speed" in query:
            snapped, notice = replace(SPEED, default=usual).snap(query["speed"])
            speed = float(snapped)
            notices.append(notice)
        if "slow" in query:
            slow, notice = SLOW.snap(query["slow"])  # type: ignore[assignment]
            notices.append(notice)
        return cls(speed, slow), [notice for notice in notices if notice]


class Pace:
    """Turns a speed limit and the measured cost of a step into chunks of steps.

    Args:
        speed: steps per second; infinity for as fast as the machine goes.
    """

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._step_s = CHUNK_S  # until more is known, one at a time
        self.restart()

    def restart(self) -> None:
        """Forget credit gathered so far: the run has been standing."""
        self._credit, self._last = 0.0, time.monotonic()

    def steps_now(self) -> int:
        """How many steps to do at once now; 0 if the next is not due."""
        chunk = max(1, min(10_000, int(CHUNK_S / self._step_s)))
        if math.isinf(self.speed):
            return chunk
        now = time.monotonic()
        self._credit = min(self._credit + (now - self._last) * self.speed, max(1.0, self.speed * 0.1))
        self._last = now
        return min(chunk, int(self._credit))

    def did(self, steps: int, seconds: float) -> None:
        """Learn from ``steps`` that took ``seconds``."""
        self._step_s = max(1e-9, 0.7 * self._step_s + 0.3 * seconds / max(1, steps))
        self._credit -= steps

    def due(self) -> float:
        """The ``time.monotonic()`` at which steps are due again."""
        if math.isinf(self.speed):
            return 0.0
        return self._last + max((1 - self._credit) / self.speed, TICK_S)
