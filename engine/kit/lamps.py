"""What goes wrong while networks learn, and when that is said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lamp:
    """Something that goes wrong.

    Args:
        label: its name. definition: when the lamp is lit.
    """

    label: str
    definition: str
