"""*Try this*: cards that set parameters and say what to look for."""

from __future__ import annotations

import json
from typing import Any

from ui.mount import Handle, mount


def cards(handle: Handle[Any]) -> None:
    """The exhibit's cards, numbered, with a heading of their own; nothing where it has none."""
    if not handle.kind.cards:
        return
    made = []
    for card in handle.kind.cards:
        wanted = handle.kind.Params(**card.values)
        values = wanted.model_dump() if card.fresh else dict(card.values)
        told = {"title": card.title, "text": card.text, "answer": card.answer}
        made.append(told | {"query": wanted.to_query(), "values": values, "fresh": card.fresh, "speed": card.speed})
    mount(handle, "cards", "cards", needs=(), cards=json.loads(json.dumps(made)))
