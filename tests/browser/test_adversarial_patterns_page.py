"""The page of patterns inside networks as a person uses it, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fits, moving

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PATH = "/adversarial-patterns"
METRIC = "[data-metric={}]"


def number(page: Page, metric: str) -> float:
    return float(page.locator(METRIC.format(metric)).first.inner_text())


def wait_step(page: Page, step: int) -> None:
    page.wait_for_function("(s) => +document.querySelector('.mg-panel').dataset.step >= s", arg=step)


def test_it_moves_by_itself_with_both_walls_and_controls_above_the_fold(open_page: Open) -> None:
    page = open_page(PATH)
    wait_step(page, 1)
    assert page.locator(".mg-field").count() >= 3
    moving(page, ".mg-field", 5)
    for selector in (".mg-field canvas", "[data-do=play]", "[data-param=strength]", "[data-param=eta]", ".mg-status"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 768, selector
    chemistry = page.locator(".mg-field canvas").nth(1).bounding_box()
    assert chemistry["y"] + chemistry["height"] <= 768
    expect(page.locator(".mg-status")).to_have_text("Running")


def test_nothing_sticks_out_sideways(open_page: Open) -> None:
    fits(open_page(PATH), ".mg-field canvas", (390, 844), (1366, 768), (1920, 1080))


def test_reaction_and_diffusion_add_up_and_the_adversary_can_be_switched_off(open_page: Open) -> None:
    page = open_page(PATH)
    wait_step(page, 100)
    assert number(page, "spread_ratio") > 1
    assert number(page, "split_error") < 1e-5
    page.locator("[data-exact=strength]").fill("0")
    page.locator("[data-exact=strength]").press("Enter")
    page.wait_for_function("document.querySelector('[data-metric=diffusion_share]').textContent === '0'")
    page.wait_for_function("location.search.includes('strength=0')")


def test_every_closer_look_draws(open_page: Open) -> None:
    page = open_page(PATH + "?network=strict&data=gaussian&targets=teacher&n=50&inits=1")
    for label, plots in (("Evenness", 5), ("Theory", 5), ("Reaction and diffusion", 3)):
        page.get_by_role("radio", name=label).click()
        page.wait_for_function("(n) => document.querySelectorAll('.mg-plot .main-svg').length >= n", arg=plots)
        moving(page, ".mg-field", 10)
        if label == "Theory":
            expect(page.locator("[data-word=assumptions]")).to_contain_text("Assumptions met")
            assert number(page, "kappa") > 3


def test_slow_motion_names_the_parts_of_the_step(open_page: Open) -> None:
    page = open_page(PATH)
    page.locator("[data-do=slow]").click()
    for word in ("Reaction", "Diffusion", "Both are added", "The critic"):
        page.wait_for_function("(w) => document.querySelector('.mg-phase').textContent.includes(w)", arg=word)


def test_a_card_starts_the_one_layer_control(open_page: Open) -> None:
    page = open_page(PATH)
    page.locator(".mg-cards a", has_text="One layer, as a control").click()
    page.wait_for_function("location.search.includes('network=one-layer')")
    wait_step(page, 20)
    assert number(page, "split_error") < 1e-4


def test_every_control_has_a_name(open_page: Open) -> None:
    page = open_page(PATH)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('.mg-view input, .mg-view select, .mg-view button, .mg-view canvas')]
        .filter((e) => !(e.ariaLabel || e.labels?.length || e.textContent.trim() || e.title)).map((e) => e.outerHTML)"""
    )
    assert nameless == []
