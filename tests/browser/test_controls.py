"""The panel that every page has, as a person uses it, on the Turing page: knobs, links, keys, the way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, middle_of, moving, pause, set_exactly, wait_status, wait_step

pytestmark = pytest.mark.browser


def knob(page: Page, name: str) -> float:
    return float(page.locator(f"[data-param={name}]").input_value())


def test_a_slider_acts_while_it_is_dragged_and_the_address_is_a_link_to_what_is_on_screen(open_page: Open) -> None:
    page = open_page("/turing?gs_k=0.0575&size=128")
    assert knob(page, "gs_k") == pytest.approx(0.0575)
    x, y = middle_of(page.locator("[data-param=gs_F]"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y)
    page.wait_for_function("+document.querySelector('.mg-field').dataset.version >= 1")  # still held down
    first = knob(page, "gs_F")
    page.mouse.move(x + 40, y)
    page.wait_for_function("+document.querySelector('.mg-field').dataset.version >= 2")
    assert knob(page, "gs_F") > first
    page.mouse.up()
    set_exactly(page, "gs_F", 0.03)
    page.wait_for_function("location.search.includes('gs_F=0.03')")
    page.locator("[data-do=slow]").click()
    page.wait_for_function("location.search.includes('slow=true')")
    page.reload()
    moving(page)
    assert (knob(page, "gs_F"), knob(page, "gs_k")) == pytest.approx((0.03, 0.0575))
    assert "size=128" in page.url
    expect(page.locator("[data-do=slow]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".mg-what")).to_have_text("being added")
    page.locator("[data-do=defaults]").click()
    page.wait_for_function("!/gs_|size/.test(location.search)")
    assert knob(page, "gs_F") == pytest.approx(0.037)


def test_bad_values_in_the_address_are_named_and_mended(open_page: Open) -> None:
    page = open_page("/turing?gs_F=9&gs_k=rabbit&gs_dt=0.07&model=alchemy&size=77&seed=-3&nonsense=1")
    told = page.locator("[data-testid=stToast]")
    for name in ("gs_F = 9", "gs_k = 'rabbit'", "gs_dt = 0.07", "model = 'alchemy'", "size = '77'", "seed = -3"):
        expect(told.filter(has_text=name)).to_have_count(1)
    assert knob(page, "gs_F") == pytest.approx(0.12)


def test_keys_step_and_reset_but_leave_alone_who_types_a_number(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    panel = page.locator(".mg-panel")
    wait_step(page, 5)
    pause(page)
    page.wait_for_function(
        "document.querySelector('.mg-numbers').textContent === "
        "`Step ${(+document.querySelector('.mg-panel').dataset.step).toLocaleString('en')}`"
    )
    at = int(panel.get_attribute("data-step"))
    page.keyboard.press(".")
    wait_step(page, at + 1)
    page.keyboard.press("r")
    expect(panel).to_have_attribute("data-step", "0")
    page.locator("[data-exact=gs_F]").focus()
    page.keyboard.press(".")  # a decimal point while typing a number
    page.locator("[data-param=gs_F]").focus()
    before = knob(page, "gs_F")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("+document.querySelector('.mg-panel').dataset.version >= 1")
    assert knob(page, "gs_F") == pytest.approx(before + 0.0001)
    expect(panel).to_have_attribute("data-step", "0")


def test_rewinding_goes_back_to_a_checkpoint(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    page.wait_for_function("+document.querySelector('[data-do=seek]').max >= 2")
    pause(page)
    page.locator("[data-do=seek]").focus()
    page.keyboard.press("Home")
    expect(page.locator(".mg-panel")).to_have_attribute("data-step", "0")
    page.keyboard.press("End")
    wait_step(page, 100)


def test_a_setup_widget_has_the_page_drawn_again_with_the_knobs_that_apply(open_page: Open) -> None:
    page = open_page("/turing")
    page.locator(".st-key-head").get_by_test_id("stPopoverButton").first.click()
    page.get_by_test_id("stSelectbox").first.locator("input").click()
    page.get_by_role("option", name="Brusselator").click()
    page.locator("[data-param=br_A]").wait_for(state="visible")
    expect(page.locator("[data-param=gs_F]")).to_be_hidden()
    page.wait_for_function("location.search.includes('model=brusselator')")


def test_a_knob_shows_up_where_another_makes_it_matter(open_page: Open) -> None:
    page = open_page("/gan")
    expect(page.locator("[data-param=clip]")).to_be_hidden()
    page.locator("[data-param=objective]").select_option("wasserstein")
    page.locator("[data-param=clip]").wait_for(state="visible")
    expect(page.locator(".mg-what").first).to_contain_text("critic")
    page.wait_for_function("location.search.includes('objective=wasserstein')")


def test_what_cannot_be_is_refused_with_the_limit_named(open_page: Open) -> None:
    page = open_page("/turing")
    set_exactly(page, "gs_Du", 0.3)
    expect(page.locator(".mg-note")).to_contain_text("limit of 1")
    expect(page.locator("[data-exact=gs_Du]")).to_have_value("0.2097")


def test_reduced_motion_finds_the_picture_standing(open_page: Open) -> None:
    page = open_page("/turing?size=128", reduced_motion="reduce", wait=False)
    wait_status(page, "paused")
    expect(page.locator(".mg-note")).to_contain_text("reduced motion")
    page.keyboard.press(" ")
    wait_status(page, "running")
