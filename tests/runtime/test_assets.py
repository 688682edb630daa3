"""What a browser is served beside the stream, and how long it may keep it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.runtime import assets
from tests.clock import Clock


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=assets.routes("/lab")))


@pytest.mark.parametrize("file", ["js/socket.js", "plotly.js"])
def test_what_is_asked_for_by_its_version_is_kept_and_by_another_asked_about_again(
    client: TestClient, file: str
) -> None:
    for folder, caching in ((assets.path("/lab"), assets.KEPT), ("/lab/live/assets/older", assets.ASKED_AGAIN)):
        answer = client.get(f"{folder}/{file}")
        assert answer.status_code == 200 and "javascript" in answer.headers["content-type"]
        assert answer.headers["cache-control"] == caching
        again = client.get(f"{folder}/{file}", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304 and not again.content and again.headers["cache-control"] == caching


def test_a_file_that_has_changed_has_another_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, file = Clock(), tmp_path / "js" / "view.js"
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    monkeypatch.setattr(assets.time, "monotonic", clock)
    file.parent.mkdir()
    found = []
    for text in ("old", "old", "newer"):
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
            os.utime(file, (1, 1))  # even of the same age
        clock.now += 2
        found.append(assets.path())
    assert found[0] == found[1] != found[2]


def test_plotly_is_served_as_a_module(client: TestClient) -> None:
    answer = client.get("/lab/live/assets/x/plotly.js")
    assert answer.headers["content-type"].startswith("text/javascript") and len(answer.content) > 1_000_000
    assert answer.text.startswith("const module=") and answer.text.rstrip().endswith("export default module.exports;")


@pytest.mark.parametrize(
    "path", ["nothing.js", "js", "", "js/", "../engine/stream.py", "..%2fengine%2fstream.py", "%2e%2e/app.py",
             "js/../../app.py", "js/%2e%2e/%2e%2e/app.py", "/etc/passwd", "%2fetc%2fpasswd", "..\\app.py",
             "js/socket.js%00"],
)  # fmt: skip
def test_outside_the_assets_there_is_nothing(client: TestClient, path: str) -> None:
    answer = client.get(f"/lab/live/assets/x/{path}")
    assert answer.status_code == 404
    assert "import" not in answer.text and "root:" not in answer.text


def test_the_assets_folder_is_the_repositorys() -> None:
    assert Path(__file__).parent.parent.parent / "assets" == assets.ASSETS
