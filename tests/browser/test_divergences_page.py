"""The divergences page as a person uses it, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fits
from tests.browser.test_minimax_page import CELL, NAMELESS, wait_other
from tests.browser.test_turing_page import Open, middle_of, pause, wait_step

pytestmark = pytest.mark.browser


def test_it_moves_by_itself_with_pictures_and_controls_above_the_fold(open_page: Open) -> None:
    page = open_page("/divergences")
    wait_step(page, 1)
    for selector in (".mg-arena >> nth=0", ".mg-arena >> nth=1", "[data-do=play]", "[data-param=theta]", ".mg-table"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768, selector
    expect(page.locator("[data-metric=kl_lines]")).to_have_text("∞")
    expect(page.locator("[data-metric=js_lines]")).to_have_text("0.6931")


def test_nothing_sticks_out_sideways(open_page: Open) -> None:
    fits(open_page("/divergences"), ".mg-arena canvas", (390, 844), (1366, 768), (1920, 1080))


def test_dragging_theta_moves_w_and_leaves_js_alone(open_page: Open) -> None:
    page = open_page("/divergences?swing=false&theta=2")
    expect(page.locator("[data-metric=w_lines]")).to_have_text("2.000")
    canvas = page.locator(".mg-arena canvas").first
    box = canvas.bounding_box()
    x, y = middle_of(canvas)
    page.mouse.move(x + box["width"] / 4, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 8, y, steps=4)
    page.wait_for_function("document.querySelector('[data-metric=w_lines]').textContent === '1.000'")  # still held down
    assert page.evaluate(CELL, "js_lines") == "0.6931"
    page.mouse.up()
    page.locator("[data-exact=theta]").fill("0")
    page.locator("[data-exact=theta]").press("Enter")
    page.wait_for_function("document.querySelector('[data-metric=js_lines]').textContent === '0.0000'")
    expect(page.locator("[data-metric=kl_lines]")).to_have_text("0")


def test_dragging_a_bar_changes_the_cost(open_page: Open) -> None:
    page = open_page("/divergences")
    pause(page)
    cost = page.locator("[data-metric=emd]")
    before = cost.text_content()
    canvas = page.locator(".mg-arena canvas").nth(1)
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.05 * box["height"], steps=4)
    page.mouse.up()
    wait_other(page, "emd", before)
    after = cost.text_content()
    canvas.focus()
    for key in ("ArrowLeft", "ArrowDown", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    wait_other(page, "emd", after)


def test_slow_motion_tells_its_phases(open_page: Open) -> None:
    page = open_page("/divergences")
    page.locator("[data-do=slow]").click()
    for word in ("moves to", "point by point", "carried"):
        expect(page.locator(".mg-phase")).to_contain_text(word, timeout=20_000)


def test_every_control_has_a_name(open_page: Open) -> None:
    page = open_page("/divergences")
    assert page.evaluate(NAMELESS) == []
