"""What a link can do to a page, and what many pages at once do to each other."""

from __future__ import annotations

import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.runtime import service
from ui import words
from ui.mount import recorded

HOUSE = Path(__file__).parent.parent.parent
NASTY = [
    "![x](http://host.example/a.png)", "[sign in](//evil.example)", "<img src=//evil.example/a>", "`code`", "**loud**",
    "http://evil.example", "www.evil.example", "you@evil.example", "<https://evil.example>", ":red[stop]", "$x^2$",
    "# title", "[a]: http://evil.example", "&lt;b&gt;", "\\[x\\](y)", "HTTPS://EVIL.EXAMPLE/x?y=[z](w)",
]  # fmt: skip


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    service.stop()


@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_link_to_a_page_makes_no_markdown(text: str) -> None:
    page = AppTest.from_file(str(HOUSE / "pages" / "turing.py"), default_timeout=60)
    page.query_params["model"] = text
    page.query_params["gs_F"] = text
    with recorded() as views:
        page.run()
    assert not page.exception
    told = next(view.data["notices"] for view in views if view.view == "controls")
    assert len(told) == 2 and all(repr(text)[1:20] in notice for notice in told)
    assert not [element for element in (*page.markdown, *page.toast) if text.strip() and text in element.value]


class Sample:
    """Something with a source."""

    def method(self) -> int:
        """Of one line."""
        return 1


def test_a_source_is_read_once_and_by_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, together, reads = threading.Lock(), [], []

    def slowly(thing: Any) -> str:
        together.append(not inside.acquire(blocking=False))
        reads.append(thing)
        time.sleep(0.02)
        if not together[-1]:
            inside.release()
        return f"source of {thing.__name__}"

    monkeypatch.setattr(words.inspect, "getsource", slowly)
    things = [type(f"Thing{index}", (), {}) for index in range(4)]
    threads = [threading.Thread(target=words.source_of, args=(thing,)) for thing in things * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not any(together) and len(reads) == 4


def test_the_source_of_a_class_is_shown_as_it_stands() -> None:
    assert words.source_of(Sample).startswith("class Sample:")
    assert words.source_of(Sample.method).startswith("def method(self) -> int:")


def test_no_page_reads_sources_by_itself_in_the_common_part() -> None:
    assert "inspect" not in (HOUSE / "ui" / "page.py").read_text()


def test_visitors_see_a_sentence_and_no_paths_of_the_server() -> None:
    config = tomllib.loads((HOUSE / ".streamlit" / "config.toml").read_text())
    assert config["client"]["showErrorDetails"] == "none"
