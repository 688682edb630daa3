"""What every exhibit's page owes whoever opens it, looked at in one load of each page that there is."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from engine.exhibit import Card, Exhibit, catalogue
from tests.browser import axe
from tests.browser.conftest import PICTURE, Open, fits, moving, resize, wait_status
from ui.home import page_file

pytestmark = pytest.mark.browser
Kind = type[Exhibit[Any]]
PAGES = [(slug, kind) for slug, kind in catalogue().items() if page_file(slug)]

LAPTOP, TABLET, PHONE = (1366, 768), (768, 1024), (390, 844)
WIDEST, NARROWEST = (1920, 1080), (360, 740)
SCREENS = (WIDEST, LAPTOP, (1024, 768), (820, 1180), TABLET, (683, 512), NARROWEST, PHONE)
AT_ONCE_MS, MOST_LOOKS = 2000, 3
BAR = 62  # pixels on top of a page that its head takes
MOST_OF_A_PHONE = 0.42  # may a picture take that stays while one scrolls

CLOCK = """(() => {
  const seen = (window.mgSeen = {});
  const look = () => {
    if (document.querySelector(".mg-view")) seen.mounted ??= performance.now();
    if (+document.querySelector("PICTURE")?.dataset.frames >= 2) seen.moving ??= performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ["data-frames"] });
})()""".replace("PICTURE", PICTURE)
"""Notes when the first view is there, and when the picture has drawn twice."""

SPOKEN = {
    "button", "checkbox", "combobox", "link", "listbox", "radio", "searchbox", "slider", "spinbutton", "switch", "tab",
    "textbox", "application", "image", "Canvas",
}  # fmt: skip
"""Roles, as Chromium calls them, of what can be operated or seen and so must have a name to be read out."""


@pytest.mark.parametrize(("slug", "kind"), PAGES, ids=[slug for slug, _ in PAGES])
def test_a_page_keeps_what_every_page_promises(open_page: Open, slug: str, kind: Kind) -> None:
    page = open_page(f"/{slug}", script=CLOCK)
    it_moves_at_once(page)
    picture_and_transport_are_above_the_fold(page)
    play_is_two_keys_away(page)
    the_space_bar_pauses_and_plays(page)
    full_screen_shows_the_picture_undistorted_with_title_and_controls(page)
    a_chart_offers_no_upload(page)
    slow_motion_says_every_phase(page, kind)
    everything_has_a_name(page)
    assert axe.grave(page) == []
    page.wait_for_selector(".mg-plot .main-svg", state="attached")
    page.evaluate("document.querySelector('.mg-folded').open = true")
    for screen in SCREENS:
        resize(page, *screen)
        for scheme in ("dark", "light") if screen in (WIDEST, NARROWEST) else ("light",):
            page.emulate_media(color_scheme=scheme)
            fits(page, PICTURE)
        if screen in (LAPTOP, PHONE):
            nothing_is_clipped_and_sliders_can_be_hit(page)
        if screen in (TABLET, PHONE):
            picture_comes_first_and_then_the_controls(page)
    the_picture_stays_and_makes_room_for_what_is_scrolled_below_it(page)
    what_a_card_says_is_seen_with_the_picture(page, kind)
    resize(page, *LAPTOP)
    page.wait_for_function(RESTING)
    what_a_card_says_is_seen_with_the_picture(page, kind)
    a_field_half_out_of_sight_is_still_seen(page)
    a_link_brings_back_what_is_seen(page)
    a_card_sets_its_values_and_shows_the_picture(page, kind)


def it_moves_at_once(page: Page) -> None:
    """A server that has just started still compiles: who finds it so looks again."""
    looks = [until_it_moves(page)]
    while min(looks) > AT_ONCE_MS and len(looks) < MOST_LOOKS:
        page.reload()
        looks.append(until_it_moves(page))
    assert min(looks) <= AT_ONCE_MS, looks


def until_it_moves(page: Page) -> float:
    page.wait_for_function("window.mgSeen?.moving")
    return page.evaluate("mgSeen.moving - mgSeen.mounted")


def picture_and_transport_are_above_the_fold(page: Page) -> None:
    for selector in (PICTURE, ".st-key-stage .mg-transport", ".mg-first .mg-knob:not([hidden])"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= LAPTOP[1], (selector, box)


WHOLE = """() => { const { width, height } = document.querySelector('PICTURE').querySelector('.mg-box, .mg-plot')
  .getBoundingClientRect(); return width / height; }""".replace("PICTURE", PICTURE)
"""How much wider than high the picture is."""
LEGEND = ".st-key-picture :is(.mg-caption, .mg-scale, .mg-tools, .mg-heads)"
"""What says what the picture shows: a caption in its colours, a bar of colours, layers by name, headings."""


def full_screen_shows_the_picture_undistorted_with_title_and_controls(page: Page) -> None:
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    shape = page.evaluate(WHOLE)
    legends = page.locator(LEGEND).filter(visible=True).all()
    page.locator("[data-do=full]").click()
    page.wait_for_function("document.fullscreenElement?.matches('.st-key-stage')")
    assert page.evaluate(WHOLE) == pytest.approx(shape, rel=0.02)
    expect(page.locator(PICTURE).first.locator(".mg-box, .mg-plot").first).to_be_in_viewport(ratio=0.99)
    shown = [page.locator(part).first for part in ("h1", ".mg-transport", ".mg-first .mg-knob:not([hidden])")]
    for part in (*shown, *legends):
        expect(part).to_be_in_viewport(ratio=0.99)
    page.locator("[data-do=full]").click()
    page.wait_for_function("!document.fullscreenElement")


OFFERED = "[...new Set([...document.querySelectorAll('.modebar-btn')].map((e) => e.dataset.title))].sort()"


def a_chart_offers_no_upload(page: Page) -> None:
    """Of Plotly's buttons only those that act on the figure, on any chart of the page."""
    assert set(page.evaluate(OFFERED)) <= {"Zoom", "Pan", "Show all"}
    assert page.locator("text=/Share chart|Edit in Chart Studio/").count() == 0


