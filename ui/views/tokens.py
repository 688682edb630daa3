"""Words in a row, each as strong as its weight says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui import theme
from ui.mount import Handle, Need, mount


def tokens(
    handle: Handle[Any],
    words: str,
    weights: str,
    *,
    alt: str,
    key: str = "tokens",
    separator: str = " ",
    color: str = theme.CATEGORIES[0],
    event: Mapping[str, Any] | None = None,
) -> None:
    """Words with weights (n,), or (n, n): then those of the word that was picked last.

    Args:
        words: a word of the frame or scene: the words, with ``separator`` between them.
        weights: an array.
        alt: what they are, in words.
        event: a poke sent when a word is picked, to which its ``index`` is added.
    """
    needs = [Need(words, "word"), Need(weights)]
    mount(
        handle, "tokens", key, needs=needs, words=words, weights=weights, alt=alt, separator=separator, color=color,
        event=dict(event) if event else None,
    )  # fmt: skip
