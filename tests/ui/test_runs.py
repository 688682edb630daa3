"""Which run a page shows: links to a run, to go on from one, and to a moment; good ones, stale ones, hostile ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.exhibit import catalogue
from engine.runtime import service
from engine.runtime.commands import Keep, Pause, PokeIt, Step
from engine.runtime.run import Run
from tests.waiting import PATIENCE_S
from ui.home import page_file
from ui.mount import Mounted, recorded

SLUG = "divergences"
HOSTILE = ["", "x", "../..", "\x00", "9" * 400, "<script>", "é"]


@pytest.fixture(autouse=True)
def fresh_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MORPHOGEN_STATE", str(tmp_path))
    yield
    service.stop()


def lecture() -> Run:
    """A run of somebody else: a bar has been drawn, and it stands at step 3."""
    kind = catalogue()[SLUG]
    run = service.start().open(kind, kind.Params(swing=False), play=False, visitor="lecturer")
    for command in (PokeIt(event={"kind": "bar", "x": 2.5, "y": 0.9}), Step(), Step(), Step(), Pause()):
        run.submit(command).result(PATIENCE_S)
    return run


def shown(slug: str = SLUG, **query: str) -> tuple[AppTest, list[Mounted], Run, list[str]]:
    """A page drawn for an address: itself, its views, its run, and what it says could not be done."""
    page = AppTest.from_file(str(page_file(slug)), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    with recorded() as views:
        page.run()
    assert not page.exception
    panel = next(view for view in views if view.view == "controls")
    own = page.session_state[f"run of {slug}"] if f"run of {slug}" in page.session_state else query["run"]
    run = service.start().get(own)
    assert run is not None
    return page, list(views), run, list(panel.data["notices"])


def bars(run: Run) -> np.ndarray:
    run.submit(Pause()).result(PATIENCE_S)
    return run.performer.exhibit.state_dict()["bars"]


def test_a_link_to_a_moment_goes_on_from_it_in_a_run_of_one_s_own() -> None:
    run = lecture()
    name = run.submit(Keep()).result(PATIENCE_S)
    page, _, own, told = shown(moment=name, swing="true")
    assert told == [] and own is not run and own.params == run.params
    np.testing.assert_array_equal(bars(own), bars(run))
    assert "moment" not in page.query_params
    page.run()
    assert len(service.start().pool.runs()) == 2, "drawn again, the page keeps its run"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_moment_that_is_none_is_told_in_one_sentence_and_the_page_starts_afresh(name: str) -> None:
    _, _, own, told = shown(moment=name, theta="1.5")
    assert told == ["The moment that this link names is not here; moments are kept for 30 days. Here is a fresh start."]
    assert own.params.theta == 1.5


def test_a_moment_of_another_exhibit_is_told() -> None:
    name = lecture().submit(Keep()).result(PATIENCE_S)
    _, _, own, told = shown("minimax", moment=name)
    assert told == ["The moment that this link names is of another exhibit. Here is a fresh start."]
    assert own.kind.slug == "minimax"


def test_who_watches_sees_no_controls_and_tries_it_in_a_run_of_their_own() -> None:
    run = lecture()
    page, views, seen, _ = shown(run=run.id, token=run.viewer_token)
    assert seen is run
    assert not {view.view for view in views} & {"cards"}
    assert not [*page.selectbox, *page.number_input, *page.checkbox, *page.button]
    _, views, own, told = shown(fork=run.id, token=run.viewer_token)
    assert own is not run and told == [] and own.visitor != "lecturer"
    np.testing.assert_array_equal(bars(own), bars(run))
    assert "cards" in {view.view for view in views}


def test_a_lecture_that_has_ended_is_gone_on_from_where_it_was_saved() -> None:
    run = lecture()
    drawn = bars(run)
    service.start().pool.close(run.id)
    run.released.wait(PATIENCE_S)
    _, _, own, told = shown(fork=run.id, token=run.viewer_token)
    np.testing.assert_array_equal(bars(own), drawn)
    assert told == []


@pytest.mark.parametrize("token", HOSTILE)
def test_what_cannot_be_gone_on_from_is_told_and_the_settings_are_kept(token: str) -> None:
    run = lecture()
    _, _, own, told = shown(fork=run.id, token=token, theta="1.5")
    assert len(told) == 1 and "not on this server any more" in told[0] and own.params.theta == 1.5
    _, _, _, told = shown(fork=token, token=run.viewer_token)
    assert len(told) == 1