UNDRAWN = """() => [...document.querySelectorAll(".mg-view button")]
  .filter((e) => e.checkVisibility())
  .filter((e) => !(e.querySelector("svg") ? e.querySelector("svg path") : /[\\p{L}\\p{N}?]/u.test(e.textContent)))
  .map((e) => e.outerHTML)"""
"""Buttons that have neither a word nor a drawn icon, but some sign of a typeface, or nothing."""


def play_is_two_keys_away(page: Page) -> None:
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("Tab")
    expect(page.locator(".mg-skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-do=play]")).to_be_focused()
    assert page.evaluate(UNDRAWN) == []
    page.evaluate("document.activeElement.blur()")


CLIPPED = """() => [...document.querySelectorAll(
    "input[type=number], input[type=text], select")]
  .filter((e) => e.offsetParent !== null).map((e) => {
    const style = getComputedStyle(e), pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const texts = e.tagName === "SELECT" ? [...e.options].map((option) => option.text) : [e.value];
    const [text] = texts.sort((a, b) => pen.measureText(b).width - pen.measureText(a).width);
    const arrow = e.tagName === "SELECT" ? 16 : e.type === "number" && !e.dataset.testid ? 2 : 0;
    const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
    const needed = pen.measureText(text).width;
    return needed > room + 1 ? `${text} needs ${Math.round(needed)}, has ${Math.round(room)}` : "";
  }).filter(Boolean)"""
"""Fields and choices that have not the room for what they say."""
SLIDERS = """() => [...document.querySelectorAll("input[type=range]")].filter((e) => e.offsetParent !== null)
  .map((e) => e.getBoundingClientRect().height).filter((height) => height < 24)"""


def nothing_is_clipped_and_sliders_can_be_hit(page: Page) -> None:
    setup = page.locator(".st-key-head [data-testid=stPopover] button").filter(visible=True)
    if setup.count():
        setup.first.click()
        page.locator("[data-testid=stPopoverBody]").wait_for()
    assert page.evaluate(CLIPPED) == []
    page.keyboard.press("Escape")
    assert page.evaluate(SLIDERS) == []


SEEN = """() => [...document.querySelectorAll("[data-layer], select[data-tool]")]
  .map((e) => `${e.dataset.layer ?? e.dataset.tool} ${e.type === "checkbox" ? e.checked : e.value}`)"""

