"""What one visitor's largest runs cost another: the frames of a run that is watched while others are built and stepped.

``python -m bench.starve [HOGS]``: so many of the largest adversarial patterns (default 2) beside a Turing pattern.
"""

from __future__ import annotations

import itertools
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NoReturn

from bench.measure import table
from engine.exhibit import catalogue
from engine.runtime.pool import Pool
from engine.runtime.run import Run
from engine.runtime.service import Service
from engine.runtime.store import Store
from engine.runtime.viewers import Viewer

SECONDS = 20.0
LARGEST = {"n": 1000, "m": "4096", "inits": 5, "critic_width": "256"}
GAP_S, FRAMES_PER_S = 0.25, 15.0  # the goal: no gap longer, and no fewer


class Eye:
    """Watches a run as a browser does, and notes when each frame came."""

    def __init__(self, run: Run) -> None:
        self.run, self.times, self.number = run, [], 0  # type: ignore[var-annotated]
        self.news, self.over = threading.Event(), threading.Event()
        self.viewer = Viewer(self.news.set)
        run.attach(self.viewer)
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self) -> None:
        while not self.over.is_set():
            self.news.wait(0.1)
            self.news.clear()
            newest = self.run.published.frame
            if newest is not None and newest.number != self.number:
                self.number = newest.number
                self.times.append(time.monotonic())
                self.run.acknowledge(self.viewer)

    def close(self) -> None:
        """Look no more."""
        self.over.set()
        self.thread.join()
        self.run.detach(self.viewer)


def starve(hogs: int, seconds: float = SECONDS) -> dict[str, float]:
    """Frames per second and gaps of a run that is watched, alone and beside ``hogs``."""
    found: dict[str, float] = {}
    kinds = catalogue()
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Pool(), Store(Path(folder)), "cpu")
        run = service.open(kinds["turing"], kinds["turing"].Params())
        eye = Eye(run)
        time.sleep(3.0)  # compiled by then
        for name, many in (("alone", 0), ("beside", hogs)):
            large = kinds["adversarial-patterns"]
            others = [Eye(service.open(large, large.Params(**LARGEST, seed=seed))) for seed in range(many)]
            eye.times.clear()
            time.sleep(seconds)
            times = list(eye.times)
            gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
            found[f"{name}: frames/s"] = len(times) / seconds
            found[f"{name}: longest gap, ms"] = 1e3 * max(gaps, default=seconds)
            found[f"{name}: median gap, ms"] = 1e3 * statistics.median(gaps or [seconds])
            first = [other.times[0] for other in others if other.times]
            found[f"{name}: others that have shown a frame"] = len(first)
            for other in others:
                other.close()
        eye.close()
        service.close()
    return found


def main() -> int:
    """Print what was found; the exit status says whether the goal was met."""
    found = starve(int(sys.argv[1]) if sys.argv[1:] else 2)
    table("a Turing pattern beside the largest adversarial patterns", found)
    met = found["beside: frames/s"] >= FRAMES_PER_S and found["beside: longest gap, ms"] <= 1e3 * GAP_S
    print("goal met" if met else f"goal missed: {FRAMES_PER_S:g} frames/s and no gap over {1e3 * GAP_S:g} ms")
    return 0 if met else 1


def leave(status: int) -> NoReturn:
    """End without waiting for what is still being built."""
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    leave(main())
