"""The gallery and the navigation as a person uses them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe, pictures
from tests.browser.conftest import moving
from tests.browser.server import Server
from tests.probes import Cloud

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LOOP = "(card) => getComputedStyle(card.querySelector('.mg-loop')).backgroundImage"


def test_a_card_moves_while_it_is_looked_at_and_only_where_motion_is_welcome(open_page: Open) -> None:
    page = open_page("/", wait=False, reduced_motion="no-preference")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    cards = page.locator(".mg-gallery a")
    cards.first.wait_for()
    page.wait_for_load_state("networkidle")
    assert not [name for name in asked if name.endswith("-loop.webp")]
    with page.expect_request("**/turing-loop.webp"):
        cards.first.hover()
    assert "turing-loop.webp" in cards.first.evaluate(LOOP)
    cards.first.focus()
    with page.expect_request("**/adversarial-patterns-loop.webp"):
        page.keyboard.press("Tab")
    expect(cards.nth(1)).to_be_focused()
    page.emulate_media(reduced_motion="reduce")
    assert [cards.nth(index).evaluate(LOOP) for index in (0, 1)] == ["none", "none"]


def test_the_gallery_is_searched_while_a_word_is_typed(open_page: Open) -> None:
    page = open_page("/", wait=False)
    cards, search = page.locator(".mg-gallery a:visible"), page.get_by_role("searchbox", name="Search the exhibits")
    expect(cards).not_to_have_count(0)
    everything = cards.count()
    assert everything > 8
    search.press_sequentially("adam boltz")
    expect(page.locator(".mg-search [role=status]")).to_have_text("Nothing of that name.")
    for words, titles in (("GOODFELLOW", ["GAN training, live"]), ("turing spots", ["Turing patterns"])):
        search.fill(words)
        expect(cards.locator("strong")).to_have_text(titles)
        expect(page.locator(".mg-subject:visible")).to_have_count(1)
    search.fill("")
    expect(cards).to_have_count(everything)


def test_home_hinders_nobody(open_page: Open) -> None:
    page = open_page("/", wait=False)
    page.locator(".mg-gallery a").first.wait_for()
    assert axe.grave(page) == []


def test_the_navigation_works_by_keyboard_and_marks_where_one_is(open_page: Open) -> None:
    page = open_page("/gan")
    bar = page.get_by_test_id("stTopNav")
    expect(page).to_have_title("GAN training, live")
    expect(bar.get_by_role("button", name="Adversarial GAN training, live")).to_be_visible()
    bar.get_by_role("button", name="Patterns").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Turing patterns")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/adversarial-patterns*")
    moving(page)
    expect(page).to_have_title("Patterns inside networks")
    expect(bar.get_by_role("button", name="Patterns Patterns inside networks")).to_be_visible()
    expect(bar.get_by_role("button", name="Adversarial", exact=True)).to_be_visible()


def test_a_picture_for_the_gallery_shows_the_step_it_is_to_show(
    open_page: Open, browser: Browser, server: Server
) -> None:
    def sitting() -> pictures.Sitting:
        return pictures.Sitting(browser.new_context().new_page(), server.url, Cloud)

    one, two = sitting(), sitting()
    one.advance_to(3)
    one.advance_to(40)
    two.advance_to(40)
    expect(two.page.locator(".mg-view[data-step='40']").first).to_be_visible()
    assert one.picture().size == (640, 360)
    assert one.picture().tobytes() == two.picture().tobytes()
    before = two.picture().tobytes()
    two.advance_to(60)
    assert two.picture().tobytes() != before
    assert two.alt() == "Points that wander."
    for each in (one, two):
        each.page.context.close()
