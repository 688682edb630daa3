"""The shell: navigation over the home gallery and one page per exhibit, found by themselves."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.exhibit import catalogue
from ui import home, theme

PAGES = Path(__file__).parent.parent / "pages"
ICON = PAGES.parent / "assets" / "pictures" / "icon.png"


def main() -> None:
    """Draw the page the address asks for."""
    st.set_page_config(page_title="Morphogen", page_icon=str(ICON), layout="wide")
    theme.apply()
    found = [
        st.Page(PAGES / f"{slug.replace('-', '_')}.py", title=kind.title, url_path=slug)
        for slug, kind in catalogue().items()
        if (PAGES / f"{slug.replace('-', '_')}.py").exists()
    ]
    st.navigation([st.Page(home.page, title="Morphogen", url_path="home", default=True), *found], position="top").run()


main()
