"""A run driven by hand, one slice after another, without any thread."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.exhibit import Exhibit
from engine.frames import decode
from engine.params import Params
from engine.runtime.commands import (
    Command,
    Step,
)
from engine.runtime.run import Run
from engine.runtime.viewers import Viewer
from tests.clock import Clock
from tests.probes import Walk


def make(kind: type[Exhibit] = Walk, params: Params | None = None, clock: Clock | None = None) -> Run:
    """A run on a clock of its own, for which every look at it takes a millisecond."""
    run = Run(kind, params or kind.Params(), clock=clock or Clock(tick=1e-3))
    run.slice(0.0)
    return run


def do(run: Run, command: Command) -> Any:
    """Submit and carry out at once."""
    done = run.submit(command)
    run.slice(0.0)
    return done.result(timeout=0)


def walk_to(run: Run, step: int) -> np.ndarray:
    """Step by step, by hand; returns where the walkers are then."""
    while run.performer.step < step:
        do(run, Step())
    return run.performer.exhibit.frame().arrays["at"]


def watch(run: Run) -> Viewer:
    viewer = Viewer(lambda: None)
    run.attach(viewer)
    return viewer


def newest(run: Run) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The newest published frame, waiting for its turn if need be."""
    run.published._next_frame = 0.0
    run.slice(0.0)
    assert run.published.frame is not None
    frame, about = decode(run.published.frame.blob)
    return frame.arrays, about


def play_for(run: Run, clock: Clock, seconds: float) -> int:
    """Slice after slice on the clock moved by hand; returns how many frames came."""
    end, numbers = clock.now + seconds, set()
    while clock.now < end:
        clock.sleep_until(min(run.slice(0.02), end))
        numbers.add(run.published.frame and run.published.frame.number)
    return len(numbers)


def history_of(run: Run) -> dict[str, np.ndarray]:
    assert run.published.history is not None
    return decode(run.published.history.blob)[0].arrays
