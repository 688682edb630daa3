"""What to try."""

from __future__ import annotations

from engine.exhibit import Card

CARDS: tuple[Card, ...] = ()
