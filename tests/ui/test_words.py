"""Sentences about parameters, as people read them: labels, no raw names."""

from __future__ import annotations

import re

import pytest

from engine.exhibit import catalogue
from ui.words import in_words

RAW = re.compile(r"[^\W\d_]_\w")
LABELS = {"objective": {"wgan-gp": "Wasserstein, gradient penalty", "minimax": "minimax (saturating)"}}


@pytest.mark.parametrize(
    ("slug", "said", "read"),
    [
        ("turing", "sch_dt = 7 is too long; take sch_dt = 5", "Time step dt = 7 is too long; take Time step dt = 5"),
        ("turing", "gs_F = 9 is not allowed", "Feed rate F = 9 is not allowed"),
        ("turing", "size = '77' is not allowed; use one of 128", "Grid = '77' is not allowed; use one of 128"),
        ("turing", "size rebuilds the run: reset with it instead", "Grid rebuilds the run: reset with it instead"),
        ("turing", "word is 99 characters long", "Word is 99 characters long"),
        ("turing", "the size of a word is a matter of taste", "the size of a word is a matter of taste"),
        ("gan", "objective = 'x'; use minimax, wgan-gp", "Objective = 'x'; use minimax, Wasserstein, gradient penalty"),
        ("optimisers", "formula = 7 is not allowed", "L(x, y) = 7 is not allowed"),
        ("minimax", "eta = 9 is not allowed, but beta is", "Learning rate η = 9 is not allowed, but beta is"),
    ],
)  # fmt: skip
def test_names_become_labels(slug: str, said: str, read: str) -> None:
    assert in_words(said, catalogue()[slug], LABELS) == read


@pytest.mark.parametrize("kind", catalogue().values(), ids=catalogue())
def test_no_verdict_on_a_parameter_has_its_raw_name(kind: type) -> None:
    for name, knob in kind.Params.knobs().items():
        _, notice = knob.snap("\x00 no such thing")
        assert notice is None or kind.Params.in_labels(notice).startswith(knob.label.removesuffix(" ="))
        if "_" in name:
            assert name not in kind.Params.in_labels(f"take {name} up to 1 or a smaller {name}.")


@pytest.mark.parametrize("kind", catalogue().values(), ids=catalogue())
def test_slow_motion_is_told_without_raw_symbols(kind: type) -> None:
    said = list(kind(kind.Params(), seed=0).phases())
    assert said and [sentence for sentence in said if RAW.search(sentence)] == []
