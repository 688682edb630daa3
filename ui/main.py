"""The shell: navigation over the home gallery and one page per exhibit, found by themselves."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from ui import home

STYLE = Path(__file__).parent.parent / "assets" / "css" / "shell.css"


def main() -> None:
    """Draw the page the address asks for."""
    st.set_page_config(page_icon="🦓", layout="wide")
    st.html(STYLE)
    navigation().run()


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
