"""Divergences: two lines and two Gaussians to pull apart, two histograms to shape, and the earth between them."""

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.divergences import Divergences
from engine.exhibits.divergences.distances import js, kl, of_gaussians, of_lines
from engine.exhibits.divergences.transport import earth_movers
from ui import theme
from ui.exhibit_page import mathematics, open_page, references
from ui.live import Bind, Handle, cards, controls, figure, plane, readout

KL, JS, W = theme.GRADIENT, theme.CRITIC, theme.PRIOR
DISTRIBUTIONS = [
    {"kind": "area", "array": "density_p", "color": theme.REAL, "base": -0.95, "scale": 0.85, "width": 2},
    {"kind": "area", "array": "density_q", "color": theme.GENERATED, "base": -0.95, "scale": 0.85, "width": 2},
    {"kind": "segments", "array": "carried", "color": W, "width": 1.5, "dash": [2, 4]},
    {"kind": "segments", "array": "real", "color": theme.REAL, "width": 5},
    {"kind": "segments", "array": "generated", "color": theme.GENERATED, "width": 5},
]
HISTOGRAMS = [
    {"kind": "bars", "array": "bars_p", "color": theme.REAL, "base": 0.16, "scale": 0.84},
    {"kind": "bars", "array": "bars_q", "color": theme.GENERATED, "base": -0.16, "scale": -0.84},
    {"kind": "segments", "array": "flows", "color": W, "width": 90, "alpha": 0.45},
    {"kind": "points", "array": "earth", "color": theme.TEXT, "size": 22, "alpha": 0.8},
]
ROWS = [{"name": "lines", "label": "Lines (0, z), (θ, z)"}, {"name": "gaussians", "label": "Gaussians"}]
COLUMNS = [
    {"name": "kl", "label": "KL", "digits": 3, "help": "Kullback-Leibler divergence, in nats"},
    {"name": "js", "label": "JS", "digits": 4, "help": "Jensen-Shannon divergence, in nats; at most log 2 = 0.6931"},
    {"name": "w", "label": "W", "digits": 3, "help": "Wasserstein distance, in units of θ"},
]
WORDS = """
The lines are Arjovsky's example: all real data on one line, all generated data on another. As soon as the two share no
point, $p/q$ is 0 or infinite everywhere, and whatever is built from it no longer depends on how far apart they are. A
discriminator trained to optimality then has no gradient to hand on. The Wasserstein distance asks for the cheapest
*transport plan* instead and changes steadily with θ.

Between the Gaussians KL is $\\theta^2/2\\sigma^2$ and $W = |\\theta|$, which the tests compare with the numbers
integrated here; JS has no closed form.
"""


def curves(run: Handle) -> None:
    """All distances over theta, and where theta is now."""
    fig = go.Figure()
    lines = [
        ("JS of the lines", "lines_js", JS, "solid"), ("W, of both", "lines_w", W, "solid"),
        ("KL of the Gaussians", "gaussians_kl", KL, "dash"), ("JS of the Gaussians", "gaussians_js", JS, "dash"),
    ]  # fmt: skip
    binds = []
    for place, (name, array, color, dash) in enumerate(lines):
        fig.add_scatter(
            x=[], y=[], mode="lines", name=name, line={"color": color, "width": 2, "dash": dash}, hoverinfo="skip"
        )
        binds += [Bind("theta", f"data.{place}.x", "scene"), Bind(array, f"data.{place}.y", "scene")]
    fig.add_scatter(
        x=[-3, -0.05, None, 0.05, 3],
        y=[3.2] * 5,
        mode="lines",
        name="KL of the lines: ∞",
        line={"color": KL, "width": 3},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=[], y=[], mode="markers", marker={"size": 9, "color": theme.TEXT}, hoverinfo="skip", showlegend=False
    )
    binds += [Bind("now_theta", "data.5.x"), Bind("now_value", "data.5.y")]
    fig.update_layout(
        margin={"l": 30, "r": 6, "t": 4, "b": 32}, font={"size": 11},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": {"size": 10},
                "entrywidthmode": "pixels", "entrywidth": 118},
        xaxis={"title": {"text": "θ", "standoff": 2}, "range": [-3.1, 3.1]}, yaxis={"range": [0, 3.35]},
    )  # fmt: skip
    alt = "KL, JS and W over theta, for the lines and for the Gaussians; dots where theta is now."
    figure(run, fig, binds, alt=alt, key="curves", height=236, frames_per_s=8)


def matrix(run: Handle) -> None:
    """The transport plan."""
    fig = go.Figure(
        go.Heatmap(z=[[0]], zmin=0, zmax=0.25, colorscale=[[0, "rgba(0,158,115,0)"], [1, W]], showscale=False,
                   hovertemplate="from %{y} to %{x}: %{z:.3f}<extra></extra>", xgap=1, ygap=1)
    )  # fmt: skip
    axis = {"dtick": 1, "showgrid": False, "zeroline": False, "constrain": "domain"}
    fig.update_layout(
        margin={"l": 36, "r": 6, "t": 4, "b": 40}, font={"size": 11},
        xaxis={"title": {"text": "to bin of the lower histogram", "standoff": 10}, **axis},
        yaxis={"title": {"text": "from bin of the upper", "standoff": 10}, "autorange": "reversed",
               "scaleanchor": "x", **axis},
    )  # fmt: skip
    alt = "The transport plan as a matrix: row, where earth comes from; column, where it goes."
    figure(run, fig, [Bind("plan", "data.0.z")], alt=alt, key="plan", height=250, frames_per_s=4)


def main() -> None:
    """Draw the page."""
    run = open_page(Divergences)
    apart, earth, panel = st.columns([0.38, 0.34, 0.28], gap="medium")
    with apart:
        plane(
            run, DISTRIBUTIONS, key="distributions", aspect="1.9", touch={"kind": "theta"}, rows=ROWS, columns=COLUMNS,
            alt="Above two parallel lines, real and generated; below two Gaussians. Drag sideways to move them apart.",
            hint="Drag sideways to move the generated line and its Gaussian.",
        )  # fmt: skip
        curves(run)
    with earth:
        plane(
            run, HISTOGRAMS, key="histograms", aspect="1.5", touch={"kind": "bar"},
            alt="Two histograms, one upwards, one downwards, and between them the earth being carried.",
            hint="Drag the bars; or arrow keys and Enter.",
        )  # fmt: skip
        matrix(run)
    with panel:
        controls(run)
        readout(run, {"emd": ("earth mover's distance", "bins", "Cost of the cheapest plan")}, ["carrying", "verdict"],
                key="told")  # fmt: skip
    cards(run)
    latex = r"""\begin{aligned}
\mathrm{KL}(p\,\|\,q) &= \mathbb E_p \log\tfrac pq \qquad
\mathrm{JS}(p,q) = \tfrac12\mathrm{KL}(p\,\|\,m)+\tfrac12\mathrm{KL}(q\,\|\,m),\; m=\tfrac{p+q}2\\
W(p,q) &= \min_{T\ge0,\;T\mathbf 1=p,\;T^\top\mathbf 1=q}\;\textstyle\sum_{ij}T_{ij}\,|i-j|
\end{aligned}"""
    mathematics(run, latex, WORDS, of_lines, of_gaussians, kl, js, earth_movers)
    references(Divergences)


main()