EACH_CLICKED = "(boxes) => boxes.forEach((box) => box.click())"
CHOICES = "select[data-tool=show], select[data-tool=colours], select[data-tool=brush]"


def a_link_brings_back_what_is_seen(page: Page) -> None:
    """Every layer switched, and every choice of what to show changed."""
    boxes, choices = page.locator("[data-layer]"), page.locator(CHOICES).filter(visible=True).all()
    boxes.evaluate_all(EACH_CLICKED)
    for choice in choices:
        choice.select_option(index=1)
    seen = page.evaluate(SEEN)
    if not seen:
        return
    page.wait_for_function("(n) => location.search.match(/look\\./g)?.length >= n", arg=boxes.count() + len(choices))
    page.reload()
    moving(page, PICTURE)
    page.wait_for_function(f"(seen) => JSON.stringify(({SEEN})()) === JSON.stringify(seen)", arg=seen)
    boxes.evaluate_all(EACH_CLICKED)
    for choice in page.locator(CHOICES).filter(visible=True).all():
        choice.select_option(index=0)
    page.wait_for_function("!location.search.includes('look.')")


def the_space_bar_pauses_and_plays(page: Page) -> None:
    for status in ("paused", "running", "paused"):
        page.keyboard.press(" ")
        wait_status(page, status)


def slow_motion_says_every_phase(page: Page, kind: Kind) -> None:
    """From the start the page must say, phase by phase, what the exhibit itself says."""
    params = kind.Params()
    sentences = list(kind(params, seed=params.seed).phases())
    assert len(set(sentences)) > 1
    page.keyboard.press("r")
    page.wait_for_function("document.querySelector('.mg-panel')?.dataset.step === '0'")
    slow, said = page.locator("[data-do=slow]"), page.locator(".mg-phase")
    transport = page.locator(".mg-transport").bounding_box()
    slow.click()
    expect(slow).to_have_attribute("aria-pressed", "true")
    for sentence in sentences:
        page.locator("[data-do=step]").click()
        expect(said).to_have_text(sentence)
        assert page.locator(".mg-transport").bounding_box() == transport, "nothing jumps from phase to phase"
    slow.click()
    page.locator("[data-do=play]").click()
    expect(said).to_be_hidden()
    page.locator("[data-do=play]").click()
    wait_status(page, "paused")


def everything_has_a_name(page: Page) -> None:
    browser = page.context.new_cdp_session(page)
    nodes = browser.send("Accessibility.getFullAXTree")["nodes"]
    spoken = [node for node in nodes if not node["ignored"] and node["role"]["value"] in SPOKEN]
    assert {"button", "slider"} < {node["role"]["value"] for node in spoken}
    nameless = [node["backendDOMNodeId"] for node in spoken if not node["name"]["value"].strip()]
    tags = [browser.send("DOM.getOuterHTML", {"backendNodeId": each})["outerHTML"].split(">")[0] for each in nameless]
    assert [tag for tag in tags if not tag.startswith("<svg") or "role=" in tag] == []  # KaTeX draws its roots as such


def picture_comes_first_and_then_the_controls(page: Page) -> None:
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")  # further down the picture stays
    shown = [page.locator(f".st-key-{part}").bounding_box() for part in ("picture", "head", "panel", "rail")]
    assert all(above["y"] + above["height"] <= below["y"] for above, below in pairwise(shown))


STAYING = """() => { const main = document.querySelector("[data-testid=stMain]");
  const at = (part) => Math.round(document.querySelector(part).getBoundingClientRect().top + main.scrollTop);
  const picture = document.querySelector(".st-key-picture").getBoundingClientRect();
  return { panel: at(".st-key-panel"), bottom: picture.bottom / innerHeight }; }"""
"""Where the panel is on the page, and how much of the screen the picture and all above it take."""


