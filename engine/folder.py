"""Where the app keeps what outlives it."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder() -> Path:
    """``$MORPHOGEN_STATE`` or ``~/.cache/morphogen/runs``."""
    return Path(os.environ.get("MORPHOGEN_STATE") or Path.home() / ".cache" / "morphogen" / "runs")
