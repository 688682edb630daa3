"""The one engine of a process: its pool of runs and its store of saved ones.

Streamlit forgets and imports anew every watched module when a source file changes. The engine must outlive that
with its runs, so it is kept under a name in ``sys.modules`` that belongs to no file.
"""

from __future__ import annotations

import logging
import sys
import threading
import types
from collections.abc import Mapping
from typing import Any

from threadpoolctl import threadpool_limits

from engine.exhibit import Exhibit, State, catalogue
from engine.params import Params
from engine.runtime import devices
from engine.runtime.commands import Copy, Play
from engine.runtime.moments import Moments
from engine.runtime.pace import Tempo
from engine.runtime.performer import Performer
from engine.runtime.pool import Pool
from engine.runtime.run import Run
from engine.runtime.status import Status
from engine.runtime.store import Store, StoreError

SETTLE_S = 3.0  # a run that is asked for again is given so long to be saved
_ANCHOR = "morphogen_service"
log = logging.getLogger(__name__)


class Service:
    """What pages and routes share: open a run, find a run.

    Args:
        pool: shares out the time.
        store: keeps checkpoints on disk.
        device: the one device on which all runs live; default wherever each is best.
    """

    def __init__(self, pool: Pool | None = None, store: Store | None = None, device: str | None = None) -> None:
        # BLAS threads of several runs would fight for the cores, and wait for each other spinning
        threadpool_limits(limits=1, user_api="blas")
        # workers in Python code let the event loop in after 1 ms rather than 5: a drag is answered 10 ms sooner
        sys.setswitchinterval(0.001)
        self.pool = pool or Pool()
        self.store = store or Store()
        self._shared: dict[str, str] = {}  # slug -> run
        self._sharing = threading.Lock()
        self.moments = Moments(self.store)
        self.store.prune()  # what the last server has left
        self.moments.prune()
        self.devices = devices.available() if device is None else (device,)

    def open(
        self,
        kind: type[Exhibit[Any]],
        params: Params,
        *,
        play: bool = True,
        tempo: Tempo | None = None,
        pinned: str | None = None,
        visitor: str = "",
    ) -> Run:
        """Open a run, playing at once unless told otherwise.

        Args:
            kind, params, tempo: of the run.
            play: at once; otherwise it stands until told to play.
            pinned: the device on which it shall live; default where the exhibit says.
            visitor: whose it is, as far as is known.

        Raises:
            PoolFull: the server runs as many as it may.
            ParamError: there is no such device here, or the exhibit does not run on it.
        """
        run = Run(kind, params, devices=self.devices, pinned=pinned, store=self.store, tempo=tempo, visitor=visitor)
        self.pool.open(run)
        if play:
            run.submit(Play())
        return run

    def shared(self, kind: type[Exhibit[Any]], params: Params) -> Run:
        """The one run of a kind that everybody may watch and nobody owns; opened anew where it has been closed.

        Raises:
            PoolFull: the server runs as many as it may.
        """
        with self._sharing:
            run = self.pool.get(self._shared.get(kind.slug, ""))
            if run is None or run.status == Status.CLOSED:
                run = self.open(kind, params, play=False)
                run.play_when_watched()
                self._shared[kind.slug] = run.id
        return run

    def revive(self, kind: type[Exhibit[Any]], run_id: str, token: str, visitor: str = "") -> Run | None:
        """Open a closed run anew, under another id, as it was when it was saved; None if it was not, or no longer fits.

        Args:
            kind: of the run.
            run_id, token: of the closed run and of its owner, or of those who watched it.
            visitor: whose the new one is, as far as is known.

        Raises:
            PoolFull: the server runs as many as it may.
        """
        self.pool.settled(run_id, SETTLE_S)
        try:
            saved, state = self.store.load(run_id, token)
            if saved["slug"] != kind.slug:
                return None
            return self._go_on(kind, saved, state, self.store.how(run_id, token), visitor)
        except StoreError:  # nothing is saved, or it no longer fits
            return None

    def at_moment(self, kind: type[Exhibit[Any]], name: str, visitor: str = "") -> Run:
        """Open a run that goes on from a moment somebody has saved.

        Raises:
            StoreError: there is none of that name, it is of another exhibit, or one cannot go on from it; the message
                is a sentence.
            PoolFull: the server runs as many as it may.
        """
        return self._go_on(kind, *self.moments.load(kind.slug, name), visitor)

    def copy(self, run: Run, visitor: str = "") -> Run:
        """Open a run that goes on from where ``run`` is now, for somebody who watches it.

        Raises:
            CommandError: one cannot go on from there, or the server runs as many as it may; the message says why.
            TimeoutError: the run is busy.
        """
        twin: Run = run.submit(Copy(visitor=visitor)).result(timeout=SETTLE_S)
        return twin

    def _go_on(
        self, kind: type[Exhibit[Any]], saved: dict[str, Any], state: State, how: Mapping[str, Any], visitor: str
    ) -> Run:
        try:
            params = kind.Params(**saved["params"])
        except ValueError as error:
            raise StoreError("What is saved there no longer fits this exhibit.") from error
        start = (int(saved["step"]), state)
        trial = Performer(kind)
        if trial.refusal(params, start, device=devices.device_of(kind, params, self.devices)):
            raise StoreError("One cannot go on from what is saved there.")
        tempo = Tempo.from_saved(how, kind.default_speed)
        run = Run(kind, params, devices=self.devices, store=self.store, start=start, tempo=tempo, visitor=visitor)
        if how.get("playing") is True:
            run.play_when_watched()
        return self.pool.open(run)

    def get(self, run_id: str) -> Run | None:
        """The open run of that id, or None."""
        return self.pool.get(run_id)

    def warm_up(self) -> threading.Thread:
        """Compile every exhibit's kernels in the background."""

        def work() -> None:
            for slug, kind in catalogue().items():
                try:
                    kind.warm_up()
                except Exception:
                    log.exception("warming up %s failed", slug)

        thread = threading.Thread(target=work, name="morphogen-warm-up", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """End all runs."""
        self.pool.shutdown()


def start() -> Service:
    """The process's service, made now if there is none."""
    anchor = sys.modules.setdefault(_ANCHOR, types.ModuleType(_ANCHOR))
    with anchor.__dict__.setdefault("lock", threading.Lock()):
        if not hasattr(anchor, "service"):
            anchor.service = Service()  # type: ignore[attr-defined]
        return anchor.service


def stop() -> None:
    """Close the process's service; who comes while another is doing it waits until it is done."""
    anchor = sys.modules.get(_ANCHOR)
    if anchor is None:
        return
    with anchor.__dict__.setdefault("lock", threading.Lock()):
        if hasattr(anchor, "service"):
            anchor.service.close()
            del anchor.service
