"""Every view and every layer, each in a picture of its own that nothing else is in."""

import plotly.graph_objects as go
import streamlit as st

from engine.kit.lamps import Lamp
from engine.kit.readings import Reading
from tests.probe_views import Views
from ui import charts, theme
from ui.page import open_page
from ui.views import (
    Area,
    Arrows,
    Axes,
    Bars,
    Bind,
    Brush,
    Button,
    Column,
    Contours,
    Curve,
    Ellipses,
    Images,
    Letters,
    Levels,
    Links,
    Mesh,
    Node,
    Note,
    Number,
    Panel,
    Paths,
    Points,
    Points3,
    Radius,
    Row,
    Segments,
    Surface,
    Table,
    Touch,
    Touch3,
    Travellers,
    Wire,
    controls,
    diagram,
    field,
    figure,
    plane,
    readout,
    space,
    tokens,
)

RED = "#ff0000"
BOUNDS = (-2, 2, -1, 1)
LAYERS = {
    "surface": Surface(array="cells", scale=theme.Scale([[255, 255, 255], [255, 0, 0]])),
    "contours": Contours(array="hill", color=RED, width=3, count=3),
    "points": Points(at="corner", color=RED, size=9),
    "still": Points(at="still", color=RED, size=9),
    "classes": Points(at="four", classes="classes", palette=(RED, "#00ff00", "#0000ff"), size=9),
    "values": Points(at="four", values="classes", scale=theme.Scale([[0, 0, 255], [255, 0, 0]]), size=9),
    "mask": Points(at="four", mask="hidden", color=RED, size=9),
    "arrows": Arrows(at="from", along="rising", color=RED, width=4),
    "gradients": Arrows(at="from", along="rising", length="saturating", color=RED, width=4),
    "paths": Paths(at="path", palette=(RED,), width=5, ends=9, fade=False),
    "links": Links(nodes="four", pairs="pairs", weight="weights", color=RED, width=6),
    "segments": Segments(at="segment", color=RED, width=6),
    "mesh": Mesh(at="mesh", color=RED, width=4),
    "ellipses": Ellipses(mean="mean", cov="cov", palette=(RED,), color=RED, deviations=2, filled=True),
    "images": Images(array="digit", at="digit_at", size=1, scale=theme.Scale([[255, 255, 255], [255, 0, 0]])),
    "sized": Images(array="digit", at="middle", size="half", scale=theme.Scale([[255, 255, 255], [255, 0, 0]])),
    "crowds": Ellipses(mean="four", cov="round", classes="classes", palette=(RED, "#00ff00", "#0000ff"), width=6),
    "fast": Points(at="corner", color=RED, size=9, phases=("",)),
    "slowly": Points(at="corner", color=RED, size=9, phases=("go",)),
    "curve": Curve(array="heights", color=RED, width=5, base=-1, scale=2),
    "area": Area(array="heights", color=RED, width=5, base=-1, scale=2),
    "bars": Bars(array="bars", color=RED, base=-1, scale=2),
    "levels": Levels(at="level", color=RED, width=5, dash=()),
    "axes": Axes(ticks="ticks", labels="marks", right="right", up="up", color=RED, width=5),
    "letters": Letters(at="corner", letters="sign", color=RED, size=40),
    "travellers": Travellers(at="way", color=RED, size=9),
    "parcels": Travellers(at="way", array="digit", size=1, scale=theme.Scale([[255, 255, 255], [255, 0, 0]])),
    "note": Note(word="note", color=RED, at=(0.5, 0.5), size=40),
}

run = open_page(Views)
# in sight wherever the page is scrolled to, for what is out of sight is not drawn
st.html("<style>.st-key-probe-views-told { position: fixed; top: 5rem; right: 0; width: 12rem; }</style>")
controls(run)
readout(
    run,
    {
        "steps": Reading("steps", "How many"),
        "third": Reading("third", "Two of three", "nats"),
        "many": Reading("many", "A lot"),
        "tiny": Reading("tiny", "Next to nothing"),
        "never": Reading("never", "Not there", missing="there is none"),
        "told": Reading("told", "Not there", missing="there is none"),
    },
    key="told",
    words=["poked", "verdict"],
    lamps={"lamp": Lamp("lit", "Always lit."), "dark": Lamp("dark", "Never lit.")},
    table=Table([Row("a", "A", RED), Row("b", "B")], [Column("size", "size", "How large", 2)], "status"),
)
for name, layer in LAYERS.items():
    st.caption(name)
    plane(run, [layer], bounds=BOUNDS, aspect=2, height=12, key=name, alt=name)
