"""What only the optimisers' page has, in a real Chromium: a click sets the start, and the race goes on from there."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open, middle_of, pause

pytestmark = pytest.mark.browser
DISTANCES = "[...document.querySelectorAll('[data-metric^=distance_]')].map((e) => +e.textContent).filter(Boolean)"


def test_a_click_sets_the_start_of_everybody_and_from_there_they_part(open_page: Open) -> None:
    page = open_page("/optimisers?kappa=10")
    page.wait_for_function(f"new Set({DISTANCES}).size > 2")
    assert page.locator(".mg-table tbody tr:visible").count() == 5, "only who races has a row"
    pause(page)
    canvas = page.locator(".mg-plane .mg-canvas")
    x, y = middle_of(canvas)
    page.mouse.click(x + 120, y - 90)
    page.wait_for_function(f"new Set({DISTANCES}).size === 1")
    (start,) = set(page.evaluate(DISTANCES))
    page.locator("[data-do=play]").click()
    page.wait_for_function(f"{DISTANCES}.some((d) => d < {start / 3})")
