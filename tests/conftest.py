"""What holds in every test."""

from __future__ import annotations

import pytest
import torch


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run beside each other, those that drive a browser stay together: they share one server."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """As in the engine's workers: more threads only wait for each other where matrices are small."""
    torch.set_num_threads(1)
