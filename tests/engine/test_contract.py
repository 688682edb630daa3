"""Every exhibit there is keeps the contract. New ones are found by themselves."""

from __future__ import annotations

import copy
import functools
import importlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch

from engine import exhibit as exhibit_module
from engine.exhibit import Card, Exhibit, Expectation, Frame, Subject, catalogue, first_not_finite
from engine.frames import decode, encode
from engine.params import Knob, ParamError, Params
from engine.runtime.devices import DEVICES
from engine.runtime.store import pack, unpack
from tests.probes import Cloud, Finish, Walk
from tests.settings import WITHOUT_CHANCE, settings_of

EXHIBITS: dict[str, type[Exhibit]] = {**catalogue(), **{kind.slug: kind for kind in (Walk, Cloud, Finish)}}
each_exhibit = pytest.mark.parametrize("kind", EXHIBITS.values(), ids=EXHIBITS)
EVERY_SETTING = [(kind, values) for slug, kind in EXHIBITS.items() for values in settings_of(slug)]
each_setting = pytest.mark.parametrize(
    ("kind", "values"), EVERY_SETTING,
    ids=["-".join([kind.slug, *map(str, values.values())]) for kind, values in EVERY_SETTING],
)  # fmt: skip
STEPS = 12


def make(kind: type[Exhibit], **values: Any) -> Exhibit:
    params = kind.Params(**values)
    return kind(params, seed=params.seed, device="cpu")


def small(kind: type[Exhibit]) -> Exhibit:
    """The first of its small settings."""
    return make(kind, **settings_of(kind.slug)[0])


def same_frame(a: Frame, b: Frame) -> None:
    assert set(a.arrays) == set(b.arrays) and set(a.metrics) == set(b.metrics)
    for name in a.arrays:
        np.testing.assert_array_equal(a.arrays[name], b.arrays[name], err_msg=name)
    for name in a.metrics:
        assert a.metrics[name] == b.metrics[name] or (math.isnan(a.metrics[name]) and math.isnan(b.metrics[name])), name


def check(frame: Frame, *, finite: bool) -> None:
    for name, array in frame.arrays.items():
        assert isinstance(array, np.ndarray), name
        assert array.dtype.kind in "fiub", f"{name} is {array.dtype}"
        assert not finite or first_not_finite(array, name) is None
    for name, value in frame.metrics.items():
        assert type(value) is float, f"{name} is a {type(value).__name__}"
    assert all(isinstance(text, str) for text in frame.words.values())
    for name, (low, high) in frame.ranges.items():
        assert name in frame.arrays and math.isfinite(low) and low < high, name


# ---- what it says of itself -------------------------------------------------------------------------------------


@each_exhibit
def test_it_introduces_itself(kind: type[Exhibit]) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.slug)
    assert kind.title and not kind.title.endswith(".")
    assert kind.summary.endswith(".") and len(kind.summary) < 200
    assert issubclass(kind.Params, Params) and kind.default_speed > 0
    for paper in kind.references:
        assert paper.authors and paper.title and paper.where
        assert not paper.url or paper.url.startswith("https://")


@pytest.mark.parametrize("slug", catalogue())
def test_a_real_exhibit_names_its_papers(slug: str) -> None:
    assert len(catalogue()[slug].references) >= 1


@each_exhibit
def test_every_knob_has_a_label_and_a_sentence_of_help(kind: type[Exhibit]) -> None:
    for knob in kind.Params.knobs().values():
        assert 0 < len(knob.label) <= 32, knob.name
        assert knob.help.endswith(".") and knob.help[0].isupper() and len(knob.help) < 200, knob.name
        assert knob.choices == () or all(isinstance(choice, str) for choice in knob.choices)


def test_the_catalogue_finds_every_exhibit_and_what_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "turing" in catalogue() and "probe-walk" not in catalogue()
    monkeypatch.setenv("MORPHOGEN_EXHIBITS", "tests.probes")
    found = exhibit_module.catalogue.__wrapped__()
    assert found["probe-walk"] is Walk and found["turing"] is catalogue()["turing"]
    subjects = [list(Subject).index(kind.subject) for kind in found.values()]
    assert subjects == sorted(subjects) and list(found).index("turing") < list(found).index("adversarial-patterns")


