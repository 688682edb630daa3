"""Message passing: how fast it learns beside a loop as one would first write it, watched and not; and how smoothly
messages travel on screen.

``python -m bench.messages``
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from playwright.sync_api import Browser, sync_playwright

from bench.measure import rates, table
from bench.viewers import watched
from engine.exhibits.messages import Messages
from engine.exhibits.messages.tasks import NodeClasses
from engine.frames import encode
from tests.browser import chromium
from tests.browser.server import Server

GRAPHS = {
    "34 nodes, 78 links": "",
    "100 nodes, 300 links": "&graph=blocks&size=100&degree=6",
    "1,000 nodes, 5,000 links": "&graph=blocks&size=1000&degree=10",
}
WATCHED: dict[str, dict[str, Any]] = {
    "34 nodes": {}, "100 nodes": {"graph": "blocks", "size": 100, "degree": 6.0},
    "1,000 nodes": {"graph": "blocks", "size": 1000, "degree": 10.0},
    "40 graphs": {"task": "graphs", "rule": "gin", "layers": 3},
}  # fmt: skip
DRAWS = """async (seconds) => {
  const pen = document.querySelector('.mg-plane canvas').getContext('2d'), clear = pen.clearRect.bind(pen);
  let draws = 0;
  pen.clearRect = (...box) => { draws += 1; clear(...box); };
  const began = performance.now();
  await new Promise((done) => setTimeout(done, 1000 * seconds));
  delete pen.clearRect;
  return (1000 * draws) / (performance.now() - began);
}"""
TRAVELS = "document.querySelector('.mg-caption')?.textContent.includes('message')"
SLOWLY = "/messages?slow=true&pace=0.3"
SECONDS = 4.0


class Plain(torch.nn.Module):
    """Two hops of graph convolution with a dense matrix, between an embedding and a reading."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.embed, self.read = torch.nn.Linear(inputs, 16), torch.nn.Linear(16, 2)
        self.hops = torch.nn.ModuleList(torch.nn.Linear(16, 16, bias=False) for _ in range(2))

    def forward(self, x: torch.Tensor, S: torch.Tensor) -> torch.Tensor:
        """Scores of every node, (n, 2)."""
        h = self.embed(x)
        for hop in self.hops:
            h = torch.relu(S @ hop(h))
        return self.read(h)


def plain_loop(exhibit: Messages) -> object:
    """Trains the plain network on the exhibit's graph."""
    t, task = exhibit.trainer, exhibit.trainer.task
    assert isinstance(task, NodeClasses)
    teachers = task.teachers
    A = torch.from_numpy(exhibit.graph.adjacency()) + torch.eye(exhibit.graph.n)
    root = A.sum(1).rsqrt()
    S, network = root[:, None] * A * root, Plain(t.x.shape[1])
    optimiser = torch.optim.Adam(network.parameters(), lr=0.01, weight_decay=5e-4)

    def run(steps: int) -> None:
        for _ in range(steps):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(network(t.x, S)[teachers], task.truth[teachers]).backward()
            optimiser.step()

    return run


def spared() -> dict[str, object]:
    """The share of a core's time that is left for learning while somebody watches: of every second, ten whole frames,
    twenty glances and thirty encodings are taken off. Counted in processor time, so it holds on a busy machine too.
    """
    found: dict[str, object] = {}
    for name, values in WATCHED.items():
        exhibit = Messages(Messages.Params(**values), seed=0)
        exhibit.advance(50)
        whole = exhibit.frame()
        frame, glance = cost(exhibit.frame), cost(exhibit.glance)
        found[f"{name}: a step, ms"] = 1000 * cost(exhibit.step)
        coding = cost(partial(encode, "frame", whole, step=1, scene=1, steps_per_s=1.0))
        found[f"{name}: left while watched"] = 1 - 10 * frame - 20 * glance - 30 * coding
    return found


def cost(act: Callable[[], object], calls: int = 10) -> float:
    """Seconds of processor time that a call takes, the least of seven rounds."""
    rounds = []
    for _ in range(7):
        began = time.thread_time()
        for _ in range(calls):
            act()
        rounds.append((time.thread_time() - began) / calls)
    return min(rounds)


def travelling(browser: Browser, url: str) -> dict[str, object]:
    """Draws per second of the large picture while messages travel, in software rendering; and the wait for them."""
    found: dict[str, object] = {}
    for name, query in GRAPHS.items():
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        began = time.perf_counter()
        page.goto(f"{url}{SLOWLY}{query}")
        page.wait_for_function("+document.querySelector('.mg-plane')?.dataset.frames >= 1", timeout=120_000)
        found[f"{name}: first frame after s"] = time.perf_counter() - began
        page.wait_for_function(TRAVELS, timeout=120_000)
        found[f"{name}: draws/s"] = float(page.evaluate(DRAWS, SECONDS))
        page.close()
    return found


def main() -> None:
    """Print the tables."""
    torch.set_num_threads(1)
    exhibit = Messages(Messages.Params(), seed=0)
    found = rates({"ours": exhibit.advance, "plain": plain_loop(exhibit)}, rounds=5)  # type: ignore[dict-item]
    rows: dict[str, object] = {f"GCN on the karate club, {name}, steps/s": rate for name, rate in found.items()}
    rows["ours / plain"] = found["ours"] / found["plain"]
    rows |= {f"watched: {name}": value for name, value in watched(Messages, 1, frames_per_s=30).items()}
    table("learning", rows)
    table("watching, by processor time", spared())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        server = Server(Path(tempfile.mkdtemp()))
        try:
            table("messages on their way, on screen", travelling(browser, server.url))
        finally:
            server.stop()
            browser.close()


if __name__ == "__main__":
    main()
