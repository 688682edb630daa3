"""What only the two-player page has, in a real Chromium: the race, and theory beside it."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, middle_of, pause, resize

pytestmark = pytest.mark.browser
STARTS = "new Set([...document.querySelectorAll('[data-metric^=distance]')].map((e) => e.textContent)).size"
"""How many distances from the equilibrium there are."""
CELL = "(name) => document.querySelector(`[data-metric=${name}]`).textContent"


def wait_cell(page: Page, name: str, condition: str) -> None:
    page.wait_for_function(
        f"(n) => {{ const v = +document.querySelector(`[data-metric=${{n}}]`).textContent; return {condition}; }}",
        arg=name,
    )


def test_everybody_starts_where_one_clicks_and_theory_agrees_with_what_is_measured(open_page: Open) -> None:
    page = open_page("/minimax")
    wait_cell(page, "measured_simultaneous", "v > 1")
    pause(page)
    for name in ("simultaneous", "alternating", "extragradient", "optimistic", "momentum"):
        assert page.evaluate(CELL, f"promised_{name}") == page.evaluate(CELL, f"measured_{name}"), name
    expect(page.locator("[data-word=status_simultaneous]")).to_have_text("runs away")
    expect(page.locator("[data-word=status_alternating]")).to_have_text("circles")
    expect(page.locator("[data-word=verdict]")).to_contain_text("Simultaneous runs away")
    canvas = page.locator(".mg-plane .mg-canvas")
    x, y = middle_of(canvas)
    page.mouse.click(x + 5, y)
    page.wait_for_function(f"{STARTS} === 1")
    wait_cell(page, "distance_extragradient", "v > 0.01 && v < 0.1")
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    wait_cell(page, "distance_extragradient", "v > 0.1")
    page.wait_for_function(f"{STARTS} === 1")
    page.locator(".mg-folded summary").click()
    page.locator("[data-param=optimistic]").uncheck()
    page.locator("[data-word=status_optimistic]").scroll_into_view_if_needed()  # out of sight it would not be drawn
    expect(page.locator("[data-word=status_optimistic]")).to_have_text("not racing")
    expect(page.locator("[data-metric=distance_optimistic]")).to_have_text("–")


def test_thresholds_are_marked_on_the_slider_to_be_seen_and_to_be_read(open_page: Open) -> None:
    """A thumb put on a value stands over its mark, whatever the slider's width; the words name them all."""
    page = open_page("/minimax?eta=0.577")
    slider, marks = page.locator("[data-param=eta]"), page.locator(".mg-marks")
    expect(marks.locator("p")).to_contain_text("Converges up to: 0.577 Optimistic · 1 Extragradient")
    assert "Converges up to: 0.577 Optimistic" in (slider.get_attribute("aria-description") or "")
    low, high = math.log10(0.001), math.log10(2)
    share = (math.log10(0.577) - low) / (high - low)
    for width in (1366, 390):
        resize(page, width, 768)
        box, tick = slider.bounding_box(), marks.locator("i").first.bounding_box()
        assert box and tick
        assert tick["x"] + tick["width"] / 2 == pytest.approx(box["x"] + 8 + share * (box["width"] - 16), abs=2)
        assert box["y"] < tick["y"] < box["y"] + box["height"] + 8
    page.locator(".mg-folded summary").click()
    before = marks.locator("p").inner_text()
    page.locator("[data-exact=ratio]").fill("2")
    page.locator("[data-exact=ratio]").press("Tab")
    page.wait_for_function("(before) => document.querySelector('.mg-marks p').textContent !== before", arg=before)
