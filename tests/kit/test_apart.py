"""A process of its own: it answers, and whatever it does, who asked is told in a sentence and may ask again."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from engine.kit.apart import Apart, Failed


@pytest.fixture(scope="module")
def chores() -> Iterator[Apart]:
    apart = Apart("tests.kit.chores", memory=256 << 20)
    yield apart
    apart.close()


def test_it_answers_from_another_process_which_stays_for_the_next(chores: Apart) -> None:
    assert chores.ask("double", 21, seconds=10) == 42
    first = chores._process
    assert first is not None and first.pid != os.getpid()
    assert chores.ask("double", 4, seconds=10) == 8
    assert chores._process is first


def test_what_a_library_prints_does_not_get_between(chores: Apart) -> None:
    assert chores.ask("talk", seconds=10) == "answer"
    assert chores.ask("double", 1, seconds=10) == 2


def test_a_refusal_comes_back_as_its_sentence(chores: Apart) -> None:
    with pytest.raises(Failed, match=r"^Too few of them\.$"):
        chores.ask("refuse", "Too few of them.", seconds=10)


def test_what_takes_too_long_is_stopped_and_the_next_is_served(chores: Apart) -> None:
    with pytest.raises(Failed, match=r"took longer than 0\.2 seconds"):
        chores.ask("sleep", 60, seconds=0.2)
    assert chores.ask("double", 3, seconds=10) == 6


def test_a_crash_is_told_and_the_next_is_served(chores: Apart) -> None:
    with pytest.raises(Failed, match="brought down the process"):
        chores.ask("die", seconds=10)
    assert chores.ask("double", 5, seconds=10) == 10


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="only Linux tells a process's memory so")
def test_memory_beyond_the_bound_is_refused(chores: Apart) -> None:
    assert chores.ask("fill", 100, seconds=10) == 100 << 20
    with pytest.raises(Failed, match="more memory than it may take"):
        chores.ask("fill", 600, seconds=10)


def test_a_module_that_cannot_be_had_is_told() -> None:
    with pytest.raises(Failed, match="no_such_module"):
        Apart("tests.kit.no_such_module").ask("double", 1, seconds=10)


def test_closed_it_has_no_process_and_starts_one_when_asked_again(chores: Apart) -> None:
    chores.ask("double", 1, seconds=10)
    process = chores._process
    assert process is not None
    chores.close()
    assert process.poll() is not None
    assert chores.ask("double", 7, seconds=10) == 14
