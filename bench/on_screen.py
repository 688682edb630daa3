"""What is really on screen, in headless Chromium with software rendering: frames per second, the delay of a drag,
and the time to the first moving frame, beside Streamlit's native way of showing the same field.

``python -m bench.on_screen``
"""

from __future__ import annotations

import statistics
import tempfile
import textwrap
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.measure import percentile, table
from engine.exhibit import catalogue
from tests.browser import chromium
from tests.browser.conftest import PICTURE
from tests.browser.server import Server
from ui.home import page_file

NATIVE = """
import numpy as np, plotly.graph_objects as go, streamlit as st
@st.fragment(run_every=0.03)
def show():
    st.session_state.n = st.session_state.get("n", 0) + 1
    field = np.random.default_rng(st.session_state.n).random((256, 256), dtype=np.float32)
    st.plotly_chart(go.Figure(go.Heatmap(z=field)), key="field")
    st.html(f'<i class="mg-native" data-frames="{st.session_state.n}"></i>')
show()
"""
MOVING = "(s) => [...document.querySelectorAll(s)].some((view) => +view.dataset.frames >= 2)"
DRAG = """async (values) => {
  const slider = document.querySelector('[data-param=gs_F]'), view = document.querySelector('.mg-field');
  const delays = [];
  for (const value of values) {
    const before = +view.dataset.version, began = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    while (+view.dataset.version <= before) await new Promise((done) => setTimeout(done, 1));
    delays.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 40 + 60 * Math.random()));
  }
  return delays;
}"""


def frames_per_s(page: Page, selector: str, seconds: float = 6.0) -> float:
    """Frames a view draws per second, from its ``data-frames``."""
    count = f"Math.max(...[...document.querySelectorAll('{selector}')].map((view) => +view.dataset.frames))"
    first, began = page.evaluate(count), time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    return (page.evaluate(count) - first) / (time.perf_counter() - began)


def watch(browser: Browser, url: str) -> float:
    """Frames per second of a page's picture, with everything else on the page."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(url)
    page.wait_for_function(MOVING, arg=PICTURE)
    page.wait_for_timeout(3000)
    rate = frames_per_s(page, PICTURE)
    page.close()
    return rate


def opening(browser: Browser, url: str, rounds: int = 5) -> dict[str, float]:
    """Seconds from opening the page to its second frame: a new browser profile, and one that has been here."""
    cold, warm = [], []
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        for found in (cold, warm):
            page = context.new_page()
            began = time.perf_counter()
            page.goto(url, wait_until="commit")
            page.wait_for_function(MOVING, arg=".mg-view")
            found.append(time.perf_counter() - began)
            page.close()
        context.close()
    return {"empty browser cache, s": statistics.median(cold), "been here before, s": statistics.median(warm)}


def native(browser: Browser, folder: Path) -> float:
    """Frames per second of ``st.plotly_chart`` in a fragment, for the same field."""
    script = folder / "native.py"
    script.write_text(textwrap.dedent(NATIVE))
    server = Server(folder, "--server.fileWatcherType=none", app=str(script))
    try:
        page = browser.new_page()
        page.goto(server.url)
        page.wait_for_function(MOVING, arg=".mg-native")
        return frames_per_s(page, ".mg-native")
    finally:
        server.stop()


def main() -> None:
    """Measure the Turing page, and what moves on the others."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        server = Server(Path(folder), probes=False)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(server.url + "/turing")
        page.wait_for_function(MOVING, arg=".mg-plot, .mg-field")
        page.wait_for_timeout(3000)
        rate = frames_per_s(page, ".mg-field")
        delays = page.evaluate(DRAG, [round(0.03 + 0.0002 * index, 4) for index in range(100)])
        page.locator("[data-tool=relief]").click()
        page.wait_for_timeout(2000)
        relief = frames_per_s(page, ".mg-field")
        page.close()
        others = {
            slug: watch(browser, f"{server.url}/{slug}") for slug in catalogue() if slug != "turing" and page_file(slug)
        }
        opened = opening(browser, server.url + "/turing")
        server.stop()
        plain = native(browser, Path(folder))
        browser.close()
    table("The 256 x 256 field on the whole Turing page", {
        "frames/s": rate,
        "native fragment with plotly_chart, frames/s": plain,
        "ratio": rate / plain,
        "relief, frames/s": relief,
    })  # fmt: skip
    table("Frames/s of the picture on other pages", others)
    table("From dragging a slider to the first frame computed with the new value, ms", {
        "median": statistics.median(delays), "95th percentile": percentile(delays, 0.95),
    })  # fmt: skip
    table("From opening the page to its second frame", opened)


if __name__ == "__main__":
    main()
