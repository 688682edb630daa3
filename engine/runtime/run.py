"""A run: one exhibit being performed, its state machine and its life among workers and viewers.

One worker at a time owns the performer, inside :meth:`Run.slice`; nothing else touches it. Everybody else submits
commands, which are drained between steps, and reads what has been published.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from engine.exhibit import Exhibit, State
from engine.params import Params
from engine.runtime.commands import Command, CommandError, Play
from engine.runtime.obedience import Obedience, Order, Status
from engine.runtime.pace import CHUNK_S, TICK_S, Pace, Tempo
from engine.runtime.performer import Performer
from engine.runtime.publish import Publisher, Watcher
from engine.runtime.store import Store

SLOW_PHASE_S = 0.9  # slow motion shows each phase this long
SAVE_S = 5.0
SHARE, SHARE_AT_FULL_SPEED = 0.33, 0.055  # of the time that frames may take; without a speed limit, steps matter more
MOST_WAITING = 2000
log = logging.getLogger(__name__)


class Run(Obedience):
    """One exhibit being run.

    Args:
        kind: the exhibit's class; it is built by the worker, at the first slice.
        params: its parameters.
        device: torch device name.
        store: where the latest good checkpoint is kept on disk, if anywhere.
        start: a step and the state there, to go on from.
        tempo: how it is played at first; default at the exhibit's usual speed.
    """

    def __init__(
        self,
        kind: type[Exhibit],
        params: Params,
        *,
        device: str = "cpu",
        store: Store | None = None,
        start: tuple[int, State] | None = None,
        tempo: Tempo | None = None,
    ) -> None:
        tempo = tempo or Tempo(kind.default_speed)
        self.id = secrets.token_urlsafe(16)
        self.owner_token, self.viewer_token = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.kind, self.params, self.device, self.store = kind, params, device, store
        self.status, self.reason, self.trace = Status.READY, "", ""
        self.good_step: int | None = None  # where to go back to, after a divergence
        self.slow = tempo.slow
        self.cores = 1
        self.state_version = 0
        self.seen = threading.Event()  # somebody has drawn a frame
        self.unwatched_since = time.monotonic()
        self.adopt: Callable[[Run], Run] = lambda run: run  # how a fork finds its pool
        self.watched_elsewhere: Callable[[str], bool] = lambda run_id: False  # whether somebody looks at another run
        self.wake: Callable[[], None] = lambda: None  # how a command finds its worker
        self.pace = Pace(tempo.speed)
        self.performer = Performer(kind, device)
        self.published = Publisher()
        self._start = start
        self._orders: deque[Order] = deque()
        self._lock = threading.RLock()
        self._unapplied = False  # live parameters have changed and the exhibit does not know yet
        self._resting = False
        self._params_version = 0
        self._next_phase = self._next_save = 0.0

    # ---- for everybody: look and command -------------------------------------------------------------------

    def attach(self, watcher: Watcher) -> None:
        """Begin to be told of news."""
        with self._lock:
            self.published.watchers.add(watcher)
            if self._resting:
                self._become(Status.RUNNING)
            else:
                self._announce()
        if self.published.frame is None:
            self.published.stale = True
        self.wake()

    def detach(self, watcher: Watcher) -> None:
        """Stop being told."""
        with self._lock:
            self.published.watchers.discard(watcher)
            if not self.watched:
                self.unwatched_since = time.monotonic()
            self._announce()

    @property
    def watched(self) -> int:
        """How many are looking."""
        return len(self.published.watchers)

    def alone_since(self, now: float) -> float | None:
        """Since when nobody has been looking, hidden pages not counted; None if somebody is."""
        away = [watcher.away_since(now) for watcher in list(self.published.watchers)]
        if any(since is None for since in away):
            return None
        return max([self.unwatched_since, *(since for since in away if since is not None)])

    def acknowledge(self, watcher: Watcher) -> None:
        """The watcher has drawn its frame and wants the next."""
        watcher.ready = True
        self.seen.set()
        with self._lock:
            if self._resting:
                self._become(Status.RUNNING)
                self.wake()
        if self.published.stale and not self._frames_come_by_themselves():
            self.wake()

    def role(self, token: str) -> str | None:
        """``owner``, ``viewer`` or, for a stranger, None."""
        if secrets.compare_digest(token.encode(), self.owner_token.encode()):
            return "owner"
        return "viewer" if secrets.compare_digest(token.encode(), self.viewer_token.encode()) else None

    def submit(self, command: Command) -> Future[Any]:
        """Check a command and queue it.

        Returns:
            A future that ends when the worker has carried it out, with its answer or its error.

        Raises:
            CommandError: it cannot be obeyed; nothing was changed.
        """
        order = Order(command)
        with self._lock:
            if self.status == Status.CLOSED:
                raise CommandError("this run is closed; reload the page to start a new one")
            if len(self._orders) >= MOST_WAITING:
                raise CommandError(f"{MOST_WAITING} commands are waiting already; send them more slowly")
            if command.do == "set":
                self.params = self._with(command.values, "live")
                self._unapplied = True
                self._announce()
            elif command.do == "reset":
                order.payload = self.params = self._with(command.values, None)
                self._announce()
            elif command.do == "poke":
                order.payload = self._read_poke(command.event)
            elif command.do in ("play", "step", "fork") and self.good_step is not None:
                raise CommandError(f"{self.reason}; go back to step {self.good_step} or reset")
            elif command.do == "ack":
                raise CommandError("only a viewer can acknowledge a frame")
            self._orders.append(order)
        self.wake()
        return order.done

    def describe(self) -> dict[str, Any]:
        """The run's state as plain JSON, for its viewers."""
        with self._lock:
            return {
                "type": "state",
                "run": self.id,
                "exhibit": self.kind.slug,
                "status": self.status.value,
                "reason": self.reason,
                "trace": self.trace,
                "good_step": self.good_step,
                "step": self.performer.step,
                "speed": None if math.isinf(self.pace.speed) else self.pace.speed,
                "slow": self.slow,
                "params": self.params.model_dump(),
                "query": self.params.to_query() | Tempo(self.pace.speed, self.slow).to_query(self.kind.default_speed),
                "params_version": self._params_version,
                "checkpoints": self.performer.checkpoints.steps,
                "viewers": self.watched,
            }

    def play_when_watched(self) -> None:
        """Stand at the start until somebody looks, then play."""
        with self._lock:
            self._resting = True

    def rest(self) -> None:
        """Pause because nobody is looking; goes on when somebody does."""
        with self._lock:
            if self.status == Status.RUNNING and self.alone_since(time.monotonic()) is not None:
                self._become(Status.PAUSED, "nobody was watching", resting=True)

    def close(self) -> None:
        """End the run. Its worker, or the pool if it has none, then calls :meth:`release`."""
        with self._lock:
            self._become(Status.CLOSED, self.reason or "the run was closed")
            orders, self._orders = list(self._orders), deque()
        for order in orders:
            order.done.cancel()

    def release(self) -> None:
        """Let go of everything big; called by whoever owns a closed run last."""
        self._start = None
        self.performer.release()
        self.published.release()

    def _become(self, status: Status, reason: str = "", trace: str = "", *, resting: bool = False) -> None:
        with self._lock:
            if self.status == Status.CLOSED:
                return
            if status == Status.RUNNING:
                self.pace.restart()
                self.published.restart_rate()
            self.status, self.reason, self.trace = status, reason, trace
            self._resting = resting
            self._announce()

    def _announce(self) -> None:
        with self._lock:
            self.state_version += 1
            self.published.wake_all()

    def _frames_come_by_themselves(self) -> bool:
        """Whether the worker looks in at display rate anyway."""
        return self.status == Status.RUNNING and not self.slow and self.pace.speed * TICK_S >= 1

    # ---- for the one worker that owns the performer ---------------------------------------------------------------

    def slice(self, budget_s: float) -> float:
        """Work for about ``budget_s``: obey commands, step, publish.

        Returns:
            The ``time.monotonic()`` at which there is work again; infinity if only a command can bring some.
        """
        end = time.monotonic() + budget_s
        try:
            if self.performer.exhibit is None and self.status not in (Status.FAILED, Status.CLOSED):
                self._build(self.params, self._start)
            self._obey(end)
            while self.status == Status.RUNNING and self._move():
                self._look_after()
                self._publish()
                self._obey(end)
                if time.monotonic() + CHUNK_S / 2 >= end:
                    break
            self._publish()
        except Exception as error:
            self._become(Status.FAILED, f"{type(error).__name__}: {error}", traceback.format_exc(limit=-8))
        return self._due()

    def _due(self) -> float:
        if self._orders:
            return 0.0
        if self.status == Status.FAILED:
            return math.inf
        if self.status != Status.RUNNING:
            return self.published.due()
        return min(self._next_phase if self.slow else self.pace.due(), self.published.due())

    def _build(self, params: Params, start: tuple[int, State] | None = None) -> None:
        self.performer.build(params, start)
        self._start, self.good_step, self.published.stale = None, None, True
        with self._lock:
            if self.status == Status.READY:
                self._become(Status.PAUSED, resting=self._resting)

    def _twin(self, start: tuple[int, State]) -> Run:
        """A second run of the same kind that goes on from ``start`` and plays if this one does."""
        tempo = Tempo(self.pace.speed, self.slow)
        twin = Run(self.kind, self.params, device=self.device, store=self.store, start=start, tempo=tempo)
        if self.status == Status.RUNNING:
            twin.submit(Play())
        return twin

    def _move(self) -> bool:
        """Do what is due; False if nothing is yet."""
        now = time.monotonic()
        self.performer.stage.cores = self.cores
        if self.slow:
            if now < self._next_phase:
                return False
            self._next_phase = now + SLOW_PHASE_S
            self.performer.one_phase()
        else:
            steps = self.pace.steps_now()
            if steps == 0:
                return False
            steps = self.performer.advance(steps)
            self.pace.did(steps, time.monotonic() - now)
        self.published.stale = True
        return True

    def _look_after(self) -> None:
        """Notice divergence and the end; remember good states."""
        bad = self.performer.divergence()
        if bad:
            good = self.performer.checkpoints.at_or_before(self.performer.step)
            with self._lock:
                self.good_step = good.step if good else 0
                self._become(Status.PAUSED, bad)
        elif self.performer.stage.finished:
            self._become(Status.FINISHED, "the algorithm has come to its end")
        elif self.performer.checkpoint_is_due():
            self._remember()

    def _remember(self) -> None:
        state = self.performer.remember(self.params)
        now = time.monotonic()
        if self.store and now >= self._next_save:
            self._next_save = now + SAVE_S
            step, params = self.performer.step, self.params.model_dump()
            try:
                self.store.save(self.id, self.owner_token, slug=self.kind.slug, params=params, step=step, state=state)
            except OSError:  # a full or a read-only disk is no reason to stop
                log.exception("run %s will not be saved", self.id)
                self.store = None
        self._announce()

    def _publish(self) -> None:
        if self.performer.exhibit is not None:
            self.published.publish(
                self.performer.exhibit,
                self.performer.history,
                self.performer.step,
                hurry=self.status != Status.RUNNING,
                share=SHARE_AT_FULL_SPEED if math.isinf(self.pace.speed) else SHARE,
                phase=self.performer.phase,
                status=self.status.value,
                version=self._params_version,
            )
