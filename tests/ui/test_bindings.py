"""What a page's views read from the stream is there: every array, metric and word that a layer, a figure or a readout
names, for several settings of every exhibit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.exhibit import Exhibit, Frame, catalogue
from engine.runtime import service
from tests.settings import settings_of
from ui.home import page_file
from ui.mount import Mounted, recorded
from ui.views import Paths

CASES = [(slug, values) for slug in catalogue() if page_file(slug) for values in settings_of(slug)]
STEPS = 40


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    service.stop()


def mounted(slug: str, values: dict[str, Any]) -> list[Mounted]:
    """The views of a page, also those behind a choice of what to look at."""
    page = AppTest.from_file(str(page_file(slug)), default_timeout=60)
    for name, value in catalogue()[slug].Params(**values).to_query().items():
        page.query_params[name] = value
    with recorded() as views:
        page.run()
        assert not page.exception
        for index, group in enumerate(page.button_group):
            for option in group.options:
                page.button_group[index].set_value(option)  # a run makes all elements anew
                page.run()
                assert not page.exception and page.button_group[index].value == option
    return list(views)


def names(frame: Frame) -> dict[str, set[str]]:
    return {"array": set(frame.arrays), "metric": set(frame.metrics), "word": set(frame.words)}


def sent(exhibit: Exhibit[Any]) -> dict[str, dict[str, set[str]]]:
    """Everything that the exhibit sends: at its start, later, and in every phase of slow motion."""
    found: dict[str, dict[str, set[str]]] = {}

    def note(where: str, frame: Frame) -> None:
        for what, there in names(frame).items():
            found.setdefault(where, {}).setdefault(what, set()).update(there)

    note("frame", exhibit.frame())
    note("scene", exhibit.scene())
    for _ in exhibit.phases():
        note("frame", exhibit.frame())
    exhibit.advance(STEPS)
    note("frame", exhibit.frame())
    note("scene", exhibit.scene())
    found["history"] = {"array": found["frame"]["metric"] | {"step"}, "metric": set(), "word": set()}
    found["phase"] = {"array": set(), "metric": set(), "word": {"phase"}}
    found["shown"] = {what: found["frame"][what] | found["scene"][what] for what in ("array", "metric", "word")}
    return found


def missing(views: list[Mounted], exhibit: Exhibit[Any]) -> list[str]:
    """One line for each name that a view reads and nobody sends."""
    there = sent(exhibit)
    return [
        f"{view.view} {view.key}: no {need.what} {need.name!r} in the {need.where}"
        for view in views
        for need in view.needs
        if need.name not in there[need.where][need.what]
    ]


def built(slug: str, values: dict[str, Any]) -> Exhibit[Any]:
    return catalogue()[slug](catalogue()[slug].Params(**values), seed=0)


def silent(views: list[Mounted], frames: list[Frame]) -> list[str]:
    """Numbers that are not available in one of the frames and do not say why."""
    numbers = [number for view in views if view.view == "readout" for number in view.data.get("numbers", [])]
    return sorted({
        number["metric"]
        for number in numbers
        for frame in frames
        if math.isnan(frame.metrics[number["metric"]]) and not (frame.words.get(number["metric"]) or number["missing"])
    })  # fmt: skip


@pytest.mark.parametrize(("slug", "values"), CASES, ids=lambda value: value if isinstance(value, str) else None)
def test_whatever_a_view_names_is_sent_and_a_number_that_is_not_available_says_why(
    slug: str, values: dict[str, Any]
) -> None:
    views, exhibit = mounted(slug, values), built(slug, values)
    assert {view.view for view in views} >= {"controls", "cards"}
    start = exhibit.frame()
    assert missing(views, exhibit) == []
    assert silent(views, [start, exhibit.frame()]) == []


def test_a_number_without_a_reason_is_found() -> None:
    readout = Mounted("readout", "", {"numbers": [{"metric": "loss", "missing": ""}]}, frozenset())
    assert silent([readout], [Frame({}, {"loss": math.nan})]) == ["loss"]
    assert silent([readout], [Frame({}, {"loss": math.nan}, words={"loss": "not yet"})]) == []


def test_what_is_behind_a_choice_is_looked_at_too() -> None:
    keys = {view.key for view in mounted("adversarial-patterns", {"n": 40, "side": "8", "inits": 2})}
    assert keys >= {"split", "neighbours", "theory"}


def test_a_misspelt_layer_is_found() -> None:
    layer = Paths(at="trials", mask="racing")
    view = Mounted("plane", "plane", {}, frozenset(layer.needs()))
    assert missing([view], built("minimax", {})) == ["plane plane: no array 'trials' in the shown"]
