"""The home gallery: a card per exhibit."""

from __future__ import annotations

import html
import os
from pathlib import Path

import streamlit as st

from engine.exhibit import Exhibit, catalogue
from ui.mount import base_path

PAGES = Path(__file__).parent.parent / "pages"
PICTURES = Path(__file__).parent.parent / "assets" / "pictures"


def page_file(slug: str) -> Path | None:
    """The file of an exhibit's page, in ``pages`` or in the folder that ``$MORPHOGEN_PAGES`` names."""
    folders = [PAGES, *(Path(folder) for folder in os.environ.get("MORPHOGEN_PAGES", "").split(os.pathsep) if folder)]
    files = (folder / f"{slug.replace('-', '_')}.py" for folder in folders)
    return next((file for file in files if file.exists()), None)


def page() -> None:
    """Draw the gallery."""
    st.title("Morphogen")
    st.markdown("Move a control and watch the network, or the chemistry, answer at once.")
    cards = "".join(_card(slug, kind) for slug, kind in catalogue().items() if page_file(slug))
    st.html(f'<nav class="mg-cards" aria-label="Exhibits">{cards}</nav>')


def _card(slug: str, kind: type[Exhibit]) -> str:
    picture = ""
    if (PICTURES / f"{slug}.png").exists():
        picture = f'<img src="{base_path()}/live/assets/pictures/{slug}.png" alt="" width="640" height="360">'
    title, summary = html.escape(kind.title), html.escape(kind.summary)
    href = f"{base_path()}/{slug}"
    return f'<a href="{href}" target="_self">{picture}<strong>{title}</strong><span>{summary}</span></a>'
