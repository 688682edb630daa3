"""A visitor's own shape into a run of completion, and what was made of it into a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import numpy as np
import streamlit as st

from engine.exhibits.completion import LEAST_SHARE, MOST_POINTS, Gap, Side, file_of, read
from engine.runtime.commands import PokeIt
from ui.asking import ask, from_file, press
from ui.mount import Handle

ENDINGS = ["ply", "pcd", "obj", "stl", "off", "xyz"]
MOST_TAKEN = min(MOST_POINTS, 2048)
ASKS = "PLY, PCD, OBJ, STL, OFF or XYZ: what you bring is taken for what is seen, and completed."
FILES = (("Cloud as PLY", "ply"), ("Surface as OBJ", "obj"))


def own_shape(run: Handle[Any]) -> None:
    """Places to bring a shape and to take home what was completed."""
    mend, back = st.columns(2)
    mend.button("Mend the shape", on_click=press, args=(run, {"kind": "mend"}), width="stretch")
    back.button("Held-out shapes", on_click=press, args=(run, {"kind": "back"}), width="stretch")
    with st.expander("Your own shape, and files"):
        up = st.segmented_control("Upwards in the file is", ["y", "z"], default="y", key=f"up {run.run.id}") or "y"
        gap = _gap(run)
        from_file(run, ASKS, ENDINGS, partial(_bring, run, up, gap), key="shape", named=True, how=(up, gap))
        for column, (label, ending) in zip(st.columns(2), FILES, strict=True):
            column.download_button(
                label, _written(run, ending), f"completed.{ending}", key=ending, on_click="ignore", width="stretch"
            )


def _gap(run: Handle[Any]) -> Gap:
    """What the file lacks, as its owner says: the network knows whole shapes of one size, in one place."""
    left, right = st.columns(2)
    about = "Of a half the network has to know where the other half would be, or it takes it for a small whole."
    side = left.selectbox(
        "Missing in the file is", get_args(Side), key=f"side {run.run.id}", help=about,
        format_func=lambda each: "nothing large" if each == "none" else f"its {each}",
    )  # fmt: skip
    share = right.number_input(
        "Share that is there, %", round(100 * LEAST_SHARE), 100, 50, 5, disabled=side == "none",
        key=f"share {run.run.id}", help="Of the length of the whole shape, across the side that is missing.",
    )  # fmt: skip
    return Gap() if side == "none" else Gap(side, share / 100)


def _bring(run: Handle[Any], up: Any, gap: Gap, name: str, blob: bytes) -> str:
    """Put the shape of a file in; answers how."""
    own = read(name, blob, up=up, gap=gap)
    cloud, frame = own.cloud(MOST_TAKEN, np.random.default_rng(0)), own.frame
    place = {"centre": frame.centre.tolist(), "scale": frame.scale, "up": up}
    ask(run, PokeIt(event={"kind": "own", "points": cloud.tolist(), **place}))
    return own.words()


def _written(run: Handle[Any], ending: Any) -> Callable[[], bytes]:
    """Writes what is on screen when it is asked for."""

    def write() -> bytes:
        frame, scene = run.run.published.frame, run.run.published.scene
        return file_of(frame.blob, scene.blob, ending) if frame and scene else b""

    return write