def the_picture_stays_and_makes_room_for_what_is_scrolled_below_it(page: Page) -> None:
    scroll = "(down) => document.querySelector('[data-testid=stMain]').scrollTo(0, down)"
    page.evaluate(scroll, 0)
    page.wait_for_function("!document.querySelector('.st-key-stage').hasAttribute('data-away')")
    before = page.evaluate(STAYING)
    page.evaluate(scroll, before["panel"] - PHONE[1] // 2)
    page.wait_for_function("document.querySelector('.st-key-stage').hasAttribute('data-away')")
    away = page.evaluate(STAYING)
    assert away["panel"] == pytest.approx(before["panel"], abs=1), "nothing moves while it does"
    assert away["bottom"] < min(before["bottom"], MOST_OF_A_PHONE)
    expect(page.locator(PICTURE).first.locator(".mg-box, .mg-plot").first).to_be_in_viewport(ratio=0.99)


RESTING = """() => { const picture = document.querySelector(".st-key-picture").getBoundingClientRect();
  const now = [picture.top, picture.height].join(), before = window.mgBefore;
  if (before?.where !== now) window.mgBefore = { where: now, since: performance.now() };
  return performance.now() - window.mgBefore.since > 400; }"""
"""Whether the first screen has been fitted to a new size of the window, so that it stays where it is."""


def what_a_card_says_is_seen_with_the_picture(page: Page, kind: Kind) -> None:
    """Of the card that has most to say, if one can be that builds nothing anew."""
    knobs = kind.Params.knobs()
    light = [card for card in kind.cards if all(knobs[name].kind == "live" for name in card.values)]
    wordy = max(light or kind.cards, key=lambda card: len(card.text))
    page.locator(".mg-rail a").nth(kind.cards.index(wordy)).press("Enter")
    expect(page.locator(".mg-told p").first).to_be_in_viewport(ratio=0.99)
    assert page.evaluate(UNDRAWN) == []  # what closes it is there now
    expect(page.locator(PICTURE).first.locator(".mg-box, .mg-plot").first).to_be_in_viewport(ratio=0.99)


AWAY = """(canvas, up) => { const main = document.querySelector("[data-testid=stMain]");
  main.scrollTop += canvas.getBoundingClientRect().top + up * canvas.clientHeight;
  return getComputedStyle(canvas.parentElement).backgroundColor.match(/\\d+/g).map(Number); }"""
"""Scroll until so much of a canvas is above the window; its ground."""


def a_field_half_out_of_sight_is_still_seen(page: Page) -> None:
    fields = page.locator(".st-key-stage .mg-field").filter(visible=True)
    if not fields.count():
        return
    field, canvas = fields.first, fields.first.locator(".mg-canvas").first
    for up in (0.3, -0.03):  # cut by the window, and covered by the page's head
        ground = canvas.evaluate(AWAY, up)
        moving(page, ".st-key-stage .mg-field", int(field.get_attribute("data-frames")) + 2)
        box = canvas.bounding_box()
        whole = Image.open(io.BytesIO(page.screenshot())).convert("RGB")  # a part would be drawn for itself
        seen = whole.crop((box["x"], max(box["y"], BAR), box["x"] + box["width"], box["y"] + box["height"]))
        blank = [(np.asarray(seen) == color).all(axis=-1).mean() for color in ((0, 0, 0), ground[:3])]
        assert sum(blank) < 0.05, (up, blank)


def a_card_sets_its_values_and_shows_the_picture(page: Page, kind: Kind) -> None:
    index, query = next(found for found in enumerate(map(address_of, kind.cards, [kind] * len(kind.cards))) if found[1])
    page.get_by_text("The mathematics, and the code that computes it").click()  # a long way down from the picture
    expect(page.locator(".st-key-mathematics [data-testid=stCode]").last).to_be_visible()
    page.get_by_role("heading", name="References").scroll_into_view_if_needed()
    picture = page.locator(PICTURE).first
    expect(picture).not_to_be_in_viewport()
    page.locator(".mg-rail a").nth(index).press("Enter")
    page.wait_for_url(lambda url: dict(parse_qsl(urlsplit(url).query)) == query)
    wait_status(page, "running")
    expect(picture).to_be_in_viewport(ratio=0.9)
    moving(page, PICTURE, int(picture.get_attribute("data-frames")) + 2)


def address_of(card: Card, kind: Kind) -> dict[str, str]:
    """What of a link the values of a card are."""
    return kind.Params(**card.values).to_query()
