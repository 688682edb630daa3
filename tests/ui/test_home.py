"""What a person sees of the gallery and of the navigation, read from what the pages send."""

from __future__ import annotations

import re
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
from engine.runtime import assets, service
from engine.runtime.pool import PoolFull
from ui import home, main
from ui.mount import recorded

MAIN = str(Path(main.__file__))
PROBE_PAGES = str(Path(__file__).parent.parent / "browser" / "pages")
MOST_BYTES = 150_000
README_PICTURE = "turing-page.png"
PICTOGRAPHS = re.compile(
    r"[\u21ba\u21bb\u2300-\u23ff\u25b6\u25c0\u2600-\u27bf\u27f2\u27f3\u2b00-\u2bff\U0001f000-\U0001faff]"
)
"""Signs that look different in every typeface, or are missing from it: play, reload, tick, cross, emoji."""
PARTS = {"strong": "title", "em": "question", "span": "summary", "small": "level"}


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
        elif self._inside[-1] in PARTS:
            self._card[PARTS[self._inside[-1]]] = data


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
    assert all(cards for cards in sections.values())
    assert sorted(slug for cards in sections.values() for slug in cards) == sorted(catalogue())


def test_subjects_come_in_their_order_and_an_exhibit_without_a_page_stays_out(probes: None) -> None:
    sections = shown(gallery().sections)
    order = ["Patterns", "Adversarial", "Latent spaces", "Landscapes", "Graphs", "Point clouds", "Sequences"]
    assert list(sections) == [name for name in order if name in sections]
    assert "probe-cloud" in sections["Point clouds"]
    assert {"probe-fail", "probe-nan"} <= set(sections["Sequences"])
    assert "probe-walk" in catalogue() and "probe-walk" not in sections["Sequences"]


def test_a_card_says_what_the_exhibit_is() -> None:
    for cards in gallery().sections.values():
        for card in cards:
            kind = catalogue()[card["href"].lstrip("/")]
            assert (card["title"], card["summary"]) == (kind.title, kind.summary)
            assert card["question"] == kind.question and kind.question.endswith("?")
            assert home.LEVELS.index(card["level"]) == min(kind.place, len(home.LEVELS)) - 1
            assert len(card["alt"]) > 20 and card["alt"] not in (kind.title, kind.summary)


@pytest.mark.parametrize(("base", "prefix"), [("", ""), ("lab", "/lab"), ("/lab/", "/lab")])
def test_links_and_pictures_are_found_below_a_base_path(base: str, prefix: str) -> None:
    before = st.get_option("server.baseUrlPath")
    st.config.set_option("server.baseUrlPath", base)
    try:
        cards = [card for cards in gallery().sections.values() for card in cards]
    finally:
        st.config.set_option("server.baseUrlPath", before)
    assert cards
    for card in cards:
        slug = card["href"].removeprefix(f"{prefix}/")
        assert slug in catalogue()
        assert card["src"] == f"{assets.path(prefix)}/pictures/{slug}.webp"
        assert card["loop"] == f"{assets.path(prefix)}/pictures/{slug}-loop.webp"


@pytest.mark.parametrize("slug", [slug for slug in catalogue() if home.page_file(slug)])
def test_a_loop_is_small_and_ends_in_the_still(slug: str) -> None:
    assert max(home.still_file(slug).stat().st_size, home.loop_file(slug).stat().st_size) <= MOST_BYTES
    still, loop = Image.open(home.still_file(slug)), Image.open(home.loop_file(slug))
    assert still.size == (640, 360)
    assert loop.size[0] * 9 == loop.size[1] * 16
    pictures, times = [], []
    for index in range(loop.n_frames):
        loop.seek(index)
        pictures.append(np.asarray(loop.convert("RGB"), dtype=float))
        times.append(loop.info["duration"])
    assert 24 <= len(pictures) <= 40
    assert 2000 <= sum(times) <= 4000
    assert max(np.abs(one - two).max() for one, two in pairwise(pictures)) > 50  # it moves
    small = np.asarray(still.convert("RGB").resize(loop.size), dtype=float)
    assert np.abs(small - pictures[-1]).mean() < 12


def test_icons_are_drawn_and_no_signs_of_a_typeface() -> None:
    house = Path(MAIN).parent.parent
    folders = ("assets/js", "assets/css", "ui", "pages", "engine")
    files = [
        file for folder in folders for file in (house / folder).rglob("*") if file.suffix in {".js", ".css", ".py"}
    ]
    signs = {file.name: PICTOGRAPHS.findall(file.read_text()) for file in files}
    assert len(signs) > 100
    assert {name: found for name, found in signs.items() if found} == {}


def test_every_picture_is_shown_somewhere() -> None:
    slugs = [slug for slug in catalogue() if home.page_file(slug)]
    shown = {file.name for slug in slugs for file in (home.still_file(slug), home.loop_file(slug))}
    assert {file.name for file in home.PICTURES.iterdir()} == shown | {README_PICTURE, home.ALTS.name}
    assert README_PICTURE in (Path(MAIN).parent.parent / "README.md").read_text()
    assert set(home.alts()) == set(slugs)


def test_the_navigation_has_a_menu_per_subject_after_the_gallery(navigations: list, probes: None) -> None:
    assert not AppTest.from_file(MAIN, default_timeout=60).run().exception
    (drawn,) = navigations
    assert drawn.pop("") == [("Morphogen", "")]
    assert list(drawn) == [str(subject) for subject in Subject if subject in home.rooms()]
    assert drawn["Patterns"][0] == ("Turing patterns", "turing")
    assert {name: [path for _, path in pages] for name, pages in drawn.items()} == shown(gallery().sections)


@pytest.mark.parametrize(("address", "marked"), [
    ("http://localhost:8501/gan", "**Adversarial** :small[GAN training, live]"),
    ("https://host/lab/turing", "**Patterns** :small[Turing patterns]"),
    ("http://localhost:8501/", None), (None, None), ("http://localhost:8501/nowhere", None),
])  # fmt: skip
def test_the_navigation_names_the_exhibit_that_is_open(
    address: str | None, marked: str | None, navigations: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(st.context), "url", property(lambda context: address))
    assert not AppTest.from_file(MAIN, default_timeout=60).run().exception
    assert [name for name in navigations[0] if "**" in name] == ([marked] if marked else [])


def test_everybody_watches_the_same_living_picture_and_nobody_owns_it() -> None:
    with recorded() as views:
        for _ in range(2):
            assert not AppTest.from_file(MAIN, default_timeout=60).run().exception
    runs = service.start().pool.runs()
    assert len(runs) == 1 and [view.view for view in views] == ["field", "field"]
    assert not any(view.data["brushes"] or view.data["touch"] for view in views)
    sent = runs[0].kind(runs[0].params, seed=0).frame().arrays
    assert all(need.name in sent for view in views for need in view.needs)


def test_a_full_server_still_shows_its_gallery(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise PoolFull("no room")

    monkeypatch.setattr(type(service.start()), "shared", full)
    assert gallery().sections
