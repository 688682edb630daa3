"""What only the page of patterns inside networks has, in a real Chromium: two walls, and three closer looks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, moving, set_exactly, wait_step, wait_text

pytestmark = pytest.mark.browser
PATH = "/adversarial-patterns"


def number(page: Page, metric: str) -> float:
    return float(page.locator(f"[data-metric={metric}]").first.inner_text())


def test_the_walls_move_and_the_adversary_can_be_switched_off(open_page: Open) -> None:
    page = open_page(PATH)
    wait_step(page, 100)
    for key in ("wall", "chemistry"):
        moving(page, f".st-key-adversarial-patterns-{key} .mg-field", 5)
    page.locator("[data-metric=distance_ratio]").scroll_into_view_if_needed()
    wait_text(page, "[data-metric=distance_ratio]", r"^1\.")  # the adversary carries neurons farther
    page.locator("[data-metric=split_error]").first.scroll_into_view_if_needed()
    wait_text(page, "[data-metric=split_error]", r"e-\d$")
    set_exactly(page, "strength", 0)
    page.locator("[data-metric=diffusion_share]").first.scroll_into_view_if_needed()
    wait_text(page, "[data-metric=diffusion_share]", "^0$")


def test_every_closer_look_draws(open_page: Open) -> None:
    page = open_page(PATH + "?network=strict&data=gaussian&targets=teacher&n=50&inits=1")
    for label, plots in (("Evenness", 5), ("Theory", 5), ("Reaction and diffusion", 3)):
        page.get_by_role("radio", name=label).click()
        page.wait_for_function("(n) => document.querySelectorAll('.mg-plot .main-svg').length >= n", arg=plots)
        moving(page, ".mg-field", 10)
        if label == "Theory":
            expect(page.locator("[data-word=assumptions]")).to_contain_text("the critic has been trained")
            assert number(page, "kappa") > 3
