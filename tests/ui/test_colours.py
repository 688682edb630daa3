"""One concept in one colour, on every page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from engine.exhibit import catalogue
from engine.runtime import service
from tests.ui.test_bindings import mounted
from ui import theme
from ui.home import page_file
from ui.mount import Mounted

SLUGS = [slug for slug in catalogue() if page_file(slug)]
CONCEPTS = {
    theme.REAL: ("real",), theme.GENERATED: ("generat", "L_G"), theme.CRITIC: ("D", "critic"),
    theme.GRADIENT: ("push", "downhill", "gradient", "losses"), theme.PRIOR: ("latent", "noise", "prior"),
}  # fmt: skip
DISTANCES = {"JS": theme.CATEGORIES[5], "W": theme.CATEGORIES[0], "Wasserstein-1": theme.CATEGORIES[0]}


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    service.stop()


def colours(view: Mounted) -> Iterator[tuple[str, str]]:
    """What is named and coloured in a view."""
    if view.view == "figure":
        for trace in json.loads(view.data["figure"])["data"]:
            color = trace.get("line", {}).get("color") or trace.get("marker", {}).get("color")
            if trace.get("name") and isinstance(color, str):
                yield trace["name"], color
    for layer in view.data.get("layers", []) if view.view == "plane" else []:
        if layer["toggle"] and layer["color"]:
            yield layer["toggle"], layer["color"]
    nodes: list[dict[str, Any]] = view.data.get("nodes", []) if view.view == "diagram" else []
    yield from ((node["label"], node["color"]) for node in nodes)
    yield from ((mark["label"], mark["color"]) for mark in view.data.get("caption") or [])


def named() -> list[tuple[str, str, str]]:
    return [(slug, *found) for slug in SLUGS for view in mounted(slug, {}) for found in colours(view)]


def test_one_concept_has_one_colour_everywhere() -> None:
    found = named()
    assert len({slug for slug, _, _ in found}) == len(SLUGS)
    by_label: dict[str, set[str]] = {}
    for _, label, color in found:
        by_label.setdefault(label, set()).add(color)
    assert {label: several for label, several in by_label.items() if len(several) > 1} == {}
    for slug, label, color in found:
        for word in CONCEPTS.get(color, ("",)):
            if word in label:
                break
        else:
            pytest.fail(f"{slug}: {label!r} is no {CONCEPTS[color]} and has its colour")
        for distance, own in DISTANCES.items():
            if distance in label.replace(",", " ").split():
                assert color == own, (slug, label)
