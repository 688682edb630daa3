"""The panel that every page has, as a person uses it, on the Turing page: knobs, links, keys, the way back."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, copied, middle_of, moving, pause, resize, set_exactly, wait_status, wait_step

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
    hostile = {"colours": "<b>", "show": "everything", "relief": "maybe", "eye": "1e9,nan,x", "brush": "x" * 999}
    look = urlencode({f"look.square.{what}": text for what, text in hostile.items()})
    page = open_page(f"/turing?gs_F=9&gs_k=rabbit&gs_dt=0.07&model=alchemy&size=77&seed=-3&nonsense=1&{look}")
    told = page.locator(".mg-notices li")
    for name in (
        "Feed rate F = 9",
        "Kill rate k = 'rabbit'",
        "Time step dt = 0.07",
        "Model = 'alchemy'",
        "Grid = '77'",
        "Seed = -3",
    ):
        expect(told.filter(has_text=name)).to_have_count(1)
    assert knob(page, "gs_F") == pytest.approx(0.12)
    assert page.locator("[data-testid=stToast]").count() == 0
    for size in ((1366, 768), (390, 844)):
        resize(page, *size)
        transport, first = page.locator(".mg-transport").bounding_box(), told.first.bounding_box()
        assert first["y"] >= transport["y"] + transport["height"], "nothing that is said covers the transport"
    told.first.get_by_role("button", name="Dismiss").click()
    expect(told).to_have_count(5)
    page.wait_for_function("!location.search.includes('look')")  # what cannot be seen is the usual
    expect(page.locator("[data-tool=relief]")).to_have_attribute("aria-pressed", "false")
    assert page.locator("[data-tool=colours]").evaluate("(e) => e.selectedIndex") == 0


def test_rewinding_goes_back_and_keys_step_and_reset_but_leave_alone_who_types_a_number(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    panel, seek = page.locator(".mg-panel"), page.locator("[data-do=seek]")
    page.wait_for_function("+document.querySelector('[data-do=seek]')?.max >= 2")
    pause(page)
    seek.focus()
    page.keyboard.press("Home")
    expect(panel).to_have_attribute("data-step", "0")
    page.keyboard.press("End")
    wait_step(page, 100)
    seek.blur()
    page.wait_for_function(
        "document.querySelector('.mg-numbers').textContent === "
        "`Step ${(+document.querySelector('.mg-panel')?.dataset.step).toLocaleString('en')}`"
    )
    at = int(panel.get_attribute("data-step"))
    page.keyboard.press(".")
    wait_step(page, at + 1)
    page.keyboard.press("r")
    expect(panel).to_have_attribute("data-step", "0")
    page.keyboard.press("r")  # pressed twice, nothing is lost
    page.get_by_role("button", name=f"Bring it back (step {at + 1:,})").click()
    expect(panel).to_have_attribute("data-step", str(at + 1))
    expect(page.locator("[data-do=undo]")).to_be_hidden()
    page.keyboard.press("r")
    expect(panel).to_have_attribute("data-step", "0")
    page.locator("[data-exact=gs_F]").focus()
    page.keyboard.press(".")  # a decimal point while typing a number
    page.locator("[data-param=gs_F]").focus()
    before = knob(page, "gs_F")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("+document.querySelector('.mg-panel')?.dataset.version >= 1")
    assert knob(page, "gs_F") == pytest.approx(before + 0.0001)
    expect(panel).to_have_attribute("data-step", "0")


def test_a_setup_widget_has_the_page_drawn_again_with_the_knobs_that_apply_and_a_bad_number_is_refused(
    open_page: Open,
) -> None:
    page = open_page("/turing")
    set_exactly(page, "gs_Du", 0.3)
    expect(page.locator(".mg-note")).to_contain_text("limit of 1")
    expect(page.locator("[data-exact=gs_Du]")).to_have_value("0.2097")
    page.locator(".st-key-head").get_by_test_id("stPopoverButton").first.click()
    page.get_by_test_id("stSelectbox").first.locator("input").click()
    page.get_by_role("option", name="Brusselator").click()
    page.locator("[data-param=br_A]").wait_for(state="visible")
    expect(page.locator("[data-param=gs_F]")).to_be_hidden()
    page.wait_for_function("location.search.includes('model=brusselator')")


def test_reduced_motion_finds_the_picture_standing(open_page: Open) -> None:
    page = open_page("/turing?size=128", reduced_motion="reduce", wait=False)
    wait_status(page, "paused")
    expect(page.locator(".mg-note")).to_contain_text("reduced motion")
    page.keyboard.press(" ")
    wait_status(page, "running")


def test_the_speed_slider_is_the_pace_of_slow_motion_while_that_is_on(open_page: Open) -> None:
    page = open_page("/turing?size=128&speed=1")
    speed, said = page.locator("[data-do=speed]"), page.locator(".mg-row output").first
    expect(said).to_have_text("1/s")
    expect(page.locator(".mg-numbers")).to_contain_text(" · 1 step/s · 1 frame/s")
    page.locator("[data-do=slow]").click()
    expect(said).to_have_text("1 \u00d7")
    speed.focus()
    page.keyboard.press("End")
    expect(said).to_have_text("8 \u00d7")
    page.wait_for_function("location.search.includes('pace=8') && location.search.includes('speed=1')")
    expect(speed).to_have_attribute("aria-label", "Pace of slow motion")
    page.locator("[data-do=slow]").click()
    expect(said).to_have_text("1/s")


def test_a_link_brings_back_camera_colours_and_landscape(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    page.locator("[data-tool=colours]").select_option(index=1)
    page.locator("[data-tool=relief]").click()
    page.locator(".mg-field .mg-3d").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "['relief', 'colours', 'eye'].every((what) => location.search.includes(`look.square.${what}`))"
    )
    seen = page.locator(".mg-field .mg-3d").get_attribute("data-camera")
    colours = page.locator("[data-tool=colours]").input_value()
    again = open_page(page.url[page.url.index("/", 8) :])
    expect(again.locator(".mg-field .mg-3d")).to_have_attribute("data-camera", seen)
    expect(again.locator("[data-tool=colours]")).to_have_value(colours)
    page = open_page("/probe-cloud")
    page.locator(".mg-space .mg-3d").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("location.search.includes('eye')")
    seen = page.locator(".mg-space .mg-3d").get_attribute("data-camera")
    page.reload()
    expect(page.locator(".mg-space .mg-3d")).to_have_attribute("data-camera", seen)


def test_a_knob_shows_up_where_another_makes_it_matter_and_a_link_brings_back_the_tab_below(open_page: Open) -> None:
    page = open_page("/gan")
    expect(page.locator("[data-param=clip]")).to_be_hidden()
    page.locator("[data-param=objective]").select_option("wasserstein")
    page.locator("[data-param=clip]").wait_for(state="visible")
    expect(page.locator(".mg-what").first).to_contain_text("critic")
    page.wait_for_function("location.search.includes('objective=wasserstein')")
    a_link_brings_back_the_tab(page, "stTabs", 3)


def test_a_link_brings_back_what_is_looked_at_more_closely(open_page: Open) -> None:
    a_link_brings_back_the_tab(open_page("/adversarial-patterns"), "stButtonGroup", 2)


def a_link_brings_back_the_tab(page: Page, group: str, tab: int) -> None:
    chosen = page.locator(f"[data-testid={group}]").locator("[role=tab], [role=radio], button").nth(tab)
    name = chosen.text_content()
    chosen.click()
    page.wait_for_function("location.search.includes('look.tabs')")
    page.reload()
    again = page.locator(f"[data-testid={group}]").locator("[role=tab], [role=radio], button").filter(has_text=name)
    again.first.wait_for()
    page.wait_for_function(CHOSEN, arg=[group, name])


CHOSEN = """([group, name]) => [...document.querySelector(`[data-testid=${group}]`)
  .querySelectorAll("[role=tab], [role=radio], button")]
  .some((e) => e.textContent.trim() === name.trim() && (e.ariaSelected === "true" || e.ariaChecked === "true"
    || /Active/.test(e.getAttribute("kind") ?? e.dataset.testid ?? "")))"""


def test_a_link_to_this_moment_brings_back_what_was_painted(open_page: Open) -> None:
    page = open_page("/turing?size=128&gs_F=0.03")
    pause(page)
    note = page.locator(".mg-note")
    copied(page, "Copy link")
    expect(note).to_contain_text("Nothing was drawn")
    page.locator(".mg-field .mg-canvas").click(position={"x": 100, "y": 100})
    copied(page, "Copy link")
    expect(note).to_contain_text("link to this moment has that")
    link = copied(page, "Copy link to this moment")
    expect(note).to_contain_text("keeps it for 30 days")
    run = page.locator(".mg-panel").get_attribute("data-run")
    assert "moment=" in link and len(link) < 80
    again = open_page(link[link.index("/", 8) :], wait=False)
    moving(again, ".mg-field", 1)
    step = again.locator(".mg-panel").get_attribute("data-step")
    expect(page.locator(".mg-panel")).to_have_attribute("data-step", step)
    assert again.locator(".mg-panel").get_attribute("data-run") != run
    expect(again.locator("[data-param=gs_F]")).to_have_value("0.03")
    again.wait_for_function("!location.search.includes('moment')")
    assert pixels(again) == pixels(page)


def pixels(page: Page) -> str:
    """The picture of the field."""
    return str(page.evaluate("document.querySelector('.mg-field canvas').toDataURL()"))
