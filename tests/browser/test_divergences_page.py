"""What only the page of divergences has, in a real Chromium: distributions to pull apart, histograms to shape."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, middle_of, pause, resize, set_exactly, wait_text

pytestmark = pytest.mark.browser
OVERLAPPING = """() => [...document.querySelectorAll(".st-key-divergences-curves .annotation-text")]
  .map((e) => [e.textContent, e.getBoundingClientRect()]).filter(([one, a], index, all) => all.slice(index + 1).some(
    ([other, b]) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom))
  .map(([one]) => one)"""
"""Names of curves that lie on those of others."""


def test_dragging_theta_moves_w_and_leaves_js_alone(open_page: Open) -> None:
    page = open_page("/divergences?theta=2")
    swing = page.get_by_role("checkbox", name="Swings by itself")
    expect(swing).to_be_checked()
    resize(page, 820, 1180)  # where the curves have little room for their names
    page.locator(".st-key-divergences-curves").scroll_into_view_if_needed()
    expect(page.locator(".st-key-divergences-curves .annotation-text")).to_have_count(5)
    page.wait_for_function(f"({OVERLAPPING})().length === 0")
    resize(page, 1366, 768)
    canvas = page.locator(".mg-plane .mg-canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = middle_of(canvas)
    page.mouse.move(x + box["width"] / 4, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 8, y, steps=4)
    wait_text(page, "[data-metric=w_lines]", r"^1\.000$")  # still held down
    expect(page.locator("[data-metric=js_lines]")).to_have_text("0.6931")
    expect(page.locator("[data-metric=kl_lines]")).to_have_text("∞")
    page.mouse.up()
    expect(swing).not_to_be_checked()
    expect(page.locator("[data-exact=theta]")).to_have_value("1")
    page.wait_for_function("location.search.includes('swing=false') && location.search.includes('theta=1')")
    set_exactly(page, "theta", 0)
    wait_text(page, "[data-metric=js_lines]", r"^0\.0000$")
    expect(page.locator("[data-metric=kl_lines]")).to_have_text("0")


def test_dragging_a_bar_changes_the_cost(open_page: Open) -> None:
    page = open_page("/divergences")
    pause(page)
    cost = page.locator("[data-metric=emd]")
    before = cost.text_content()
    canvas = page.locator(".mg-plane .mg-canvas").nth(1)
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.05 * box["height"], steps=4)
    page.mouse.up()
    expect(cost).not_to_have_text(before)
    after = cost.text_content()
    canvas.focus()
    for key in ("ArrowLeft", "ArrowDown", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(cost).not_to_have_text(after)
