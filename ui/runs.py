"""Which run a page shows: the one its link names, this tab's own, one that goes on from elsewhere, or a new one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.exhibit import Exhibit
from engine.params import Params
from engine.runtime import service
from engine.runtime.commands import CommandError
from engine.runtime.devices import read_pin
from engine.runtime.pace import Tempo
from engine.runtime.pool import PoolFull
from engine.runtime.run import Run
from engine.runtime.status import Status
from engine.runtime.store import StoreError
from ui.mount import Handle, P
from ui.visitors import ask_again_later, visitor

ENTRANCES = ("run", "token", "fork", "moment")
"""What a link says of a run that is there already: it opens, and then leaves the address bar."""

GONE = "That link points to a run that is no longer open. Here is a new one."
LOST = "What the lecture had reached is not on this server any more. Here is a fresh start with its settings."


def find_run(kind: type[Exhibit[P]]) -> tuple[Handle[P], list[str]]:
    """The run that a page is to show, and sentences about what in its address could not be done.

    ``run`` and ``token`` join a run: to watch it, or as its owner. ``fork`` and ``token`` go on, in a run of one's own,
    from where a run is that one may watch; ``moment`` goes on from a moment that somebody has saved.
    """
    query, engine = st.query_params.to_dict(), service.start()
    if "run" in query:
        joined = _join(engine.get(query["run"]), query.get("token", ""), kind)
        if joined is not None and not joined.owner:
            return joined, []
    key, notices = f"run of {kind.slug}", []
    run, why = _named(engine, kind, query)
    if any(name in query for name in ENTRANCES):
        query = {name: value for name, value in query.items() if name not in ENTRANCES}
        st.query_params.from_dict(query)
        notices += [why] if why else []
    if run is None and not (why and why != GONE):
        run = _this_tabs(engine, kind, key)
    if run is None:
        params, snapped = kind.Params.from_query(query)
        tempo, also_snapped = Tempo.from_query(query, kind.default_speed)
        pinned, impossible = read_pin(kind, query, engine.devices)
        notices += snapped + also_snapped + impossible
        run = _open(engine, kind, params, tempo, pinned)
    st.session_state[key], st.session_state[f"{key} was"] = run.id, (run.id, run.owner_token)
    return Handle(run, run.owner_token, owner=True), notices


def _join(run: Run | None, token: str, kind: type[Exhibit[P]]) -> Handle[P] | None:
    role = run.role(token) if run else None
    if run is None or role is None or run.kind.slug != kind.slug:
        return None
    return Handle(run, token, owner=role == "owner")


def _named(engine: service.Service, kind: type[Exhibit[Any]], query: dict[str, str]) -> tuple[Run | None, str]:
    """The run of one's own to which a link leads, or why to none."""
    token = query.get("token", "")
    try:
        if "moment" in query:
            return engine.at_moment(kind, query["moment"], visitor()), ""
        if "fork" in query:
            return _forked(engine, kind, query["fork"], token)
        if "run" in query:
            joined = _join(engine.get(query["run"]), token, kind)
            return (joined.run, "") if joined else (None, GONE)
    except StoreError as error:
        return None, f"{error} Here is a fresh start."
    except PoolFull as full:
        ask_again_later(full)
    except (CommandError, TimeoutError) as error:
        return None, f"One cannot go on from there: {error or 'the run is busy'}. Here is a fresh start."
    return None, ""


def _forked(engine: service.Service, kind: type[Exhibit[Any]], run_id: str, token: str) -> tuple[Run | None, str]:
    """A run of one's own that goes on from another's, or from what is saved of it."""
    joined = _join(engine.get(run_id), token, kind)
    run = engine.copy(joined.run, visitor()) if joined else engine.revive(kind, run_id, token, visitor())
    return run, "" if run else LOST


def _this_tabs(engine: service.Service, kind: type[Exhibit[Any]], key: str) -> Run | None:
    """The run that this tab has shown before, as it is or as it was when it had to make room for another."""
    run = engine.get(st.session_state.get(key, ""))
    if run is not None and run.status != Status.CLOSED:
        return run
    run_id, token = st.session_state.get(f"{key} was", ("", ""))
    try:
        return engine.revive(kind, run_id, token, visitor()) if run_id else None
    except PoolFull as full:
        ask_again_later(full)


def _open(engine: service.Service, kind: type[Exhibit[Any]], params: Params, tempo: Tempo, pinned: str | None) -> Run:
    try:
        run = engine.open(kind, params, play=False, tempo=tempo, pinned=pinned, visitor=visitor())
        run.play_when_watched()
        return run
    except PoolFull as full:
        ask_again_later(full)
