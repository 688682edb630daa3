"""What holds in every test."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest
import torch
from streamlit.components.v2 import manifest_scanner


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """As in the engine's workers: more threads only wait for each other where matrices are small."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def looked_up_once() -> Iterator[None]:
    """Which installed packages bring components: Streamlit reads about all of them for every page that is tried."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield
