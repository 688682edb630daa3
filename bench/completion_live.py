"""Completion as it is watched: training beside its own loop, a stroke of the rubber, and 8,192 points on the screen.

``python -m bench.completion_live``
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import torch
from playwright.sync_api import sync_playwright

from bench.measure import percentile, table
from bench.on_screen import MOVING, frames_per_s
from bench.viewers import watched
from engine.exhibits.completion import Completion, Touch
from tests.browser import chromium
from tests.browser.server import Server

STROKES = 30


def strokes() -> dict[str, float]:
    """Milliseconds from a stroke of the rubber to the frame in which the shape is completed anew, of one thread."""
    exhibit = Completion(Completion.Params(), seed=0)
    exhibit.frame()
    took = []
    for number in range(STROKES):
        began = time.thread_time()
        exhibit.poke(Touch(kind="touch", erase=list(range(8 * number, 8 * number + 8))))
        exhibit.frame()
        took.append(1e3 * (time.thread_time() - began))
    return {"median, ms": statistics.median(took), "95th percentile, ms": percentile(took, 0.95)}


def costs() -> dict[str, float]:
    """Milliseconds of one thread that the parts of the exhibit take."""
    exhibit = Completion(Completion.Params(), seed=0)
    exhibit.step()
    found = {}
    for name, what, times in (
        ("a step", exhibit.trainer.step, 20), ("a batch drawn", exhibit.trainer.draw, 20),
        ("a look", exhibit.instruments.look, 5), ("the small pictures", exhibit.show.refresh, 5),
    ):  # fmt: skip
        began = time.thread_time()
        for _ in range(times):
            what()
        found[f"{name}, ms"] = 1e3 * (time.thread_time() - began) / times
    return found


def on_screen() -> float:
    """Frames per second of the cloud view with 8,192 points that wander, with software rendering."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        server = Server(Path(folder))
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(server.url + "/probe-cloud?points=8192")
        page.wait_for_function(MOVING, arg=".mg-space")
        page.wait_for_timeout(2000)
        rate = frames_per_s(page, ".mg-space")
        server.stop()
        browser.close()
    return rate


def main() -> None:
    """Print the tables."""
    torch.set_num_threads(1)
    table("What it costs", costs())
    table("From a stroke of the rubber to the frame that shows it completed", strokes())
    table("Training with a viewer at 30 frames/s", watched(Completion, 1, frames_per_s=30))
    table("Cloud view with software rendering", {"frames/s": on_screen()})


if __name__ == "__main__":
    main()
