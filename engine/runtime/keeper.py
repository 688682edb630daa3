"""The keeper of one run: it has the run saved now and then, for as long as there is something new."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from typing import Any

from engine.exhibit import State
from engine.runtime.memory import size_of
from engine.runtime.moments import Moments
from engine.runtime.store import Store, StoreError

SAVE_S = 5.0  # between two saves of a run
RETRY_S = 60.0  # after a save that failed: the disk may have room again
WRITTEN_PER_S = 250_000.0  # bytes at most, in the long run
MOMENT_S, MOMENTS_PER_S = 1.0, 2_500_000.0  # between two moments of a run; and bytes of them
log = logging.getLogger(__name__)


class Keeper:
    """Saves one run now and then, whenever its store can be written.

    Args:
        store: None to save nothing.
        run_id, token: of the run and of its owner.
        viewer: token of those who watch.
        clock: tells the time in seconds.
    """

    def __init__(
        self, store: Store | None, run_id: str, token: str, clock: Callable[[], float], *, viewer: str = ""
    ) -> None:
        self.store = store
        self._run_id, self._token, self._viewer, self._clock = run_id, token, viewer, clock
        self._next_moment = 0.0
        self._next = 0.0
        self._failing = False
        self.unsaved = False  # there is something new

    @property
    def moments(self) -> Moments | None:
        """Where its moments are kept, if anywhere."""
        return None if self.store is None else Moments(self.store)

    def due(self) -> float:
        """When there is something to save; infinity if nothing is new."""
        return self._next if self.unsaved and self.store is not None else math.inf

    def keep(self, slug: str, params: dict[str, Any], step: int, state: State, how: dict[str, Any]) -> None:
        """Save this moment.

        Args:
            slug, params, step, state: of the run.
            how: it was played.
        """
        if self.store is None:
            return
        now = self._clock()
        try:
            self.store.save(
                self._run_id, self._token, slug=slug, params=params, step=step, state=state, how=how,
                viewer=self._viewer,
            )  # fmt: skip
            self._next = now + max(SAVE_S, size_of(state) / WRITTEN_PER_S)
            self.unsaved = self._failing = False
        except OSError as error:  # a full or a read-only disk is no reason to stop
            self._next = now + RETRY_S
            if not self._failing:
                log.warning("run %s cannot be saved, and will be tried again: %s", self._run_id, error)
            self._failing = True

    def keep_moment(self, slug: str, params: dict[str, Any], step: int, state: State, how: dict[str, Any]) -> str:
        """Save this moment for good, under a name that a link can carry; arguments as of :meth:`keep`.

        Returns:
            The name.

        Raises:
            StoreError: it cannot be saved, or another was just now.
        """
        now = self._clock()
        moments = self.moments
        if moments is None:
            raise StoreError("This server saves no moments.")
        if now < self._next_moment:
            raise StoreError("A moment was saved just now; try again in a little while.")
        name = moments.keep(slug, params, step, state, how)
        self._next_moment = now + max(MOMENT_S, size_of(state) / MOMENTS_PER_S)
        return name
