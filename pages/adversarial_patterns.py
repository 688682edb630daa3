"""Patterns inside networks: two trainings beside each other, and what theory and chemistry say to it."""

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.adversarial_patterns import CODE, LATEX, AdversarialPatterns, theory
from engine.exhibits.adversarial_patterns.mathematics import WORDS, found
from engine.exhibits.adversarial_patterns.params import PatternParams
from engine.exhibits.adversarial_patterns.readings import EVENNESS, RATIO, SPLIT, THEORY
from ui import charts, theme
from ui.charts import Axis, Curve, Line
from ui.mount import Handle
from ui.page import Guide, closer, mathematics, open_page, references, stage
from ui.views import Bind, field, figure, readout

WITHOUT, WITH = theme.CATEGORIES[0], theme.CATEGORIES[1]
TRAININGS = (("without", "without adversary", WITHOUT), ("with", "with adversary", WITH))
LABELS = {
    "data": {"smooth": "smooth fields", "gaussian": "white noise"},
    "side": {side: f"{side} × {side}" for side in ("8", "14", "28")},
    "network": {"two-layer": "two layers", "one-layer": "one layer"},
}
GUIDE = Guide(
    see="One network, trained twice. Left: from examples alone. Right: also against an adversary, a critic that learns "
    "to tell its answers from the right ones. Each tile is one neuron. Below: a chemical reaction, alone and with "
    "spreading (diffusion).",
    do="Turn the adversary up or down while both learn; choose other data or another network.",
    notice="The adversary drives the tiles farther: in the curves, red lies above blue. And spreading makes a pattern "
    "where the reaction alone evens out.",
)


def headings(middle: str, second: str = "adversary") -> None:
    """What stands above pictures of the two trainings, or of the two chemistries."""
    left, right = (
        f'<span><span style="color:{color};flex:none">■</span> {name} {second}</span>' for name, _, color in TRAININGS
    )
    st.html(f'<p class="mg-heads">{left}<span>{middle}</span>{right}</p>')


def pictures(run: Handle[PatternParams]) -> None:
    """Networks above, without an adversary and with one; chemistry below, without diffusion and with it."""
    headings("each tile: what one neuron has learned")
    field(
        run, {"wall": "filters"}, scale="diverging", key="wall", aspect=480 / 231, spotlight="part",
        alt="64 filters of the hidden layer: left trained by supervision alone, right with an adversary.",
    )  # fmt: skip
    headings("a chemical reaction", "diffusion")
    field(
        run, {"chemistry_without": "activator", "chemistry_with": "activator"}, compare=True, key="chemistry",
        aspect=262 / 64,
        alt="A chemical reaction: left without diffusion, becoming even; right with diffusion, a pattern.",
    )  # fmt: skip


def distance(run: Handle[PatternParams]) -> None:
    """How far the weights have moved, over all initialisations: the least, the greatest, the mean and the top layer."""
    drawn: list[Curve] = []
    for _, label, color in TRAININGS:
        edge, mean, top = Line("", color, width=0), Line(label, color, width=2.5), Line("", color, "dot", width=1.5)
        for line, filled in ((edge, False), (edge, True), (mean, False), (top, False)):
            columns = (0, len(drawn) + 1)
            drawn.append(Curve("distance", "distance", line, columns=columns, down_to_last=filled))
    alt = "Distance of all weights from their start, mean and range over initialisations, without and with adversary."
    charts.curves(run, drawn, "step", "distance (dotted: top layer)", alt=alt, key="distance", frames_per_s=3)


def trails(run: Handle[PatternParams]) -> None:
    """The ways of the neurons through weight space."""
    drawn = []
    for name, _, color in TRAININGS:
        line = Line("", color, width=1)
        drawn.append(Curve(f"trail_{name}", f"trail_{name}", line, columns=(0, 1)))
        drawn.append(Curve(f"tip_{name}", f"tip_{name}", line, columns=(0, 1), dots=5, joined=False))
    alt = "Displacement of 24 neurons over time in their two principal directions."
    charts.curves(run, drawn, "neurons' ways, first principal direction", "second", alt=alt, key="trails", height=215,
                  frames_per_s=3)  # fmt: skip


