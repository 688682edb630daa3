"""A GPU that is none: it counts what a run asks of its stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


class FakeGpu:
    """What torch is replaced by.

    Args:
        monkeypatch: undoes it.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waits = 0  # for a stream
        self.streams = 0
        self.current: FakeStream | None = None
        monkeypatch.setattr("torch.cuda.is_available", lambda: True)
        monkeypatch.setattr("torch.cuda.Stream", lambda: FakeStream(self))
        monkeypatch.setattr("torch.cuda.stream", self.on)

    @contextmanager
    def on(self, stream: FakeStream) -> Iterator[None]:
        """Within, kernels go to ``stream``."""
        before, self.current = self.current, stream
        yield
        self.current = before


class FakeStream:
    """One of its streams."""

    def __init__(self, gpu: FakeGpu) -> None:
        self.gpu = gpu
        gpu.streams += 1

    def synchronize(self) -> None:
        """Wait for it."""
        self.gpu.waits += 1
