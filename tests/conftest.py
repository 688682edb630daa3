"""What holds in every test."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """As in the engine's workers: more threads only wait for each other where matrices are small."""
    torch.set_num_threads(1)
