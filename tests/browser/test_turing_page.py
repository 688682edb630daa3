"""What only the Turing page has, in a real Chromium: the field to paint on, the map to move in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, middle_of, moving, pause, wait_status

pytestmark = pytest.mark.browser


def changed_picture(page: Page, act: Callable[[], None]) -> bool:
    """Whether ``act`` changes what the (paused) field shows; waits until it has been drawn again."""
    canvas = page.locator(".mg-field .mg-canvas")
    before, drawn = canvas.screenshot(), int(page.locator(".mg-field").get_attribute("data-frames"))
    act()
    moving(page, ".mg-field", drawn + 1)
    page.mouse.move(0, 0)
    return canvas.screenshot() != before


def test_painting_works_by_pointer_by_touch_and_by_keyboard(open_page: Open) -> None:
    page = open_page("/turing?size=128", viewport={"width": 390, "height": 844}, has_touch=True)
    pause(page)
    canvas = page.locator(".mg-field .mg-canvas")
    canvas.scroll_into_view_if_needed()

    def stroke() -> None:
        x, y = middle_of(canvas)
        drag(page, (x - 60, y), (x + 60, y))

    def keys() -> None:
        canvas.focus()
        for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Enter"):
            page.keyboard.press(key)

    assert changed_picture(page, lambda: page.touchscreen.tap(*middle_of(canvas)))
    assert changed_picture(page, keys)
    page.locator("[data-tool=brush]").select_option(label="erase")
    assert changed_picture(page, stroke)
    wait_status(page, "paused")


def test_on_the_map_a_drag_moves_a_letter_starts_anew_and_theory_says_what_is_there(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    theory = page.locator("[data-word=theory]")
    theory.scroll_into_view_if_needed()
    expect(theory).to_contain_text("it cannot tell")
    plot = page.locator(".mg-plot").first
    plot.scroll_into_view_if_needed()
    plot.locator(".main-svg").first.wait_for()
    x, y = middle_of(plot)
    page.mouse.click(x, y)
    page.wait_for_function("location.search.includes('gs_F=') && location.search.includes('gs_k=')")
    drag(page, (x, y), (x + 30, y - 20))
    page.wait_for_function("+document.querySelector('.mg-field').dataset.version >= 2")
    letter = plot.locator(".textpoint", has_text="ξ").first
    page.mouse.click(*middle_of(letter))
    for name, value in (("gs_F", "0.01"), ("gs_k", "0.041")):
        expect(page.locator(f"[data-exact={name}]")).to_have_value(value)
    page.wait_for_function("new URLSearchParams(location.search).get('start') === 'wave'")
    letter.wait_for()
    x, y = middle_of(letter)
    drag(page, (x, y), (x + 40, y - 20))
    page.wait_for_function("+document.querySelector('[data-exact=gs_k]').value > 0.042")
    assert "start=wave" in page.url, "moved, not started anew"
    page.locator(".mg-rail a", has_text="ring of 1952").click()
    page.locator("[data-param=ring_mu]").wait_for(state="visible")
    theory.scroll_into_view_if_needed()
    expect(theory).to_contain_text("grow")
    moving(page, ".mg-field", 5)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()
