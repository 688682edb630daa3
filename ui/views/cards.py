"""*Try this*: cards that set parameters and say what to look for."""

from __future__ import annotations

import json

import streamlit as st

from ui.mount import Handle, mount


def cards(handle: Handle) -> None:
    """The exhibit's cards below a heading of their own; nothing where it has none."""
    if not handle.kind.cards:
        return
    st.header("Try this")
    made = []
    for card in handle.kind.cards:
        wanted = handle.kind.Params(**card.values)
        values = wanted.model_dump() if card.fresh else dict(card.values)
        made.append(
            {"title": card.title, "text": card.text, "query": wanted.to_query(), "values": values, "fresh": card.fresh}
        )
    mount(handle, "cards", "cards", needs=(), cards=json.loads(json.dumps(made)))
