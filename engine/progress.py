"""Telling how far a long piece of work has come, and hearing that it is not wanted any more.

An exhibit that takes long to build calls :func:`tell` between the parts of the work; whoever waits for it is told, and
may give it up there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[float, str], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


class GivenUp(Exception):
    """The work is not wanted any more. Raised by :func:`tell`; to be let through."""


def tell(share: float, doing: str) -> None:
    """So much of the work is done, and this comes next.

    Args:
        share: from 0 to 1.
        doing: what comes next, in a few words, such as "drawing the weights".

    Raises:
        GivenUp: nobody wants it any more.
    """
    listener = _listener.get()
    if listener is not None:
        listener(share, doing)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Meanwhile, in this thread, ``listener`` is told; it raises :class:`GivenUp` to have the work given up."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
