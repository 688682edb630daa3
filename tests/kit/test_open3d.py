"""Open3D is loaded where it is asked for and nowhere else; where it cannot be had, a sentence says so."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from engine.kit import open3d as kit
from engine.kit.apart import Apart, Failed

HOUSE = Path(__file__).parent.parent.parent


def test_it_can_be_loaded_here() -> None:
    assert kit.installed()
    assert hasattr(kit.load().geometry, "PointCloud")


def test_where_it_cannot_be_had_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open3d", None)
    with pytest.raises(ImportError, match=r"needs the Python package Open3D, .* pip install -r requirements\.txt"):
        kit.load()


def test_who_asks_for_it_there_is_told_the_same(tmp_path: Path) -> None:
    (tmp_path / "open3d.py").write_text("raise ImportError('libusb-1.0.so.0: cannot open')")
    shadowed = Apart("engine.kit.open3d", command=(sys.executable, "-c", run_with(tmp_path)))
    with pytest.raises(Failed, match=r"needs the Python package Open3D, .*libusb"):
        shadowed.ask("read", b"", ".ply", False, seconds=10)
    shadowed.command = ("no such program",)
    with pytest.raises(Failed, match="libusb"):  # what is missing once is not looked for again
        shadowed.ask("read", b"", ".ply", False, seconds=10)


def run_with(folder: Path) -> str:
    """Python that puts a folder first and goes on as ``python -m`` does with the arguments that follow."""
    return (
        f"import runpy, sys; sys.path.insert(0, {str(folder)!r}); sys.path.insert(1, '.'); "
        "sys.argv = sys.argv[2:]; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
    )


def test_no_module_of_the_engine_loads_it_when_imported() -> None:
    sources = {file: file.read_text() for file in (HOUSE / "engine").rglob("*.py")}
    naming = {file: ast.parse(source) for file, source in sources.items() if "import open3d" in source}
    assert [file.name for file in naming] == ["open3d.py"]
    assert not any(loads(node) for tree in naming.values() for node in tree.body)


def loads(node: ast.stmt) -> bool:
    """Whether a statement at the top of a module imports Open3D."""
    match node:
        case ast.Import(names=names):
            return any(each.name.partition(".")[0] == "open3d" for each in names)
        case ast.ImportFrom(module=str(module), level=0):
            return module.partition(".")[0] == "open3d"
    return False
