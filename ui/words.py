"""Words and sources that come from elsewhere, made fit for a page."""

from __future__ import annotations

import inspect
import re
import textwrap
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)
_JOINT = "\u2060"  # of no width: what it parts is no longer taken for an address
_reading = threading.Lock()


def plain(text: str) -> str:
    """``text`` as Markdown that shows it as it stands: what a link says in it draws no picture and makes no link."""
    return _PUNCTUATION.sub(r"\\\1", _ADDRESS.sub(_JOINT, text))


def source_of(thing: Callable[..., Any] | type) -> str:
    """The source of a function or class. It is read once, and by one page at a time: up to Python 3.11.7, two threads
    that parse a class's module at once may break each other.
    """
    with _reading:
        return _read(thing)


@cache
def _read(thing: Callable[..., Any] | type) -> str:
    return textwrap.dedent(inspect.getsource(thing))
