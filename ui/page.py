"""The anatomy of an exhibit's page: its run, its head with the setup widgets, mathematics beside source, references."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.exhibit import Exhibit
from engine.params import Knob
from engine.runtime.commands import CommandError, Reset
from ui.asking import ask
from ui.mount import Handle, P
from ui.runs import find_run
from ui.views.cards import cards
from ui.views.controls import controls
from ui.views.tour import Stop, tour
from ui.words import in_words, source_of

_LATE = "notices of a change"  # said when the page is drawn anew
IN_WORDS = 4  # setup values that are said on the button behind which they are set


@dataclass(frozen=True)
class Stage:
    """The parts of a page's first screen: what is looked at, and beside it what is read and moved."""

    picture: DeltaGenerator
    beside: DeltaGenerator


@dataclass(frozen=True)
class Guide:
    """The three questions of who comes here for the first time, answered in plain words.

    Args:
        see: what am I looking at?
        do: what can I do?
        notice: what should I notice?
        tour: what to do at a stop of the tour, where that is to be said in other words.
    """

    see: str
    do: str
    notice: str
    tour: Mapping[Stop, str] = field(default_factory=dict)


def open_page(
    kind: type[Exhibit[P]], guide: Guide | None = None, *, labels: dict[str, dict[str, str]] | None = None
) -> Handle[P]:
    """Find or open the run of an exhibit's page.

    The run on the server is the truth; the URL only says what a new one starts with, and the control panel keeps the
    address bar up to date. A link with ``run`` and ``token`` joins a run that is already there.

    Args:
        kind: the exhibit's class.
        guide: what the head of the page says to who comes here for the first time.
        labels: for setup choices, how to call their values: ``{"field": {"value": "label"}}``.
    """
    handle, notices = find_run(kind)
    notices += st.session_state.pop(_LATE, [])
    told = tuple(in_words(notice, kind, labels or {}) for notice in notices)
    return replace(handle, guide=guide, labels=labels or {}, notices=told)


@contextmanager
def stage(handle: Handle[Any], aspect: float = 1.0) -> Iterator[Stage]:
    """The first screen: the picture, as large as the window allows and in sight while the rest scrolls; below it the
    cards; beside it the head of the page and the controls, then whatever ``beside`` receives. On a narrow screen all
    that stands below each other. Who only watches reads there first what happens, and finds no controls.

    Args:
        aspect: width / height of the picture.
    """
    with st.container(key="stage"):
        st.html(f"<style>.st-key-stage {{ --mg-stage: {aspect:g} }}</style>")
        left, right = st.columns([0.55, 0.45], gap="medium")
    with left:
        picture = st.container(key="picture")
        rail = st.container(key="rail")
    with right:
        if not handle.owner:
            with st.container(key="following"):
                controls(handle)
        head = st.container(key="head")
        with st.container(key="side"):
            panel, beside = st.container(key="panel"), st.container(key="beside")
    with head:
        _head(handle)
    yield Stage(picture, beside)
    if not handle.owner:
        return
    with panel:
        controls(handle)
    with rail:
        cards(handle)


def _head(handle: Handle[Any]) -> None:
    kind, guide = handle.kind, handle.guide
    st.title(kind.title)
    if not guide:
        st.markdown(kind.summary)
    else:
        answers = {"see": guide.see, "do": handle.to_owner(guide.do), "notice": guide.notice}
        lines = (f'<li class="mg-{what}">{html.escape(text)}</li>' for what, text in answers.items() if text)
        st.html(f'<ul class="mg-guide">{"".join(lines)}</ul>')
    with st.container(key="ways", horizontal=True, gap="small"):
        _setup(handle)
        tour(handle, guide.tour if guide else None)


def _setup(handle: Handle[Any]) -> None:
    kind, values = handle.kind, handle.params.model_dump()
    knobs = [knob for knob in kind.Params.knobs().values() if knob.kind == "setup" and knob.visible(values)]
    if knobs:
        values_now = " · ".join(_in_words(knob, values[knob.name], handle.labels) for knob in knobs[:IN_WORDS])
        if not handle.owner:
            st.caption(f"Set up: {values_now}")
            return
        with (
            st.popover(f"**Set up:** {values_now}", help="What is built anew when you change it."),
            st.container(horizontal=True, gap="small"),
        ):
            for knob in knobs:
                _setup_widget(handle, knob, handle.labels.get(knob.name, {}))


def _in_words(knob: Knob, value: Any, labels: Mapping[str, Mapping[str, str]]) -> str:
    if knob.type == "choice":
        return labels.get(knob.name, {}).get(value, value)
    return f"{knob.label.lower()} {'on' if value is True else 'off' if value is False else value}"


def _setup_widget(handle: Handle[Any], knob: Knob, labels: Mapping[str, str]) -> None:
    key = f"setup {handle.kind.slug} {knob.name}"
    value = getattr(handle.params, knob.name)
    st.session_state[key] = value
    common: dict[str, Any] = {
        "key": key,
        "help": knob.help,
        "on_change": _rebuild,
        "args": (handle, knob, key),
        "width": 120 if knob.type in ("int", "float") else 220,
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


def _rebuild(handle: Handle[Any], knob: Knob, key: str) -> None:
    """A setup widget was changed: build the run anew, and wait for it, so that the page is drawn for what it now is."""
    try:
        ask(handle, Reset(values={knob.name: st.session_state[key]}))
    except (CommandError, TimeoutError) as error:
        late = str(error) or "The run is busy; it will change as soon as it can."
        st.session_state.setdefault(_LATE, []).append(late)


@st.fragment
def mathematics(latex: str, words: str, *sources: Callable[..., Any] | type) -> None:
    """The equations, and beside them the very code that computes them, once somebody unfolds them.

    What sets formulas and colours code weighs two megabytes, so a page does without until it is wanted.
    """
    title = "**The mathematics, and the code that computes it**"
    unfolded = st.expander(title, icon=":material/function:", key="mathematics", on_change="rerun")
    if not unfolded.open:
        return
    left, right = unfolded.columns(2)
    left.latex(latex)
    left.markdown(words)
    for source in sources:
        right.code(source_of(source), language="python", wrap_lines=True)


def closer(handle: Handle[Any], looks: Mapping[str, Callable[[Handle[Any]], None]]) -> None:
    """A choice of what to look at more closely, by what it is called; the first of them to begin with."""
    st.header("Closer")
    first = next(iter(looks))
    chosen = st.segmented_control("Look at", list(looks), default=first, label_visibility="collapsed")
    looks[chosen or first](handle)


def references(kind: type[Exhibit[Any]]) -> None:
    """The papers behind the exhibit."""
    st.header("References")
    lines = []
    for paper in kind.references:
        where = f"[{paper.where}]({paper.url})" if paper.url else paper.where
        lines.append(f"- {paper.authors}: *{paper.title}*. {where}")
    st.markdown("\n".join(lines))
