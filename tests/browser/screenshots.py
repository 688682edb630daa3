"""Take the README's picture of the app: ``python -m tests.browser.screenshots``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.server import Server
from ui.home import PICTURES

SLUG = "turing"
SECONDS = 12
SMOOTH = "/ [1-9]\\d+ frames/.test(document.querySelector('.mg-numbers').textContent)"
"""A machine that is busy elsewhere would show a page that stutters."""
PATIENCE_MS = 120_000


def main() -> None:
    """One page as it is after a while."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), probes=False)
        try:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.goto(f"{server.url}/{SLUG}")
            page.wait_for_timeout(1000 * SECONDS)
            page.wait_for_function(SMOOTH, timeout=PATIENCE_MS)
            page.screenshot(path=PICTURES / f"{SLUG}-page.png")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
