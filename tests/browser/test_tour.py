"""The guided first visit, taken as it wants to be taken: by doing what it says."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import copied, middle_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LIT = """() => { const { left, right, top, bottom } = document.querySelector(".mg-light").getBoundingClientRect();
  return left + right > 0 && left + right < 2 * innerWidth && top + bottom > 0 && top + bottom < 2 * innerHeight; }"""
"""The middle of the light is on the screen."""

OFFER, BUBBLE = ".mg-tour button", ".mg-bubble"


def stop(page: Page, name: str) -> None:
    """It is there, and its light is on something that is in sight."""
    expect(page.locator(BUBBLE)).to_have_attribute("data-stop", name)
    page.wait_for_function(LIT)


def go_on(page: Page, name: str) -> None:
    """What there was to see at that stop is said; on without waiting, where it has not gone on by itself by now."""
    page.wait_for_function(
        """([at, name]) => {
          const bubble = document.querySelector(at);
          if (bubble.dataset.done) bubble.querySelector("button").click();
          return bubble.dataset.stop !== name;
        }""",
        arg=[BUBBLE, name],
    )


def late_click(page: Page) -> None:
    """As soon as the tour goes on by itself, press the button that was meant for the stop before."""
    page.evaluate(
        """(at) => new MutationObserver((_, observer) => {
          observer.disconnect();
          const button = document.querySelector(`${at} button`);
          button.focus();
          button.click();
        }).observe(document.querySelector(at), { attributeFilter: ["data-stop"] })""",
        BUBBLE,
    )


@pytest.mark.parametrize("viewport", [(1366, 768), (390, 844)], ids=["laptop", "phone"])
def test_every_stop_waits_until_it_is_done(open_page: Open, viewport: tuple[int, int]) -> None:
    page = open_page(
        "/optimisers", viewport={"width": viewport[0], "height": viewport[1]}, reduced_motion="no-preference"
    )
    expect(page.locator(BUBBLE)).to_have_count(0)
    expect(page.locator(OFFER)).to_have_text("New here? Take the tour")
    page.locator(OFFER).click()
    stop(page, "picture")
    expect(page.locator(f"{BUBBLE} p")).to_contain_text("Click or drag to start everybody from there")
    late_click(page)
    page.mouse.click(*middle_of(page.locator(".mg-light")))
    stop(page, "slider")
    slider = page.locator(".mg-first input[type=range]").first
    expect(slider).to_be_focused()
    page.keyboard.press("ArrowRight")
    go_on(page, "slider")
    stop(page, "card")
    page.locator(".mg-rail a").first.click()
    go_on(page, "card")
    stop(page, "transport")
    slider.press("ArrowRight")  # something else
    page.wait_for_function("document.querySelector('.mg-panel')?.dataset.status === 'running'")
    moved = page.locator(".mg-first .mg-exact").first.input_value()
    page.wait_for_function("(value) => new URL(location).search.includes(value)", arg=moved)
    expect(page.locator(BUBBLE)).not_to_have_attribute("data-done", "true")
    page.locator("[data-do=play]").click()
    go_on(page, "transport")
    stop(page, "slow")
    page.locator("[data-do=slow]").click()
    go_on(page, "slow")
    expect(page.locator(BUBBLE)).to_have_attribute("data-stop", "end")
    page.keyboard.press("Escape")
    expect(page.locator(BUBBLE)).to_have_count(0)
    expect(page.locator(OFFER)).to_have_text("Tour")
    page.reload()
    expect(page.locator(OFFER)).to_have_text("Tour")
    page.locator(OFFER).click()
    stop(page, "picture")


def test_it_can_be_skipped_by_keyboard_and_leaves_out_what_a_page_lacks(open_page: Open) -> None:
    page = open_page("/adversarial-patterns")
    page.locator(OFFER).focus()
    page.keyboard.press("Enter")
    stop(page, "slider")  # the picture there is none to touch
    expect(page.locator(f"{BUBBLE} [aria-live=polite]")).to_contain_text("Drag “")
    page.locator(f"{BUBBLE} button", has_text="Skip this").press("Enter")
    stop(page, "card")
    page.keyboard.press("Escape")
    expect(page.locator(BUBBLE)).to_have_count(0)


def test_who_watches_is_not_asked_to_do_anything(open_page: Open) -> None:
    page = open_page("/turing")
    link = urlsplit(copied(page, "Copy watch link"))
    watching = open_page(f"{link.path}?{link.query}")
    expect(watching.locator(".mg-status")).to_contain_text("watching")
    expect(watching.locator(OFFER)).to_have_count(0)
