"""The shell: navigation over the home gallery and one page per exhibit, found by themselves."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import Page

from engine.runtime import assets
from ui import home
from ui.mount import assets_path

STYLE, LOOK = assets.ASSETS / "css" / "shell.css", assets.ASSETS / "look"
GREEK = "U+0370-03FF"
FACES = (
    ("Inter", "inter", "normal", ""), ("Inter", "inter-italic", "italic", ""),
    ("Inter", "inter-greek", "normal", GREEK), ("Bricolage Grotesque", "bricolage", "normal", ""),
)  # fmt: skip
"""The typefaces in ``assets/vendor/fonts``: family, file, style and, where it is only for some, for which letters."""


def main() -> None:
    """Draw the page the address asks for."""
    st.set_page_config(page_icon=str(LOOK / "mark.svg"), layout="wide")
    st.logo(str(LOOK / "mark.svg"), size="large")
    st.html(STYLE)
    st.html(f"<style>{faces()}</style>")
    navigation().run()


def faces() -> str:
    """Where the browser finds the typefaces that the theme names."""
    folder = f"{assets_path()}/vendor/fonts"
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: 200 900; font-display: swap; '
        f'src: url({folder}/{file}.woff2) format("woff2");{f" unicode-range: {letters};" if letters else ""} }}'
        for family, file, style, letters in FACES
    )


def navigation() -> Page:
    """The gallery first, then a menu per subject; answers the page the address asks for."""
    sections: dict[str, list[Page]] = {"": [st.Page(home.page, title="Morphogen", url_path="home", default=True)]}
    here = (st.context.url or "").rsplit("/", 1)[-1]
    for subject, rooms in home.rooms().items():
        title = next((room.kind.title for room in rooms if room.kind.slug == here), "")
        label = f"**{subject}** :small[{title}]" if title else str(subject)
        sections[label] = [st.Page(room.page, title=room.kind.title, url_path=room.kind.slug) for room in rooms]
    return st.navigation(sections, position="top")


if __name__ == "__main__":
    main()
