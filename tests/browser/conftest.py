"""One server and one Chromium for all browser tests; a fresh context, watched for errors, for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> BrowserContext:
    """A browser profile that has been here before, so that pages need not load Streamlit anew for every test."""
    return browser.new_context(viewport={"width": 1366, "height": 768})


@pytest.fixture
def open_page(browser: Browser, visitor: BrowserContext, server: Server) -> Iterator[Callable[..., Page]]:
    """Open a path of the server, with ``options`` in a profile of its own; at the end, no page may have reported an
    error."""
    contexts, errors = [], []

    def open_page(path: str, *, base: str = "", wait: bool = True, **options: object) -> Page:
        context = visitor
        if options:
            context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
            contexts.append(context)
        context.set_default_timeout(30_000)
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
    for page in visitor.pages:
        page.close()
    visitor.clear_permissions()
    forget(visitor, server.url)
    assert [error for error in errors if error] == []


def forget(context: BrowserContext, url: str) -> None:
    """Empty the local storage of an address, and leave the cache."""
    page = context.new_page()
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "local_storage"})
    page.close()


def _console(message) -> str:
    where = message.location.get("url", "")
    return "" if where.endswith(STREAMLIT_PROBES) else f"console: {message.text} ({where})"


def moving(page: Page, selector: str = ".mg-view", frames: int = 2) -> None:
    """Wait until a view has drawn."""
    page.wait_for_function(
        "([selector, frames]) => [...document.querySelectorAll(selector)].some((v) => +v.dataset.frames >= frames)",
        arg=[selector, frames],
    )


WIDEST = """() => Math.max(...[...document.querySelectorAll('.mg-view, .mg-view *:not(svg *)')]
  .map((e) => e.getBoundingClientRect().right))"""


def fits(page: Page, picture: str, *sizes: tuple[int, int]) -> None:
    """At every size and in both colour schemes nothing sticks out sideways, and the picture is large."""
    page.wait_for_selector(".mg-plot .main-svg", state="attached")
    for width, height in sizes:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(f"Math.abs(innerWidth - {width}) < 1")
            page.wait_for_function(f"({WIDEST})() <= {width + 1}")
            assert page.locator(picture).first.bounding_box()["width"] > 300


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shots")
