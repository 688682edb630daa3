"""Every page, drawn cold without a browser: with a plain, a good and a hostile address."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.exhibit import catalogue
from engine.runtime import service
from ui.home import page_file
from ui.mount import recorded

PAGES = [(slug, kind) for slug, kind in catalogue().items() if page_file(slug)]
HOSTILE = ["nan", "inf", "-1e308", "9" * 400, "<script>", "'; drop", "\x00", "true", ""]


@pytest.fixture(autouse=True)
def closed():
    yield
    service.stop()


def draw(slug: str, query: dict[str, str]) -> AppTest:
    page = AppTest.from_file(str(page_file(slug)), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def drawn_and_told(slug: str, query: dict[str, str]) -> tuple[AppTest, list[str]]:
    """The page, and what its panel says could not be done as the address said."""
    with recorded() as views:
        page = draw(slug, query)
    return page, next((list(view.data["notices"]) for view in views if view.view == "controls"), [])


@pytest.mark.parametrize(("slug", "kind"), PAGES, ids=lambda value: value if isinstance(value, str) else "")
class TestEveryPage:
    def test_draws_cold(self, slug: str, kind: type) -> None:
        page = draw(slug, {})
        assert not page.exception and not page.error
        assert page.title or page.markdown
        assert len(service.start().pool.runs()) == 1

    def test_shows_its_mathematics_and_code_once_that_is_unfolded(self, slug: str, kind: type) -> None:
        page = draw(slug, {})
        formulas, code = len(page.latex), len(page.code)
        page.session_state["mathematics"] = True
        page.run()
        assert len(page.latex) > formulas and len(page.code) > code and not page.exception

    def test_takes_good_values_from_its_address(self, slug: str, kind: type) -> None:
        params = kind.Params(seed=7)
        page, told = drawn_and_told(slug, params.to_query())
        assert not page.exception and not told
        assert service.start().pool.runs()[0].params == params

    @pytest.mark.parametrize("first", [0, 4])
    def test_survives_hostile_values_and_says_so(self, slug: str, kind: type, first: int) -> None:
        names = (*kind.Params.knobs(), "unknown", "run", "token", "pace", "speed")
        query = dict(zip(names, itertools.cycle([*HOSTILE[first:], *HOSTILE[:first]]), strict=False))
        page, told = drawn_and_told(slug, query)
        assert not page.exception
        assert told
        odd = {name for name in kind.Params.knobs() if "_" in name}
        assert not [notice for notice in told if odd & set(re.findall(r"\w+", notice))], "labels, not names"
        assert service.start().pool.runs()[0].kind.slug == slug

    def test_keeps_its_run_over_reruns(self, slug: str, kind: type) -> None:
        page = draw(slug, {})
        run = service.start().pool.runs()[0].id
        page.run()
        assert [each.id for each in service.start().pool.runs()] == [run]


def test_every_exhibit_has_a_page_and_every_page_an_exhibit() -> None:
    assert {slug for slug, _ in PAGES} == set(catalogue())
    files = {path.stem.replace("_", "-") for path in Path("pages").glob("*.py")}
    assert files <= set(catalogue())


def test_a_full_server_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOGEN_MAX_RUNS", "1")
    service.stop()
    draw("turing", {})
    page = draw("turing", {})
    assert not page.exception
    assert "MORPHOGEN_MAX_RUNS" in page.error[0].value
