"""Take the README's pictures of the app: ``python -m tests.browser.screenshots``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from engine.exhibit import catalogue
from tests.browser import chromium
from tests.browser.server import HOUSE, Server
from ui.home import page_file

SECONDS = 12


def main() -> None:
    """One picture per exhibit, after it has run for a while."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), probes=False)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        for slug in catalogue():
            if page_file(slug) is None:
                continue
            page.goto(f"{server.url}/{slug}")
            page.wait_for_timeout(1000 * SECONDS)
            page.screenshot(path=HOUSE / "assets" / "pictures" / f"{slug}-page.png")
        browser.close()
        server.stop()


if __name__ == "__main__":
    main()
