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
from collections.abc import Callable, Collection
from concurrent.futures import Future
from functools import partial
from typing import Any

from engine.exhibit import Exhibit, Refused, State
from engine.params import Params
from engine.progress import GivenUp
from engine.runtime import saving
from engine.runtime.building import BuildUnderWay
from engine.runtime.commands import Command, CommandError
from engine.runtime.describe import describe
from engine.runtime.devices import device_of
from engine.runtime.handlers import carry_out
from engine.runtime.keeper import Keeper
from engine.runtime.orders import Orders, read_order
from engine.runtime.pace import CHUNK_S, Pace, Tempo
from engine.runtime.performer import Performer
from engine.runtime.publish import Publisher
from engine.runtime.status import Status
from engine.runtime.store import Store
from engine.runtime.undo import Undo
from engine.runtime.viewers import Viewer, Viewers

log = logging.getLogger(__name__)
SHARE, SHARE_AT_FULL_SPEED = 0.33, 0.055  # of the time that frames may take; without a speed limit, steps matter more


class Run:
    """One exhibit being run.

    Args:
        kind: the exhibit's class; it is built by the worker, at the first slice.
        params: its parameters.
        devices: where it may live.
        pinned: the one of them where it shall live, whatever the exhibit says.
        store: where the latest good checkpoint is kept on disk, if anywhere.
        start: a step and the state there, to go on from.
        tempo: how it is played at first; default at the exhibit's usual speed.
        visitor: whose it is, as far as is known; places are shared among visitors.
        clock: tells the time in seconds.

    Raises:
        ParamError: it cannot live where it is pinned to.
    """

    def __init__(
        self,
        kind: type[Exhibit[Any]],
        params: Params,
        *,
        devices: Collection[str] = ("cpu",),
        pinned: str | None = None,
        store: Store | None = None,
        start: tuple[int, State] | None = None,
        tempo: Tempo | None = None,
        visitor: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = secrets.token_urlsafe(16)
        self.owner_token, self.viewer_token = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.kind, self.params, self.clock = kind, params, clock
        self.devices, self.pinned, self.visitor = devices, pinned, visitor
        self.released = threading.Event()  # it is closed, and saved
        self.device = device_of(kind, params, devices, pinned)
        self.status, self.reason, self.trace = Status.READY, "", ""
        self.good_step: int | None = None  # where to go back to, after a divergence
        self.cores = 1
        self.state_version = self.params_version = 0
        self.unapplied = False  # live parameters have changed and the exhibit does not know yet
        self.resting = False  # it stands only because nobody is looking
        self.playing = False  # or would be, if somebody looked
        self.build_under_way = BuildUnderWay(clock, lambda: self.closed or self.orders.hold("reset"), self.announce)
        self.adopt: Callable[[Run], Run] = lambda run: run  # how a fork finds its pool
        self.admit: Callable[[Params], None] = lambda params: None  # says no to what would take too much memory
        self.watched_elsewhere: Callable[[str], bool] = lambda run_id: False  # whether somebody looks at another run
        self.wake: Callable[[], None] = lambda: None  # how a command finds its worker
        self.orders, self.viewers = Orders(), Viewers(clock)
        self.pace = Pace(tempo or Tempo(kind.default_speed), clock)
        self.performer = Performer(kind, on_gpu="cuda" in devices and "cuda" in kind.devices, clock=clock)
        self.published = Publisher(self.viewers, clock)
        self.keeper = Keeper(store, self.id, self.owner_token, clock, viewer=self.viewer_token)
        self.undo = Undo()
        self.turning: set[str] = set()  # kinds of touches that move a parameter
        self.deed: dict[str, Any] = {"what": "", "card": "", "number": 0}  # the last that who watches should hear of
        self._start = start
        self._lock = threading.RLock()

    # ---- for everybody: look and command -------------------------------------------------------------------

    def attach(self, viewer: Viewer) -> None:
        """Begin to be told of news."""
        with self._lock:
            self.viewers.add(viewer)
            if self.resting:
                self.become(Status.RUNNING)
            else:
                self.announce()
        if self.published.frame is None:
            self.published.stale = True
        self.wake()

    def detach(self, viewer: Viewer) -> None:
        """Stop being told."""
        with self._lock:
            self.viewers.discard(viewer)
            self.announce()

    @property
    def watched(self) -> int:
        """How many are looking."""
        return len(self.viewers)

    @property
    def nbytes(self) -> int:
        """Memory it takes, as far as is known: what its exhibit says, or what its past shows."""
        before = self.undo.before
        held = self.performer.checkpoints.nbytes + (before.nbytes if before else 0)
        return max(self.kind.cost_of(self.params).nbytes, held)

    @property
    def closed(self) -> bool:
        """Whether it has ended for good."""
        return self.status == Status.CLOSED

    def acknowledge(self, viewer: Viewer) -> None:
        """The viewer has drawn its frame and wants the next."""
        viewer.ready = True
        with self._lock:
            if self.resting:
                self.become(Status.RUNNING)
                self.wake()
        by_itself = self.status == Status.RUNNING and self.pace.fills_the_display  # the worker looks in anyway
        if self.published.stale and not by_itself:
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
        with self._lock:
            if self.closed:
                raise CommandError("this run is closed; reload the page to start a new one")
            self.orders.refuse_if_full()
            order = read_order(command, self.kind, self.params)
            if command.do in ("play", "step", "fork", "copy", "keep") and self.good_step is not None:
                raise CommandError(f"{self.reason}; go back to step {self.good_step} or reset")
            if command.do == "give-up":
                self.build_under_way.give_up()
            if command.do == "reset":
                self.admit(order.payload)
            if command.do in ("set", "reset"):
                self.params = order.payload
                self.unapplied |= command.do == "set"
                self.announce()
            self.orders.put(order)
        self.wake()
        return order.done

    def describe(self) -> dict[str, Any]:
        """The run's state as plain JSON, for its viewers."""
        with self._lock:
            return describe(self)

    def spoken(self, message: str) -> str:
        """A message as its viewers read it, with labels where it names parameters."""
        return self.kind.Params.in_labels(message)

    def play_when_watched(self) -> None:
        """Stand at the start until somebody looks, then play."""
        with self._lock:
            self.resting = True

    def rest(self) -> None:
        """Pause because nobody is looking; goes on when somebody does."""
        with self._lock:
            if self.status == Status.RUNNING and self.viewers.alone_since(self.clock()) is not None:
                self.become(Status.PAUSED, "nobody was watching", resting=True)
                self.wake()  # to be saved

    def close(self, reason: str = "the run was closed") -> None:
        """End the run. Its worker, or the pool if it has none, then calls :meth:`release`."""
        with self._lock:
            self.become(Status.CLOSED, self.reason or reason)
        self.orders.cancel()

    def release(self, *, save: bool = True) -> None:
        """Let go of everything big, having saved what is new; called by whoever owns a closed run last."""
        if save:
            saving.save_at_the_end(self)
        self._start = None
        self.undo.take()
        self.performer.release()
        self.published.release()
        self.released.set()

    def become(self, status: Status, reason: str = "", trace: str = "", *, resting: bool = False) -> None:
        """Go over to another status, unless closed, and tell everybody."""
        with self._lock:
            if self.closed:
                return
            if status == Status.RUNNING:
                self.restart_pace()
            self.status, self.reason, self.trace = status, reason, trace
            self.resting = resting
            if status != Status.CLOSED:
                self.playing = resting or status == Status.RUNNING
            self.announce()

    def announce(self) -> None:
        """The state has changed: tell everybody."""
        with self._lock:
            self.state_version += 1
            self.viewers.wake()

    # ---- for the one worker that owns the performer ---------------------------------------------------------------

    def slice(self, budget_s: float) -> float:
        """Work for about ``budget_s``: obey commands, step, publish.

        Returns:
            The time at which there is work again; infinity if only a command can bring some.
        """
        end = self.clock() + budget_s
        try:
            with self.performer.lane:
                self._work(end)
        except Exception as error:
            if self.released.is_set():  # a step was under way when the program ended
                return math.inf
            self.keeper.unsaved = False
            log.exception("run %s of %s has failed", self.id, self.kind.slug or self.kind.__name__)
            self.become(Status.FAILED, f"{type(error).__name__}: {error}", traceback.format_exc(limit=-8))
        return self._due()

    def _work(self, end: float) -> None:
        if not self.performer.built and self.status not in (Status.FAILED, Status.CLOSED):
            self._build_first()
        self._obey(end)
        while self.status == Status.RUNNING and self._move():
            self.look_after()
            self._publish()
            self._obey(end)
            if self.clock() + CHUNK_S / 2 >= end:
                break
        self._publish()
        if self.status != Status.RUNNING and self.clock() >= saving.due(self):
            saving.save(self, self.performer.snapshot())

    def _build_first(self) -> None:
        try:
            self.build(self.params, self._start)
        except GivenUp:
            self.become(Status.FAILED, "it was not built, as you wished; choose something smaller, and start again")
        except Refused as refusal:
            self.become(Status.FAILED, str(refusal))

    def _obey(self, end: float) -> None:
        self.orders.obey(partial(carry_out, self), lambda: self.closed or self.clock() >= end)

    def _due(self) -> float:
        if self.orders:
            return 0.0
        if self.status == Status.FAILED:
            return math.inf
        if self.status != Status.RUNNING:
            return min(self.published.due(), saving.due(self))
        return min(self.pace.due(), self.published.due())

    def build(self, params: Params, start: tuple[int, State] | None = None) -> None:
        """Build the exhibit anew, on the device that suits ``params``.

        Raises:
            GivenUp: that is not wanted any more; what was there before is still there.
            Refused: it cannot be built here and now; what was there before is still there.
        """
        device = device_of(self.kind, params, self.devices, self.pinned)
        with self.build_under_way.heard():
            self.performer.build(params, start, device=device)
        self.device = device
        self._start, self.good_step, self.published.stale = None, None, True
        self.keeper.unsaved = start is not None
        with self._lock:
            if self.status == Status.READY:
                self.become(Status.PAUSED, resting=self.resting)

    def take(self, params: Params) -> None:
        """Go on with ``params``, and with what has been asked for since and still waits."""
        with self._lock:
            self.params = self.orders.awaited(params)
            self.unapplied |= self.params != params
            self.params_version += 1

    def restart_pace(self) -> None:
        """Begin to count steps per second afresh."""
        self.pace.restart()
        self.published.restart_rate()

    def _move(self) -> bool:
        """Do what is due; False if nothing is yet."""
        self.performer.exhibit.cores = self.cores
        moved = self.pace.play(self.performer)
        if moved:
            self.touched()
        return moved

    def follow(self, before: Params) -> bool:
        """The exhibit may have turned knobs of its own, such as one that a picture was dragged to; all see that.

        Returns:
            Whether it has.
        """
        now = self.performer.exhibit.params
        turned = {name: value for name, value in now.model_dump().items() if value != getattr(before, name)}
        if turned:
            with self._lock:
                self.params = self.params.replaced(**turned)
                self.params_version += 1
                self.announce()
        return bool(turned)

    def did(self, what: str, card: str = "") -> None:
        """Its owner has done something that who watches is to hear of in words: started a card, or again, gone back."""
        self.deed = {"what": what, "card": card, "number": self.deed["number"] + 1}
        self.announce()

    def tidy(self, now: float) -> None:
        """Let go of what is no longer of use."""
        if self.undo.forget_if_old(now):
            self.announce()

    def touched(self) -> None:
        """The exhibit is no longer as it was seen and saved."""
        self.published.stale = self.keeper.unsaved = True

    def answer(self) -> None:
        """A hand, or a knob, has changed the exhibit: who did it sees that as soon as frames can come."""
        self.touched()
        self.published.hasten()

    def look_after(self) -> None:
        """Notice divergence and the end; remember good states."""
        bad = self.performer.divergence()
        if bad:
            good = self.performer.checkpoints.at_or_before(self.performer.step)
            self.keeper.unsaved = False
            with self._lock:
                self.good_step = good.step if good else 0
                self.become(Status.PAUSED, bad)
        elif self.performer.exhibit.finished:
            self.become(Status.FINISHED, "the algorithm has come to its end")
        elif self.performer.checkpoint_is_due():
            state = self.performer.remember(self.params)
            if self.clock() >= self.keeper.due():
                saving.save(self, state)
            self.announce()

    def _publish(self) -> None:
        if self.performer.built:
            self.published.publish(
                self.performer.exhibit,
                self.performer.history,
                self.performer.step,
                hurry=self.status != Status.RUNNING,
                share=SHARE_AT_FULL_SPEED if self.pace.unlimited else SHARE,
                step_s=self.pace.step_s,
                phase=self.performer.phase,
                status=self.status.value,
                version=self.params_version,
            )
