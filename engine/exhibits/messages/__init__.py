"""Message passing on graphs."""

from engine.exhibits.messages.exhibit import Hand, Messages
from engine.exhibits.messages.families import FAMILIES
from engine.exhibits.messages.rules import RULES

__all__ = ["FAMILIES", "RULES", "Hand", "Messages"]
