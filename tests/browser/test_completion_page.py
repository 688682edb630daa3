"""What only the page of completion has, in a real Chromium: a rubber, and half a shape of one's own sent home whole."""

from __future__ import annotations

import numpy as np
import pytest

from engine.exhibits.completion.data import held_out
from engine.exhibits.completion.files import as_ply
from tests.browser.conftest import Open, middle_of, pause, wait_text

pytestmark = pytest.mark.browser
READ = "(n) => document.querySelector(`[data-metric=${n}], [data-word=${n}]`).textContent"
ROW = np.dtype([("at", "<f8", 3), ("colour", "u1", 3)])
CENTRE, RADIUS = np.array([120.0, -4.0, 7.5]), 30.0


def test_a_rubber_takes_away_and_half_a_shape_of_ones_own_comes_home_whole_and_in_its_own_place(
    open_page: Open,
) -> None:
    page = open_page("/completion?size=tiny&batch=1&turn=0&view=half-space&missing=0.3")
    page.wait_for_selector("[data-test-script-state=notRunning]")  # a page drawn anew shuts a list that is open
    page.get_by_text("Your own shape, and files").click()
    page.get_by_role("combobox", name="Missing in the file is").click()
    page.get_by_role("option", name="its right").click()
    pause(page)
    page.wait_for_function(f"Math.abs(({READ})('missing_now') - 0.3) < 0.01")
    page.locator("[data-tool=erase]").check()
    x, y = middle_of(page.locator(".mg-space .mg-canvas").first)
    page.mouse.move(x - 20, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 40, steps=4)
    page.mouse.up()
    page.wait_for_function(f"+({READ})('missing_now') > 0.4")
    page.get_by_role("button", name="Mend the shape").click()
    page.wait_for_function(f"+({READ})('missing_now') < 0.31")

    whole = held_out(256).points[0].astype(np.float64) * RADIUS + CENTRE  # a chair, whose left is like its right
    half = whole[whole[:, 0] < CENTRE[0]]
    file = {"name": "half.ply", "mimeType": "application/octet-stream", "buffer": as_ply(half)}
    page.locator("input[type=file]").set_input_files(file)
    wait_text(page, "[data-word=shape]", r"^Your own shape, moved by its centre \(")
    said = page.evaluate(READ, "shape")
    centre = np.array(said.split("(")[1].split(")")[0].split(", "), float)
    np.testing.assert_allclose(centre, CENTRE, atol=0.05 * RADIUS)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Cloud as PLY").click()
    found = np.frombuffer(coming.value.path().read_bytes().partition(b"end_header\n")[2], ROW)["at"]
    apart = np.linalg.norm(found[:, None] - half, axis=2).min(1)
    given = apart < 1e-6 * RADIUS
    assert given.sum() == 128, "as many as the network is given lie where the file has them"
    assert (found[~given][:, 0] > CENTRE[0]).any(), "and it adds some on the other side"
