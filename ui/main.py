"""The shell: navigation over the home gallery and one page per exhibit, found by themselves."""

from __future__ import annotations

import streamlit as st

from engine.exhibit import catalogue
from ui import home, theme
from ui.home import page_file


def main() -> None:
    """Draw the page the address asks for."""
    st.set_page_config(page_icon="🦓", layout="wide")
    theme.apply()
    found = [
        st.Page(path, title=kind.title, url_path=slug)
        for slug, kind in catalogue().items()
        if (path := page_file(slug)) is not None
    ]
    st.navigation([st.Page(home.page, title="Morphogen", url_path="home", default=True), *found], position="top").run()


if __name__ == "__main__":
    main()
