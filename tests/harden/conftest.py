"""A real server, without a browser: what a stranger's program finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as ``make run`` starts it."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()
