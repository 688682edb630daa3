"""One concept in one colour, on every page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
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


SEEN_BY = {
    "everybody": np.eye(3),
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopes": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""What becomes of linear red, green and blue (Machado, Oliveira, Fernandes 2009, severity 1)."""
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)
TOLD_APART = {"light": 8.5, "dark": 5.4}
"""Least difference of two categories (CIE 1994), of which 1 is just seen when they touch."""


def lab(color: str, seen: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a colour, as some people see it."""
    srgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ np.clip(seen @ linear, 0, 1) / WHITE
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """CIE 1994."""
    chroma, of_other = np.hypot(*one[1:]), np.hypot(*other[1:])
    lighter, fuller = one[0] - other[0], chroma - of_other
    hue = max(0.0, float(((one - other)[1:] ** 2).sum() - fuller**2))
    return float(np.sqrt(lighter**2 + (fuller / (1 + 0.045 * chroma)) ** 2 + hue / (1 + 0.015 * chroma) ** 2))


@pytest.mark.parametrize("people", SEEN_BY)
@pytest.mark.parametrize("page", TOLD_APART)
def test_categories_are_told_apart_by_every_kind_of_colour_vision(page: str, people: str) -> None:
    palette = [theme.DARK.get(color, color) if page == "dark" else color for color in theme.CATEGORIES]
    labs = [lab(color, np.asarray(SEEN_BY[people])) for color in palette]
    pairs = {(i, j): difference(labs[i], labs[j]) for j in range(len(labs)) for i in range(j)}
    assert {pair: round(apart, 1) for pair, apart in pairs.items() if apart < TOLD_APART[page]} == {}
