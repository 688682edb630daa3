"""Patterns inside networks: two trainings beside each other, and what theory and chemistry say to it."""

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.adversarial_patterns import CODE, LATEX, AdversarialPatterns, theory
from engine.exhibits.adversarial_patterns.params import PatternParams
from ui import charts, theme
from ui.charts import Line, axes, columns
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import Bind, Metric, field, figure, readout

WITHOUT, WITH = theme.CATEGORIES[0], theme.CATEGORIES[1]
TRAININGS = (("without", "without diffusion", WITHOUT), ("with", "with diffusion", WITH))
LABELS = {
    "data": {"smooth": "smooth fields", "gaussian": "white noise"},
    "side": {side: f"{side} × {side}" for side in ("8", "14", "28")},
    "network": {"two-layer": "two layers", "one-layer": "one layer"},
}
RATIO = [
    Metric("spread_ratio", "spread, with / without", "Ratio of the two trainings' spread: how unevenly neurons move"),
    Metric("diffusion_share", "diffusion dominates", "Share of the neurons on the wall for which |D| exceeds |R|"),
    Metric("split_error", "R + D − du/dt", "Largest difference between R + D and du/dt, relative to the larger part"),
]
EVENNESS = [
    Metric("participation_without", "participation without", "Share of neurons that take part; 1 if all move alike"),
    Metric("participation_with", "with", "The same with adversary"),
    Metric("entropy_without", "entropy without", "Of how motion is shared out over neurons; 1 if all move alike"),
    Metric("entropy_with", "with", "The same with adversary"),
]
SPLIT = [
    Metric("reaction", "mean |R|", "Mean over neurons of the reaction's size"),
    Metric("diffusion", "mean |D|", "Mean over neurons of the diffusion's size"),
    Metric("cosine", "mean cosine", "Mean cosine between reaction and diffusion: −1 where they oppose each other"),
    Metric("diffusion_share", "diffusion dominates", "Share of the neurons on the wall for which |D| exceeds |R|"),
]
THEORY = [
    Metric("lambda_0", "λ₀", "Smallest eigenvalue of H∞"),
    Metric("lambda_max", "λ max", "Largest eigenvalue of H∞"),
    Metric("kappa", "κ", "(2 λ max + λ₀) / λ₀"),
    Metric("mu", "μ", "How far the adversary can push: α L n √(2 log(2/δ)) / √m"),
    Metric("equilibrium_without", "ε-equilibrium without", "When the residual's bound is within ε of its floor"),
    Metric("equilibrium_with", "with", "The same with adversary"),
    Metric("time", "time now", "η times steps"),
    Metric("kernel_without", "λ min of H(t) without", "Strict network only: the proofs need at least λ₀ / 2"),
    Metric("kernel_with", "with", "The same with adversary"),
]
GUIDE = Guide(
    see="One network trained twice from the same start: on the left from examples alone, on the right against an "
    "adversary as well. Each tile is what one neuron responds to. Below, chemistry without and with diffusion.",
    do="Turn the adversary up or down while both learn; choose other data or another network.",
    notice="With the adversary the neurons keep moving; compare how far, and how evenly, on the curves.",
)
WORDS = """
$s_{jp} = 1$ where neuron $j$ sees input $p$ ($u_j^\\top x_p \\ge 0$) and $A_p = \\mathrm{diag}\\,1\\{Wz_p \\ge 0\\}$.
Both trainings begin with the same weights and see the same data; one lacks the second term. It comes from the critic
and not from any target, couples neurons through what they say together, and keeps acting when the residual has gone:
the *pseudo-diffusion*.

Supervised alone, the flow dies with the residual, so the distance every neuron covers **saturates** (Theorem 1). With
an adversary it **may grow with time** (Theorem 2). The theorems need one output, inputs of unit norm, fixed top layers
and a critic of bounded norm; the network *strict* has all that. The bounds are loose by orders of magnitude: they say
how things scale, not how large they are. One caution: $\\mu$ is drawn as published; from the definitions above a critic
slope of at most $L\\sqrt{2\\log(2/\\delta)}$ gives a constant larger by $\\sqrt m$.

Filters can only move within the span of the inputs, so training runs in coordinates of that span: the same training,
several times as fast. A critic of another width $k$ has $1/\\sqrt{k}$ where the paper has $1/\\sqrt{m}$.
"""


