"""A graph from a visitor's file, and the graph on screen into one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from engine.exhibits.messages import as_graphml, as_list, parse_graph
from engine.frames import decode
from engine.runtime.commands import CommandError, PokeIt
from ui.mount import Handle

TAKEN = "graph taken"  # in the session: which file has been read last
ASKS = (
    "A list of links, two names a line, or GraphML, where an attribute “class” is taken for the class. Without "
    "classes, communities are looked for."
)


def graph_files(run: Handle[Any]) -> None:
    """Places to load and to save a graph."""
    with st.expander("Load or save a graph"):
        blob = st.file_uploader(ASKS, type=["csv", "txt", "tsv", "graphml", "xml"], key=f"graph {run.run.id}")
        if blob is not None and st.session_state.get(TAKEN) != (run.run.id, blob.file_id):
            st.session_state[TAKEN] = (run.run.id, blob.file_id)
            _load(run, blob.getvalue())
        for label, name, write in (("As a list", "graph.tsv", as_list), ("As GraphML", "graph.graphml", as_graphml)):
            st.download_button(label, partial(_saved, run, write), name, on_click="ignore", key=name)


def _load(run: Handle[Any], blob: bytes) -> None:
    """Begin anew with the graph of a file, or say what is wrong with it."""
    try:
        read = parse_graph(blob)
        event = {"kind": "graph", "names": list(read.names), "pairs": read.pairs, "truth": read.truth()}
        run.run.submit(PokeIt(event=event)).result(timeout=20)
    except (ValueError, CommandError, TimeoutError) as error:
        st.error(str(error) or "The run is busy; try again in a moment.", icon=":material/error:")
    else:
        said = f"{len(read.names)} nodes, {len(read.pairs)} links{read.left_out()}."
        st.success(said, icon=":material/check:")


def _saved(run: Handle[Any], write: Callable[..., str]) -> str:
    """The graph on screen, written."""
    published = run.run.published.scene
    if published is None:
        return ""
    scene = decode(published.blob)[0]
    return write(scene.words["plain_names"].split("\n"), scene.arrays["pairs"], scene.arrays["truth"])
