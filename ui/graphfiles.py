"""A graph from a visitor's file, and the graph on screen into one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from engine.exhibits.messages import as_graphml, as_list, parse_graph
from engine.frames import decode
from engine.runtime.commands import PokeIt
from ui.asking import ask, from_file
from ui.mount import Handle

ASKS = (
    "A list of links, two names a line, or GraphML, where an attribute “class” is taken for the class. Without "
    "classes, communities are looked for."
)
ENDINGS = ["csv", "txt", "tsv", "graphml", "xml"]


def graph_files(run: Handle[Any]) -> None:
    """Places to load and to save a graph."""
    with st.expander("Load or save a graph"):
        from_file(run, ASKS, ENDINGS, partial(_load, run), key="graph")
        for label, name, write in (("As a list", "graph.tsv", as_list), ("As GraphML", "graph.graphml", as_graphml)):
            st.download_button(label, partial(_saved, run, write), name, on_click="ignore", key=name)


def _load(run: Handle[Any], blob: bytes) -> str:
    """Begin anew with the graph of a file; what there is to say of it."""
    read = parse_graph(blob)
    event = {"kind": "graph", "names": list(read.names), "pairs": read.pairs, "truth": read.truth()}
    ask(run, PokeIt(event=event))
    return f"{len(read.names)} nodes, {len(read.pairs)} links{read.left_out()}."


def _saved(run: Handle[Any], write: Callable[..., str]) -> str:
    """The graph on screen, written."""
    published = run.run.published.scene
    if published is None:
        return ""
    scene = decode(published.blob)[0]
    return write(scene.words["plain_names"].split("\n"), scene.arrays["pairs"], scene.arrays["truth"])
