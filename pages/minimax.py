"""The two-player toy: the race on the plane, the unit circle, the distances, theory beside the measurement."""

from typing import Literal

import plotly.graph_objects as go

from engine.exhibits.minimax import CODE, GAMES, METHODS, Minimax
from engine.exhibits.minimax.mathematics import WORDS
from engine.exhibits.minimax.params import MinimaxParams
from ui import charts, theme
from ui.mount import Handle
from ui.page import Guide, mathematics, open_page, references, stage
from ui.views import (
    Arrows,
    Axes,
    Bind,
    Column,
    Layer,
    Levels,
    Mark,
    Paths,
    Points,
    Row,
    Segments,
    Table,
    Touch,
    figure,
    plane,
    readout,
)  # fmt: skip

LABELS = {"game": {name: game.label for name, game in GAMES.items()}}
COLORS = dict(zip((method.name for method in METHODS), theme.CATEGORIES, strict=False))
RACERS = tuple(COLORS.values())
LAYERS: list[Layer] = [
    Arrows(at="arrows", alpha=0.35),
    Axes(ticks="ticks", labels="ticks", right="x", up="y", rings="rings", alpha=0.35),
    Paths(at="resting", palette=(), mask="rests", width=1, dash=(4, 4), fade=False, ends=0, alpha=0.7),
    Paths(at="flow", palette=(), mask="flowing", width=1, ends=0, alpha=0.6),
    Paths(at="trails", palette=RACERS, mask="racing", width=2),
    Segments(at="probes", palette=RACERS, mask="racing", width=2, dash=(3, 4), ends=4),
    Points(at="start", size=5, hollow=True, width=1.5),
]
COLUMNS = [
    Column("distance", "distance", "Distance from the equilibrium now"),
    Column("promised", "theory",
           "Factor per step near the equilibrium: the largest modulus of the eigenvalues of the method's move", 5),
    Column("measured", "measured",
           "The same, of the linear map that fits the last 32 moves; where none fits, of the path's envelope", 5),
    Column("limit", "η below", "The learning rate up to which the method converges near the equilibrium"),
]  # fmt: skip
GUIDE = Guide(
    see="A game for two: one moves left or right to lower the score, the other up or down to raise the same score. Six "
    "ways of taking their steps, each with its colour, start from the same place.",
    do="Click into the picture to start everybody from there; drag the learning rate η, the size of a step.",
    notice="The obvious way, both at once (blue), spirals outwards; some of the others settle in the middle.",
)


def circle(run: Handle[MinimaxParams]) -> None:
    """Eigenvalues of every method's move: the whole unit circle, and its neighbourhood of the leading ones."""
    fig = go.Figure()
    many = len(METHODS)
    scale = [[edge / many, color] for i, color in enumerate(COLORS.values()) for edge in (i, i + 1)]
    ends = {"colorscale": scale, "cmin": -0.5, "cmax": many - 0.5}
    binds = []
    for axis in ("", "2"):
        on = {"xaxis": f"x{axis}", "yaxis": f"y{axis}", "hoverinfo": "skip", "showlegend": axis == ""}
        fig.add_scatter(x=[], y=[], mode="lines", line={"color": theme.TEXT, "width": 1}, name="|λ| = 1", **on)
        dot = {"symbol": "circle", "size": 9, "color": [], **ends}
        fig.add_scatter(x=[], y=[], mode="markers", name="theory", marker=dot, **on)
        cross = {"symbol": "cross-thin", "size": 11, "line": {"width": 2, "color": [], **ends}}
        fig.add_scatter(x=[], y=[], mode="markers", name="measured", marker=cross, **on)
        first = 3 * (axis == "2")
        binds += [Bind("circle_re", f"data.{first}.x", "scene"), Bind("circle_im", f"data.{first}.y", "scene")]
        drawn: list[tuple[str, Literal["frame", "scene"], str]] = [
            ("promised", "scene", "marker.color"), ("measured", "frame", "marker.line.color"),
        ]  # fmt: skip
        for place, (name, source, color) in enumerate(drawn, first + 1):
            binds += [
                Bind(f"{name}_re", f"data.{place}.x", source),
                Bind(f"{name}_im", f"data.{place}.y", source),
                Bind(f"{name}_who", f"data.{place}.{color}", source),
            ]
    binds += [Bind("zoom_x", "layout.xaxis2.range", "scene"), Bind("zoom_y", "layout.yaxis2.range", "scene")]
    plain = {"showgrid": False, "zeroline": True}
    fig.update_layout(
        margin={"l": 30, "b": 24},
        xaxis={"domain": [0, 0.44], "range": [-1.3, 1.3], "scaleanchor": "y", "constrain": "domain", **plain},
        yaxis={"range": [-1.3, 1.3], "constrain": "domain", **plain},
        xaxis2={"domain": [0.58, 1], "anchor": "y2", "nticks": 4, **plain},
        yaxis2={"anchor": "x2", "nticks": 5, **plain},
    )  # fmt: skip
    alt = "Eigenvalues of every method's move and the unit circle; on the right the leading ones, enlarged."
    figure(run, fig, binds, alt=alt, key="circle", height=226, frames_per_s=2)


def distances(run: Handle[MinimaxParams]) -> None:
    """Distance from the equilibrium over the moves, and what theory promises."""
    drawn = [
        charts.Curve(f"{what}_at_{name}", f"{what}_{name}", line)
        for name, color in COLORS.items()
        for what, line in (("curve", charts.Line("", color)), ("promise", charts.Line("", color, "dot", width=1.5)))
    ]
    charts.curves(
        run, drawn, charts.Axis("moves since the start (dotted: theory)", from_zero=True),
        charts.Axis("distance", log=True, marks=6), key="distances", height=222, frames_per_s=3,
        alt="Distance of every method from the equilibrium on a logarithmic axis; dotted, the slope linear theory "
        "promises.",
    )  # fmt: skip


def main() -> None:
    """Draw the page."""
    run = open_page(Minimax, GUIDE, labels=LABELS)
    game = GAMES[run.params.model_dump()["game"]]
    with stage(run) as place:
        with place.picture:
            clip: list[Layer] = (
                [Levels(at="bounds", alpha=0.6)] if run.params.model_dump()["game"] == "dirac-wgan" else []
            )
            plane(
                run, LAYERS + clip, touch=Touch({"kind": "start"}),
                alt="The plane of the two players: arrows show where they are pushed, paths how each method moves.",
                hint="Click or drag to start everybody from there; or arrow keys and Enter.",
            )  # fmt: skip
            racers = enumerate(METHODS)
            marks = [Mark(COLORS[method.name], method.label, row, "racing") for row, method in racers]
            readout(run, caption=marks, key="caption")
        with place.beside:
            rows = [Row(method.name, method.label, COLORS[method.name]) for method in METHODS]
            readout(run, table=Table(rows, COLUMNS, "status"), words=["verdict"], key="race")
            circle(run)
            distances(run)
    mathematics(game.latex, f"{game.note}\n{WORDS}", game.field, *CODE)
    references(Minimax)


main()
