"""How things look: one colour per concept everywhere, colour maps, and one layout for figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st
from plotly.colors import sample_colorscale, unlabel_rgb

REAL = "#0072B2"
GENERATED = "#E69F00"
CRITIC = "#CC79A7"
GRADIENT = "#D55E00"
PRIOR = "#009E73"
"""One colour per concept (Okabe and Ito's palette, told apart by every common kind of colour vision)."""

CATEGORIES = (
    "#4477AA",
    "#EE6677",
    "#228833",
    "#CCBB44",
    "#66CCEE",
    "#AA3377",
    "#BBBBBB",
    "#0033AA",
    "#7A3E00",
    "#005555",
)
"""For whatever is no such concept: classes, racers, runs (Tol's bright palette, and three that are far from it)."""

NEUTRAL = "#8B939E"
"""A grey that is seen on either page: for what is given and stays as it is."""

TEXT = "#010203"
BACKGROUND = "#fdfeff"
"""Stand-ins: the browser puts the page's own text and background colours in their place."""

DARK = {REAL: "#4DB3E6", PRIOR: "#2FC79B", GRADIENT: "#F08040", "#4477AA": "#77A9DD", "#228833": "#4CBB5A",
        "#AA3377": "#DD66AA", "#0033AA": "#4D6DFF", "#7A3E00": "#9C5A28", "#005555": "#A6F5C8", "#9aa3af": "#6b7480",
        NEUTRAL: "#C9CFD6"}  # fmt: skip
"""Colours that would vanish on a dark page, and what they are there."""

COLOR_MAPS = {
    "Ink": ["#fbf7ea", "#d8dcc4", "#86b6a8", "#3a7f91", "#254a75", "#1b1f3f"],
    "Viridis": "Viridis",
    "Cividis": "Cividis",
    "Inferno": "Inferno",
    "Ice": "ice",
    "Grey": "gray",
}
"""Perceptually ordered in lightness; Viridis and Cividis are made for colour-blind eyes."""

DIVERGING = {"Blue to orange": (REAL, GRADIENT), "Purple to orange": ("#5e3c99", GENERATED)}
"""Through near white: for numbers whose sign matters."""


@cache
def color_map(name: str, levels: int = 64) -> list[list[int]]:
    """A colour map as ``levels`` rows of (red, green, blue), 0 to 255."""
    if name in DIVERGING:
        low, high = DIVERGING[name]
        colors: str | Sequence[str] = [low, "#f7f7f4", high]
    else:
        colors = COLOR_MAPS[name]
    points = [index / (levels - 1) for index in range(levels)]
    return [
        [round(channel) for channel in unlabel_rgb(color)]
        for color in sample_colorscale(colors, points, colortype="rgb")
    ]


def color_maps(scale: Literal["sequential", "diverging"]) -> dict[str, list[list[int]]]:
    """The maps to choose from, the usual one first."""
    if scale == "sequential":
        return {name: color_map(name) for name in COLOR_MAPS}
    return {name: color_map(name, 65) for name in DIVERGING} | {"Grey": color_map("Grey")}


@dataclass(frozen=True)
class Scale:
    """From numbers to colours, on a plane.

    Args:
        colors: rows of (red, green, blue); or, ``through`` the page's background, the colours of both ends.
        strength: how much of these colours is used, so that what lies on them stays visible.
    """

    colors: Any
    through: bool = False
    strength: float = 1.0


INK, VIRIDIS, GREY = (Scale(color_map(name)) for name in ("Ink", "Viridis", "Grey"))


def between(low: str, high: str, strength: float = 0.5) -> Scale:
    """From one colour to another, with the page's background in the middle."""
    return Scale((low, high), through=True, strength=strength)


def _template() -> go.layout.Template:
    """The house's layout of figures: little around them, the legend above, axis titles close."""
    axis = {"title": {"standoff": 4}, "automargin": False, "zeroline": False}
    return go.layout.Template(
        layout={
            "margin": {"l": 52, "r": 8, "t": 22, "b": 34},
            "font": {"size": 11},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(CATEGORIES),
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": {"size": 10}},
            "xaxis": axis,
            "yaxis": axis,
        }
    )


TEMPLATE = _template()


def key(*entries: tuple[str, str], before: str = "", after: str = "") -> None:
    """A line that says which colour means what."""
    marks = " ".join(f'<span><span style="color:{color}">■</span> {label}</span>' for color, label in entries)
    st.html(f'<p class="mg-key">{before} {marks} {after}</p>')
