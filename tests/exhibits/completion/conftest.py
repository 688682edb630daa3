"""Open3D in this process, as the peer that facts are compared with."""

from __future__ import annotations

from typing import Any

import pytest

from engine.kit.open3d import load


@pytest.fixture(scope="session")
def open3d() -> Any:
    return load()