@each_exhibit
def test_it_can_be_imported_by_name(kind: type[Exhibit]) -> None:
    assert getattr(importlib.import_module(kind.__module__), kind.__name__) is kind


# ---- where it lives, and what it promises -----------------------------------------------------------------------


@each_setting
def test_it_lives_on_a_device_that_it_has_and_is_offered(kind: type[Exhibit], values: dict[str, Any]) -> None:
    assert kind.devices[0] == "cpu" and set(kind.devices) <= set(DEVICES)
    params = kind.Params(**values)
    assert kind.device_for(params, ("cpu",)) == "cpu"
    assert kind.device_for(params, kind.devices) in kind.devices


EVERY_CARD = [(kind, card) for kind in EXHIBITS.values() for card in kind.cards]
each_card = pytest.mark.parametrize(
    ("kind", "card"), EVERY_CARD, ids=[f"{kind.slug}: {card.title}" for kind, card in EVERY_CARD]
)


@each_card
def test_a_card_sets_parameters_that_there_are_to_values_that_are_allowed(kind: type[Exhibit], card: Card) -> None:
    assert card.title and card.text.endswith((".", "?", "!"))
    params = kind.Params().replaced(**card.values)
    assert all(getattr(params, name) == value for name, value in card.values.items())
    if not card.fresh:
        assert all(kind.Params.knobs()[name].kind == "live" for name in card.values), "they change a run as it goes on"


class Asked(dict[str, float]):
    """Metrics that remember what was looked up."""

    def __init__(self, metrics: Mapping[str, float]) -> None:
        super().__init__(metrics)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.names.add(name)
        return super().get(name, math.nan)

    def get(self, name: str, default: Any = None) -> Any:
        """Counts too."""
        self.names.add(name)
        return super().get(name, default)


def names_in(expectation: Expectation, metrics: Mapping[str, float]) -> set[str]:
    """The metrics that an expectation looks up, whatever their values lead it to."""
    found: set[str] = set()
    for values in (metrics, dict.fromkeys(metrics, 0.0), dict.fromkeys(metrics, 1e9), dict.fromkeys(metrics, -1e9)):
        asked = Asked(values)
        assert expectation.holds(asked) in (True, False)
        found |= asked.names
    return found


built = functools.lru_cache(maxsize=4)(make)
"""One exhibit for all cards that differ in live parameters only."""


@each_card
def test_what_a_card_expects_is_of_metrics_that_there_are(kind: type[Exhibit], card: Card) -> None:
    if not card.expects:
        return
    params = kind.Params(**card.values)
    exhibit = built(kind, **{name: value for name, value in params if kind.Params.knobs()[name].kind != "live"})
    exhibit.set(params)
    exhibit.advance(1)
    metrics = exhibit.frame().metrics
    for expectation in card.expects:
        assert expectation.says.endswith(".") and expectation.steps > 0
        names = names_in(expectation, metrics)
        assert names and names <= set(metrics), f"{card.title}: there is no metric {sorted(names - set(metrics))}"


def test_a_misspelt_metric_is_found_behind_an_and_too() -> None:
    expectation = Expectation("It walks.", 5, lambda metrics: metrics["steps"] > 10 and metrics["meen"] < 1)
    assert names_in(expectation, make(Walk).frame().metrics) == {"steps", "meen"}


# ---- frames -----------------------------------------------------------------------------------------------------


@each_setting
def test_frames_and_scenes_are_finite_and_travel_well(kind: type[Exhibit], values: dict[str, Any]) -> None:
    exhibit = make(kind, **values)
    for _ in range(3):
        for what, shown in (("frame", exhibit.frame()), ("scene", exhibit.scene())):
            check(shown, finite=what == "frame")  # in a scene NaN may say that there is no such thing
            again, about = decode(encode(what, shown))
            assert about["kind"] == what and set(again.arrays) == set(shown.arrays)
            for name, array in shown.arrays.items():
                assert again.arrays[name].shape == array.shape
        exhibit.advance(STEPS)


