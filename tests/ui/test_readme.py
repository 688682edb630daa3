"""The recipe for a new exhibit, and the README's examples, followed to the word."""

from __future__ import annotations

import importlib.util
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.runtime import service

HOUSE = Path(__file__).parent.parent.parent
README, RECIPE = HOUSE / "README.md", HOUSE / "docs" / "adding-an-exhibit.md"


def blocks(page: Path = RECIPE) -> list[str]:
    """The Python blocks of a page, without their indentation."""
    return [textwrap.dedent(block) for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)]


def load(name: str, source: str, folder: Path) -> ModuleType:
    file = folder / f"{name.split('.')[-1]}.py"
    file.write_text(source)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec and spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[ModuleType]:
    yield load("engine.exhibits.walk", blocks()[0], tmp_path)
    del sys.modules["engine.exhibits.walk"]
    service.stop()


def test_the_exhibit_runs_and_rewinds(walk: ModuleType) -> None:
    exhibit = walk.Walk(walk.WalkParams(), seed=3)
    exhibit.advance(5)
    state = {
        key: np.copy(value) if isinstance(value, np.ndarray) else value for key, value in exhibit.state_dict().items()
    }
    exhibit.advance(5)
    later = exhibit.frame().arrays["share"]
    exhibit.load_state_dict(state)
    exhibit.advance(5)
    assert (exhibit.frame().arrays["share"] == later).all()


def test_the_page_draws(walk: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(blocks()[1])
    drawn = AppTest.from_file(str(page), default_timeout=60).run()
    assert not drawn.exception
    assert service.start().pool.runs()[0].kind is walk.Walk


def test_the_test_passes(walk: ModuleType, tmp_path: Path) -> None:
    load("recipe_test", blocks()[2], tmp_path).test_variance_grows_as_steps_times_squared_width()


def test_the_notebook_example_works() -> None:
    names: dict[str, object] = {}
    exec(blocks(README)[0].replace("5000", "50"), names)  # the same lines, fewer steps
    assert "theory" in names["frame"].words  # type: ignore[attr-defined]


def test_every_file_in_the_map_exists() -> None:
    tree = re.search(r"## The house\n\n```\n(.*?)```", README.read_text(), re.DOTALL)
    assert tree
    named = set(re.findall(r"\b[a-z_]+\.py\b", tree.group(1)))
    rooms = [room for room in HOUSE.iterdir() if room.is_dir() and not room.name.startswith(".")]
    there = {path.name for room in (HOUSE, *rooms) for path in room.glob("*.py" if room == HOUSE else "**/*.py")}
    assert named <= there


def test_every_page_and_picture_that_is_pointed_to_exists() -> None:
    pages = [README, *(HOUSE / "docs").glob("*.md")]
    links = {(page, link) for page in pages for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())}
    assert (README, "docs/adding-an-exhibit.md") in links
    assert [link for page, link in links if not (page.parent / link).exists()] == []
