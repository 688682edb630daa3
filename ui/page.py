"""The anatomy of an exhibit's page: its run, its head with the setup widgets, mathematics beside source, references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.exhibit import Exhibit
from engine.params import Knob, Params
from engine.runtime import service
from engine.runtime.commands import CommandError, Reset
from engine.runtime.devices import read_pin
from engine.runtime.pace import Tempo
from engine.runtime.pool import PoolFull
from engine.runtime.run import Run, Status
from ui.mount import Handle
from ui.visitors import ask_again_later, visitor
from ui.words import plain, source_of

PATIENCE_S = 1.5  # the lower part of a page waits so long for the picture to move
IN_ONE_ROW = 5  # setup widgets; where there are more, the last go into a popover, so that the picture stays high


def open_page(kind: type[Exhibit], *, labels: dict[str, dict[str, str]] | None = None) -> Handle:
    """Draw the head of an exhibit's page and find or open its run.

    The run on the server is the truth; the URL only says what a new one starts with, and the control panel keeps the
    address bar up to date. A link with ``run`` and ``token`` joins a run that is already there.

    Args:
        kind: the exhibit's class.
        labels: for setup choices, how to call their values: ``{"field": {"value": "label"}}``.
    """
    handle, notices = _find_run(kind)
    title, widgets = st.columns([0.41, 0.59], vertical_alignment="bottom")
    title.markdown(f"# {kind.title}\n{kind.summary}")
    with widgets.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        _setup_widgets(handle, labels or {})
    for notice in notices:
        st.toast(plain(notice), icon=":material/tune:", duration="infinite")
    return handle


def _find_run(kind: type[Exhibit]) -> tuple[Handle, list[str]]:
    query = st.query_params.to_dict()
    engine = service.start()
    key, notices = f"run of {kind.slug}", []
    if "run" in query:
        joined = _join(engine.get(query["run"]), query.get("token", ""), kind)
        if joined is not None and not joined.owner:
            return joined, []
        st.query_params.from_dict({name: value for name, value in query.items() if name not in ("run", "token")})
        if joined is not None:  # a fork: from now on this tab's own, and its owner's token leaves the address bar
            st.session_state[key] = joined.run.id
        else:
            notices = ["That link points to a run that is no longer open. Here is a new one."]
    run = engine.get(st.session_state.get(key, ""))
    if run is None or run.status == Status.CLOSED:
        run = _revive(engine, kind, *st.session_state.get(f"{key} was", ("", "")))
    if run is None:
        params, snapped = kind.Params.from_query(query)
        tempo, also_snapped = Tempo.from_query(query, kind.default_speed)
        pinned, impossible = read_pin(kind, query, engine.devices)
        notices += snapped + also_snapped + impossible
        run = _open(engine, kind, params, tempo, pinned)
    st.session_state[key], st.session_state[f"{key} was"] = run.id, (run.id, run.owner_token)
    return Handle(run, run.owner_token, owner=True), notices


def _join(run: Run | None, token: str, kind: type[Exhibit]) -> Handle | None:
    role = run.role(token) if run else None
    if run is None or role is None or run.kind.slug != kind.slug:
        return None
    return Handle(run, token, owner=role == "owner")


def _open(engine: service.Service, kind: type[Exhibit], params: Params, tempo: Tempo, pinned: str | None) -> Run:
    try:
        run = engine.open(kind, params, play=False, tempo=tempo, pinned=pinned, visitor=visitor())
        run.play_when_watched()
        return run
    except PoolFull as full:
        ask_again_later(full)


def _revive(engine: service.Service, kind: type[Exhibit], run_id: str, token: str) -> Run | None:
    """This tab's run as it was before it had to make room for another, if it did."""
    try:
        return engine.revive(kind, run_id, token, visitor()) if run_id else None
    except PoolFull as full:
        ask_again_later(full)


def _setup_widgets(handle: Handle, labels: dict[str, dict[str, str]]) -> None:
    values = handle.params.model_dump()
    knobs = [knob for knob in handle.kind.Params.knobs().values() if knob.kind == "setup" and knob.visible(values)]
    inline = len(knobs) if len(knobs) <= IN_ONE_ROW else IN_ONE_ROW - 1
    for knob in knobs[:inline]:
        _setup_widget(handle, knob, labels.get(knob.name, {}))
    if knobs[inline:]:
        with st.popover("More", help="Further parameters that rebuild the run"):
            for knob in knobs[inline:]:
                _setup_widget(handle, knob, labels.get(knob.name, {}))


def _setup_widget(handle: Handle, knob: Knob, labels: dict[str, str]) -> None:
    key = f"setup {handle.kind.slug} {knob.name}"
    value = getattr(handle.params, knob.name)
    st.session_state[key] = value
    common: dict[str, Any] = {
        "key": key,
        "help": knob.help,
        "disabled": not handle.owner,
        "on_change": _rebuild,
        "args": (handle, knob, key),
        "width": 96 if knob.type in ("int", "float") else 134,
    }
    if knob.type == "choice":
        st.selectbox(knob.label, knob.choices, format_func=lambda choice: labels.get(choice, choice), **common)
    elif knob.type == "bool":
        st.checkbox(knob.label, **common)
    elif knob.type == "text":
        st.text_input(knob.label, max_chars=knob.max_length, **common)
    else:
        as_type = int if knob.type == "int" else float
        low, high, step = (as_type(number or 0) for number in (knob.minimum, knob.maximum, knob.step))
        st.number_input(knob.label, low, high, step=step, **common)


def _rebuild(handle: Handle, knob: Knob, key: str) -> None:
    """A setup widget was changed: build the run anew, and wait for it, so that the page is drawn for what it now is."""
    try:
        handle.run.submit(Reset(values={knob.name: st.session_state[key]})).result(timeout=10)
    except (CommandError, TimeoutError) as error:
        st.toast(plain(str(error)) or "The run is busy; it will change as soon as it can.", icon=":material/error:")


def stage(*widths: float) -> list[DeltaGenerator]:
    """Columns for the picture (first), what belongs to it, and the controls (last).

    On a narrow screen they stand below each other, and the controls come right after the picture.
    """
    with st.container(key="stage"):
        return list(st.columns(widths, gap="medium"))


def mathematics(handle: Handle, latex: str, words: str, *sources: Callable[..., Any] | type) -> None:
    """The equations, and beside them the very code that computes them.

    What sets formulas and colours code weighs two megabytes, so this, and what comes after, waits for the picture.
    """
    handle.run.seen.wait(PATIENCE_S)
    st.header("The mathematics, and the code that computes it")
    left, right = st.columns(2)
    with left:
        st.latex(latex)
        st.markdown(words)
    with right:
        for source in sources:
            st.code(source_of(source), language="python")


def references(kind: type[Exhibit]) -> None:
    """The papers behind the exhibit."""
    st.header("References")
    lines = []
    for paper in kind.references:
        where = f"[{paper.where}]({paper.url})" if paper.url else paper.where
        lines.append(f"- {paper.authors}: *{paper.title}*. {where}")
    st.markdown("\n".join(lines))
