"""What is published of an exhibit, and how often, by a clock moved by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.exhibit import Exhibit, Frame
from engine.frames import decode
from engine.runtime import publish
from engine.runtime.memory import History
from engine.runtime.publish import Publisher, Watcher
from tests.probes import Walk, WalkParams


class Clock:
    """Stands still unless moved."""

    now = 100.0

    def monotonic(self) -> float:
        """The time."""
        return self.now


class Glanced(Walk):
    """Its places should move smoothly; the rest takes long to work out. The metric ``steps`` tells how old that is."""

    clock: Clock
    takes_s = 0.02
    slug = "probe-glanced"

    def frame(self) -> Frame:
        """Slow."""
        self.clock.now += self.takes_s
        return super().frame()

    def glance(self) -> Frame:
        """Quick."""
        return Frame({"at": self.at.copy()})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(publish, "time", clock)
    return clock


class Stage:
    """An exhibit and who publishes it."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.step, self.past, self.published = clock, 0, History(), Publisher()
        self.published.watchers.add(Watcher(lambda: None))
        self.exhibit = Glanced(WalkParams(), seed=0)
        self.exhibit.clock = clock

    def show(self, *, share: float = 0.5, hurry: bool = False, phase: str = "") -> tuple[Frame, dict[str, Any]]:
        """One step, and the frame after it as soon as it is due."""
        self.exhibit.step()
        self.step += 1
        self.clock.now = max(self.clock.now, self.published._next_frame)
        self.published.stale = True
        self.published.publish(self.exhibit, self.past, self.step, hurry=hurry, share=share, phase=phase)
        assert self.published.frame is not None
        return decode(self.published.frame.blob)


def test_between_whole_frames_what_should_move_smoothly_does_and_nothing_is_missing(clock: Clock) -> None:
    stage, whole = Stage(clock), 0
    for _ in range(40):
        frame, about = stage.show()
        assert about["step"] == stage.step and set(frame.arrays) == {"at", "shade"}
        np.testing.assert_array_equal(frame.arrays["at"], stage.exhibit.at.astype(np.float32))
        assert frame.metrics["steps"] > stage.step - 10
        whole += frame.metrics["steps"] == stage.step
    assert 4 <= whole < 20
    assert len(stage.past) == whole, "the history holds only what was measured at its step"


def test_a_frame_in_a_hurry_is_whole(clock: Clock) -> None:
    stage = Stage(clock)
    for _ in range(5):
        assert stage.show(hurry=True)[0].metrics["steps"] == stage.step


def test_the_name_of_a_phase_goes_with_it(clock: Clock) -> None:
    stage = Stage(clock)
    assert stage.show(phase="now this")[0].words["phase"] == "now this"
    assert "phase" not in stage.show()[0].words


def test_another_exhibit_is_shown_whole_at_once(clock: Clock) -> None:
    stage = Stage(clock)
    for _ in range(3):
        stage.show()
    stage.exhibit = Glanced(WalkParams(), seed=9)
    stage.exhibit.clock = clock
    assert stage.show()[0].metrics["steps"] == 1


@pytest.mark.parametrize(("cost", "share", "taken"), [
    (0.005, 0.1, 0.1), (0.005, 0.25, 0.25), (0.01, 0.01, 0.15), (0.1, 0.01, 1 / 3),
])  # fmt: skip
def test_frames_take_their_share_but_do_not_stay_away(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, cost: float, share: float, taken: float
) -> None:
    monkeypatch.setattr(Glanced, "glance", Exhibit.glance)
    stage = Stage(clock)
    stage.exhibit.takes_s = cost
    began = clock.now
    for _ in range(100):
        stage.show(share=share)
    assert 100 * cost / (clock.now - began) == pytest.approx(taken, rel=0.05)