def split(run: Handle[PatternParams]) -> None:
    """Reaction against diffusion, neuron by neuron, and the map of distances over time."""
    scale = [[0, theme.CATEGORIES[0]], [0.5, "#bbbbbb"], [1, theme.CATEGORIES[1]]]
    bar = {"title": {"text": "cosine"}, "thickness": 10}
    marker = {"size": 7, "color": [], "cmin": -1, "cmax": 1, "colorscale": scale, "colorbar": bar}
    hover = "|R| %{x:.3g}, |D| %{y:.3g}, cosine %{marker.color:.2f}<extra></extra>"
    fig = go.Figure(go.Scatter(x=[], y=[], mode="markers", hovertemplate=hover, marker=marker))
    equal = {"color": theme.TEXT, "width": 1, "dash": "dot"}
    fig.add_scatter(x=[1e-5, 1e2], y=[1e-5, 1e2], mode="lines", line=equal, hoverinfo="skip")
    x, y = (
        Axis(title, (-4, 1), log=True).look()
        for title in ("|R|, reaction", "|D|, diffusion (dominates above the line)")
    )
    fig.update_layout(xaxis=x, yaxis=y, showlegend=False)
    places = ("data.0.x", "data.0.y", "data.0.marker.color")
    binds = [Bind("split", place, column=column) for column, place in enumerate(places)]
    alt = "Reaction and diffusion of every neuron on the wall; above the dotted line diffusion dominates."
    left, middle, right = st.columns([0.4, 0.38, 0.22], gap="medium")
    with left:
        figure(run, fig, binds, key="split", height=320, frames_per_s=3, alt=alt)
        readout(run, SPLIT, key="split-numbers")
    with middle:
        headings("neuron ↓, time →")
        alt = "How far each neuron has moved over time; left without, right with adversary."
        field(run, {"heat": "distance moved"}, key="heat", aspect=1.8, alt=alt)
    with right:
        st.caption("Chosen input; see what the neurons make of it with “Tiles show: features”.")
        alt = "The input whose features can be shown on the walls."
        field(run, {"input": "input"}, scale="diverging", key="input", alt=alt)


def evenness(run: Handle[PatternParams]) -> None:
    """Homogeneity over time, in space and among neighbours."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        lines = {
            "variation_without": Line("without", WITHOUT),
            "variation_with": Line("with", WITH),
            "near_variation_with": Line("with, at equal distance", WITH, "dot"),
            "near_variation_without": Line("without, at equal distance", WITHOUT, "dot"),
        }
        alt = "Unevenness of the neurons' distances in both trainings, now and when both had come as far."
        charts.over_time(run, lines, key="spread", title="unevenness of distances", height=260, alt=alt)
        readout(run, EVENNESS, key="evenness")
    with middle:
        spectrum(run, "filter", "power of change", "filter-spectrum")
        spectrum(run, "grid", "power on the grid", "grid-spectrum")
    with right:
        headings("alike neurons are neighbours")
        alt = "The neurons on a grid on which similar ones are neighbours, coloured by how far they moved."
        field(run, {"neighbours": "distance moved"}, key="neighbours", aspect=2.1, alt=alt)


def spectrum(run: Handle[PatternParams], of: str, title: str, key: str) -> None:
    """Radial power of both trainings."""
    drawn = [
        Curve(f"{of}_k", f"{of}_power", Line(label, color), of_x="scene", columns=(None, column), dots=4)
        for column, (_, label, color) in enumerate(TRAININGS)
    ]
    power, alt = Axis(title, log=True, fine=True), f"Radial power spectrum: {title}, both trainings."
    charts.curves(run, drawn, "wavenumber k", power, alt=alt, key=key, height=190, frames_per_s=2)


def bounds(run: Handle[PatternParams]) -> None:
    """The theorems over the measurement."""
    pairs = {
        "bounds": ("farthest", "farthest neuron", "bound", "Theorem", "distance"),
        "residuals": ("residual", "residual", "residual_bound", "bound", "|z − y|"),
    }
    places = st.columns(3, gap="medium")
    for place, (key, (measured, label, bound, theorem, title)) in zip(places, pairs.items(), strict=False):
        lines = {}
        for name, color in (("without", WITHOUT), ("with", WITH)):
            number = {"without": " 1", "with": " 2"}[name] if theorem == "Theorem" else f" {name}"
            lines[f"{measured}_{name}"] = Line(f"{label} {name}", color)
            lines[f"{bound}_{name}"] = Line(f"{theorem}{number}", color, "dash")
        alt = f"The {label} of both trainings and its bounds, over time."
        with place:
            charts.over_time(run, lines, key=key, title=title, height=260, log=True, alt=alt)
    lines = {
        "psi": Line("ψ measured", WITH),
        "bernoulli": Line("Bernoulli", theme.CATEGORIES[2], "dash"),
        "logistic": Line("logistic", theme.CATEGORIES[3], "dash"),
    }
    alt = "The squared residual, the Bernoulli equation's solution and logistic growth, over time."
    with places[2]:
        charts.over_time(run, lines, key="growth", title="ψ = |z − y|²", height=260, log=True, alt=alt)
    readout(run, THEORY, words=["assumptions"], key="theory")


CLOSER = {"Reaction and diffusion": split, "Evenness": evenness, "Theory": bounds}


def main() -> None:
    """Draw the page."""
    run = open_page(AdversarialPatterns, GUIDE, labels=LABELS)
    with stage(run, aspect=1.1) as place:
        with place.picture:
            pictures(run)
            readout(run, caption=[], key="caption")
        with place.beside:
            distance(run)
            trails(run)
            readout(run, RATIO, key="ratio")
    closer(run, CLOSER)
    mathematics(LATEX, WORDS.replace("{found}", found(LABELS["data"])), *CODE, theory.h_infinity)
    references(AdversarialPatterns)


main()
