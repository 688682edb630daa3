"""What a page asks of its run by itself, where no view does: a touch without a place, or what is in a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.runtime.commands import CommandError, PokeIt
from ui.mount import Handle

WAIT_S = 20.0


def poke(handle: Handle[Any], **event: Any) -> None:
    """Touch the run, and wait until it has been felt.

    Raises:
        ValueError: that cannot be done; the sentence says why.
    """
    try:
        handle.run.submit(PokeIt(event=event)).result(timeout=WAIT_S)
    except TimeoutError:
        raise ValueError("The run is busy; try again in a moment.") from None
    except CommandError as error:
        raise ValueError(str(error)) from None


def button(place: DeltaGenerator, label: str, handle: Handle[Any], *, help: str | None = None, **event: Any) -> None:
    """A button that touches the run; what cannot be done is said."""

    def act() -> None:
        try:
            poke(handle, **event)
        except ValueError as error:
            st.toast(str(error), icon=":material/error:")

    place.button(label, on_click=act, disabled=not handle.owner, help=help)


def upload(handle: Handle[Any], words: str, take: Callable[[bytes], None], *, name: str) -> None:
    """A place for a file, which is taken once.

    Args:
        words: what to choose.
        take: makes use of its bytes; a ``ValueError`` is what is said to be wrong with it.
        name: of what it holds, as in *picture*.
    """
    key = f"{name} {handle.run.id}"
    blob = st.file_uploader(words, key=key, disabled=not handle.owner)
    if blob is None or st.session_state.get(f"{name} taken") == (handle.run.id, blob.file_id):
        return
    st.session_state[f"{name} taken"] = (handle.run.id, blob.file_id)
    try:
        take(blob.getvalue())
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
