"""What a person sees of the gallery and of the navigation, read from what the pages send."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine.exhibit import Subject, catalogue
from engine.runtime import service
from engine.runtime.pool import PoolFull
from ui import home, main
from ui.mount import recorded

MAIN = str(Path(main.__file__))
PROBE_PAGES = str(Path(__file__).parent.parent / "browser" / "pages")
MOST_BYTES = 150_000
README_PICTURE = "turing-page.png"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    service.stop()


class Gallery(HTMLParser):
    """The gallery, well formed: per heading its cards, each with its link, picture, loop, title and summary."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sections: dict[str, list[dict[str, str]]] = {}
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._card = {name: value or "" for name, value in attributes}
            self._cards.append(self._card)
        if tag == "img":
            self._card |= {name: value or "" for name, value in attributes}
            return
        self._inside.append(tag)
        style = dict(attributes).get("style") or ""
        if style.startswith("--mg-loop: url("):
            self._card["loop"] = style.removeprefix("--mg-loop: url(").removesuffix(")")

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._inside[-1] == "h2":
            self._cards = self.sections.setdefault(data, [])
        elif self._inside[-1] in ("strong", "span"):
            self._card["title" if self._inside[-1] == "strong" else "summary"] = data


def gallery() -> Gallery:
    drawn = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not drawn.exception
    return Gallery("".join(piece.proto.body for piece in drawn.get("html") if "mg-gallery" in piece.proto.body))


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The exhibits made for tests, of which three have a page."""
    monkeypatch.setenv("MORPHOGEN_EXHIBITS", "tests.probes")
    monkeypatch.setenv("MORPHOGEN_PAGES", PROBE_PAGES)
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@pytest.fixture
def navigations(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, list[tuple[str, str]]]]:
    """Every navigation that is drawn: (title, path) of the pages of each section."""
    drawn: list[dict[str, list[tuple[str, str]]]] = []
    draw = st.navigation

    def note(sections, **options):
        drawn.append({name: [(page.title, page.url_path) for page in pages] for name, pages in sections.items()})
        return draw(sections, **options)

    monkeypatch.setattr(st, "navigation", note)
    return drawn


def shown(sections: dict[str, list[dict[str, str]]]) -> dict[str, list[str]]:
    return {name: [card["href"].rsplit("/", 1)[-1] for card in cards] for name, cards in sections.items()}


def test_exhibits_stand_under_their_subjects_from_first_to_deeper() -> None:
    sections = shown(gallery().sections)
    assert sections["Patterns"][:2] == ["turing", "adversarial-patterns"]
    assert sections["Adversarial"][:3] == ["gan", "minimax", "divergences"]
    sent = runs[0].kind(runs[0].params, seed=0).frame().arrays
    assert all(need.name in sent for view in views for need in view.needs)


def test_a_full_server_still_shows_its_gallery(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise PoolFull("no room")

    monkeypatch.setattr(type(service.start()), "shared", full)
    assert gallery().sections
