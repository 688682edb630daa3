"""The Turing page as a person uses it, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fits, moving

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

LINE_VALUE = "(name) => document.querySelector(`[data-param=${name}]`).value"


def panel(page: Page):
    return page.locator(".mg-panel")


def step_of(page: Page) -> int:
    return int(panel(page).get_attribute("data-step") or 0)


def wait_status(page: Page, status: str) -> None:
    page.wait_for_function("(s) => document.querySelector('.mg-panel')?.dataset.status === s", arg=status)


def wait_step(page: Page, step: int) -> None:
    page.wait_for_function("(s) => +document.querySelector('.mg-panel')?.dataset.step >= s", arg=step)


def pause(page: Page) -> None:
    page.locator("[data-do=play]").click()
    wait_status(page, "paused")


def changed_picture(page: Page, act: Callable[[], None]) -> bool:
    """Whether ``act`` changes what the (paused) field shows; waits until it has been drawn again."""
    canvas = page.locator(".mg-field canvas")
    before, drawn = canvas.screenshot(), int(page.locator(".mg-field").get_attribute("data-frames"))
    act()
    moving(page, ".mg-field", drawn + 1)
    page.mouse.move(0, 0)
    return canvas.screenshot() != before


def middle_of(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_it_moves_by_itself_with_picture_and_controls_above_the_fold(open_page: Open) -> None:
    page = open_page("/turing")
    wait_step(page, 1)
    for selector in (".mg-field canvas", "[data-do=play]", "[data-param=gs_F]", "[data-param=gs_k]", ".mg-status"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768, selector
    expect(page.locator(".mg-status")).to_have_text("Running")


def test_nothing_sticks_out_sideways(open_page: Open) -> None:
    fits(open_page("/turing"), ".mg-field canvas", (390, 844), (1366, 768), (1920, 1080))


def test_a_slider_acts_while_it_is_dragged(open_page: Open) -> None:
    page = open_page("/turing")
    slider = page.locator("[data-param=gs_F]")
    x, y = middle_of(slider)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y)
    page.wait_for_function("+document.querySelector('.mg-field').dataset.version >= 1")  # still held down
    first = float(page.evaluate(LINE_VALUE, "gs_F"))
    page.mouse.move(x + 40, y)
    page.wait_for_function("+document.querySelector('.mg-field').dataset.version >= 2")
    assert float(page.evaluate(LINE_VALUE, "gs_F")) > first
    page.mouse.up()
    page.wait_for_function("location.search.includes('gs_F=')")


def test_the_address_is_a_link_to_what_is_on_screen(open_page: Open) -> None:
    page = open_page("/turing?gs_F=0.03&size=128")
    assert float(page.evaluate(LINE_VALUE, "gs_F")) == pytest.approx(0.03)
    page.locator("[data-exact=gs_k]").fill("0.0575")
    page.locator("[data-exact=gs_k]").press("Enter")
    page.wait_for_function("location.search.includes('gs_k=0.0575')")
    page.reload()
    moving(page)
    assert float(page.evaluate(LINE_VALUE, "gs_k")) == pytest.approx(0.0575)
    assert float(page.evaluate(LINE_VALUE, "gs_F")) == pytest.approx(0.03)
    assert "size=128" in page.url


def test_bad_values_in_the_address_are_named_and_mended(open_page: Open) -> None:
    page = open_page("/turing?gs_F=9&gs_k=rabbit&gs_dt=0.07&model=alchemy&size=77&seed=-3&nonsense=1")
    told = page.locator("[data-testid=stToast]")
    for name in ("gs_F = 9", "gs_k = 'rabbit'", "gs_dt = 0.07", "model = 'alchemy'", "size = '77'", "seed = -3"):
        expect(told.filter(has_text=name)).to_have_count(1)
    assert float(page.evaluate(LINE_VALUE, "gs_F")) == pytest.approx(0.12)


def test_painting_changes_the_picture(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    pause(page)
    page.locator("[data-tool=brush]").select_option(label="erase")

    def stroke() -> None:
        x, y = middle_of(page.locator(".mg-field canvas"))
        page.mouse.move(x - 60, y)
        page.mouse.down()
        page.mouse.move(x + 60, y, steps=6)
        page.mouse.up()

    assert changed_picture(page, stroke)
    wait_status(page, "paused")


def test_painting_works_by_touch_and_by_keyboard(open_page: Open) -> None:
    page = open_page("/turing?size=128", viewport={"width": 390, "height": 844}, has_touch=True)
    page.keyboard.press(" ")
    wait_status(page, "paused")
    canvas = page.locator(".mg-field canvas")
    canvas.scroll_into_view_if_needed()
    assert changed_picture(page, lambda: page.touchscreen.tap(*middle_of(canvas)))

    def paint_by_key() -> None:
        canvas.focus()
        for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Enter"):
            page.keyboard.press(key)

    assert changed_picture(page, paint_by_key)


def test_the_keyboard_plays_steps_and_resets(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    wait_step(page, 5)
    page.keyboard.press(" ")
    wait_status(page, "paused")
    page.wait_for_function("document.querySelector('.mg-status').textContent === 'Paused'")
    at = int(page.evaluate("document.querySelector('.mg-numbers').textContent.replace(/[^0-9]/g, '')") or 0)
    page.wait_for_function("(at) => +document.querySelector('.mg-panel').dataset.step >= at", arg=at)
    at = step_of(page)
    page.keyboard.press(".")
    wait_step(page, at + 1)
    page.keyboard.press("r")
    page.wait_for_function("document.querySelector('.mg-panel').dataset.step === '0'")
    page.locator("[data-exact=gs_F]").focus()
    page.keyboard.press(".")  # a decimal point while typing a number
    page.locator("[data-param=gs_F]").focus()
    before = float(page.evaluate(LINE_VALUE, "gs_F"))
    page.keyboard.press("ArrowRight")
    page.wait_for_function("+document.querySelector('.mg-panel').dataset.version >= 1")
    assert float(page.evaluate(LINE_VALUE, "gs_F")) == pytest.approx(before + 0.0001)
    assert step_of(page) == 0


def test_slow_motion_tells_its_phases(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    page.locator("[data-do=slow]").click()
    expect(page.locator(".mg-phase")).to_contain_text("Reaction")
    expect(page.locator(".mg-phase")).to_contain_text("Diffusion")
    expect(page.locator(".mg-what")).to_have_text("being added")
    page.wait_for_function("location.search.includes('slow=true')")
    page.reload()
    expect(page.locator("[data-do=slow]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".mg-phase")).to_contain_text("Reaction")
    page.locator("[data-do=slow]").click()
    expect(page.locator(".mg-phase")).to_be_hidden()


def test_rewinding_goes_back_to_a_checkpoint(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    page.wait_for_function("+document.querySelector('[data-do=seek]').max >= 2")
    pause(page)
    slider = page.locator("[data-do=seek]")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.mg-panel').dataset.step === '0'")
    page.keyboard.press("End")
    wait_step(page, 100)


def test_clicking_the_map_moves_there(open_page: Open) -> None:
    page = open_page("/turing")
    plot = page.locator(".mg-plot").first
    plot.locator(".main-svg").first.wait_for()
    x, y = middle_of(plot)
    page.mouse.click(x, y)
    page.wait_for_function("location.search.includes('gs_F=') && location.search.includes('gs_k=')")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 20, steps=4)
    page.mouse.up()
    page.wait_for_function("+document.querySelector('.mg-field').dataset.version >= 2")


def test_the_theory_is_told_and_compared(open_page: Open) -> None:
    page = open_page("/turing?model=schnakenberg&start=noise&size=128")
    expect(page.locator("[data-word=theory]")).to_contain_text("grow fastest")
    ratio = "(() => +document.querySelector('[data-metric=wavelength_ratio]').textContent)()"
    page.wait_for_function(f"{ratio} > 0.7 && {ratio} < 1.4")
    page.goto(page.url.split("?")[0])
    expect(page.locator("[data-word=theory]")).to_contain_text(
        "Whether a seed as strong as this one spreads it cannot tell"
    )


@pytest.mark.parametrize("model", ["gierer-meinhardt", "brusselator", "fitzhugh-nagumo", "ring-1952"])
def test_every_model_has_its_page(open_page: Open, model: str) -> None:
    page = open_page(f"/turing?model={model}")
    page.wait_for_selector(".mg-plot .main-svg")
    wait_step(page, 1)
    expect(page.locator(".mg-status")).to_have_text("Running")


def test_choosing_another_model_redraws_the_page(open_page: Open) -> None:
    page = open_page("/turing")
    page.get_by_test_id("stSelectbox").first.locator("input").click()
    page.get_by_role("option", name="Brusselator").click()
    page.locator("[data-param=br_A]").wait_for(state="visible")
    expect(page.locator("[data-param=gs_F]")).to_be_hidden()
    page.wait_for_function("location.search.includes('model=brusselator')")


def test_a_card_sets_what_it_says(open_page: Open) -> None:
    page = open_page("/turing")
    page.locator(".mg-cards a", has_text="Where diffusion destabilises").click()
    page.wait_for_function("location.search.includes('sch_Dv=7.5')")
    page.locator("[data-param=sch_Dv]").wait_for(state="visible")
    page.locator(".mg-cards a", has_text="ring of 1952").click()
    page.wait_for_function("location.search.includes('ring-1952')")
    page.locator("[data-param=ring_mu]").wait_for(state="visible")
    page.wait_for_selector(".mg-plot .main-svg")


def test_an_unstable_step_is_refused_with_the_limit_named(open_page: Open) -> None:
    page = open_page("/turing")
    page.locator("[data-exact=gs_Du]").fill("0.3")
    page.locator("[data-exact=gs_Du]").press("Enter")
    expect(page.locator(".mg-note")).to_contain_text("limit of 1")
    page.wait_for_function("document.querySelector('[data-exact=gs_Du]').value === '0.2097'")


def test_zoom_and_camera_survive_updates(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    plot = page.locator(".mg-plot").nth(2)
    plot.scroll_into_view_if_needed()
    plot.locator(".main-svg").first.wait_for()
    x, y = middle_of(plot)
    page.mouse.move(x - 100, y - 30)
    page.mouse.down()
    page.mouse.move(x + 100, y + 30, steps=5)
    page.mouse.up()
    zoomed = (
        "(() => document.querySelectorAll('.mg-plot')[2]._fullLayout.xaxis.range.map((v) => v.toFixed(3)).join())()"
    )
    page.wait_for_function("!document.querySelectorAll('.mg-plot')[2]._fullLayout.xaxis.autorange")
    kept = page.evaluate(zoomed)
    drawn = int(page.locator(".mg-field").get_attribute("data-frames"))
    moving(page, ".mg-field", drawn + 40)
    assert page.evaluate(zoomed) == kept

    page.locator("[data-tool=relief]").click()
    relief = page.locator(".mg-3d")
    relief.wait_for()
    relief.scroll_into_view_if_needed()
    at = relief.get_attribute("data-camera")
    x, y = middle_of(relief)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 10, steps=4)
    page.mouse.up()
    turned = relief.get_attribute("data-camera")
    assert turned != at
    drawn = int(page.locator(".mg-field").get_attribute("data-frames"))
    moving(page, ".mg-field", drawn + 10)
    assert relief.get_attribute("data-camera") == turned


def test_defaults_is_one_click_away(open_page: Open) -> None:
    page = open_page("/turing?gs_F=0.03&size=128")
    page.locator("[data-do=defaults]").click()
    page.wait_for_function("location.search === ''")
    assert float(page.evaluate(LINE_VALUE, "gs_F")) == pytest.approx(0.037)


def test_reduced_motion_finds_the_picture_standing(open_page: Open) -> None:
    page = open_page("/turing?size=128", reduced_motion="reduce", wait=False)
    wait_status(page, "paused")
    expect(page.locator(".mg-note")).to_contain_text("reduced motion")
    page.keyboard.press(" ")
    wait_status(page, "running")


def test_every_control_has_a_name(open_page: Open) -> None:
    page = open_page("/turing")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('.mg-view input, .mg-view select, .mg-view button, .mg-view canvas')]
        .filter((e) => !(e.ariaLabel || e.labels?.length || e.textContent.trim() || e.title)).map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_a_click_on_a_letter_starts_anew_there_and_a_drag_only_moves(open_page: Open) -> None:
    page = open_page("/turing?size=128")
    page.wait_for_selector("[class*=st-key-turing-plane] .mg-plot .main-svg, .mg-plot .textpoint")
    letter = page.locator(".mg-plot .textpoint", has_text="ξ").first
    letter.wait_for()
    box = letter.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.wait_for_function(f"+({LINE_VALUE})('gs_F') === 0.01 && +({LINE_VALUE})('gs_k') === 0.041")
    page.wait_for_function("new URLSearchParams(location.search).get('start') === 'wave'")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 20, steps=4)
    page.mouse.up()
    page.wait_for_function(f"+({LINE_VALUE})('gs_k') > 0.042")
    assert "start=wave" in page.url, "moved, not started anew"
