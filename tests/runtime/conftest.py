"""What tests of the runtime share."""

from __future__ import annotations

import pytest

from engine.runtime import performer as performer_module


@pytest.fixture
def checkpoints_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint is due whenever a run looks, however little time has passed."""
    monkeypatch.setattr(performer_module, "CHECKPOINT_S", 0.0)
    monkeypatch.setattr(performer_module, "CHECKPOINT_REST", 0)
