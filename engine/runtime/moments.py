"""Moments: what a person wants to come back to, saved under a short name that a link can carry.

A moment belongs to whoever knows its name, which cannot be guessed. It is read as strictly as any saved run.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from engine.exhibit import State
from engine.runtime import settings
from engine.runtime.memory import size_of
from engine.runtime.store import Store, StoreError

LETTERS = 12  # of a name: 72 bits
MOST, MOST_BYTES = 2000, 1 << 30  # moments of all people together; the oldest go first
LARGEST = 64 << 20  # bytes of one
DAY_S = 86_400.0


class Moments:
    """The moments beside the saved runs of a store.

    Args:
        store: whose folder has theirs in it.
        days: for which a moment is kept; default ``$MORPHOGEN_MOMENT_DAYS`` or 30.
        most: of them at most.
    """

    def __init__(self, store: Store, *, days: float | None = None, most: int = MOST) -> None:
        self.days = settings.moment_days() if days is None else days
        self._store = Store(
            store.folder / "moments", most=most, most_bytes=min(MOST_BYTES, store.most_bytes),
            max_age_s=self.days * DAY_S,
        )  # fmt: skip

    def keep(self, slug: str, params: dict[str, Any], step: int, state: State, how: dict[str, Any]) -> str:
        """Save a moment.

        Args:
            slug, params, step, state: of the run.
            how: it is played.

        Returns:
            Its name.

        Raises:
            StoreError: it is too large, or the disk cannot be written.
        """
        if size_of(state) > LARGEST:
            raise StoreError(
                f"This moment is too large to be kept: {size_of(state) >> 20} MB, of {LARGEST >> 20} at most."
            )
        name = secrets.token_urlsafe(LETTERS * 3 // 4)
        try:
            self._store.save(name, name, slug=slug, params=params, step=step, state=state, how=how)
        except OSError:
            raise StoreError(
                "This moment could not be kept: the server's disk is full or may not be written."
            ) from None
        return name

    def load(self, slug: str, name: str) -> tuple[dict[str, Any], State, Mapping[str, Any]]:
        """What is saved of a moment of the exhibit ``slug``: as :meth:`Store.load`, and how it was played.

        Raises:
            StoreError: there is none of that name, or none any more, or it is of another exhibit.
        """
        try:
            saved, state = self._store.load(name, name)
            how = self._store.how(name, name)
        except StoreError:
            raise StoreError(
                f"The moment that this link names is not here; moments are kept for {self.life}."
            ) from None
        if saved["slug"] != slug:
            raise StoreError("The moment that this link names is of another exhibit.")
        return saved, state, how

    @property
    def life(self) -> str:
        """How long a moment is kept, in words."""
        return "a day" if self.days == 1 else f"{self.days:g} days"

    def prune(self) -> None:
        """Drop what is too old or too much."""
        self._store.prune()
