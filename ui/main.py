"""The shell: navigation over the home gallery and one page per exhibit, found by themselves."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from engine.exhibit import catalogue
from ui import home, theme

PAGES = Path(__file__).parent.parent / "pages"


def page_file(slug: str) -> Path | None:
    """The file of an exhibit's page, in ``pages`` or in the folder that ``$MORPHOGEN_PAGES`` names."""
    folders = [PAGES, *(Path(folder) for folder in os.environ.get("MORPHOGEN_PAGES", "").split(os.pathsep) if folder)]
    files = (folder / f"{slug.replace('-', '_')}.py" for folder in folders)
    return next((file for file in files if file.exists()), None)


def main() -> None:
    """Draw the page the address asks for."""
    st.set_page_config(page_title="Morphogen", page_icon="🦓", layout="wide")
    theme.apply()
    found = [
        st.Page(path, title=kind.title, url_path=slug)
        for slug, kind in catalogue().items()
        if (path := page_file(slug)) is not None
    ]
    st.navigation([st.Page(home.page, title="Morphogen", url_path="home", default=True), *found], position="top").run()


if __name__ == "__main__":
    main()
