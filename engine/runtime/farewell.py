"""The end of a server: told to stop, it is gone within three seconds, and being told twice does no harm."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

WITHIN_S = 1.4  # and then what stopping takes, up to 1.5
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def gone_in_time(stop: Callable[[], None], within_s: float = WITHIN_S) -> None:
    """From now on, whoever tells this process to stop is obeyed once, by whoever listened before; said again, it
    changes nothing. Where connections that do not end hold the server up, ``stop`` is called and the process ends.

    Args:
        stop: saves what is to be saved; may be called twice.
        within_s: seconds from the signal to the end.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # signals are not ours to listen to
    told = threading.Event()
    for which in SIGNALS:
        signal.signal(which, _obeyed_once(signal.getsignal(which), told, stop, within_s))


def _obeyed_once(before: Any, told: threading.Event, stop: Callable[[], None], within_s: float) -> Any:
    def end(number: int) -> None:
        stop()
        os._exit(128 + number)

    def hear(number: int, frame: FrameType | None) -> None:
        if told.is_set():
            return
        told.set()
        atexit.register(_leave, 128 + number)
        last_resort = threading.Timer(within_s, end, [number])
        last_resort.daemon = True  # it is not waited for where all goes well
        last_resort.start()
        if callable(before):
            before(number, frame)

    return hear


def _leave(status: int) -> None:
    """End now: a thread that is still building something would be torn down in the middle of it."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(status)
