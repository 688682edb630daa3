"""The app as a whole."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest
import streamlit as st
from streamlit.watcher import local_sources_watcher
from streamlit.watcher.local_sources_watcher import LocalSourcesWatcher

import app


@pytest.mark.parametrize("kind", ["none", "auto"])
def test_a_new_session_looks_for_changed_source_files_only_if_that_is_wanted(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "get_option", lambda name: kind)
    monkeypatch.setattr(LocalSourcesWatcher, "update_watched_modules", WATCH)
    looked_at: list[object] = []
    monkeypatch.setattr(local_sources_watcher, "get_module_paths", lambda module: looked_at.append(module) or set())
    app.spare_idle_watchers()
    watcher = LocalSourcesWatcher(MagicMock(get_pages=dict, main_script_path="ui/main.py"))
    try:
        watcher.update_watched_modules()
    finally:
        watcher.close()
    assert bool(looked_at) == (kind == "auto")


WATCH = LocalSourcesWatcher.__dict__["update_watched_modules"]
