"""Publishing: a frame is encoded once, when there is news and somebody ready for it, and then is everybody's."""

from __future__ import annotations

import time
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.exhibit import Exhibit, Frame
from engine.frames import encode
from engine.runtime import settings
from engine.runtime.memory import History
from engine.runtime.viewers import Viewers

CROWD = 4  # with more viewers than this, frames come half as often
HISTORY_S = 0.4
SELDOM_S, SELDOM_STEPS = 1 / 15, 3  # between two frames where their share of the time would let them come more seldom
MOST = 3  # frames take a third of the time at most
WHOLE_S = 0.1  # between two frames that are new in all parts, for exhibits that know how to be glanced at


@dataclass(frozen=True)
class Published:
    """Encoded bytes and their number, which goes up with every publication."""

    number: int
    blob: bytes


class Publisher:
    """The newest frame, scene and history of a run as bytes.

    Scenes are numbered by the publisher, through all that a run is rebuilt: a frame and a scene belong together
    exactly if the frame's ``scene`` is the scene's ``version``.

    Args:
        viewers: who is told.
        clock: tells the time in seconds.
    """

    def __init__(self, viewers: Viewers, clock: Callable[[], float] = time.monotonic) -> None:
        self._viewers, self._clock = viewers, clock
        self._pause = 1 / settings.frames_per_s()
        self.frame: Published | None = None
        self.scene: Published | None = None
        self.history: Published | None = None
        self.stale = False  # something has changed since the last frame
        self._number = self._scenes = 0
        self._scene_of: tuple[weakref.ref[Exhibit[Any]], int] | None = None
        self._rate: deque[tuple[float, int]] = deque(maxlen=64)
        self._next_frame = self._next_history = self._next_whole = self._earliest = 0.0
        self._costs: deque[float] = deque(maxlen=16)  # seconds that the last frames took
        self._whole = Frame()

    def restart_rate(self) -> None:
        """Measure steps per second afresh."""
        self._rate.clear()

    def due(self) -> float:
        """When a frame may go out; infinity if there is no news or nobody ready for it."""
        return self._next_frame if self.stale and self._viewers.anyone_ready() else float("inf")

    def hasten(self) -> None:
        """Somebody waits for an answer to what he did: the next frame comes as soon as frames can."""
        self._next_frame = min(self._next_frame, self._earliest)

    def publish(
        self,
        exhibit: Exhibit[Any],
        past: History,
        step: int,
        *,
        hurry: bool,
        share: float,
        step_s: float = 0.0,
        phase: str = "",
        **about: Any,
    ) -> None:
        """Encode what there is to see, if a frame is due.

        Args:
            exhibit: its scene is encoded only when it has changed.
            past: receives the frame's metrics, and is encoded now and then (at once, in a ``hurry``).
            step: the step the exhibit is at.
            share: of the time that frames may take; those that take long come less often, but not below 15 a second,
                or one in three steps, unless that were more than a third of the time.
            step_s: what a step takes.
            phase: the phase of slow motion, if in one.
            **about: further metadata of the frame.
        """
        now = self._clock()
        if now < self.due():
            return
        if self._scene_of != (weakref.ref(exhibit), exhibit.scene_version):
            self._scene_of = (weakref.ref(exhibit), exhibit.scene_version)
            self._scenes += 1
            self.scene = self._numbered(encode("scene", exhibit.scene(), version=self._scenes))
            self._next_whole = now
        if hurry or now >= self._next_whole or type(exhibit).glance is Exhibit.glance:
            self._next_whole = now + WHOLE_S
            frame = self._whole = exhibit.frame()
            past.add(step, frame.metrics)
        else:
            frame = self._whole | exhibit.glance()
        if now >= self._next_history or hurry:
            self._next_history = now + HISTORY_S
            self.history = self._numbered(encode("history", past.frame()))
        if phase:
            frame |= Frame(words={"phase": phase})
        self.frame = self._numbered(self._encode(frame, now, step, about))
        self.stale = False
        pause = self._pause * (2 if len(self._viewers) > CROWD else 1)
        self._costs.append(self._clock() - now)
        usual = (sum(self._costs) - max(self._costs)) / max(1, len(self._costs) - 1)  # the longest may have compiled
        rest = min(usual / share, max(SELDOM_S, SELDOM_STEPS * step_s, MOST * usual))
        self._earliest = now + max(pause - 0.002, min(rest, MOST * usual))
        self._next_frame = max(self._earliest, now + rest)
        self._viewers.wake()

    def release(self) -> None:
        """Let go of everything big."""
        self.frame = self.scene = self.history = self._scene_of = None
        self._whole = Frame()

    def _encode(self, frame: Frame, now: float, step: int, about: dict[str, Any]) -> bytes:
        self._rate.append((now, step))
        (before, first), (_, last) = self._rate[0], self._rate[-1]
        rate = max(0.0, (last - first) / (now - before)) if now > before else 0.0
        return encode("frame", frame, step=step, scene=self._scenes, steps_per_s=rate, **about)

    def _numbered(self, blob: bytes) -> Published:
        self._number += 1
        return Published(self._number, blob)