@each_setting
def test_a_frame_is_a_copy(kind: type[Exhibit], values: dict[str, Any]) -> None:
    exhibit, peer = make(kind, **values), make(kind, **values)
    exhibit.advance(3)
    peer.advance(3)
    for array in exhibit.frame().arrays.values():
        if array.flags.writeable:
            array[...] = 1
    same_frame(exhibit.frame(), peer.frame())
    before = exhibit.frame()
    kept = copy.deepcopy(before)
    exhibit.advance(3)
    same_frame(before, kept)


@each_setting
def test_looking_changes_nothing(kind: type[Exhibit], values: dict[str, Any]) -> None:
    seen, unseen = make(kind, **values), make(kind, **values)
    for _ in range(4):
        seen.frame(), seen.scene(), seen.state_dict(), seen.diverged(), seen.finished
        seen.advance(1)
        unseen.advance(1)
    same_frame(seen.frame(), unseen.frame())


@each_exhibit
def test_a_glance_is_a_part_of_the_frame(kind: type[Exhibit]) -> None:
    exhibit = small(kind)
    exhibit.advance(3)
    glance, frame = exhibit.glance(), exhibit.frame()
    assert glance.arrays
    same_frame(frame | glance, frame)
    assert list((frame | glance).arrays) == list(frame.arrays)


@each_exhibit
def test_it_can_sit_for_its_picture_as_it_says(kind: type[Exhibit]) -> None:
    kind.Params(**kind.pose.values)
    assert 0 <= kind.pose.since < kind.pose.step


# ---- the same again ---------------------------------------------------------------------------------------------


@each_setting
def test_same_parameters_and_seed_give_the_same_frames_however_batched(
    kind: type[Exhibit], values: dict[str, Any]
) -> None:
    one, two, other = make(kind, **values, seed=5), make(kind, **values, seed=5), make(kind, **values, seed=6)
    same_frame(one.frame(), two.frame())
    other.advance(12)
    for batches in ((1, 7, 4), (12,), (3, 5)):
        one.advance(sum(batches))
        for steps in batches:
            two.advance(steps)
        same_frame(one.frame(), two.frame())
        if batches == (1, 7, 4):
            alike = [np.array_equal(array, other.frame().arrays[name]) for name, array in one.frame().arrays.items()]
            assert all(alike) == (kind.slug in WITHOUT_CHANCE), "the seed matters"


@each_setting
def test_steps_at_once_one_by_one_and_in_phases_are_the_same(kind: type[Exhibit], values: dict[str, Any]) -> None:
    at_once, single, phased = (make(kind, **values) for _ in range(3))
    at_once.advance(STEPS)
    sentences = []
    for _ in range(STEPS):
        single.step()
        sentences += list(phased.phases())
    same_frame(at_once.frame(), single.frame())
    # a phase may show parts of a step; whole steps clear them
    names = set(at_once.frame().arrays)
    for name in names & set(phased.frame().arrays):
        np.testing.assert_array_equal(at_once.frame().arrays[name], phased.frame().arrays[name], err_msg=name)
    assert same_tree(at_once.state_dict(), phased.state_dict())
    assert len(sentences) >= STEPS and all(isinstance(each, str) and each for each in sentences)


