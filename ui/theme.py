"""How things look: one colour per concept everywhere, colour maps, and the few rules of style Streamlit lacks."""

from __future__ import annotations

from functools import cache

import streamlit as st
from plotly.colors import sample_colorscale, unlabel_rgb

REAL = "#0072B2"
GENERATED = "#E69F00"
CRITIC = "#CC79A7"
GRADIENT = "#D55E00"
PRIOR = "#009E73"
"""One colour per concept (Okabe and Ito's palette, told apart by every common kind of colour vision)."""

TEXT = "#010203"
BACKGROUND = "#fdfeff"
"""Stand-ins in a figure: the browser puts the page's own text and background colours in their place."""

COLOR_MAPS = {
    "Ink": ["#fbf7ea", "#d8dcc4", "#86b6a8", "#3a7f91", "#254a75", "#1b1f3f"],
    "Viridis": "Viridis",
    "Cividis": "Cividis",
    "Inferno": "Inferno",
    "Ice": "ice",
    "Grey": "gray",
}
"""Perceptually ordered in lightness; Viridis and Cividis are made for colour-blind eyes."""

STYLE = """
<style>
.stMainBlockContainer { padding-top: 3.6rem; padding-bottom: 3rem; max-width: 100rem; }
.stMainBlockContainer h1 { padding: 0; font-size: 1.7rem; line-height: 1.2; }
.stMainBlockContainer h2 { font-size: 1.3rem; padding: 0.6rem 0 0.2rem; }
.stMainBlockContainer h3 { font-size: 1.05rem; padding: 0.2rem 0; }
.stMainBlockContainer [data-testid="stVerticalBlock"] { gap: 0.6rem; }
.mg-cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: 0.8rem; }
.mg-cards > * { border: 1px solid var(--st-border-color, #8884); border-radius: 0.6rem; padding: 0.8rem 1rem;
  text-decoration: none !important; color: inherit !important; display: block; }
.mg-cards > a:hover, .mg-cards > a:focus-visible { border-color: var(--st-primary-color, #0067a3); }
.mg-cards img { width: 100%; height: auto; aspect-ratio: 16 / 9; object-fit: cover; border-radius: 0.4rem;
  margin-bottom: 0.5rem; }
.mg-cards strong { display: block; margin-bottom: 0.2rem; }
.mg-cards span { font-size: 0.88rem; line-height: 1.4; display: block; }
@media (max-width: 640px) {
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
  .st-key-stage [data-testid="stColumn"]:first-child { order: -2; }
  .st-key-stage [data-testid="stColumn"]:last-child { order: -1; }
}
</style>
"""


def apply() -> None:
    """Lay the style over the page being drawn."""
    st.html(STYLE)


@cache
def color_map(name: str, levels: int = 64) -> list[list[int]]:
    """A colour map as ``levels`` rows of (red, green, blue), 0 to 255."""
    points = [index / (levels - 1) for index in range(levels)]
    colors = sample_colorscale(COLOR_MAPS[name], points, colortype="rgb")
    return [[round(channel) for channel in unlabel_rgb(color)] for color in colors]
