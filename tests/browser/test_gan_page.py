"""What only the GAN page has, in a real Chromium: data that are drawn, data from a file, networks that light up."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, middle_of, moving, pause, wait_step, wait_text

pytestmark = pytest.mark.browser
PICTURE = ".st-key-gan-samples-draw .mg-plane"


def test_drawing_by_pointer_and_by_keys(open_page: Open) -> None:
    page = open_page("/gan?data=draw")
    moving(page, PICTURE)
    page.locator("[data-tool=clear]").click()
    wait_text(page, ".mg-status", "Running")
    wait_text(page, "[data-metric=w1]", "^no data$")
    canvas = page.locator(f"{PICTURE} .mg-canvas")
    x, y = middle_of(canvas)
    page.mouse.move(x - 80, y)
    page.mouse.down()
    page.mouse.move(x + 80, y - 40, steps=8)
    page.mouse.up()
    wait_text(page, "[data-metric=w1]", r"\d")
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"{PICTURE} .mg-ring")).to_be_visible()
    page.keyboard.press("Enter")
    at = int(page.locator(".mg-panel").get_attribute("data-step"))
    wait_step(page, at + 20)
    pause(page)
    page.locator("[data-do=slow]").click()
    for phase, part in (("sample", "x"), ("generate", "G"), ("score", "D")):  # the networks at work light up
        page.locator("[data-do=step]").click()
        expect(page.locator(f".mg-diagram[data-phase='{phase}'] .mg-on[data-part={part}]")).to_be_visible()


def test_points_from_a_file(open_page: Open, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("x,y\n" + "\n".join(f"{i % 10},{i // 10}" for i in range(100)))
    bad.write_text("1,2\n3,nan\n")
    page = open_page("/gan")
    page.get_by_role("link", name="Two parallel lines").click()
    theta = page.locator("input[data-param=theta]")
    for what in (theta, page.locator(".st-key-picture .mg-plane .mg-box"), page.locator(".mg-told p").first):
        expect(what).to_be_in_viewport(ratio=0.9)
    theta.press("End")
    wait_text(page, "[data-metric=theta_now]", r"^[1-9]")
    page.get_by_text("Load your own points").click()
    page.locator("input[type=file]").set_input_files(str(bad))
    expect(page.get_by_text("Row 2 holds 3, nan")).to_be_visible()
    page.locator("input[type=file]").set_input_files(str(good))
    page.wait_for_function("location.search.includes('data=draw')")
    page.locator("[data-tool=clear]").wait_for()
    wait_text(page, "[data-metric=w1]", r"\d")
