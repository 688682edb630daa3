"""Every view on a page of its own pictures: what a person sees there is read back from the screen, and what a hand
does in a corner arrives as that corner."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS, moving, set_exactly

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
ASIDE = (2, 300)
"""Where the mouse points at no picture."""


@dataclass
class Seen:
    """A picture as it is on the screen.

    Args:
        image: a screenshot of its canvas.
        bounds: left, right, bottom, top in its own units.
    """

    image: Image.Image
    bounds: tuple[float, float, float, float] = (-2, 2, -1, 1)

    def at(self, x: float, y: float) -> tuple[int, int, int]:
        """The colour at a place."""
        left, right, bottom, top = self.bounds
        across, down = (x - left) / (right - left), (top - y) / (top - bottom)
        size = self.image.size
        return self.image.getpixel((min(int(across * size[0]), size[0] - 1), min(int(down * size[1]), size[1] - 1)))

    def is_red(self, x: float, y: float) -> bool:
        """Whether the colour there is red, or nearly."""
        r, g, b = self.at(x, y)
        return r > 180 and g < 110 and b < 110

    def reds(self) -> float:
        """The share of the picture that is red."""
        r, g, b = np.moveaxis(np.asarray(self.image), -1, 0)
        return float(((r > 180) & (g < 110) & (b < 110)).mean())


@pytest.fixture(scope="module")
def opened(browser, server) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(server.url + "/probe-views")
    moving(page, ".mg-panel")
    page.locator("[data-do=play]").click()
    page.wait_for_function("document.querySelector('.mg-panel')?.dataset.status === 'paused'")
    yield page
    page.close()


@pytest.fixture
def page(opened: Page) -> Page:
    """One page for all of them, in any order: whoever changes what another one sees opens a page of its own."""
    opened.mouse.move(*ASIDE)
    opened.evaluate("document.activeElement.blur()")
    return opened


def canvas(page: Page, key: str) -> Locator:
    found = page.locator(f".st-key-probe-views-{key} .mg-canvas").last
    found.evaluate("(e) => e.scrollIntoView({ block: 'center' })")  # not below what stays on top
    moving(page, f".st-key-probe-views-{key} .mg-view", 1)
    return found


def look(page: Page, key: str, bounds: tuple[float, float, float, float] = (-2, 2, -1, 1)) -> Seen:
    page.mouse.move(*ASIDE)
    return Seen(Image.open(io.BytesIO(canvas(page, key).screenshot())).convert("RGB"), bounds)


# picture, where it is red, where it is not: mirrored and upside-down places among them
PLANES = {
    "surface": ([(1.8, 0.9)], [(-1.8, 0.9), (1.8, -0.9), (-1.8, -0.9)]),
    "points": ([(1.5, 0.75)], [(-1.5, 0.75), (1.5, -0.75), (-1.5, -0.75)]),
    "still": ([(-1, -0.5)], [(1, -0.5), (-1, 0.5), (1, 0.5)]),
    "mask": ([(1.5, 0.75), (-1.5, -0.75)], [(-1.5, 0.75), (1.5, -0.75)]),
    "arrows": ([(0, 0), (0.2, 0.2), (-0.2, -0.2)], [(-0.2, 0.2), (0.2, -0.2), (0.4, 0.4)]),
    "gradients": ([(0.05, 0.05)], [(-0.06, -0.06), (-0.05, 0.05), (0.05, -0.05)]),
    "paths": ([(-1.5, 0), (0, 0.75), (1.5, 0.75), (1.5, 0.81)], [(1.5, 0), (0, -0.75), (-1.5, 0.81)]),
    "links": ([(0, 0.75)], [(0, -0.75), (-1.5, 0)]),
    "segments": ([(1, 0.5), (1, 0.25)], [(1, -0.5), (-1, 0.5)]),
    "mesh": ([(1, 0.9), (1.5, 0.5), (0.5, 0.5), (1, 0.1)], [(1, 0.5), (-1, 0.9), (1, -0.9)]),
    "ellipses": ([(1, 0.5), (1.7, 0.5), (0.3, 0.5), (1, 0.58)], [(1, 0.7), (1.9, 0.5), (-1, 0.5), (1, -0.5)]),
    "images": ([(1.4, 0.9)], [(0.6, 0.9), (1.4, 0.1), (0.6, 0.1), (-1.4, 0.9)]),
    "sized": ([(0.75, 0.75), (0.55, 0.55), (0.95, 0.95)], [(0.4, 0.75), (0.75, 0.4), (-0.75, 0.75), (1.2, 0.75)]),
    "fast": ([(1.5, 0.75)], [(-1.5, 0.75)]),
    "slowly": ([], [(1.5, 0.75)]),
    "curve": ([(0, 0), (-1, -0.5), (1, 0.5)], [(-1, 0.5), (1, -0.5)]),
    "area": ([(0, 0), (-1, -0.5), (1, 0.5)], [(-1, 0.5)]),
    "bars": ([(1.5, 0.9), (1.5, -0.9), (0.5, -0.5)], [(0.5, 0.5), (-1.5, -0.9), (-0.5, -0.9)]),
    "levels": ([(-1.5, 0.5), (1.5, 0.5)], [(0, -0.5), (0, 0)]),
    "letters": ([(1.5, 0.75)], [(-1.5, 0.75), (1.5, -0.75), (-1.5, -0.75)]),
    "axes": ([(-1.5, 0), (0, 0.9), (0.5, 0.03), (-1, -0.03)], [(-1.5, 0.5), (0.75, 0.04)]),
}


@pytest.mark.parametrize("key", PLANES)
def test_a_layer_of_a_plane_is_where_its_data_are(page: Page, key: str) -> None:
    seen = look(page, key)
    there, elsewhere = PLANES[key]
    assert [place for place in there if not seen.is_red(*place)] == []
    assert [place for place in elsewhere if seen.is_red(*place)] == []


# half way between (0.5, -0.75) and (1.5, -0.25), where they stand for who wishes for less motion
TRAVELLERS = {
    "travellers": ([(1, -0.5)], [(0.5, -0.75), (1.5, -0.25), (1, 0.5), (-1, -0.5)]),
    "parcels": ([(1.4, -0.1)], [(0.6, -0.1), (1.4, -0.9), (0.6, -0.9), (1.4, 0.9)]),
}


DRAW_AGAIN = """(canvas) => document.dispatchEvent(new CustomEvent('morphogen-pointed',
  { detail: { run: canvas.closest('[data-run]').dataset.run, name: '', where: 'switch' } }))"""


@pytest.mark.parametrize("key", TRAVELLERS)
def test_travellers_are_on_their_way(page: Page, key: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    canvas(page, key).evaluate(DRAW_AGAIN)
    seen = look(page, key)
    page.emulate_media(reduced_motion="no-preference")
    there, elsewhere = TRAVELLERS[key]
    assert [place for place in there if not seen.is_red(*place)] == []
    assert [place for place in elsewhere if seen.is_red(*place)] == []


def test_an_arrow_has_its_head_where_it_points(page: Page) -> None:
    seen = look(page, "arrows")
    head, tail = (
        sum(seen.is_red(side * 0.2 + dx / 50, side * 0.2 + dy / 50) for dx in range(-4, 5) for dy in range(-4, 5))
        for side in (1, -1)
    )
    assert head > 1.5 * tail > 0


def test_contours_go_around_the_hill_between_its_heights(page: Page) -> None:
    seen = look(page, "contours")
    middle = (18.5 / 24 * 4 - 2, 1 - 3.5 / 12 * 2)  # of cell (3, 18)
    assert not seen.is_red(*middle)
    crossings = [seen.is_red(middle[0] - step / 100, middle[1]) for step in range(120)]
    assert sum(now and not before for before, now in pairwise(crossings)) == 3
    assert not any(seen.is_red(-middle[0] + step / 100, middle[1]) for step in range(-60, 60))


def test_classes_and_values_have_their_colours(page: Page) -> None:
    seen = look(page, "classes")
    assert [seen.at(1.5, 0.75), seen.at(-1.5, 0.75), seen.at(-1.5, -0.75)] == [RED, GREEN, BLUE]
    seen = look(page, "values")
    assert seen.at(1.5, 0.75)[2] > 240 and seen.at(-1.5, -0.75)[0] > 240 and seen.at(-1.5, 0.75)[0] in range(100, 156)


def test_ellipses_have_the_colours_of_their_classes(page: Page) -> None:
    seen = look(page, "crowds")
    assert [seen.at(1.7, 0.75), seen.at(-1.5, 0.55), seen.at(-1.7, -0.75)] == [RED, GREEN, BLUE]
    assert not any(seen.is_red(*place) for place in ((1.5, 0.75), (-1.7, 0.75), (1.7, -0.75)))


def test_half_the_side_of_a_plane_may_be_a_number_of_the_stream(page: Page) -> None:
    seen = look(page, "bounds", (-2, 2, -2, 2))
    assert seen.is_red(1.5, 0.75) and not seen.is_red(1.5, -0.75) and not seen.is_red(0.75, 1.5)


def test_a_note_is_written(page: Page) -> None:
    seen = look(page, "note")
    assert any(seen.is_red(0.5 + step / 100, 0.55) for step in range(60))


def dark(seen: Seen, x: float, y: float) -> bool:
    return sum(seen.at(x, y)) < 240


def test_a_field_has_row_0_on_top_and_column_0_on_the_left(page: Page) -> None:
    seen = look(page, "field", (0, 4, 0, 3))
    assert dark(seen, 3.5, 2.5)
    assert not any(dark(seen, *place) for place in ((0.5, 2.5), (3.5, 0.5), (0.5, 0.5)))
    box = page.locator(".st-key-probe-views-field")
    heights = [label.bounding_box()["y"] for label in box.locator(".mg-rows span").all()]
    assert box.locator(".mg-rows").inner_text().split() == ["a", "b", "c"] and heights == sorted(heights)


def test_the_second_channel_is_shown_on_request(page: Page) -> None:
    canvas(page, "field")
    show = page.locator(".st-key-probe-views-field [data-tool=show]")
    show.select_option("other")
    seen = look(page, "field", (0, 4, 0, 3))
    assert dark(seen, 0.5, 0.5) and not dark(seen, 3.5, 2.5)
    show.select_option("both")
    seen = look(page, "field", (0, 4, 0, 3))
    assert (
        seen.at(3.5, 2.5)[0] > 200 > 50 > seen.at(3.5, 2.5)[2]
        and seen.at(0.5, 0.5)[2] > 200 > 50 > seen.at(0.5, 0.5)[0]
    )
    show.select_option("cells")


def test_a_field_of_colours(page: Page) -> None:
    seen = look(page, "colours", (0, 4, 0, 3))
    assert seen.at(3.5, 0.5) == GREEN and seen.at(3.5, 2.5) == seen.at(0.5, 0.5) == (0, 0, 0)
    names = page.locator(".st-key-probe-views-colours .mg-columns span")
    left = [label.bounding_box()["x"] for label in names.all()]
    assert names.all_inner_texts() == ["k", "l", "m", "n"] and left == sorted(left)


def test_a_stack_is_laid_out_as_tiles_row_by_row(page: Page) -> None:
    seen = look(page, "stack", (0, 12, 0, 8))
    assert dark(seen, 3.5, 3.5)  # the fourth tile is the first of the second row
    assert not any(dark(seen, *place) for place in ((0.5, 3.5), (3.5, 0.5), (3.5, 7.5), (7.5, 3.5), (11.5, 7.5)))


def test_two_fields_side_by_side(page: Page) -> None:
    seen = look(page, "compare", (0, 8, 0, 3))
    assert dark(seen, 3.5, 2.5) and dark(seen, 4.6, 0.5)
    assert not any(dark(seen, *place) for place in ((0.5, 2.5), (7.5, 2.5), (7.5, 0.5), (3.5, 0.5), (0.5, 0.5)))


def test_space_has_y_upwards_and_x_to_the_right(page: Page) -> None:
    seen = look(page, "space", (0, 2, -1, 1))
    assert seen.reds() > 0
    reds = [(x / 50, y / 50) for x in range(100) for y in range(-50, 50) if seen.is_red(x / 50, y / 50)]
    assert all((x > 0.5) == (y > 0) for x, y in reds if abs(x - 0.5) > 0.1) and max(x for x, _ in reds) < 1


def test_points_in_space_have_the_colours_of_their_classes(page: Page) -> None:
    seen = look(page, "sides", (-1, 1, -1, 1))
    places = [(x / 40, y / 40) for x in range(-40, 40) for y in range(-40, 40)]
    reds = [place for place in places if seen.is_red(*place)]
    greens = [(x, y) for x, y in places if seen.at(x, y)[1] > 180 > 110 > max(seen.at(x, y)[0], seen.at(x, y)[2])]
    assert reds and all(x > 0 and y > 0 for x, y in reds)
    assert greens and all(x < 0 and y < 0 for x, y in greens)


def test_tokens_are_as_strong_as_the_picked_one_says(page: Page) -> None:
    words = page.locator(".st-key-probe-views-tokens button")
    page.locator(".st-key-probe-views-tokens").scroll_into_view_if_needed()
    strengths = lambda: [word.evaluate("(e) => e.style.getPropertyValue('--mg-strength')") for word in words.all()]  # noqa: E731
    moving(page, ".mg-tokens", 1)
    assert strengths() == ["100%", "0%", "20%"]
    words.nth(2).click()
    assert strengths() == ["10%", "20%", "100%"]
    assert told(page) == {"picture": "tokens", "index": 2}


def test_a_readout_says_numbers_lamps_tables_and_words(page: Page) -> None:
    box = page.locator(".mg-readout")
    expect(box.locator("[data-metric=size_a]")).to_have_text("1.50")
    expect(box.locator("[data-metric=size_b]")).to_have_text("∞")
    numbers = {"third": "0.667 nats", "many": "12,346", "tiny": "1.2e-5", "never": "there is none", "told": "not today"}
    for metric, said in numbers.items():
        expect(box.locator(f"[data-metric={metric}]")).to_have_text(said)
    expect(box.locator("[data-word=status_b]")).to_have_text("bad")
    expect(box.locator("[data-word=verdict]")).to_have_text("well")
    expect(box.locator("[data-lamp=lamp]")).to_have_attribute("aria-label", "lit: yes")
    expect(box.locator("[data-lamp=dark]")).to_have_attribute("aria-label", "dark: no")


def test_a_diagram_shows_its_numbers(page: Page) -> None:
    page.locator(".mg-diagram").scroll_into_view_if_needed()
    expect(page.locator(".mg-diagram [data-metric=steps]")).to_have_text(
        f"n {page.locator('.mg-panel').get_attribute('data-step')}"
    )
    a, b = (page.locator(f".mg-diagram [data-part={name}] rect").bounding_box() for name in "ab")
    wire = page.locator(".mg-diagram [data-part=a-b]").bounding_box()
    assert abs(wire["x"] - a["x"] - a["width"]) < 8 and abs(wire["x"] + wire["width"] - b["x"]) < 8


DRAWN = """() => { const { xaxis, yaxis } = document.querySelector('.st-key-probe-views-figure .mg-plot')._fullLayout;
    return [xaxis.range, yaxis.range]; }"""


def test_a_figure_draws_the_range_that_is_sent_and_heights_that_do_not_jump(open_page: Open) -> None:
    page = open_page("/probe-views")
    page.locator(".st-key-probe-views-figure").scroll_into_view_if_needed()
    page.wait_for_selector(".st-key-probe-views-figure .mg-plot .main-svg")
    page.wait_for_function(f"({DRAWN})()[0][0] === -3")
    across, heights = page.evaluate(DRAWN)
    assert across == [-3, 7] and heights[0] < 0 and 1 < heights[1] < 1.5
    for height, same in ((0.9, True), (1.1, True), (3, False)):
        set_exactly(page, "height", height)
        page.locator(".st-key-probe-views-figure").scroll_into_view_if_needed()
        page.wait_for_function(
            """(h) => { const { y } = document.querySelector('.st-key-probe-views-figure .mg-plot')._fullData[0];
            return Math.abs(Math.max(...y) - h) < 0.1; }""", arg=round(height * 2) / 2 if height < 3 else 3,
        )  # fmt: skip
        now = page.evaluate(DRAWN)[1]
        assert (now == heights) is same and now[1] >= (1 if same else 3)


def test_curves_bear_their_names_where_they_end(page: Page) -> None:
    plot = page.locator(".st-key-probe-views-ends .mg-plot")
    plot.scroll_into_view_if_needed()
    labels = plot.locator(".annotation-text")
    expect(labels).to_have_text(["up", "nearly up"])
    assert plot.locator(".legend").count() == 0
    page.wait_for_function(
        """(plot) => {
          const [upper, lower] = [...plot.querySelectorAll(".annotation-text")].map((e) => e.getBoundingClientRect());
          return upper.bottom <= lower.top + 1;
        }""",
        arg=plot.element_handle(),
    )
    colors = [label.evaluate("(e) => getComputedStyle(e).fill") for label in labels.all()]
    assert colors == ["rgb(0, 0, 255)", "rgb(255, 0, 0)"]


PANELS = """() => {
    const { yaxis, yaxis2 } = document.querySelector('.st-key-probe-views-history .mg-plot')._fullLayout;
    return [yaxis.range, yaxis.domain, yaxis2.domain]; }"""


CLEAR = """(plot) => {
    const names = [...plot.querySelectorAll(".annotation-text")].map((e) => e.getBoundingClientRect());
    const buttons = plot.querySelector(".modebar-group").getBoundingClientRect();
    return names.length > 0 && buttons.height > 0 && names.every((name) => name.bottom <= buttons.top + 2); }"""
"""Curves bear their names, and the buttons of the chart cover none."""


def test_a_start_far_off_does_not_flatten_what_comes_later_and_names_stay_in_sight(page: Page) -> None:
    play = page.locator("[data-do=play]")
    play.click()
    page.wait_for_function("+document.querySelector('.mg-panel')?.dataset.step > 200")
    plot = page.locator(".st-key-probe-views-history .mg-plot")
    plot.scroll_into_view_if_needed()
    page.wait_for_function(
        "({ _fullData, _fullLayout }) => Math.max(..._fullData[0].y) === 1000 && _fullLayout.yaxis.range[1] < 10",
        arg=plot.element_handle(),
    )
    page.wait_for_function(CLEAR, arg=plot.element_handle())
    play.click()
    page.wait_for_function("document.querySelector('.mg-panel')?.dataset.status === 'paused'")


def test_another_quantity_has_its_own_panel_and_things_are_counted_in_whole_numbers(page: Page) -> None:
    plot = page.locator(".st-key-probe-views-history .mg-plot")
    plot.scroll_into_view_if_needed()
    page.wait_for_function(f"({PANELS})")
    _, above, below = page.evaluate(PANELS)
    assert below[1] < above[0]
    ticks = plot.locator(".y2tick text").all_text_contents()
    assert ticks and all(tick == str(int(tick)) for tick in ticks) and len(set(ticks)) == len(ticks)


def test_a_figures_buttons_are_not_part_of_its_picture(page: Page) -> None:
    plot = page.locator(".st-key-probe-views-history .mg-plot")
    plot.scroll_into_view_if_needed()
    expect(plot.locator("[role=img]")).to_have_attribute("aria-label", "history")
    assert plot.locator(".modebar-btn").count() > 0 and plot.locator("[role=img] .modebar-btn").count() == 0
    assert plot.evaluate("(e) => e.closest('[role=img]')") is None


def test_a_box_of_the_diagram_has_its_own_picture_and_brings_out_the_large_one(page: Page) -> None:
    page.locator(".mg-diagram").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.mg-thumbs')?.width > 10")
    picture = """([right, down]) => {
      const canvas = document.querySelector('.mg-thumbs'), sheet = canvas.getBoundingClientRect();
      const box = document.querySelector('.mg-diagram [data-part=a] rect').getBoundingClientRect();
      const x = (box.left + right * box.width - sheet.left) / sheet.width * canvas.width;
      const y = (box.top + down * box.height - sheet.top) / sheet.height * canvas.height;
      return [...canvas.getContext('2d').getImageData(x, y, 1, 1).data];
    }"""
    assert page.evaluate(picture, [0.85, 0.35]) == [255, 0, 0, 255]
    assert page.evaluate(picture, [0.15, 0.35])[3] == 0 and page.evaluate(picture, [1.05, 0.35])[3] == 0
    assert look(page, "brought").is_red(1.5, 0.75) and look(page, "brought").is_red(-1, -0.5)
    box = page.locator(".mg-diagram [data-part=a][role=button]")
    box.press("Enter")
    expect(box).to_have_attribute("aria-pressed", "true")
    seen = look(page, "brought")
    assert not seen.is_red(1.5, 0.75) and seen.is_red(-1, -0.5)
    box.press("Enter")
    assert look(page, "brought").is_red(1.5, 0.75)


def test_what_is_pointed_at_in_the_picture_lights_up_in_the_diagram(page: Page) -> None:
    at = canvas(page, "brought").bounding_box()
    box = page.locator(".mg-diagram [data-part=a]").first
    expect(box).not_to_have_class(re.compile("mg-shown"))
    page.mouse.move(at["x"] + 0.25 * at["width"], at["y"] + 0.75 * at["height"])
    expect(box).to_have_class(re.compile("mg-shown"))
    page.mouse.move(at["x"] + 0.5 * at["width"], at["y"] + 0.5 * at["height"])
    expect(box).not_to_have_class(re.compile("mg-shown"))


# ---- hands ------------------------------------------------------------------------------------------------------


def told(page: Page) -> dict:
    """What the exhibit was told last."""
    page.wait_for_function("document.querySelector('[data-word=poked]').textContent !== ''")
    page.wait_for_timeout(0)
    return json.loads(page.locator("[data-word=poked]").text_content())


def touch(page: Page, key: str, u: float, v: float, then: tuple[float, float] | None = None) -> dict:
    """Click at a fraction of a picture, rightwards and upwards, or drag from there; what the exhibit was told."""
    before = page.locator("[data-word=poked]").text_content()
    box = canvas(page, key).bounding_box()
    where = lambda u, v: (box["x"] + u * box["width"], box["y"] + (1 - v) * box["height"])  # noqa: E731
    page.mouse.move(*where(u, v))
    page.mouse.down()
    if then:
        page.mouse.move(*where(*then), steps=3)
    page.mouse.up()
    page.wait_for_function("(b) => document.querySelector('[data-word=poked]').textContent !== b", arg=before)
    return told(page)


CORNERS = [(0.1, 0.1), (0.1, 0.9), (0.9, 0.1), (0.9, 0.9)]


@pytest.mark.parametrize(("u", "v"), CORNERS)
def test_a_touch_of_a_plane_arrives_in_its_units(page: Page, u: float, v: float) -> None:
    said = touch(page, "touch", u, v)
    assert said["picture"] == "touch"
    assert (said["x"], said["y"]) == pytest.approx((-2 + 4 * u, -1 + 2 * v), abs=0.03)


def test_a_drag_tells_where_it_began(page: Page) -> None:
    touch(page, "brush", 0.5, 0.5)
    said = touch(page, "touch", 0.2, 0.3, then=(0.8, 0.6))
    while said["x"] < 1:  # an earlier place of the same drag
        page.wait_for_timeout(20)
        said = told(page)
    assert (said["x"], said["y"], said["x0"], said["y0"]) == pytest.approx((1.2, 0.2, -1.2, -0.4), abs=0.03)


@pytest.mark.parametrize(("u", "v", "index"), [(0.875, 0.875, 0), (0.125, 0.875, 1), (0.125, 0.125, 2)])
def test_a_point_can_be_picked(page: Page, u: float, v: float, index: int) -> None:
    assert touch(page, "pick", u, v)["index"] == index


def test_the_point_under_the_pointer_is_named(page: Page) -> None:
    box = canvas(page, "pick").bounding_box()
    tip = page.locator(".st-key-probe-views-pick .mg-tip")
    page.mouse.move(box["x"] + 0.125 * box["width"], box["y"] + 0.125 * box["height"])
    expect(tip).to_have_text("second")
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    expect(tip).to_be_hidden()


@pytest.mark.parametrize(("u", "v"), CORNERS)
def test_a_brush_on_a_field_arrives_in_cells(page: Page, u: float, v: float) -> None:
    said = touch(page, "field", u, v)
    assert (said["picture"], said["radius"]) == ("field", 1)
    assert (said["x"], said["y"]) == pytest.approx((4 * u, 3 * v), abs=0.03)


def test_a_brush_on_a_plane_has_a_radius_in_its_units(page: Page) -> None:
    said = touch(page, "brush", 0.75, 0.75)
    assert (said["x"], said["y"], said["radius"]) == pytest.approx((1, 0.5, 0.25), abs=0.03)
    ring = page.locator(".st-key-probe-views-brush .mg-ring").bounding_box()
    assert ring["width"] == pytest.approx(0.5 / 4 * canvas(page, "brush").bounding_box()["width"], abs=4)


def test_a_touch_of_a_stack_says_which_tile(page: Page) -> None:
    said = touch(page, "stack", 0.5, 0.25)
    assert said["index"] == 4 and (said["x"], said["y"]) == pytest.approx((2, 2), abs=0.1)


def test_a_touch_of_two_fields_says_which_side(page: Page) -> None:
    said = touch(page, "compare", 0.9, 0.9)
    assert said["side"] == 1 and said["x"] == pytest.approx(3.25, abs=0.1) and said["y"] == pytest.approx(2.7, abs=0.05)


def test_a_point_in_space_can_be_picked_and_erased(page: Page) -> None:
    seen = look(page, "space", (0, 1, 0, 1))
    reds = [(x / 400, y / 100) for x in range(200) for y in range(50, 100) if seen.is_red(x / 400, y / 100)]
    at = (sum(x for x, _ in reds) / len(reds), sum(y for _, y in reds) / len(reds))
    assert touch(page, "space", *at) == {"picture": "space", "index": 0}
    page.locator(".st-key-probe-views-space [data-tool=erase]").check()
    assert touch(page, "space", *at) == {"picture": "space", "erase": [0]}
    page.locator(".st-key-probe-views-space [data-tool=erase]").uncheck()


def test_keys_reach_every_place(page: Page) -> None:
    picture = canvas(page, "touch")
    before = page.locator("[data-word=poked]").text_content()
    picture.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("(b) => document.querySelector('[data-word=poked]').textContent !== b", arg=before)
    said = told(page)
    assert (said["x"], said["y"]) == pytest.approx((0.02 * 4, 0.04 * 2), abs=0.001)
    expect(page.locator(".st-key-probe-views-touch .mg-cross")).to_be_visible()


def test_a_switch_hides_its_layers_and_a_button_sends_its_poke(page: Page) -> None:
    box = page.locator(".st-key-probe-views-touch")
    assert look(page, "touch").is_red(1.5, 0.75)
    box.locator("[data-layer=dots]").uncheck()
    assert not look(page, "touch").is_red(1.5, 0.75)
    box.locator("[data-layer=dots]").check()
    box.get_by_role("button", name="Clear").click()
    page.wait_for_function("document.querySelector('[data-word=poked]').textContent.includes('cleared')")


def test_the_relief_shows_the_same_corner_high(page: Page) -> None:
    canvas(page, "field")
    button = page.locator(".st-key-probe-views-field [data-tool=relief]")
    button.click()
    page.wait_for_selector(".st-key-probe-views-field .mg-3d")
    seen = look(page, "field", (0, 1, 0, 1))
    darkest = min(((x / 40, y / 40) for x in range(40) for y in range(40)), key=lambda place: sum(seen.at(*place)))
    assert darkest[0] > 0.6 and darkest[1] > 0.5 and sum(seen.at(*darkest)) < 350
    button.click()