corner = Points(at="corner", color=RED, size=9)
plane(run, [corner], bounds="half", height=12, key="bounds", alt="bounds")
touched = [Points(at="four", color=RED, size=6, names="names", toggle="dots")]
plane(
    run,
    touched,
    bounds=BOUNDS,
    aspect=2,
    height=12,
    key="touch",
    alt="touch",
    touch=Touch({"picture": "touch"}, drag=True),
    buttons=[Button("Clear", {"picture": "cleared"})],
)
plane(
    run,
    touched,
    bounds=BOUNDS,
    aspect=2,
    height=12,
    key="pick",
    alt="pick",
    touch=Touch({"picture": "pick"}, pick="four", tap=True),
)
plane(
    run,
    touched,
    bounds=BOUNDS,
    aspect=2,
    height=12,
    key="brush",
    alt="brush",
    brushes=[Brush("b", {"picture": "brush"}, 0.25)],
)
field(
    run,
    {"cells": "cells", "other": "other"},
    key="field",
    alt="field",
    smooth=False,
    aspect=4 / 3,
    height=12,
    brushes=[Brush("b", {"picture": "field"})],
    radius=Radius(1, 1, 2),
    relief=True,
    rows="rows",
)
field(
    run, {"colours": "colours"}, key="colours", alt="colours", smooth=False, aspect=4 / 3, height=12, columns="columns"
)
field(
    run,
    {"stack": "stack"},
    key="stack",
    alt="stack",
    smooth=False,
    stack=3,
    aspect=1.5,
    height=12,
    touch=Touch({"picture": "stack"}),
)
field(
    run,
    {"cells": "cells", "other": "other"},
    key="compare",
    alt="compare",
    smooth=False,
    compare=True,
    aspect=8 / 3,
    height=12,
    touch=Touch({"picture": "compare"}),
)
space(
    run,
    [Panel([Points3(at="points", color=RED, size=0.25)], "left"), Panel([], "right")],
    camera=(0, 0, 3),
    aspect=2,
    height=12,
    alt="space",
    touch=Touch3("points", {"picture": "space"}, erase=25),
)
sides = Points3(at="points", classes="sides", palette=(RED, "#00ff00"), size=0.25)
space(run, [Panel([sides])], camera=(0, 0, 3), aspect=1, height=12, key="sides", alt="sides")
diagram(
    run,
    [
        Node(
            "a",
            "A",
            (10, 4),
            60,
            RED,
            height=62,
            picture=(Points(at="corner", color=RED, size=6),),
            bounds=BOUNDS,
            shows="dots",
        ),
        Node("b", "B", (120, 20), 40, RED, "pill"),
    ],
    [Wire("a", "b")],
    size=(180, 70),
    numbers=[Number("steps", (85, 20), "n")],
    lit={"go": ["a", "a-b"]},
    alt="diagram",
)
tokens(run, "text", "tokens", alt="tokens", event={"picture": "tokens"})
curve = go.Figure(go.Scatter(y=[], mode="lines"))
figure(
    run, curve, [Bind("heights", "data.0.y"), Bind("range", "layout.xaxis.range", "scene")], key="figure", alt="figure"
)
both = [Points(at="four", color=RED, size=9, toggle="others"), Points(at="still", color=RED, size=9, toggle="dots")]
plane(run, both, bounds=BOUNDS, aspect=2, height=12, key="brought", alt="brought")
ends = go.Figure(
    [
        go.Scatter(y=[0, 1], name="up", line={"color": "#0000ff"}),
        go.Scatter(y=[0, 0.99], name="nearly up", line={"color": RED}),
    ]
)
figure(run, ends, [Bind("range", "layout.xaxis.range", "scene")], key="ends", alt="two curves")
lines = {
    "spiky": charts.Line("spiky", RED),
    "count": charts.Line("count", "#0000ff", apart=True, whole=True),
}
charts.over_time(run, lines, key="history", title="height", alt="history", from_zero=True)
