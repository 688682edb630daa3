"""Words and sources that come from elsewhere, made fit for a page."""

from __future__ import annotations

import inspect
import re
import textwrap
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from engine.exhibit import Exhibit

_reading = threading.Lock()


def in_words(notice: str, kind: type[Exhibit[Any]], labels: Mapping[str, Mapping[str, str]]) -> str:
    """A sentence about parameters as people read it: with labels in place of names, and of the values of choices."""
    called = {value: label for each in labels.values() for value, label in each.items() if value != label}
    odd = sorted((re.escape(value) for value in called if "-" in value), key=len, reverse=True)
    said = kind.Params.in_labels(notice)
    return re.sub(rf"(?<![\w-])(?:{'|'.join(odd)})(?![\w-])", lambda found: called[found[0]], said) if odd else said


def source_of(thing: Callable[..., Any] | type) -> str:
    """The source of a function or class. It is read once, and by one page at a time: up to Python 3.11.7, two threads
    that parse a class's module at once may break each other.
    """
    with _reading:
        return _read(thing)


@cache
def _read(thing: Callable[..., Any] | type) -> str:
    return textwrap.dedent(inspect.getsource(thing))
