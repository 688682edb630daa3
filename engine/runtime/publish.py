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
from engine.runtime.memory import History
from engine.runtime.pace import TICK_S

CROWD = 4  # with more viewers than this, frames come half as often
HISTORY_S = 0.4
SELDOM_S = 1 / 15  # between two frames where their share of the time would let them come more seldom
WHOLE_S = 0.1  # between two frames that are new in all parts, for exhibits that know how to be glanced at
AWAY_S = 30.0  # a viewer that has not drawn its frame for so long is not looking


@dataclass(eq=False)
class Watcher:
    """Someone who looks at a run. ``wake`` is called, from any thread, when there is something new."""

    wake: Callable[[], None]
    ready: bool = True
    waiting_since: float = 0.0  # when it was sent the frame it has not acknowledged, if it is not ready

    def away_since(self, now: float) -> float | None:
        """Since when it has not drawn what it was sent, if that is long ago: a hidden page does not draw."""
        return None if self.ready or now - self.waiting_since < AWAY_S else self.waiting_since


@dataclass(frozen=True)
class Published:
    """Encoded bytes and their number, which goes up with every publication."""

    number: int
    blob: bytes


class Publisher:
    """The newest frame, scene and history of a run as bytes, and those who watch for them."""

    def __init__(self) -> None:
        self.watchers: set[Watcher] = set()
        self.frame: Published | None = None
        self.scene: Published | None = None
        self.history: Published | None = None
        self.stale = False  # something has changed since the last frame
        self._number = 0
        self._scene_of: tuple[weakref.ref[Exhibit], int] | None = None
        self._rate: deque[tuple[float, int]] = deque(maxlen=64)
        self._next_frame = self._next_history = self._next_whole = 0.0
        self._costs: deque[float] = deque(maxlen=16)  # seconds that the last frames took
        self._whole = Frame()

    def wake_all(self) -> None:
        """Tell everybody that there is news."""
        for watcher in list(self.watchers):
            watcher.wake()

    def restart_rate(self) -> None:
        """Measure steps per second afresh."""
        self._rate.clear()

    def due(self) -> float:
        """When a frame may go out; infinity if there is no news or nobody ready for it."""
        return self._next_frame if self.stale and self._anyone_ready() else float("inf")

    def publish(
        self,
        exhibit: Exhibit,
        past: History,
        step: int,
        *,
        hurry: bool,
        share: float,
        phase: str = "",
        **about: Any,
    ) -> None:
        """Encode what there is to see, if a frame is due.

        Args:
            exhibit: its scene is encoded only when it has changed.
            past: receives the frame's metrics, and is encoded now and then (at once, in a ``hurry``).
            step: the step the exhibit is at.
            share: of the time that frames may take; those that take long come less often, but not below 15 a second
                unless that were more than a third of the time.
            phase: the phase of slow motion, if in one.
            **about: further metadata of the frame.
        """
        now = time.monotonic()
        if now < self.due():
            return
        if self._scene_of != (weakref.ref(exhibit), exhibit.scene_version):
            self._scene_of = (weakref.ref(exhibit), exhibit.scene_version)
            self.scene = self._numbered(encode("scene", exhibit.scene(), version=exhibit.scene_version))
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
        pause = TICK_S * (2 if len(self.watchers) > CROWD else 1)
        self._costs.append(time.monotonic() - now)
        self._next_frame = now + max(pause - 0.002, self._rest(share))
        self.wake_all()

    def release(self) -> None:
        """Let go of everything big."""
        self.frame = self.scene = self.history = self._scene_of = None
        self._whole = Frame()

    def _encode(self, frame: Frame, now: float, step: int, about: dict[str, Any]) -> bytes:
        self._rate.append((now, step))
        (before, first), (_, last) = self._rate[0], self._rate[-1]
        rate = max(0.0, (last - first) / (now - before)) if now > before else 0.0
        return encode("frame", frame, step=step, steps_per_s=rate, **about)

    def _rest(self, share: float) -> float:
        """Seconds from one frame to the next: so many that frames keep to their share."""
        usual = (sum(self._costs) - max(self._costs)) / max(1, len(self._costs) - 1)  # the longest may have compiled
        return min(usual / share, max(SELDOM_S, 3 * usual))

    def _anyone_ready(self) -> bool:
        return any(watcher.ready for watcher in list(self.watchers))

    def _numbered(self, blob: bytes) -> Published:
        self._number += 1
        return Published(self._number, blob)
