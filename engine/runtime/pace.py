"""How many steps to do now: as many as the speed limit has let gather, in chunks short enough to stay responsive."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from engine.params import Knob
from engine.runtime.performer import Performer

CHUNK_S = 0.016  # a command waits at most about this long for the steps under way
LOOK_S, READ_PER_S = 0.5, 18.0  # slow motion shows a phase so long, and reads so many letters of it in a second
SHORTEST_PHASE_S = 0.9
TICK_S = 1 / 60  # the pulse of a speed-limited run
SPEED = Knob(
    name="speed", kind="live", type="float", default=60.0, label="Speed", help="Most steps per second.",
    minimum=0.1, maximum=1e6, log=True, unit="steps/s",
)  # fmt: skip
NO_LIMIT = "max"  # the speed of a run that goes as fast as it can, in a link
PACE = Knob(
    name="pace", kind="live", type="float", default=1.0, label="Pace of slow motion", help="1 leaves time to read.",
    minimum=0.1, maximum=10.0, log=True,
)  # fmt: skip
SLOW = Knob(name="slow", kind="live", type="bool", default=False, label="Slow motion", help="One phase at a time.")


@dataclass(frozen=True)
class Tempo:
    """How a run is played: what its link says of it beside the parameters.

    Args:
        speed: most steps per second; infinity for as fast as the machine goes.
        slow: slow motion.
        pace: of slow motion; 1 leaves time to read what it says, 2 half of that.
    """

    speed: float
    slow: bool = False
    pace: float = 1.0

    def to_query(self, usual: float) -> dict[str, str]:
        """What differs from the exhibit's usual speed, as URL query parameters."""
        speed = NO_LIMIT if math.isinf(self.speed) else f"{self.speed:g}"
        pace = {} if self.pace == 1.0 else {"pace": f"{self.pace:g}"}
        return ({} if self.speed == usual else {"speed": speed}) | ({"slow": "true"} if self.slow else {}) | pace

    def saved(self) -> dict[str, float | bool | None]:
        """As plain JSON, in which no limit is None."""
        return {"speed": None if math.isinf(self.speed) else self.speed, "slow": self.slow, "pace": self.pace}

    @classmethod
    def from_saved(cls, how: Mapping[str, object], usual: float) -> Tempo:
        """What :meth:`saved` has written, the ``usual`` speed where it cannot be read."""
        speed = how.get("speed", usual)
        speed = math.inf if speed is None else _within(SPEED, speed, usual)
        return cls(speed, how.get("slow") is True, _within(PACE, how.get("pace"), 1.0))

    @classmethod
    def from_query(cls, query: Mapping[str, str], usual: float) -> tuple[Tempo, list[str]]:
        """Read URL query parameters, snapping what is not allowed; one sentence for each that was."""
        speed, slow, pace = usual, False, 1.0
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
        if "pace" in query:
            pace, notice = PACE.snap(query["pace"])  # type: ignore[assignment]
            notices.append(notice)
        return cls(speed, slow, pace), [notice for notice in notices if notice]


def _within(knob: Knob, value: object, otherwise: float) -> float:
    """A saved number, or what to take where it is none that the knob allows."""
    assert knob.minimum is not None and knob.maximum is not None
    fits = type(value) in (int, float) and knob.minimum <= float(value) <= knob.maximum  # type: ignore[arg-type]
    return float(value) if fits else otherwise  # type: ignore[arg-type]


def reading_s(sentence: str) -> float:
    """Seconds for which a phase of slow motion is shown, so that its sentence can be read and its picture looked at."""
    return max(SHORTEST_PHASE_S, LOOK_S + len(sentence) / READ_PER_S)


class Pace:
    """Turns a tempo and the measured cost of a step into chunks of steps, or into phases in slow motion.

    Args:
        tempo: how it is played at first.
        clock: tells the time in seconds.
    """

    def __init__(self, tempo: Tempo, clock: Callable[[], float] = time.monotonic) -> None:
        self.speed, self.slow, self.pace = tempo.speed, tempo.slow, tempo.pace
        self._clock = clock
        self.step_s = CHUNK_S  # what a step takes; until more is known, so much that it is one at a time
        self._phase_began, self._phase_s = -math.inf, 0.0
        self.restart()

    @property
    def tempo(self) -> Tempo:
        """How it is played now."""
        return Tempo(self.speed, self.slow, self.pace)

    @property
    def unlimited(self) -> bool:
        """Whether only the machine limits the steps per second."""
        return math.isinf(self.speed)

    @property
    def fills_the_display(self) -> bool:
        """Whether there is something new for every frame that a display can show."""
        return not self.slow and self.speed * TICK_S >= 1

    def restart(self) -> None:
        """Forget credit gathered so far: the run has been standing."""
        self._credit, self._last = 0.0, self._clock()

    def go_slow(self, on: bool) -> None:
        """Slow motion on or off; its first phase is due at once."""
        self.slow, self._phase_began = on, -math.inf

    @property
    def _next_phase(self) -> float:
        return self._phase_began + self._phase_s / self.pace

    def play(self, performer: Performer) -> bool:
        """Let ``performer`` do what is due: a phase in slow motion, otherwise a chunk of steps; False if nothing is."""
        now = self._clock()
        if self.slow:
            if now < self._next_phase:
                return False
            performer.one_phase()
            self._phase_began, self._phase_s = now, reading_s(performer.phase)
            return True
        steps = self.steps_now()
        if steps:
            done = performer.advance(steps)
            self.did(done, self._clock() - now)
        return steps > 0

    def steps_now(self) -> int:
        """How many steps to do at once now; 0 if the next is not due."""
        chunk = max(1, min(10_000, int(CHUNK_S / self.step_s)))
        if self.unlimited:
            return chunk
        now = self._clock()
        self._credit = min(self._credit + (now - self._last) * self.speed, max(1.0, self.speed * 0.1))
        self._last = now
        return min(chunk, int(self._credit))

    def did(self, steps: int, seconds: float) -> None:
        """Learn from ``steps`` that took ``seconds``."""
        self.step_s = max(1e-9, 0.7 * self.step_s + 0.3 * seconds / max(1, steps))
        self._credit -= steps

    def due(self) -> float:
        """The time at which something is due again."""
        if self.slow:
            return self._next_phase
        if self.unlimited:
            return 0.0
        return self._last + max((1 - self._credit) / self.speed, TICK_S)
