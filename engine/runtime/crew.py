"""The pool's threads: as many at work as there should be, however long one of them is held up."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable

LONG_S = 0.1  # a turn that lasts longer holds others up
LOOK_S = 0.05
MOST_LONG = 8  # turns that may last long at once; a ninth holds others up
NICE = 10  # by so much those who last long stand back on the processor


class Worker:
    """One thread of a crew.

    Args:
        work: what it does, from its first moment to its last.
        name: of the thread.
    """

    def __init__(self, work: Callable[[Worker], None], name: str) -> None:
        self.since: float | None = None  # when its turn began, if it is at one
        self.replaced = False  # another has taken its place: after this turn it goes
        self.thread = threading.Thread(target=work, args=(self,), name=name, daemon=True)
        self.thread.start()

    def stand_back(self) -> None:
        """Let others go first on the processor, where the system can tell threads apart."""
        with contextlib.suppress(AttributeError, OSError, TypeError):
            os.setpriority(os.PRIO_PROCESS, self.thread.native_id, NICE)  # type: ignore[arg-type]


class Crew:
    """Workers, of whom one is replaced whose turn lasts long: building an exhibit may take many seconds.

    Args:
        count: how many shall be free to work.
        work: what each does until it finds itself ``replaced`` or the end has come; it keeps ``since`` up to date.
    """

    def __init__(self, count: int, work: Callable[[Worker], None]) -> None:
        self._work, self._hired = work, 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._all: set[Worker] = set()
        for _ in range(count):
            self._hire()
        self._watcher = threading.Thread(target=self._watch, name="morphogen-watch", daemon=True)
        if count:
            self._watcher.start()

    def _hire(self) -> None:
        with self._lock:
            self._hired += 1
            self._all.add(Worker(self._work, f"morphogen-worker-{self._hired}"))

    def dismissed(self, worker: Worker) -> None:
        """It has gone."""
        with self._lock:
            self._all.discard(worker)

    def _watch(self) -> None:
        while not self._over.wait(LOOK_S):
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Replace those whose turn has lasted long."""
        with self._lock:
            everybody = list(self._all)
        long = sum(worker.replaced for worker in everybody)
        for worker in everybody:
            since = worker.since
            if worker.replaced or since is None or now - since < LONG_S or long >= MOST_LONG:
                continue
            worker.replaced, long = True, long + 1
            worker.stand_back()
            self._hire()

    def join(self, timeout_s: float) -> None:
        """Wait for all to go, so long at most."""
        self._over.set()
        deadline = time.monotonic() + timeout_s
        with self._lock:
            everybody = list(self._all)
        for thread in [*(worker.thread for worker in everybody), *([self._watcher] if self._watcher.ident else [])]:
            thread.join(max(0.0, deadline - time.monotonic()))
