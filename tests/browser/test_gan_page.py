"""The GAN page as a person uses it, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fits, moving

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PLANE = ".mg-plane"


def wait_step(page: Page, step: int) -> None:
    page.wait_for_function("(s) => +document.querySelector('.mg-panel').dataset.step >= s", arg=step)


def wait_text(page: Page, selector: str, pattern: str) -> None:
    page.wait_for_function(
        "([s, p]) => new RegExp(p).test(document.querySelector(s)?.textContent ?? '')", arg=[selector, pattern]
    )


def middle_of(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_it_moves_by_itself_with_picture_and_controls_above_the_fold(open_page: Open) -> None:
    page = open_page("/gan")
    moving(page, PLANE)
    wait_step(page, 1)
    seen = (f"{PLANE} canvas", "[data-do=play]", "[data-param=objective]", "[data-param=lr_G]", ".mg-networks svg")
    for selector in (*seen, "[data-layer=manifold]", "[data-lamp=collapse]"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768, selector


def test_nothing_sticks_out_sideways(open_page: Open) -> None:
    fits(open_page("/gan?data=draw"), f"{PLANE} canvas", (390, 844), (1366, 768), (1920, 1080))


def test_layers_can_be_hidden_and_shown(open_page: Open) -> None:
    page = open_page("/gan")
    moving(page, PLANE)
    page.locator("[data-do=play]").click()
    page.wait_for_function("document.querySelector('.mg-plane').dataset.status === 'paused'")
    canvas = page.locator(f"{PLANE} canvas")
    before = canvas.screenshot()
    for layer in ("surface", "real", "fakes", "arrows", "manifold"):
        page.locator(f"[data-layer={layer}]").click()
        page.mouse.move(0, 0)
        after = canvas.screenshot()
        assert after != before, layer
        before = after


def test_the_objective_changes_while_it_runs(open_page: Open) -> None:
    page = open_page("/gan")
    expect(page.locator("[data-param=clip]")).to_be_hidden()
    page.locator("[data-param=objective]").select_option("wasserstein")
    page.locator("[data-param=clip]").wait_for(state="visible")
    wait_text(page, f"{PLANE} .mg-what", "critic")
    page.locator("[data-param=surface]").select_option("optimal D")
    wait_text(page, f"{PLANE} .mg-what", "optimal D")
    page.wait_for_function("location.search.includes('objective=wasserstein')")


def test_slow_motion_lights_up_the_networks(open_page: Open) -> None:
    page = open_page("/gan")
    page.locator("[data-do=play]").click()
    page.locator("[data-do=slow]").click()
    for phase in ("sample", "generate", "score", "teach D", "gradients", "teach G"):
        page.locator("[data-do=step]").click()
        page.wait_for_function("(p) => document.querySelector('.mg-networks').dataset.phase === p", arg=phase)
        expect(page.locator(".mg-phase")).to_be_visible()
    assert "mg-on" in page.locator(".mg-part").nth(1).get_attribute("class")
    page.locator("[data-do=slow]").click()
    expect(page.locator(".mg-phase")).to_be_hidden()


def test_vanishing_gradients_light_their_lamp_and_the_lamp_says_what_it_means(open_page: Open) -> None:
    page = open_page("/gan")
    page.locator(".mg-cards a", has_text="Vanishing gradients").click()
    lamp = page.locator("[data-lamp=vanishing]")
    page.wait_for_function("document.querySelector('[data-lamp=vanishing]').classList.contains('mg-lit')")
    assert "gradient" in lamp.get_attribute("title") and "yes" in lamp.get_attribute("aria-label")
    page.locator("[data-param=theta]").wait_for(state="visible")
    wait_text(page, "[data-metric=theta_now]", r"^1\.4")
    page.locator("[data-exact=theta]").fill("-0.5")
    page.locator("[data-exact=theta]").press("Enter")
    wait_text(page, "[data-metric=w1]", r"^0\.[45]")


def test_the_line_has_its_own_picture(open_page: Open) -> None:
    page = open_page("/gan?data=bell-1d")
    moving(page, PLANE)
    expect(page.locator("[data-layer=manifold]")).to_have_count(0)
    wait_text(page, "[data-metric=js]", r"\d")


def test_drawing_by_pointer_and_by_keys(open_page: Open) -> None:
    page = open_page("/gan?data=draw")
    moving(page, PLANE)
    page.locator("[data-tool=clear]").click()
    wait_text(page, ".mg-status", "Running")
    page.wait_for_function("document.querySelector('[data-metric=w1]').textContent === '–'")
    canvas = page.locator(f"{PLANE} canvas")
    x, y = middle_of(canvas)
    page.mouse.move(x - 80, y)
    page.mouse.down()
    page.mouse.move(x + 80, y - 40, steps=8)
    page.mouse.up()
    wait_text(page, "[data-metric=w1]", r"\d")
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"{PLANE} .mg-ring")).to_be_visible()
    page.keyboard.press("Enter")
    at = int(page.locator(".mg-panel").get_attribute("data-step"))
    wait_step(page, at + 20)


def test_points_from_a_file(open_page: Open, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("x,y\n" + "\n".join(f"{i % 10},{i // 10}" for i in range(100)))
    bad.write_text("1,2\n3,nan\n")
    page = open_page("/gan")
    page.get_by_text("Load your own points").click()
    page.locator("input[type=file]").set_input_files(str(bad))
    expect(page.get_by_text("Row 2 holds 3, nan")).to_be_visible()
    page.locator("input[type=file]").set_input_files(str(good))
    page.wait_for_function("location.search.includes('data=draw')")
    page.locator("[data-tool=clear]").wait_for()
    wait_text(page, "[data-metric=w1]", r"\d")


def test_every_control_has_a_name(open_page: Open) -> None:
    page = open_page("/gan?data=draw")
    moving(page, PLANE)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('.mg-view input, .mg-view select, .mg-view button, .mg-view canvas')]
        .filter((e) => !(e.ariaLabel || e.labels?.length || e.textContent.trim() || e.title)).map((e) => e.outerHTML)"""
    )
    assert nameless == []
