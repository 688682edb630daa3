"""The control panel: transport, the run's status in words, and its live parameters; for who watches, what happens."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from engine.runtime.guard import LOOPBACK
from engine.runtime.moments import Moments
from ui.mount import Handle, Need, mount


def controls(handle: Handle[Any]) -> None:
    """The transport bar, the run's status, and its live parameters."""
    schema = handle.kind.Params.schema_for_browser()
    for knob in schema:
        knob["labels"] = dict(handle.labels.get(knob["name"], {}))
    setup = {knob["name"]: getattr(handle.params, knob["name"]) for knob in schema if knob["kind"] == "setup"}
    needs = [Need(metric, "metric") for knob in schema for metric, _ in knob["marks"]]
    moments = handle.run.keeper.moments
    mount(
        handle, "controls", "controls" if handle.owner else "following", needs=needs, slug=handle.kind.slug,
        knobs=[knob for knob in schema if knob["kind"] == "live"], setup=setup, main=list(handle.kind.main),
        names=[knob for knob in schema if knob["kind"] == "setup"],
        defaults=handle.kind.Params().model_dump(), watch=handle.run.viewer_token,
        notices=list(handle.notices), machine=_machine(), life=_life(moments),
    )  # fmt: skip


def _machine() -> str:
    """What to call this machine, for who has called it by a name that means something else elsewhere."""
    return socket.gethostname() if _host() in LOOPBACK else ""


def _host() -> str:
    try:
        return urlsplit(st.context.url or "").hostname or ""
    except ValueError:
        return ""


def _life(moments: Moments | None) -> str:
    """How long a saved moment is kept; nothing where none can be."""
    return moments.life if moments else ""
