"""A frame and a scene belong together: what the wire delays, repeats or mixes up is never drawn with the other's."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from engine.frames import decode, encode
from tests.browser.conftest import Open, moving, pause

pytestmark = pytest.mark.browser
LINE, PLANE = ".st-key-gan-line .mg-plane", ".st-key-gan-samples-ring .mg-plane"
FAR = 10**9  # steps that no run comes to: frames that only this test sends
DRAWN = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
  done(+document.querySelector('.mg-panel')?.dataset.step))))"""


class Wire:
    """Stands between a page and its run, and remembers the run's step and the newest frame of every scene.

    Args:
        page: opened anew, so that its run is heard from the beginning.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: dict[int, bytes] = {}
        self.scenes: dict[int, bytes] = {}
        self.step = 0
        self.said = 0
        page.route_web_socket("**/live/run/**", self._between)
        page.reload()

    def _between(self, route: WebSocketRoute) -> None:
        self.route = route

        def forward(message: str | bytes) -> None:
            self._remember(message)
            route.send(message)

        route.connect_to_server().on_message(forward)

    def _remember(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.step = json.loads(message).get("step", self.step)
            return
        about = decode(message)[1]
        if about["kind"] == "frame":
            self.frames[about["scene"]] = message
        elif about["kind"] == "scene":
            self.scenes[about["version"]] = message

    def say(self, blob: bytes, **changed: int) -> int:
        """Send a blob once more, with other metadata; answers which step is on the screen after that."""
        frame, about = decode(blob)
        rest = {name: about[name] for name in about.keys() - {"kind", "metrics", "words", "ranges"}}
        self.route.send(encode(about["kind"], frame, **rest | changed))
        self.said += 1
        self.route.send(f'{{"type": "error", "message": "word {self.said}"}}')  # messages arrive in order
        expect(self.page.locator(".mg-note")).to_have_text(f"word {self.said}")
        return self.page.evaluate(DRAWN)


def test_a_frame_is_drawn_with_its_own_scene_or_not_at_all(open_page: Open) -> None:
    page = open_page("/gan?data=bell-1d")
    wire = Wire(page)
    moving(page, LINE)
    page.locator(".mg-rail a", has_text="As in GAN Lab").click()  # from the line to the plane
    moving(page, PLANE, 3)
    pause(page)
    expect(page.locator(".mg-panel")).to_have_attribute("data-step", str(wire.step))  # the last that comes
    old, new = min(wire.frames), max(wire.frames)
    here, there = wire.frames[new], wire.frames[old]
    assert (decode(there)[0].arrays.keys() & {"line_x", "curve_D"}) and old < new
    at = wire.step
    assert wire.say(there, step=FAR) == at, "of the scene before"
    assert wire.say(here, step=FAR, scene=new + 1) == at, "of a scene to come"
    wire.say(wire.scenes[new], version=new + 1)
    assert wire.say(here, step=FAR + 1) == FAR + 1, "of the scene that is shown, though the next has come"
    assert wire.say(here, step=FAR + 2, scene=new + 1) == FAR + 2, "the first of the next"
    assert wire.say(here, step=FAR + 3) == FAR + 2, "of the scene that was shown"
    assert page.locator(PLANE).get_attribute("data-step") == str(FAR + 2)
