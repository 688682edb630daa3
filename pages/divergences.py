"""Divergences: two lines and two Gaussians to pull apart, two histograms to shape, and the earth between them."""

import plotly.graph_objects as go

from engine.exhibits.divergences import CODE, LATEX, Divergences
from engine.exhibits.divergences.params import DivergencesParams
from ui import theme
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Area,
    Bars,
    Bind,
    Column,
    Metric,
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
COST = Metric("emd", "earth mover's distance", "Cost of the cheapest plan", "bins")
GUIDE = Guide(
    see="Real data in blue, generated data in orange: two lines and two bell curves above, two histograms below.",
    do="Drag the orange ones sideways; drag the bars up and down.",
    notice="Three ways to say how far apart they are; only one always says in which direction to go.",
)
WORDS = """
The lines are Arjovsky's example: all real data on one line, all generated data on another. As soon as the two share no
point, $p/q$ is 0 or infinite everywhere, and whatever is built from it no longer depends on how far apart they are. A
discriminator trained to optimality then has no gradient to hand on. The Wasserstein distance asks for the cheapest
*transport plan* instead and changes steadily with θ.

Between the Gaussians KL is $\\theta^2/2\\sigma^2$ and $W = |\\theta|$, which the tests compare with the numbers
integrated here; JS has no closed form.
"""


def curves(run: Handle[DivergencesParams]) -> None:
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
        margin={"l": 30, "t": 4}, 
        xaxis={"title": {"text": "θ"}, "range": [-3.1, 3.1]}, yaxis={"range": [0, 3.35]},
    )  # fmt: skip
    alt = "KL, JS and W over theta, for the lines and for the Gaussians; dots where theta is now."
    figure(run, fig, binds, alt=alt, key="curves", height=236, frames_per_s=8)


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
                touch=Touch({"kind": "bar"}, drag=True), hint="Drag the bars; or arrow keys and Enter.",
                alt="Two histograms, one upwards, one downwards, and between them the earth being carried.",
            )  # fmt: skip
            readout(run, caption=[(theme.REAL, "real"), (theme.GENERATED, "generated")], key="caption")
        with place.beside:
            readout(run, [COST], table=DISTANCES, words=["verdict", "carrying"], key="distances")
            curves(run)
            matrix(run)
    mathematics(run, LATEX, WORDS, *CODE)
    references(Divergences)


main()
