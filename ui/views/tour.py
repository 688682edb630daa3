"""The guided first visit: a few things to do on a page, each waited for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ui.mount import Handle, mount

Stop = Literal["picture", "slider", "card", "transport", "slow"]


def tour(handle: Handle[Any], says: Mapping[Stop, str] | None = None) -> None:
    """A button that offers the tour, which goes to what the page has of a picture to touch, a slider, a card, the
    transport and slow motion; nothing for who only watches.

    Args:
        says: at a stop, what to do there in the page's own words; an empty sentence leaves the stop out.
    """
    if handle.owner:
        mount(handle, "tour", "tour", needs=(), says=dict(says or {}))
