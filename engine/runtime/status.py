"""Where a run is in its life."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a run is in its life."""

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CLOSED = "closed"
