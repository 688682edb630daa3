"""Numbers that are read off a run: what each is called, and what it means."""

from __future__ import annotations

from typing import NamedTuple


class Reading(NamedTuple):
    """A metric: what it is called, one sentence of help, its unit, and why it is missing where it may be."""

    label: str
    help: str
    unit: str = ""
    missing: str = ""
