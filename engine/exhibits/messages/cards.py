"""*Try this*."""

from engine.exhibit import Card

CARDS: tuple[Card, ...] = ()
