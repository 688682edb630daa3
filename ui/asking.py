"""What a page asks of its run and waits for, beside what its views send: a file of one's own above all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from engine.runtime.commands import Command, CommandError, PokeIt
from ui.mount import Handle

PATIENCE_S = 10.0
BUSY = "The run is busy; try again in a moment."


def ask(handle: Handle[Any], *commands: Command) -> None:
    """Say something to the run, and wait until it is done.

    Raises:
        CommandError: it cannot be done; the message says why.
        TimeoutError: it takes too long.
    """
    for command in commands:
        handle.run.submit(command).result(timeout=PATIENCE_S)


def press(handle: Handle[Any], event: dict[str, Any]) -> None:
    """What a button does that touches the picture; said in passing where it cannot be done."""
    try:
        ask(handle, PokeIt(event=event))
    except (CommandError, TimeoutError) as error:
        st.toast(str(error) or BUSY, icon=":material/error:")


def from_file(
    handle: Handle[Any], label: str, types: Sequence[str] | None, take: Callable[[bytes], str], *, key: str
) -> None:
    """A place for a file of one's own, which is taken once.

    Args:
        label: what the file should hold. types: how its name may end.
        take: is handed what is in it, and answers what to say of it; what it refuses with a ``ValueError`` is said too.
        key: tells it from the page's other ones.
    """
    blob = st.file_uploader(label, type=types, key=f"{key} {handle.run.id}")
    taken = f"{key} taken"
    if blob is None or st.session_state.get(taken) == (handle.run.id, blob.file_id):
        return
    st.session_state[taken] = (handle.run.id, blob.file_id)
    try:
        said = take(blob.getvalue())
    except (ValueError, CommandError, TimeoutError) as error:
        st.error(str(error) or BUSY, icon=":material/error:")
    else:
        st.success(said, icon=":material/check:")
