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


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where something lies that is at a place in the units of the layout."""
    box = graph(page).bounding_box()
    assert box
    return box["x"] + (x + 1) / 2 * box["width"], box["y"] + (1 - y) / 2 * box["height"]


def click(page: Page, x: float, y: float) -> None:
    page.mouse.click(*on_screen(page, x, y))


def tap(page: Page, x: float, y: float) -> None:
    page.touchscreen.tap(*on_screen(page, x, y))


def drag(page: Page, *places: tuple[float, float]) -> None:
    """Lead a finger over some places of the graph."""
    swipe(page, *(on_screen(page, *place) for place in places))


def swipe(page: Page, *places: tuple[float, float]) -> None:
    """Lead a finger over some places on the screen."""
    finger, kinds = page.context.new_cdp_session(page), ["touchStart", *["touchMove"] * (len(places) - 1)]
    for kind, (x, y) in zip(kinds, places, strict=True):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_in_slow_motion_messages_travel_and_stand_still_when_it_pauses(open_page: Open) -> None:
    page = open_page("/messages?slow=true&pace=3")
    page.wait_for_function("document.querySelector('.mg-caption')?.textContent.includes('message')")
    seen = {graph(page).evaluate(PLACE)}
    page.wait_for_function(f"(was) => ({PLACE})(document.querySelector('.mg-plane canvas')).then((now) => now !== was)",
                           arg=seen.pop())  # fmt: skip
    pause(page)
    page.wait_for_function("document.querySelector('.mg-plane').dataset.status === 'paused'")
    standing = graph(page).evaluate(PLACE)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert graph(page).evaluate(PLACE) == standing


def use(page: Page, tool: str) -> None:
    page.locator(".mg-plane [data-tool=brush]").first.select_option(label=tool)


def edit_by_touch(page: Page) -> None:
    """Of the node in the middle, which is linked with node 1 on the right: move it, cut the link, draw it again; a
    further node comes and goes.
    """
    before, arriving = page.locator("[data-word=told_before]"), page.locator("[data-word=told_messages]")
    use(page, "move")
    drag(page, (0, 0), (0.1, 0.2), (0.3, 0.3))
    use(page, "look at")
    tap(page, 0.93, 0)
    expect(before).to_contain_text("State of 1:")
    tap(page, 0.3, 0.3)
    expect(before).to_contain_text("State of new 9:")
    use(page, "delete")
    tap(page, 0.615, 0.15)
    expect(arriving).not_to_contain_text("from 1 ")
    use(page, "link or part two")
    drag(page, (0.3, 0.3), (0.6, 0.2), (0.93, 0))
    expect(arriving).to_contain_text("from 1 ")
    use(page, "add a node")
    tap(page, -0.4, -0.4)
    expect(before).to_contain_text("State of new 10:")
    use(page, "delete")
    tap(page, -0.4, -0.4)
    expect(before).not_to_contain_text("new 10")


def a_finger_on_the_matrix_picks_by_a_tap_and_else_scrolls(page: Page, cells: Locator) -> None:
    box, before = cells.bounding_box(), page.locator("[data-word=told_before]")
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"]  # third row
    page.touchscreen.tap(x, y)
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    was = page.evaluate(scrolled)
    swipe(page, *((x, y + 0.4 * box["height"] - 15 * step) for step in range(12)))
    page.wait_for_function(f"(was) => Math.abs({scrolled} - was) > 50", arg=was)
    before.scroll_into_view_if_needed()  # what is out of sight is not drawn
    expect(before).to_contain_text("State of 3:")
    page.evaluate(f"(was) => {{ {scrolled} = was; }}", was)


def test_a_hand_looks_tells_and_edits_and_a_graph_comes_and_goes_as_a_file(open_page: Open) -> None:
    # node 1 is drawn on the right, node 5 on the left
    page = open_page("/messages?graph=ring&size=8&layout=circle", has_touch=True)
    pause(page)
    before = page.locator("[data-word=told_before]")
    click(page, 0.93, 0)
    expect(before).to_contain_text("State of 1:")
    click(page, -0.93, 0)
    expect(before).to_contain_text("State of 5:")
    # what is under the pointer in one view is marked in the others
    matrix, points = page.locator(".mg-field"), page.locator(".mg-plane").nth(1)
    expect(matrix).to_have_attribute("data-kin", "4")
    cells = matrix.locator("canvas")
    points.scroll_into_view_if_needed()
    side = cells.bounding_box()["width"] / 8
    cells.hover(position={"x": 2.5 * side, "y": 0.5 * side})  # first row, third column
    expect(points).to_have_attribute("data-kin", "0 2")
    a_finger_on_the_matrix_picks_by_a_tap_and_else_scrolls(page, cells)
    page.mouse.move(0, 0)  # or, as the page has been scrolled below it, the pointer says late that it has left
    expect(points).to_have_attribute("data-kin", "")
    cells.press("ArrowLeft")  # the keys begin in the middle: the fifth row, and now the fourth column
    expect(points).to_have_attribute("data-kin", "4 3")
    expect(graph(page).locator("xpath=ancestor::*[contains(@class, 'mg-plane')]")).to_have_attribute("data-kin", "4 3")
    # all classes are told, then a node is added by hand and linked by keys
    graph(page).scroll_into_view_if_needed()
    use(page, "tell or hide class")
    for x, y in ((0.93, 0), (0.66, 0.66), (0, 0.93), (-0.66, 0.66), (-0.93, 0), (-0.66, -0.66), (0, -0.93),
                 (0.66, -0.66)):  # fmt: skip
        click(page, x, y)
    expect(page.locator("[data-metric=train_accuracy]")).not_to_have_text("none is known")
    use(page, "add a node")
    click(page, 0, 0)
    expect(before).to_contain_text("State of new 9:")
    use(page, "link or part two")
    graph(page).press("Enter")  # the keys begin in the middle, where the new node is
    for key in ["Shift+ArrowRight"] * 4 + ["ArrowRight"] * 3:
        graph(page).press(key)
    for view in (matrix, points):
        expect(view).to_have_attribute("data-kin", "0")
    expect(page.locator(".mg-plane .mg-tip").first).to_contain_text("1 · class 1")
    graph(page).press("Enter")
    expect(page.locator("[data-word=told_messages]")).to_contain_text("from 1 ")
    edit_by_touch(page)
    page.get_by_text("Load or save a graph").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="As a list").click()
    links = coming.value.path().read_text().split("\n")
    assert len([line for line in links if line]) == 9 and "1\tnew 9" in links
    upload = page.locator("input[type=file]")
    upload.set_input_files([{"name": "x.csv", "mimeType": "text/csv", "buffer": b"a,b\nc\n"}])
    expect(page.get_by_text("Line 2 has one name")).to_be_visible()
    upload.set_input_files([{"name": "y.csv", "mimeType": "text/csv", "buffer": b"Anna,Ben\nBen,Carl\nCarl,Anna\n"}])
    expect(page.get_by_text("3 nodes, 3 links.")).to_be_visible()
    expect(before).to_contain_text("State of Anna:")
