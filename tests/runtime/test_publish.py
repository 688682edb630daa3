"""What is published of an exhibit, and how often, by a clock moved by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.exhibit import Exhibit, Frame
from engine.frames import decode
from engine.runtime.memory import History
from engine.runtime.publish import Publisher
from engine.runtime.viewers import Viewer, Viewers
from tests.clock import Clock
from tests.probes import Walk, WalkParams


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
def clock() -> Clock:
    return Clock()


class Show:
    """An exhibit and who publishes it."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.step, self.past, self.published = clock, 0, History(), Publisher(Viewers(clock), clock)
        self.published._viewers.add(Viewer(lambda: None))
        self.exhibit = Glanced(WalkParams(), seed=0)
        self.exhibit.clock = clock

    def show(
        self, *, share: float = 0.5, step_s: float = 0.0, hurry: bool = False, phase: str = ""
    ) -> tuple[Frame, dict[str, Any]]:
        """One step, and the frame after it as soon as it is due."""
        self.exhibit.step()
        self.step += 1
        self.clock.now = max(self.clock.now, self.published._next_frame)
        self.published.stale = True
        about = {"share": share, "step_s": step_s, "phase": phase}
        self.published.publish(self.exhibit, self.past, self.step, hurry=hurry, **about)
        assert self.published.frame is not None
        return decode(self.published.frame.blob)


def test_between_whole_frames_what_should_move_smoothly_does_and_nothing_is_missing(clock: Clock) -> None:
    show, whole = Show(clock), 0
    for _ in range(40):
        frame, about = show.show()
        assert about["step"] == show.step and set(frame.arrays) == {"at", "shade"}
        np.testing.assert_array_equal(frame.arrays["at"], show.exhibit.at.astype(np.float32))
        assert frame.metrics["steps"] > show.step - 10
        whole += frame.metrics["steps"] == show.step
    assert 4 <= whole < 20
    assert len(show.past) == whole, "the history holds only what was measured at its step"


def test_a_frame_in_a_hurry_is_whole(clock: Clock) -> None:
    show = Show(clock)
    for _ in range(5):
        assert show.show(hurry=True)[0].metrics["steps"] == show.step


def test_the_name_of_a_phase_goes_with_it(clock: Clock) -> None:
    show = Show(clock)
    assert show.show(phase="now this")[0].words["phase"] == "now this"
    assert "phase" not in show.show()[0].words


def test_another_exhibit_is_shown_whole_at_once(clock: Clock) -> None:
    show = Show(clock)
    for _ in range(3):
        show.show()
    show.exhibit = Glanced(WalkParams(), seed=9)
    show.exhibit.clock = clock
    assert show.show()[0].metrics["steps"] == 1


@pytest.mark.parametrize(("cost", "step_s", "share", "taken"), [
    (0.005, 0.001, 0.1, 0.1), (0.005, 0.001, 0.25, 0.25), (0.01, 0.001, 0.01, 0.15), (0.1, 0.001, 0.01, 1 / 3),
    (0.01, 0.05, 0.01, 0.01 / 0.15), (0.01, 0.05, 0.1, 0.1),
])  # fmt: skip
def test_frames_take_their_share_but_do_not_stay_away(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, cost: float, step_s: float, share: float, taken: float
) -> None:
    monkeypatch.setattr(Glanced, "glance", Exhibit.glance)
    show = Show(clock)
    show.exhibit.takes_s = cost
    began = clock.now
    for _ in range(100):
        show.show(share=share, step_s=step_s)
    assert 100 * cost / (clock.now - began) == pytest.approx(taken, rel=0.05)


@pytest.mark.parametrize("fps", [60, 20])
def test_no_more_frames_are_sent_than_the_server_is_told(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, fps: int
) -> None:
    monkeypatch.setenv("MORPHOGEN_FRAMES_PER_S", str(fps))
    show, began = Show(clock), clock.now
    for _ in range(100):
        show.show()
    assert 100 / (clock.now - began) == pytest.approx(fps, rel=0.15)


def test_who_did_something_is_answered_before_the_next_frame_is_due(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Glanced, "glance", Exhibit.glance)
    show = Show(clock)
    show.exhibit.takes_s = 0.01
    for _ in range(20):
        show.show(share=0.01, step_s=1.0)
    began = clock.now
    assert show.published._next_frame - began > 0.9
    show.published.hasten()
    show.show(share=0.01, step_s=1.0)
    assert clock.now - began < 0.05
