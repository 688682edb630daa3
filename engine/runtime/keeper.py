"""The keeper of one run: it has the run saved now and then, for as long as there is something new."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from engine.exhibit import State
from engine.runtime.store import Store

SAVE_S = 5.0  # between two saves of a run
RETRY_S = 60.0  # after a save that failed: the disk may have room again
log = logging.getLogger(__name__)


class Keeper:
    """Saves one run now and then, whenever its store can be written.

    Args:
        store: None to save nothing.
        run_id, token: of the run and of its owner.
        clock: tells the time in seconds.
    """

    def __init__(self, store: Store | None, run_id: str, token: str, clock: Callable[[], float]) -> None:
        self.store = store
        self._run_id, self._token, self._clock = run_id, token, clock
        self._next = 0.0
        self._failing = False

    def keep(self, slug: str, params: dict[str, Any], step: int, state: State) -> None:
        """Save this moment, unless another was saved just before."""
        now = self._clock()
        if self.store is None or now < self._next:
            return
        try:
            self.store.save(self._run_id, self._token, slug=slug, params=params, step=step, state=state)
            self._next, self._failing = now + SAVE_S, False
        except OSError as error:  # a full or a read-only disk is no reason to stop
            self._next = now + RETRY_S
            if not self._failing:
                log.warning("run %s cannot be saved, and will be tried again: %s", self._run_id, error)
            self._failing = True
