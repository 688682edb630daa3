"""One server and one Chromium for all browser tests; a fresh context, watched for errors, for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.server import Server

# Streamlit's own frontend looks for its server below a deep link before it looks above it
STREAMLIT_PROBES = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("state"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, chromium.MEND
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Open a path of the server in a new context; at the end, no page may have reported an error."""
    contexts, errors = [], []

    def open_page(path: str, *, base: str = "", wait: bool = True, **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"page error: {error}"))
        page.on("console", lambda message: errors.append(_console(message)) if message.type == "error" else None)
        page.goto((base or server.url) + path)
        if wait:
            moving(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [error for error in errors if error] == []


def _console(message) -> str:
    where = message.location.get("url", "")
    return "" if where.endswith(STREAMLIT_PROBES) else f"console: {message.text} ({where})"


def moving(page: Page, selector: str = ".mg-view", frames: int = 2) -> None:
    """Wait until a view has drawn."""
    page.wait_for_function(
        "([selector, frames]) => [...document.querySelectorAll(selector)].some((v) => +v.dataset.frames >= frames)",
        arg=[selector, frames],
    )


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shots")
