"""What only the page of message passing has, in a real Chromium: messages on their way, and tools for a hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, pause

pytestmark = pytest.mark.browser
PLACE = """async (canvas) => {
  const pen = canvas.getContext('2d'), data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0; // a fingerprint
  for (let at = 0; at < data.length; at += 4) sum = (31 * sum + data[at] + 7 * data[at + 1]) % 1000003;
  return sum;
}"""


def graph(page: Page) -> Locator:
    return page.locator(".mg-plane .mg-canvas").first


def click(page: Page, x: float, y: float) -> None:
    """Click where a node lies, in the units of the layout."""
    box = graph(page).bounding_box()
    assert box
    page.mouse.click(box["x"] + (x + 1) / 2 * box["width"], box["y"] + (1 - y) / 2 * box["height"])


def test_in_slow_motion_messages_travel_and_stand_still_when_it_pauses(open_page: Open) -> None:
    page = open_page("/messages?slow=true&pace=0.5")
    page.wait_for_function("document.querySelector('.mg-caption')?.textContent.includes('message')")
    seen = {graph(page).evaluate(PLACE)}
    page.wait_for_function(f"(was) => ({PLACE})(document.querySelector('.mg-plane canvas')).then((now) => now !== was)",
                           arg=seen.pop())  # fmt: skip
    pause(page)
    page.wait_for_function("document.querySelector('.mg-plane').dataset.status === 'paused'")
    standing = graph(page).evaluate(PLACE)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert graph(page).evaluate(PLACE) == standing


def test_a_click_looks_at_a_node_and_another_tool_tells_its_class(open_page: Open) -> None:
    page = open_page("/messages?graph=ring&size=8&layout=circle")  # node 1 is drawn on the right
    pause(page)
    click(page, 0.93, 0)
    expect(page.locator("[data-word=told_before]")).to_contain_text("State of 1:")
    click(page, -0.93, 0)
    expect(page.locator("[data-word=told_before]")).to_contain_text("State of 5:")
    page.locator(".mg-plane [data-tool=brush]").first.select_option(label="tell or hide class")
    known = page.locator("[data-metric=train_accuracy]")
    for x, y in (
        (0.93, 0),
        (0.66, 0.66),
        (0, 0.93),
        (-0.66, 0.66),
        (-0.93, 0),
        (-0.66, -0.66),
        (0, -0.93),
        (0.66, -0.66),
    ):
        click(page, x, y)
    expect(known).not_to_have_text("none is known")
    expect(page.locator("[data-metric=test_accuracy]")).not_to_have_text("all are known")
