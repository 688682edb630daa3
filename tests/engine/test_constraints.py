"""What is installed by ``make`` is what has passed: every version is recorded, and used."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from tests.ui.test_dependencies import plain

HOUSE = Path(__file__).parent.parent.parent


def named(lines: list[str]) -> list[str]:
    """The distributions that requirements name, extras' own left out."""
    found = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for line in lines if "extra ==" not in line)
    return [plain(name[0]) for name in found if name]


def needed() -> dict[str, str]:
    """Everything installed that the requirements bring with them, and its version."""
    waiting = named([line for file in ("requirements.txt", "requirements-dev.txt") for line in lines_of(file)])
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            found[name] = version(name).partition("+")[0]
        except PackageNotFoundError:  # of another platform
            continue
        waiting += named(requires(name) or [])
    return found


def lines_of(file: str) -> list[str]:
    return (HOUSE / file).read_text().splitlines()


def recorded() -> dict[str, str]:
    pins = [line.partition("==") for line in lines_of("constraints.txt") if line and not line.startswith("#")]
    assert all(equals for _, equals, _ in pins), "a constraint names one version"
    return {name: pin for name, _, pin in pins}


def test_every_version_that_is_installed_for_the_requirements_is_recorded() -> None:
    assert {name: recorded().get(name) for name in needed()} == needed()


def test_make_installs_what_is_recorded_and_does_so_again_when_that_changes() -> None:
    makefile = (HOUSE / "Makefile").read_text()
    installs = [line for line in makefile.splitlines() if "pip install" in line and " -r " in line]
    assert len(installs) == 2 and all("-c constraints.txt" in line for line in installs)
    assert re.search(r"^\$\(VENV\)/ready:.*constraints\.txt", makefile, re.MULTILINE)


def test_the_project_carries_its_licence() -> None:
    licence = (HOUSE / "LICENSE").read_text()
    assert licence.startswith("MIT License") and "WITHOUT WARRANTY OF ANY KIND" in licence
