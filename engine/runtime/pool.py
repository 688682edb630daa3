"""The pool: a few worker threads that share out time between all runs."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass

import torch

from engine.params import Params
from engine.runtime import places, settings
from engine.runtime.crew import Crew, Worker
from engine.runtime.places import EVICT_AFTER_S, PoolFull
from engine.runtime.run import Run
from engine.runtime.status import Status
from engine.runtime.waits import Waits

__all__ = ["EVICT_AFTER_S", "Pool", "PoolFull"]

SLICE_S = 0.02
OVERRUN_S = 2 * SLICE_S  # a slice longer than that could not be ended in time: a step is long
SWEEP_S = 1.0
log = logging.getLogger(__name__)


@dataclass
class _Entry:
    run: Run
    due: float = 0.0
    spent: float = 0.0  # seconds of work had so far; the least served goes first
    wait_until: float = 0.0  # after a long step others may catch up until then
    busy: bool = False
    woken: bool = False
    since: float = 0.0  # it has been waiting for its turn, if it is due
    failed: bool = False


class Pool:
    """Gives every running run its fair share of the machine.

    The run that has had the least time goes first, for a slice of some 20 ms; one that comes back from idling
    starts level with the others, so that it is served soon but cannot claim what it did not use. A run with long
    steps waits after each, for as long as it took, until the others have had as much: it may have held Python's
    global lock all the while, and a free worker is then of no use to anybody.

    Args:
        workers: number of threads; default one per core, at least two; one that a long step or build holds up is
            replaced meanwhile. Without any, somebody must call :meth:`turn`.
        cores: how many cores a run alone may use; default all.
        max_runs: most runs open at once; default ``$MORPHOGEN_MAX_RUNS`` or 120.
        most_each: of them of one visitor; default ``$MORPHOGEN_MAX_EACH`` or a quarter.
        checkpoint_bytes: memory for the checkpoints of all runs together.
        memory_bytes: what all exhibits may take together; default ``$MORPHOGEN_MEMORY`` or half of the machine's.
        rest_after_s, close_after_s: a run nobody watches is paused, and later closed, after that long; the first by
            default after ``$MORPHOGEN_REST_AFTER_S`` or 30 s.
        clock: tells the time in seconds.
        work_clock: tells how many seconds the calling thread has worked.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        cores: int | None = None,
        max_runs: int | None = None,
        most_each: int | None = None,
        checkpoint_bytes: int = 2 << 30,
        memory_bytes: int | None = None,
        rest_after_s: float | None = None,
        close_after_s: float = 1800.0,
        clock: Callable[[], float] = time.monotonic,
        work_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.cores = cores or os.cpu_count() or 1
        self.max_runs = max_runs or settings.max_runs()
        self.most_each = most_each or settings.most_each(self.max_runs)
        self.memory_bytes = settings.memory_bytes() if memory_bytes is None else memory_bytes
        self.checkpoint_bytes = checkpoint_bytes
        self.rest_after_s = settings.rest_after_s() if rest_after_s is None else rest_after_s
        self.close_after_s = close_after_s
        self._clock, self._work_clock = clock, work_clock
        self._entries: dict[str, _Entry] = {}
        self._gone: weakref.WeakValueDictionary[str, Run] = weakref.WeakValueDictionary()
        self._news = threading.Condition()
        self._level = 0.0  # where the least served of the runs with work to do stands; only rises
        self._open = True
        self.waits, self.failures = Waits(clock), 0
        self._next_sweep = self._clock() + SWEEP_S
        count = max(2, os.cpu_count() or 1) if workers is None else workers
        self._crew = Crew(count, self._work)

    def open(self, run: Run) -> Run:
        """Take a run in.

        Raises:
            PoolFull: there is no room, even after closing a run nobody watches.
        """
        gone: list[_Entry] = []
        with self._news:
            if not self._open:
                raise PoolFull("This server is shutting down.")
            limits = places.Limits(self.max_runs, self.most_each, self.memory_bytes)
            for crowd in places.who_must_go(run, self.runs(), limits, self._clock()):
                entry = self._entries[crowd.id]
                if self._end(entry, "it made room for another"):
                    gone.append(entry)
            self._gone[run.id] = run
            entry = _Entry(run, spent=self._raise_level(self._clock()), since=self._clock())
            run.wake = lambda: self._wake(entry)
            run.adopt, run.admit = self.open, lambda params: self._admit(run, params)
            run.watched_elsewhere = self.is_watched
            self._entries[run.id] = entry
            self._share_memory()
            self._news.notify()
        for entry in gone:
            self._let_go(entry)
        return run

    def get(self, run_id: str) -> Run | None:
        """The open run of that id, or None."""
        entry = self._entries.get(run_id)
        return entry.run if entry else None

    def settled(self, run_id: str, timeout_s: float) -> None:
        """Wait until a closed run has been saved, if it still is to be."""
        run = self._gone.get(run_id)
        if run is not None and run.closed:
            run.released.wait(timeout_s)

    def is_watched(self, run_id: str) -> bool:
        """Whether somebody looks at that run."""
        run = self.get(run_id)
        return run is not None and run.viewers.alone_since(self._clock()) is None

    def runs(self) -> list[Run]:
        """All open runs."""
        return [entry.run for entry in list(self._entries.values())]

    def close(self, run_id: str) -> None:
        """End a run; nothing happens if it is not there."""
        with self._news:
            entry = self._entries.get(run_id)
            idle = entry is not None and self._end(entry)
        if entry is not None and idle:
            self._let_go(entry)

    def shutdown(self, timeout_s: float = 0.5, save_s: float = 1.0) -> None:
        """End all runs and all threads.

        Args:
            timeout_s: so long the threads may take, all together, to end their steps.
            save_s: and so long the saving of what is new in the runs.
        """
        with self._news:
            self._open = False
            for entry in list(self._entries.values()):
                entry.run.close()
            self._news.notify_all()
        self._crew.join(timeout_s)
        with self._news:
            left = list(self._entries.values())
            self._entries.clear()
        deadline = time.monotonic() + save_s
        for entry in left:
            self._let_go(entry, save=not entry.busy and time.monotonic() < deadline)

    def sweep(self, now: float | None = None) -> None:
        """Let unwatched runs rest, and close those left for good. Workers call it every second."""
        now = self._clock() if now is None else now
        for entry in list(self._entries.values()):
            run = entry.run
            run.tidy(now)
            since = run.viewers.alone_since(now)
            alone = 0.0 if since is None else now - since
            if alone > self.close_after_s:
                self.close(run.id)
            elif alone > self.rest_after_s:
                run.rest()

    def turn(self) -> float:
        """Give the run whose turn it is its slice, for who drives a pool without workers by hand.

        Returns:
            When the next is due, or there is something to sweep; in the past if a slice was given.
        """
        with self._news:
            entry, soonest = self._take()
        if entry is None:
            return soonest
        self._serve(entry)
        return -math.inf

    # ---- inside ------------------------------------------------------------------------------------------------

    def _wake(self, entry: _Entry) -> None:
        with self._news:
            if entry.due > (now := self._clock()):
                entry.due, entry.since = 0.0, now
            entry.woken = True
            self._news.notify()

    def _work(self, worker: Worker) -> None:
        torch.set_num_threads(1)
        while not worker.replaced:
            with self._news:
                if not self._open:
                    return
                entry, soonest = self._take()
                if entry is None:  # and nothing here holds on to a run meanwhile
                    self._news.wait(max(0.0, soonest - self._clock()))
                    continue
            worker.since = time.monotonic()
            self._serve(entry)
            worker.since = None
            del entry
        self._crew.dismissed(worker)

    def _take(self) -> tuple[_Entry | None, float]:
        """The run whose turn it is, if any, now taken; and when to look again."""
        now = self._clock()
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP_S
            self.sweep(now)
        entry, soonest = self._choose(now)
        if entry is not None:
            self.waits.note(now - max(entry.since, entry.due))
            entry.busy, entry.woken = True, False
            entry.run.cores = self.cores if self._active() <= 1 else 1
        return entry, soonest

    def _serve(self, entry: _Entry) -> None:
        """Give a run that has been taken its slice."""
        began, worked, due = self._clock(), self._work_clock(), math.inf
        try:
            due = entry.run.slice(SLICE_S)
        except Exception:  # a run catches its exhibit's errors itself; this would be ours
            log.exception("a run broke its worker")
            self.close(entry.run.id)
        with self._news:
            gone = self._put_back(entry, due, took=self._clock() - began, worked=self._work_clock() - worked)
        if gone:
            self._let_go(entry)

    def _put_back(self, entry: _Entry, due: float, *, took: float, worked: float) -> bool:
        """A run has had its slice, and wants the next when it is due; whether it is closed, and to be let go of."""
        self._charge(entry, took, worked)
        entry.busy = False
        entry.due, entry.since = 0.0 if entry.woken else due, self._clock()
        failed = entry.run.status == Status.FAILED and bool(entry.run.trace)  # what was given up has none
        self.failures += failed and not entry.failed
        entry.failed = failed
        if entry.run.closed:
            self._entries.pop(entry.run.id, None)
        return entry.run.closed

    def _charge(self, entry: _Entry, took: float, worked: float) -> None:
        """Put a slice on a run's account. One that overran is charged what its thread has worked: it may have been
        kept waiting, for Python's global lock or a core, by a long step of another.
        """
        entry.spent += took if took <= OVERRUN_S else worked
        if worked > OVERRUN_S:
            entry.wait_until = self._clock() + worked

    def _choose(self, now: float) -> tuple[_Entry | None, float]:
        """The due run that has had the least time, if any, and when one is due or there is something to sweep."""
        level = self._raise_level(now)
        soonest, first = self._next_sweep, None
        for entry in self._entries.values():
            if entry.busy:
                continue
            due = entry.due if entry.spent <= level + SLICE_S else max(entry.due, entry.wait_until)
            if due > now:
                soonest = min(soonest, due)
            elif first is None or entry.spent < first.spent:
                first = entry
        return first, soonest

    def _raise_level(self, now: float) -> float:
        """Bring the level up to date, and those who come back from idling up to it."""
        active = [entry for entry in self._entries.values() if entry.busy or entry.due <= now]
        self._level = max(self._level, min((entry.spent for entry in active), default=0.0))
        for entry in active:
            entry.spent = max(entry.spent, self._level - SLICE_S)
        return self._level

    def _active(self) -> int:
        return sum(entry.run.status == Status.RUNNING for entry in self._entries.values())

    def _admit(self, run: Run, params: Params) -> None:
        others = sum(other.nbytes for other in self.runs() if other is not run)
        places.refuse_if_too_large(run.kind.cost_of(params).nbytes, others, self.memory_bytes)

    def _end(self, entry: _Entry, *reason: str) -> bool:
        """Close a run; whether it is idle, so that who asked has to let go of it. Otherwise its worker does."""
        entry.run.close(*reason)
        del self._entries[entry.run.id]
        return not entry.busy

    def _share_memory(self) -> None:
        share = self.checkpoint_bytes // max(1, len(self._entries))
        for entry in self._entries.values():
            entry.run.performer.checkpoints.most_bytes = min(64 << 20, share)

    @staticmethod
    def _let_go(entry: _Entry, *, save: bool = True) -> None:
        """What may take long, as saving does: not to be done while others wait for the pool."""
        entry.run.release(save=save)
        entry.run.wake = lambda: None