def headings(middle: str) -> None:
    """What stands above pictures of the two trainings."""
    left, right = (
        f'<span><span style="color:{color};flex:none">■</span> {label}</span>' for _, label, color in TRAININGS
    )
    st.html(f'<p class="mg-heads">{left}<span>{middle}</span>{right}</p>')


def pictures(run: Handle[PatternParams]) -> None:
    """Networks above, chemistry below: without diffusion on the left, with it on the right."""
    headings("a network's filters")
    field(
        run, {"wall": "filters"}, scale="diverging", key="wall", aspect=471 / 231, spotlight="part",
        alt="64 filters of the hidden layer: left trained by supervision alone, right with an adversary.",
    )  # fmt: skip
    headings("a chemical reaction")
    field(
        run, {"chemistry": "activator"}, key="chemistry", aspect=262 / 64,
        alt="A chemical reaction: left without diffusion, becoming even; right with diffusion, a pattern.",
    )  # fmt: skip


def distance(run: Handle[PatternParams]) -> None:
    """How far the weights have moved, over all initialisations."""
    fig = go.Figure()
    for _, label, color in TRAININGS:
        for fill in (None, "tonexty"):  # from the least distance to the greatest
            band = {"line": {"width": 0}, "fill": fill, "fillcolor": color + "33", "showlegend": False}
            fig.add_scatter(x=[], y=[], mode="lines", hoverinfo="skip", **band)
        fig.add_scatter(x=[], y=[], mode="lines", name=label, line={"color": color, "width": 2.5})
        top = {"color": color, "width": 1.5, "dash": "dot"}
        fig.add_scatter(x=[], y=[], mode="lines", name=f"top layer {label}", line=top, showlegend=False)
    binds = [
        Bind("distance", f"data.{index}.{axis}", column=column)
        for index in range(len(fig.data))
        for axis, column in (("x", 0), ("y", index + 1))
    ]
    axes(fig, "step", "distance (dotted: top layer)")
    alt = "Distance of all weights from their start, mean and range over initialisations, without and with diffusion."
    figure(run, fig, binds, key="distance", height=200, frames_per_s=3, alt=alt)


def trails(run: Handle[PatternParams]) -> None:
    """The ways of the neurons through weight space."""
    fig, binds = go.Figure(), []
    for name, label, color in TRAININGS:
        fig.add_scatter(x=[], y=[], mode="lines", line={"color": color, "width": 1}, name=label, hoverinfo="skip")
        binds += columns(f"trail_{name}", len(fig.data) - 1)
        tip = {"color": color, "size": 5}
        fig.add_scatter(x=[], y=[], mode="markers", marker=tip, showlegend=False, hoverinfo="skip")
        binds += columns(f"tip_{name}", len(fig.data) - 1)
    axes(fig, "neurons' ways, first principal direction", "second", showlegend=False, margin={"t": 4})
    alt = "Displacement of 24 neurons over time in their two principal directions."
    figure(run, fig, binds, key="trails", height=215, frames_per_s=3, alt=alt)


