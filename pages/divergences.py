"""Divergences: two lines and two Gaussians to pull apart, two histograms to shape, and the earth between them."""

import plotly.graph_objects as go
import streamlit as st

from engine.exhibits.divergences import CODE, LATEX, Divergences
from engine.exhibits.divergences.mathematics import WORDS
from engine.exhibits.divergences.params import DivergencesParams
from engine.exhibits.divergences.readings import COST, KINDS, OTHERS, SLOPES
from ui import charts, theme
from ui.charts import Axis, Line
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Area,
    Bars,
    Bind,
    Column,
    Mark,
    Points,
    Row,
    Segments,
    Table,
    Touch,
    figure,
    plane,
    readout,
)  # fmt: skip

KL, JS, W = theme.CATEGORIES[3], theme.CATEGORIES[5], theme.CATEGORIES[0]
DISTRIBUTIONS = [
    Area(array="density_p", color=theme.REAL, base=-0.95, scale=0.85, width=2),
    Area(array="density_q", color=theme.GENERATED, base=-0.95, scale=0.85, width=2),
    Segments(at="carried", color=W, width=1.5, dash=(2, 4)),
    Segments(at="real", color=theme.REAL, width=5),
    Segments(at="generated", color=theme.GENERATED, width=5),
]
HISTOGRAMS = [
    Bars(array="bars_p", color=theme.REAL, base=0.16, scale=0.84),
    Bars(array="bars_q", color=theme.GENERATED, base=-0.16, scale=-0.84),
    Segments(at="flows", color=W, width=90, alpha=0.45),
    Points(at="earth", size=22, alpha=0.8),
]
DISTANCES = Table(
    [Row("lines", "Lines (0, z), (θ, z)"), Row("gaussians", "Gaussians")],
    [
        Column("kl", "KL", "Kullback-Leibler divergence, in nats", 3),
        Column("js", "JS", "Jensen-Shannon divergence, in nats; at most log 2 = 0.6931", 4),
        Column("w", "W", "Wasserstein distance, in units of θ", 3),
    ],
)
COLORS = {
    "kl": KL, "rkl": theme.CATEGORIES[1], "js": JS, "tv": theme.CATEGORIES[2], "h2": theme.CATEGORIES[4], "w": W,
    "mmd": theme.CATEGORIES[6],
}  # fmt: skip
THETA, HEIGHTS = Axis("θ", (-3.1, 3.1)), (0, 3.35)
CAPTION = [
    Mark(theme.REAL, "real"), Mark(theme.GENERATED, "generated"),
    Mark(W, "carried from one to the other, wide where much"),
]  # fmt: skip
GUIDE = Guide(
    see="How far apart are two sets of data, real in blue and generated in orange? Above, two lines and two bell "
    "curves; below, two bar charts.",
    do="Drag the orange line or bell curve sideways; drag the bars up or down.",
    notice="The table has three measures of distance: Kullback-Leibler (KL), Jensen-Shannon (JS) and Wasserstein (W). "
    "Only W always shrinks as the two come closer.",
)


def curves(run: Handle[DivergencesParams]) -> None:
    """All distances over theta, and where theta is now."""
    lines = {
        "lines_js": Line("JS of the lines", JS), "lines_w": Line("W, of both", W),
        "gaussians_kl": Line("KL of the Gaussians", KL, "dash"),
        "gaussians_js": Line("JS of the Gaussians", JS, "dash"),
    }  # fmt: skip
    infinite = charts.Drawn("KL of the lines: ∞", KL, [-3, -0.05, None, 0.05, 3], [3.2] * 5, width=3)
    now = charts.Curve("now_theta", "now_value", Line("", theme.TEXT), dots=9, joined=False)
    charts.curves(
        run, [*charts.over("theta", lines, "scene"), infinite, now], THETA, Axis("", HEIGHTS), key="curves", height=236,
        left=30, frames_per_s=8,
        alt="KL, JS and W over theta, for the lines and for the Gaussians; dots where theta is now.",
    )  # fmt: skip


def felt(run: Handle[DivergencesParams]) -> None:
    """Every divergence of the Gaussians over theta, and its slope beside it."""
    st.header("What a generator feels")
    left, right = st.columns(2, gap="medium")
    lines = {name: Line(label, COLORS[name]) for name, label in KINDS.items()}
    for place, suffix, heights, numbers in (
        (left, "", Axis("distance of the Gaussians", HEIGHTS), OTHERS),
        (right, "_slope", Axis("slope in θ", (-3.2, 3.2)), SLOPES),
    ):
        drawn = charts.over("theta", {f"gaussians_{name}{suffix}": line for name, line in lines.items()}, "scene")
        with place:
            alt = f"Over theta: {heights.title}, for KL both ways, JS, TV, squared Hellinger, W and squared MMD."
            charts.curves(run, drawn, THETA, heights, alt=alt, key=f"felt{suffix}", height=260, frames_per_s=2)
            readout(run, numbers, key=f"felt-numbers{suffix}")


def matrix(run: Handle[DivergencesParams]) -> None:
    """The transport plan."""
    fig = go.Figure(
        go.Heatmap(z=[[0]], zmin=0, zmax=0.25, colorscale=[[0, "rgba(68,119,170,0)"], [1, W]], showscale=False,
                   hovertemplate="from %{y} to %{x}: %{z:.3f}<extra></extra>", xgap=1, ygap=1)
    )  # fmt: skip
    axis = {"dtick": 1, "showgrid": False, "zeroline": False, "constrain": "domain"}
    fig.update_layout(
        margin={"l": 36, "t": 4, "b": 40},
        xaxis={"title": {"text": "to bin of the lower histogram", "standoff": 10}, **axis},
        yaxis={"title": {"text": "from bin of the upper", "standoff": 10}, "autorange": "reversed",
               "scaleanchor": "x", **axis},
    )  # fmt: skip
    alt = "The transport plan as a matrix: row, where earth comes from; column, where it goes."
    figure(run, fig, [Bind("plan", "data.0.z")], alt=alt, key="plan", height=250, frames_per_s=4)


def main() -> None:
    """Draw the page."""
    run = open_page(Divergences, GUIDE)
    with stage(run, aspect=1.12) as place:
        with place.picture:
            plane(
                run, DISTRIBUTIONS, bounds=(-4, 4, -1, 1), key="distributions", aspect=2.2,
                touch=Touch({"kind": "theta"}), hint="Drag sideways to move the generated line and its bell curve.",
                alt="Above two parallel lines, real and generated; below two Gaussians. Drag sideways to move them "
                "apart.",
            )  # fmt: skip
            plane(
                run, HISTOGRAMS, bounds=(0, 8, -1, 1), key="histograms", aspect=2.6,
                touch=Touch({"kind": "bar"}, drag=True),
                hint="Drag the bars; or arrow keys and Enter.",
                alt="Two histograms, one upwards, one downwards, and between them the earth being carried.",
            )  # fmt: skip
            readout(run, caption=CAPTION, key="caption")
        with place.beside:
            readout(run, COST, table=DISTANCES, words=["verdict", "carrying"], key="distances")
            curves(run)
            matrix(run)
    felt(run)
    mathematics(LATEX, WORDS, *CODE)
    references(Divergences)


main()
