"""The two-player page as a person uses it, in a real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fits, moving
from tests.browser.test_turing_page import Open, middle_of, pause, wait_step

pytestmark = pytest.mark.browser
NAMELESS = """() => [...document.querySelectorAll('.mg-view :is(input, select, button), .mg-arena .mg-canvas')]
    .filter((e) => !(e.ariaLabel || e.labels?.length || e.textContent.trim() || e.title)).map((e) => e.outerHTML)"""
CELL = "(name) => document.querySelector(`[data-metric=${name}]`).textContent"


def wait_other(page: Page, name: str, before: str) -> None:
    page.wait_for_function(
        "([n, b]) => document.querySelector(`[data-metric=${n}]`).textContent !== b", arg=[name, before]
    )


def wait_cell(page: Page, name: str, condition: str) -> None:
    page.wait_for_function(
        f"(n) => {{ const v = +document.querySelector(`[data-metric=${{n}}]`).textContent; return {condition}; }}",
        arg=name,
    )


def test_it_moves_by_itself_with_picture_and_controls_above_the_fold(open_page: Open) -> None:
    page = open_page("/minimax")
    wait_step(page, 1)
    for selector in (".mg-arena canvas", ".mg-table", "[data-do=play]", "[data-param=eta]", "[data-param=beta]"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768, selector
    expect(page.locator(".mg-status")).to_have_text("Running")


def test_nothing_sticks_out_sideways(open_page: Open) -> None:
    fits(open_page("/minimax"), ".mg-arena canvas", (390, 844), (1366, 768), (1920, 1080))


def test_theory_stands_beside_the_measurement_and_agrees(open_page: Open) -> None:
    page = open_page("/minimax")
    wait_cell(page, "measured_simultaneous", "v > 1")
    pause(page)
    for name in ("simultaneous", "alternating", "extragradient", "optimistic", "momentum"):
        assert page.evaluate(CELL, f"promised_{name}") == page.evaluate(CELL, f"measured_{name}"), name
    expect(page.locator("[data-word=status_simultaneous]")).to_have_text("runs away")
    expect(page.locator("[data-word=status_alternating]")).to_have_text("circles")
    expect(page.locator("[data-word=verdict]")).to_contain_text("Simultaneous runs away")


def test_a_click_and_the_keyboard_start_everybody_from_there(open_page: Open) -> None:
    page = open_page("/minimax?eta=0.5")
    wait_cell(page, "distance_simultaneous", "v > 3")
    canvas = page.locator(".mg-arena canvas").first
    x, y = middle_of(canvas)
    page.mouse.click(x + 5, y)
    wait_cell(page, "distance_extragradient", "v > 0.01")
    pause(page)
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    same = "(() => new Set([...document.querySelectorAll('[data-metric^=distance]')].map((e) => e.textContent)).size)()"
    page.wait_for_function(f"{same} === 1")


def test_a_drag_works_by_touch(open_page: Open) -> None:
    page = open_page("/minimax", viewport={"width": 390, "height": 844}, has_touch=True)
    wait_step(page, 60)
    pause(page)
    canvas = page.locator(".mg-arena canvas").first
    canvas.scroll_into_view_if_needed()
    before = page.evaluate(CELL, "distance_momentum")
    x, y = middle_of(canvas)
    page.touchscreen.tap(x + 60, y - 40)
    wait_other(page, "distance_momentum", before)


def test_a_slider_moves_the_theory_while_it_is_dragged(open_page: Open) -> None:
    page = open_page("/minimax")
    before = page.evaluate(CELL, "promised_simultaneous")
    slider = page.locator("[data-param=eta]")
    x, y = middle_of(slider)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y)
    wait_other(page, "promised_simultaneous", before)
    page.mouse.up()
    page.wait_for_function("location.search.includes('eta=')")


def test_slow_motion_tells_its_phases(open_page: Open) -> None:
    page = open_page("/minimax")
    page.locator("[data-do=slow]").click()
    for word in ("Slopes", "Half way", "Landing"):
        expect(page.locator(".mg-phase")).to_contain_text(word, timeout=20_000)


def test_who_leaves_the_race_leaves_the_table(open_page: Open) -> None:
    page = open_page("/minimax")
    page.locator("[data-param=optimistic]").uncheck()
    expect(page.locator("[data-word=status_optimistic]")).to_have_text("not racing")
    expect(page.locator("[data-metric=distance_optimistic]")).to_have_text("–")
    page.wait_for_function("location.search.includes('optimistic=false')")


def test_games_of_all_kinds_have_their_page(open_page: Open) -> None:
    page = open_page("/minimax?game=quadratic&eta=0.2")
    for game in ("dirac-r1", "dirac-wgan-gp"):
        page.goto(f"{page.url.split('?')[0]}?game={game}&eta=0.2")
        page.wait_for_selector(".mg-plot .main-svg")
        moving(page, ".mg-arena", 5)
        expect(page.locator(".mg-status")).to_have_text("Running")
    expect(page.locator("[data-metric=promised_simultaneous]")).to_have_text("–")  # no linear theory for WGAN-GP


def test_a_card_sets_what_it_says(open_page: Open) -> None:
    page = open_page("/minimax")
    page.locator(".mg-cards a", has_text="R1 brings it home").click()
    page.wait_for_function("location.search.includes('game=dirac-r1')")
    page.locator("[data-param=gamma]").wait_for(state="visible")
    expect(page.locator("[data-param=clip]")).to_be_hidden()


def test_a_spiral_without_end_is_paused_and_said_in_words(open_page: Open) -> None:
    page = open_page("/minimax?eta=2")
    page.locator("[data-do=speed]").focus()
    page.keyboard.press("End")
    expect(page.locator(".mg-status")).to_contain_text("is no longer finite")
    page.get_by_role("button", name="Start again").first.click()
    expect(page.locator(".mg-status")).not_to_contain_text("finite")


def test_every_control_has_a_name(open_page: Open) -> None:
    page = open_page("/minimax")
    assert page.evaluate(NAMELESS) == []