def split(run: Handle[PatternParams]) -> None:
    """Reaction against diffusion, neuron by neuron, and the map of distances over time."""
    scale = [[0, theme.CATEGORIES[0]], [0.5, "#bbbbbb"], [1, theme.CATEGORIES[1]]]
    bar = {"title": {"text": "cosine"}, "thickness": 10}
    marker = {"size": 7, "color": [], "cmin": -1, "cmax": 1, "colorscale": scale, "colorbar": bar}
    hover = "|R| %{x:.3g}, |D| %{y:.3g}, cosine %{marker.color:.2f}<extra></extra>"
    fig = go.Figure(go.Scatter(x=[], y=[], mode="markers", hovertemplate=hover, marker=marker))
    equal = {"color": theme.TEXT, "width": 1, "dash": "dot"}
    fig.add_scatter(x=[1e-5, 1e2], y=[1e-5, 1e2], mode="lines", line=equal, hoverinfo="skip")
    axes(fig, "|R|, reaction", "|D|, diffusion (dominates above the line)", showlegend=False)
    fig.update_xaxes(type="log", range=[-4, 1], exponentformat="power", dtick=1)
    fig.update_yaxes(type="log", range=[-4, 1], exponentformat="power", dtick=1)
    places = ("data.0.x", "data.0.y", "data.0.marker.color")
    binds = [Bind("split", place, column=column) for column, place in enumerate(places)]
    alt = "Reaction and diffusion of every neuron on the wall; above the dotted line diffusion dominates."
    left, middle, right = st.columns([0.4, 0.38, 0.22], gap="medium")
    with left:
        figure(run, fig, binds, key="split", height=320, frames_per_s=3, alt=alt)
        readout(run, SPLIT, key="split-numbers")
    with middle:
        headings("neuron ↓, time →")
        alt = "How far each neuron has moved over time; left without, right with diffusion."
        field(run, {"heat": "distance moved"}, key="heat", aspect=1.8, alt=alt)
    with right:
        st.caption("Chosen input; see what the filters make of it with “Filters: features”.")
        alt = "The input whose features can be shown on the walls."
        field(run, {"input": "input"}, scale="diverging", key="input", alt=alt)


def evenness(run: Handle[PatternParams]) -> None:
    """Homogeneity over time, in space and among neighbours."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        lines = {
            "spread_without": Line("spread without", WITHOUT),
            "spread_with": Line("spread with", WITH),
            "spread_ratio": Line("ratio", theme.TEXT, "dot"),
        }
        alt = "Spread of the neurons' distances, and their ratio."
        charts.over_time(run, lines, key="spread", title="spread of distances", height=260, alt=alt)
        readout(run, EVENNESS, key="evenness")
    with middle:
        spectrum(run, "filter", "power of the filters' change", "filter-spectrum")
        spectrum(run, "grid", "power on the grid of neighbours", "grid-spectrum")
    with right:
        headings("alike neurons are neighbours")
        alt = "The neurons on a grid on which similar ones are neighbours, coloured by how far they moved."
        field(run, {"neighbours": "distance moved"}, key="neighbours", aspect=2.1, alt=alt)


def spectrum(run: Handle[PatternParams], of: str, title: str, key: str) -> None:
    """Radial power of both trainings."""
    fig, binds = go.Figure(), []
    for _, label, color in TRAININGS:
        look = {"line": {"color": color, "width": 2}, "marker": {"size": 4}}
        fig.add_scatter(x=[], y=[], mode="lines+markers", name=label, **look)
        index = len(fig.data) - 1
        binds += [
            Bind(f"{of}_k", f"data.{index}.x", "scene"),
            Bind(f"{of}_power", f"data.{index}.y", column=index),
        ]
    axes(fig, "wavenumber k", title)
    fig.update_yaxes(type="log", exponentformat="power", nticks=4, dtick="D2", tickfont={"size": 9})
    figure(run, fig, binds, key=key, height=190, frames_per_s=2, alt=f"Radial power spectrum: {title}, both trainings.")


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
    st.header("Closer")
    chosen = st.segmented_control(
        "Look at", list(CLOSER), default="Reaction and diffusion", label_visibility="collapsed"
    )
    CLOSER[chosen or "Reaction and diffusion"](run)
    mathematics(run, LATEX, WORDS, *CODE, theory.h_infinity)
    references(AdversarialPatterns)


main()
