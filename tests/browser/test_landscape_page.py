"""What only the landscapes' page has, in a real Chromium: a hand that walks in the landscape, and files of it."""

from __future__ import annotations

import io

import numpy as np
import pytest

from tests.browser.conftest import Open, middle_of, pause

pytestmark = pytest.mark.browser
CELL = "(n) => document.querySelector(`[data-metric=${n}]`).textContent"


def test_a_hand_walks_in_the_landscape_and_takes_it_home(open_page: Open) -> None:
    page = open_page("/landscape?network=one-layer&samples=200")
    page.wait_for_function("+document.querySelector('.mg-panel')?.dataset.step > 12")
    pause(page)
    assert page.evaluate(CELL, "hand_loss") == "drag in the picture"
    canvas = page.locator(".mg-plane .mg-canvas").first
    x, y = middle_of(canvas)
    page.mouse.click(x - 200, y + 180)
    page.wait_for_function(f"+({CELL})('hand_loss') > +({CELL})('loss')")
    page.wait_for_function("document.querySelector('[data-word=looked]').textContent.includes('under your hand')")
    page.get_by_role("button", name="back to the path").click()
    page.wait_for_function(f"({CELL})('hand_loss') === 'drag in the picture'")
    with page.expect_download() as coming:
        page.get_by_role("button", name="NPZ").click()
    found = np.load(io.BytesIO(coming.value.path().read_bytes()))
    assert found["loss"].shape == (51, 51) and (found["loss"] > 0).all()
