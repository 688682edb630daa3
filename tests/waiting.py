"""Waiting for a run without sleeping: a viewer that is woken at every piece of news."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine.runtime.run import Run
from engine.runtime.viewers import Viewer

PATIENCE_S = 20.0


class Viewing:
    """Watches a run and remembers the frames it saw; use it as a context manager.

    Args:
        run: what to watch.
        ready: whether it wants frames.
    """

    def __init__(self, run: Run, *, ready: bool = True) -> None:
        self.run = run
        self.news = threading.Event()
        self.viewer = Viewer(self.news.set, ready=ready)

    def __enter__(self) -> Viewing:
        self.run.attach(self.viewer)
        return self

    def __exit__(self, *error: object) -> None:
        self.run.detach(self.viewer)

    def until(self, condition: Callable[[], bool], what: str = "the condition") -> None:
        """Wait for ``condition``, looking whenever there is news, and now and then in between."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end, f"waited {PATIENCE_S} s in vain for {what}; the run: {self.run.describe()}"
            self.news.wait(0.01)
            self.news.clear()


def until(run: Run, condition: Callable[[], bool], what: str = "the condition") -> None:
    """Watch ``run``, wanting no frames, until ``condition``."""
    with Viewing(run, ready=False) as viewing:
        viewing.until(condition, what)


def in_a_loop(talk: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end in a thread of its own: the browser tests' driver keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, talk).result()
