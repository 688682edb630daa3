"""Who comes, and what they are shown while there is no room."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

RETRY_S = 5.0
_COOKIE = "_streamlit_xsrf"  # which Streamlit gives to every browser


def visitor() -> str:
    """Tells one browser from another: its address and its own cookie; nothing where neither is known."""
    address, cookie = st.context.ip_address or "", st.context.cookies.get(_COOKIE, "")
    return f"{address} {cookie}".strip()


def ask_again_later(why: Exception) -> NoReturn:
    """Say why there is no room, and draw the page again now and then, or when asked to."""
    st.error(str(why))
    if st.button("Try again", icon=":material/refresh:"):
        st.rerun()
    st.session_state["asked for room"] = False
    _look_again()
    st.stop()


@st.fragment(run_every=RETRY_S)
def _look_again() -> None:
    """Drawn with the page, and then by itself every few seconds: from the second time on, it draws the page anew."""
    if st.session_state.get("asked for room"):
        st.rerun()
    st.session_state["asked for room"] = True
