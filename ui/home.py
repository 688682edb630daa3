"""The home gallery: a section per subject, a card per exhibit."""

from __future__ import annotations

import html
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from engine.exhibit import Exhibit, Subject, catalogue
from engine.runtime import assets, service
from engine.runtime.pool import PoolFull
from ui.mount import LOADER, Handle, assets_path, base_path
from ui.views import field

PAGES = Path(__file__).parent.parent / "pages"
PICTURES = assets.ASSETS / "pictures"
ALTS = PICTURES / "alts.json"
PROMISE = (
    "Live experiments with neural networks, and with chemistry that makes patterns: move a control and **watch them "
    "react**. This is no film: real networks learn as you look. Break them, steer them, and see why they do what they "
    "do."
)
LEVELS = ("first steps", "a step further", "deeper")
"""By an exhibit's place in its subject."""

MANY = 8  # exhibits, beyond which one may search among them
WIDEST = 3  # cards beside each other that every screen for several subjects in a row has room for
FIRST = "turing"  # where a stranger begins
NEVER_AT_REST: dict[str, Any] = {"gs_F": 0.026, "gs_k": 0.051}


_search = st.components.v2.component("morphogen_search", js=LOADER, isolate_styles=False)


@dataclass(frozen=True, slots=True)
class Room:
    """An exhibit that has a page."""

    kind: type[Exhibit[Any]]
    page: Path


def page_file(slug: str) -> Path | None:
    """The file of an exhibit's page, in ``pages`` or in the folder that ``$MORPHOGEN_PAGES`` names."""
    folders = [PAGES, *(Path(folder) for folder in os.environ.get("MORPHOGEN_PAGES", "").split(os.pathsep) if folder)]
    files = (folder / f"{slug.replace('-', '_')}.py" for folder in folders)
    return next((file for file in files if file.exists()), None)


def still_file(slug: str) -> Path:
    """An exhibit's picture in the gallery; ``make pictures`` takes it."""
    return PICTURES / f"{slug}.webp"


def loop_file(slug: str) -> Path:
    """The same picture moving."""
    return PICTURES / f"{slug}-loop.webp"


def alts() -> dict[str, str]:
    """What is to be seen in the pictures, by slug, in the words of the exhibits' own pages."""
    return dict(json.loads(ALTS.read_text())) if ALTS.exists() else {}


def rooms() -> dict[Subject, list[Room]]:
    """The exhibits that have a page, by subject in the order of subjects; a subject without any is left out."""
    found: dict[Subject, list[Room]] = {}
    for slug, kind in catalogue().items():
        if (page := page_file(slug)) is not None:
            found.setdefault(kind.subject, []).append(Room(kind, page))
    return found


def page() -> None:
    """Draw the first screen, and below it the gallery."""
    with st.container(key="welcome"):
        st.html("<style>.stMainBlockContainer { max-width: 90rem }</style>")
        words, picture = st.columns([0.55, 0.45], vertical_alignment="center", gap="large")
        with words:
            st.markdown(f"# Morphogen\n\n{PROMISE}")
            st.html(f'<a class="mg-start" href="{base_path()}/{FIRST}" target="_self">Start here</a>')
        with picture:
            _living_picture()
    found = rooms()
    if sum(len(there) for there in found.values()) > MANY:
        _search(key="search", data={"assets": assets_path(), "view": "search"})
    sections = "".join(_section(subject, there) for subject, there in found.items())
    st.html(f'<div class="mg-subjects">{sections}</div>')


def _living_picture() -> None:
    """A run that everybody who is here watches, and nobody owns; nothing where the server is full."""
    kind = catalogue()[FIRST]
    with suppress(PoolFull):
        run = service.start().shared(kind, kind.Params(**NEVER_AT_REST))
        handle: Handle[Any] = Handle(run, run.viewer_token, owner=False)
        alt = "A chemical reaction that never comes to rest."
        field(handle, {"u": "u"}, key="welcome", height=22, wrap=True, alt=alt)


def _section(subject: Subject, there: list[Room]) -> str:
    cards = "".join(_card(room.kind) for room in there)
    name = html.escape(subject)
    return (
        f'<section class="mg-subject" style="--mg-many: {min(len(there), WIDEST)}"><h2>{name}</h2>'
        f'<nav class="mg-cards mg-gallery" aria-label="{name}">{cards}</nav></section>'
    )


def _card(kind: type[Exhibit[Any]]) -> str:
    title, question, summary = (html.escape(text) for text in (kind.title, kind.question, kind.summary))
    level = min(kind.place, len(LEVELS))
    asked = f"<em>{question}</em>" if question else ""
    share = f"--mg-level: {100 * level // len(LEVELS)}%"
    words = f'<strong>{title}</strong>{asked}<span>{summary}</span><small style="{share}">{LEVELS[level - 1]}</small>'
    link = f'href="{base_path()}/{kind.slug}" target="_self" data-words="{_words(kind)}"'
    return f"<a {link}>{words}{_picture(kind.slug)}</a>"


def _words(kind: type[Exhibit[Any]]) -> str:
    """What it is found by, beside what stands on its card: its subject, its experiments, who wrote the papers."""
    found = [kind.subject, *(card.title for card in kind.cards), *(paper.authors for paper in kind.references)]
    return html.escape(" ".join(found))


def _picture(slug: str) -> str:
    """The still, and over it the loop, which the style shows while the card is pointed at or in focus."""
    if not still_file(slug).exists():
        return ""
    folder = f"{assets_path()}/pictures"
    alt = html.escape(alts().get(slug, ""))
    still = f'<img src="{folder}/{still_file(slug).name}" alt="{alt}" width="640" height="360" loading="lazy">'
    loop = ""
    if loop_file(slug).exists():
        loop = f'<div class="mg-loop" style="--mg-loop: url({folder}/{loop_file(slug).name})"></div>'
    return f'<div class="mg-picture">{still}{loop}</div>'
