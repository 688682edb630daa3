"""What only the page of latent spaces has, in a real Chromium: a finger that decodes, and a pad that is encoded."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, middle_of, moving, pause, wait_step

pytestmark = pytest.mark.browser
PLANE = ".st-key-stage .mg-plane"
DOT = """([selector, u, v]) => {
  const canvas = document.querySelector(selector + " canvas"), pen = canvas.getContext("2d");
  const [x, y] = [u * canvas.width, (1 - v) * canvas.height].map(Math.round);
  const [red, green, blue, opacity] = pen.getImageData(x, y, 1, 1).data;
  return opacity > 200 && Math.max(red, green, blue) < 80;
}"""
"""Whether the finger's dot, dark on a light page, is drawn there."""


ORANGE = """([selector, some]) => {
  const canvas = document.querySelector(selector + " canvas"), { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const near = (at) => Math.abs(data[at] - 0xd5) + Math.abs(data[at + 1] - 0x5e) + data[at + 2] < 12;
  let count = 0;
  for (let at = 0; at < data.length; at += 4) count += near(at);
  return some ? count > 30 : count === 0;
}"""
"""Whether there is a dot for what was drawn, on a light page."""


def drag(page: Page, selector: str, *way: tuple[float, float]) -> None:
    """Press at the first place, in shares of the canvas, y upwards, and let go at the last."""
    box = page.locator(f"{selector} .mg-canvas").first.bounding_box()
    for number, (u, v) in enumerate(way):
        page.mouse.move(box["x"] + u * box["width"], box["y"] + (1 - v) * box["height"], steps=3)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_finger_on_the_plane_is_followed_by_its_image_and_a_tile_moves_the_finger(open_page: Open) -> None:
    page = open_page("/latent", color_scheme="light")
    moving(page, PLANE)
    wait_step(page, 5)
    pause(page)
    drag(page, PLANE, (0.5, 0.5), (0.8, 0.6), (0.85, 0.12))
    page.wait_for_function(DOT, arg=[PLANE, 0.85, 0.12])
    drag(page, PLANE, (0.85, 0.12), (0.15, 0.9))  # near the upper edge its image stands below it
    page.wait_for_function(DOT, arg=[PLANE, 0.15, 0.9])
    page.wait_for_function(f"(place) => !({DOT})(place)", arg=[PLANE, 0.85, 0.12])
    page.locator(".mg-field .mg-canvas").first.scroll_into_view_if_needed()
    x, y = middle_of(page.locator(".mg-field .mg-canvas").first)
    page.mouse.click(x, y)  # the tile in the middle is the prior's median
    page.wait_for_function(DOT, arg=[PLANE, 0.5, 0.5])


def test_a_drawing_and_a_picture_are_encoded_and_a_bad_file_is_refused(open_page: Open) -> None:
    page = open_page("/latent", color_scheme="light")
    wait_step(page, 5)
    page.wait_for_function(ORANGE, arg=[PLANE, False])
    pad = ".st-key-latent-pad .mg-field"
    page.locator(pad).scroll_into_view_if_needed()
    moving(page, pad)
    drag(page, pad, (0.3, 0.9), (0.7, 0.9), (0.4, 0.1))
    dotted(page, True)
    page.get_by_role("button", name="Clear the pad").click()
    dotted(page, False)
    page.locator("input[type=file]").set_input_files([{"name": "x.png", "mimeType": "image/png", "buffer": b"no"}])
    expect(page.get_by_text("is no picture that can be read")).to_be_visible()
    picture, blob = Image.new("L", (90, 120), 255), io.BytesIO()
    ImageDraw.Draw(picture).line([(20, 20), (70, 20), (40, 100)], fill=0, width=14)
    picture.save(blob, "PNG")
    file = {"name": "seven.png", "mimeType": "image/png", "buffer": blob.getvalue()}
    page.locator("input[type=file]").set_input_files([file])
    expect(page.get_by_text("is no picture that can be read")).to_be_hidden()
    dotted(page, True)


def dotted(page: Page, some: bool) -> None:
    """Wait until the plane, scrolled into sight, shows a dot for a drawing, or none."""
    page.locator(PLANE).first.scroll_into_view_if_needed()
    page.wait_for_function(ORANGE, arg=[PLANE, some])
