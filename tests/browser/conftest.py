"""One server and one Chromium for all browser tests, a context watched for errors for each, and what to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    TimeoutError,
    expect,
    sync_playwright,
)

from tests.browser import chromium
from tests.browser.server import Server

# Streamlit's own frontend looks for its server below a deep link before it looks above it
STREAMLIT_PROBES = ("/_stcore/health", "/_stcore/host-config")

PATIENCE_MS = 90_000  # what is built on a machine with much else to do stands back, and may take half a minute
expect.set_options(timeout=PATIENCE_MS)

SELDOM = 20
"""Frames a second: without a GPU, drawing is what tests would spend most of their time on."""

Open = Callable[..., Page]
LAPTOP = {"width": 1366, "height": 768}
PICTURE = ".st-key-stage [data-testid=stColumn]:first-child .mg-view"
"""The views in the first column of a page's stage; the first of them is the picture."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a real browser does not manage on a busy machine it may try once more, and is told of."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("state"), fps=SELDOM)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chrome() -> dict[str, Any]:
    """Which Chromium is started, and how."""
    path = chromium.find()
    assert path, chromium.MEND
    return {"executable_path": path, "args": list(chromium.FLAGS)}


@pytest.fixture(scope="session")
def playwright(chrome: dict[str, Any]) -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chrome: dict[str, Any]) -> Iterator[Browser]:
    """For those who have never been here."""
    browser = playwright.chromium.launch(**chrome)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def visitor(
    playwright: Playwright, chrome: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One who has been here before: Streamlit is in the cache, compiled, and need not be read anew for every test."""
    profile = tmp_path_factory.mktemp("profile")
    context = playwright.chromium.launch_persistent_context(profile, **chrome, viewport=LAPTOP)
    yield context
    context.close()


@pytest.fixture
def open_page(request: pytest.FixtureRequest, visitor: BrowserContext, server: Server) -> Iterator[Open]:
    """Open a path of the server on a screen of that size, for one who wants it ``dark`` or ``light``, or without
    motion, with further ``options`` in a profile of its own, running ``script`` before the page's own; at the end, no
    page may have reported an error."""
    contexts, errors = [], []

    def open_page(
        path: str,
        *,
        base: str = "",
        wait: bool = True,
        script: str = "",
        viewport: dict[str, int] = LAPTOP,
        color_scheme: str | None = None,
        reduced_motion: str | None = None,
        **options: object,
    ) -> Page:
        context = visitor
        if options:
            context = request.getfixturevalue("browser").new_context(**options)
            contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        page.on("pageerror", lambda error: errors.append(f"page error: {error}"))
        page.on("console", lambda message: errors.append(_console(message)) if message.type == "error" else None)
        if script:
            page.add_init_script(script)
        page.goto((base or server.url) + path)
        if wait:
            moving(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    for page in visitor.pages[1:]:  # with its first page Chromium would close
        page.close()
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


def wait_status(page: Page, status: str) -> None:
    """Wait until the run is said to be ``running``, ``paused``, …"""
    page.wait_for_function("(s) => document.querySelector('.mg-panel')?.dataset.status === s", arg=status)


def wait_step(page: Page, step: int) -> None:
    """Wait until that step, or a later one, has been drawn."""
    page.wait_for_function("(s) => +document.querySelector('.mg-panel')?.dataset.step >= s", arg=step)


def wait_text(page: Page, selector: str, pattern: str) -> None:
    """Wait until the text of the first such element matches: in sight, for what is out of sight is not drawn."""
    page.locator(selector).first.scroll_into_view_if_needed()
    page.wait_for_function(
        "([s, p]) => new RegExp(p).test(document.querySelector(s)?.textContent ?? '')", arg=[selector, pattern]
    )


def pause(page: Page) -> None:
    """Press pause."""
    page.locator("[data-do=play]").click()
    wait_status(page, "paused")


def set_exactly(page: Page, name: str, value: float) -> None:
    """Type a value into the number field of a live parameter."""
    field = page.locator(f"[data-exact={name}]")
    field.fill(str(value))
    field.press("Enter")


def copied(page: Page, name: str) -> str:
    """What the button of that name copies. The clipboard itself is one for the whole browser, and takes its time."""
    page.evaluate("window.copied = ''; navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_function("copied")
    return str(page.evaluate("copied"))


def middle_of(locator: Locator) -> tuple[float, float]:
    """Where its middle is on the screen."""
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


SIDEWAYS = """(width) => [document.documentElement, ...document.querySelectorAll(
    '[data-testid=stMainBlockContainer], .mg-view, .mg-view *:not(svg *, .mg-rail *)')]
  .filter((e) => (e === document.documentElement ? e.scrollWidth : e.getBoundingClientRect().right) > width + 1)
  .map((e) => `${e.tagName} ${e.className} in ${e.closest("[class*=st-key]")?.className}`)"""
"""What sticks out of a screen of that width; the rail of cards scrolls by itself."""


def resize(page: Page, width: int, height: int) -> None:
    """Give the page a screen of that size."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(f"Math.abs(innerWidth - {width}) < 1")


def fits(page: Page, picture: str) -> None:
    """Nothing sticks out sideways, and the picture is large."""
    width = page.viewport_size["width"]
    try:
        page.wait_for_function(f"({SIDEWAYS})({width}).length === 0")
    except TimeoutError:
        assert page.evaluate(SIDEWAYS, width) == [], width
    assert page.locator(picture).first.bounding_box()["width"] > 300