def same_tree(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return list(a) == list(b) and all(same_tree(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same_tree, a, b))
    if isinstance(a, (np.ndarray, torch.Tensor)):  # a NaN equals a NaN: "not available"
        return a.shape == b.shape and a.dtype == b.dtype and bool(((a == b) | ((a != a) & (b != b))).all())
    if isinstance(a, float) and a != a:
        return bool(b != b)
    return bool(a == b)


@each_setting
def test_from_its_state_it_goes_on_bit_by_bit(kind: type[Exhibit], values: dict[str, Any]) -> None:
    """In memory, and through JSON and arrays as on a disk."""
    exhibit, other = make(kind, **values, seed=2), make(kind, **values, seed=9)  # what a seed has drawn is replaced
    exhibit.advance(STEPS)
    state, arrays = copy.deepcopy(exhibit.state_dict()), dict[str, np.ndarray]()
    stored = unpack(json.loads(json.dumps(pack(state, arrays))), arrays)
    assert same_tree(stored, state)
    other.load_state_dict(state)
    for _ in range(2):
        exhibit.advance(STEPS // 2)
        other.advance(STEPS // 2)
        same_frame(exhibit.frame(), other.frame())
    assert same_tree(state, stored), "the state handed in is not written to"
    other.load_state_dict(stored)
    other.advance(STEPS)
    same_frame(exhibit.frame(), other.frame())


@each_exhibit
def test_building_and_stepping_leave_global_random_numbers_alone(kind: type[Exhibit]) -> None:
    import random

    before = np.random.get_state(), torch.random.get_rng_state().clone(), random.getstate()
    exhibit = small(kind)
    exhibit.advance(3)
    exhibit.frame()
    after = np.random.get_state(), torch.random.get_rng_state(), random.getstate()
    assert all(np.array_equal(a, b) for a, b in zip(before[0], after[0], strict=True))
    assert torch.equal(before[1], after[1]) and before[2] == after[2]


@each_exhibit
def test_global_random_numbers_do_not_matter(kind: type[Exhibit]) -> None:
    frames, kept = [], np.random.get_state()
    for seed in (1, 2):
        np.random.seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            exhibit = small(kind)
            exhibit.advance(STEPS)
            frames.append(exhibit.frame())
    np.random.set_state(kept)
    same_frame(*frames)


# ---- live parameters --------------------------------------------------------------------------------------------


def others(knob: Knob) -> list[Any]:
    """Allowed values of a knob besides its default: both ends and one between."""
    if knob.type == "bool":
        return [not knob.default]
    if knob.type == "choice":
        return list(knob.choices)
    if knob.type == "text":
        return ["", "x" * knob.max_length]
    assert knob.minimum is not None and knob.maximum is not None
    return [knob.nearest(knob.minimum), knob.nearest((knob.minimum + knob.maximum) / 2), knob.nearest(knob.maximum)]


@each_exhibit
def test_every_live_parameter_can_be_moved_to_its_ends_while_it_runs(kind: type[Exhibit]) -> None:
    exhibit = small(kind)
    start = exhibit.params
    moved = 0
    for knob in kind.Params.knobs().values():
        if knob.kind != "live":
            continue
        for value in others(knob):
            try:
                params = start.replaced(**{knob.name: value})
            except ParamError:  # together with the other values it is refused
                continue
            exhibit.set(params)
            assert exhibit.params == params
            exhibit.advance(1)
            exhibit.frame()
            exhibit.scene()
            moved += 1
        exhibit.set(start)
    assert moved > 0


@each_exhibit
def test_setting_what_is_set_already_changes_nothing(kind: type[Exhibit]) -> None:
    exhibit, peer = small(kind), small(kind)
    exhibit.set(exhibit.params)
    assert exhibit.scene_version == peer.scene_version
    exhibit.advance(STEPS)
    peer.advance(STEPS)
    same_frame(exhibit.frame(), peer.frame())


@each_exhibit
def test_at_the_start_all_is_well(kind: type[Exhibit]) -> None:
    exhibit = make(kind)
    assert exhibit.diverged() is None and not exhibit.finished
    kind.warm_up()


# ---- the contract's own helpers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ({"a": np.ones(3), "b": [1, 2.0, "x", None, torch.ones(2)], "i": np.arange(3)}, None),
        ({"a": {"b": np.array([1.0, np.nan])}}, "a.b"),
        ({"a": [0.0, (1.0, math.inf)]}, "a[1][1]"),
        ({"w": torch.tensor([1.0, -math.inf])}, "w"),
        ({"h": np.array([np.inf], np.float16)}, "h"),
        ({"z": np.array([1j * np.nan])}, "z"),
        ({"z": torch.tensor([complex(math.nan, 0)])}, "z"),
        ({"s": np.float32("nan")}, "s"),
    ],
)
def test_the_first_quantity_that_is_not_finite_is_named(state: Any, path: str | None) -> None:
    assert first_not_finite(state) == path


def test_an_exhibit_that_ends_does_no_step_beyond() -> None:
    exhibit = make(Finish, at=5)
    assert [exhibit.advance_to_end(3), exhibit.advance_to_end(3), exhibit.advance_to_end(3)] == [3, 2, 0]
    assert make(Walk).advance_to_end(7) == 7
