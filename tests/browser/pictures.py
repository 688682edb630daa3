"""Take the gallery's pictures, each of its exhibit's own page: ``python -m tests.browser.pictures [SLUG ...]``.

The engine computes an exhibit here, step by step, and hands its frames to the exhibit's own page in place of the
server's: so the picture is the page's, and shows exactly the step that :class:`~engine.exhibit.Pose` names.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, sync_playwright

from engine.exhibit import Exhibit, catalogue
from engine.frames import decode, encode
from tests.browser import chromium
from tests.browser.server import Server
from ui.home import ALTS, PICTURES, alts, loop_file, page_file, still_file

STILL = (640, 360)
LOOPS = {(384, 216): range(80, 39, -5), (320, 180): range(60, 9, -5)}
"""Width and height of the still, and of the loop with the qualities to try: the first that is small enough."""

FRAMES, FRAME_MS, HOLD_MS = 30, 90, 900
"""A loop of so many pictures, so long each; the last, which is the still, stands longer."""

MOST_BYTES = 150_000
BORDER = 4  # device pixels of a picture's edge that may be a frame around it
MAIN = (".st-key-stage .mg-box", ".mg-box", ".st-key-stage .mg-plot", ".mg-plot")
"""Where a page's main picture is, the best first."""

DRAWN = """([box, step]) => box.closest(".mg-view").dataset.step === String(step)
  && new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"""
PATIENCE_MS = 60_000


class Sitting:
    """A page of the server's whose frames come from an exhibit in this process.

    Args:
        page: an empty page of the browser.
        url: the server's address.
        kind: the exhibit.
    """

    def __init__(self, page: Page, url: str, kind: type[Exhibit[Any]]) -> None:
        params = kind.Params(**kind.pose.values)
        self.page = page
        self.exhibit: Exhibit[Any] = kind(params, seed=params.seed)
        self.step = 0
        self._scene: int | None = None
        self._about: dict[str, Any] = {}
        self._route: WebSocketRoute | None = None
        page.set_default_timeout(PATIENCE_MS)
        page.route_web_socket("**/live/run/**", self._between)
        query = "&".join(f"{name}={value}" for name, value in params.to_query().items())
        page.goto(f"{url}/{kind.slug}?{query}")
        self.box = self._find()

    def _between(self, route: WebSocketRoute) -> None:
        """Let the server's words through but not its frames, and nothing of what the page says."""
        server = route.connect_to_server()
        route.on_message(lambda message: None)

        def from_server(message: str | bytes) -> None:
            if isinstance(message, str):
                route.send(message)
                return
            about = decode(message)[1]
            if about["kind"] == "frame":
                self._about = {name: about[name] for name in about.keys() - {"kind", "metrics", "words", "ranges"}}
                server.send('{"do": "pause"}')

        server.on_message(from_server)
        self._route = route

    def _find(self) -> Locator:
        """The main picture, once the page is there and has heard of a frame."""
        self.page.wait_for_selector(", ".join(MAIN), state="attached")
        self.page.wait_for_load_state("networkidle")
        while not self._about:
            self.page.wait_for_timeout(100)
        return next(found.first for found in map(self.page.locator, MAIN) if found.count())

    def advance_to(self, step: int) -> None:
        """Compute up to ``step``, and wait until the page has drawn it."""
        self.step += self.exhibit.advance_to_end(step - self.step)
        assert self._route is not None
        if self._scene != self.exhibit.scene_version:
            self._scene = self.exhibit.scene_version
            self._route.send(encode("scene", self.exhibit.scene(), version=self._scene))
        self._route.send(
            encode("frame", self.exhibit.frame(), **self._about | {"step": self.step, "scene": self._scene})
        )
        self.page.wait_for_function(DRAWN, arg=[self.box.element_handle(), self.step])

    def picture(self) -> Image.Image:
        """What the main picture shows now, cut to the gallery's format about its middle."""
        taken = Image.open(io.BytesIO(self.box.screenshot())).convert("RGB")
        width, height = taken.size[0] - 2 * BORDER, taken.size[1] - 2 * BORDER
        across, down = min(width, height * STILL[0] // STILL[1]), min(height, width * STILL[1] // STILL[0])
        left, top = BORDER + (width - across) // 2, BORDER + (height - down) // 2
        return taken.crop((left, top, left + across, top + down)).resize(STILL, Image.Resampling.LANCZOS)

    def alt(self) -> str:
        """What the page says is to be seen in it; the first sentence, for others may say how to touch it."""
        named = self.box.locator("[aria-label]")
        said = (named.first.get_attribute("aria-label") or "") if named.count() else ""
        return said.split(". ")[0].removesuffix(".") + "." if said else ""


def sit(sitting: Sitting) -> Iterator[Image.Image]:
    """The pictures of an exhibit's loop; the last is the still."""
    pose = sitting.exhibit.pose
    for index in range(FRAMES):
        sitting.advance_to(pose.since + round((pose.step - pose.since) * index / (FRAMES - 1)))
        yield sitting.picture()


def as_webp(pictures: list[Image.Image]) -> bytes:
    """One picture or a loop as WebP, as good as ``MOST_BYTES`` allow.

    Raises:
        ValueError: it is too large at the lowest quality.
    """
    for size, qualities in (LOOPS if len(pictures) > 1 else {STILL: range(90, 9, -5)}).items():
        first, *rest = [picture.resize(size, Image.Resampling.LANCZOS) for picture in pictures]
        moving = {"save_all": True, "append_images": rest, "loop": 0, "duration": [FRAME_MS] * len(rest) + [HOLD_MS]}
        for quality in qualities:
            packed = io.BytesIO()
            first.save(packed, "WEBP", quality=quality, **moving if rest else {})
            if packed.tell() <= MOST_BYTES:
                return packed.getvalue()
    raise ValueError(f"{len(pictures)} pictures do not fit into {MOST_BYTES} bytes")


def photograph(browser: Browser, url: str, kind: type[Exhibit[Any]]) -> None:
    """Take an exhibit's still and its loop, and note what they show."""
    page = browser.new_page(
        viewport={"width": 1366, "height": 768}, device_scale_factor=2, color_scheme="light",
        reduced_motion="reduce",  # so that a picture shows its step, and not what is on its way there
    )  # fmt: skip
    sitting = Sitting(page, url, kind)
    pictures = list(sit(sitting))
    for file, taken in ((still_file(kind.slug), pictures[-1:]), (loop_file(kind.slug), pictures)):
        file.write_bytes(as_webp(taken))
        print(f"{file}  step {sitting.step}  {file.stat().st_size} bytes", flush=True)
    ALTS.write_text(
        json.dumps(alts() | {kind.slug: sitting.alt()}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    )
    page.close()


def main(slugs: list[str]) -> None:
    """Photograph the exhibits named, or all that have a page."""
    kinds = [kind for slug, kind in catalogue().items() if page_file(slug) and (not slugs or slug in slugs)]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), probes=False)
        try:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.FLAGS))
            for kind in kinds:
                photograph(browser, server.url, kind)
        finally:
            server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
