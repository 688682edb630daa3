"""Curves are fed from where they say, and stand on the axes that are asked for."""

from __future__ import annotations

import plotly.graph_objects as go

from ui.charts import Axis, Curve, Dot, Drawn, Line, over


def test_a_curve_is_fed_by_its_arrays_and_its_columns() -> None:
    fig = go.Figure()
    Drawn("stands", "#000000", [0, 1], [1, 0]).draw(fig)
    curve = Curve("k", "power", Line("with", "#ff0000"), columns=(None, 1), of_x="scene", dots=4)
    fed = [(bind.name, bind.to, bind.source, bind.what, bind.column) for bind in curve.draw(fig)]
    assert fed == [("k", "data.1.x", "scene", "array", None), ("power", "data.1.y", "frame", "array", 1)]
    assert (fig.data[1].mode, fig.data[1].name, fig.data[1].marker.size) == ("lines+markers", "with", 4)
    fed = [(bind.name, bind.to, bind.source, bind.what) for bind in Dot("theta", "loss", of_y="frame").draw(fig)]
    assert fed == [("theta", "data.2.x", "scene", "metric"), ("loss", "data.2.y", "frame", "metric")]


def test_a_band_is_filled_down_to_the_curve_before_and_bears_no_name() -> None:
    fig = go.Figure()
    for curve in over("step", {"least": Line("", "#ff0000"), "most": Line("", "#ff0000")}, down_to_last=True):
        curve.draw(fig)
    assert [(trace.fill, trace.showlegend) for trace in fig.data] == [("tonexty", False)] * 2


def test_an_axis_is_as_it_says() -> None:
    assert Axis("x", (0.0, 2.0)).look() == {"title": {"text": "x"}, "range": [0.0, 2.0]}
    assert Axis("x", "given").look() == {"title": {"text": "x"}}, "its range is fed"
    log = Axis("loss", log=True, marks=5).look()
    assert (log["type"], log["nticks"], "dtick" in log) == ("log", 5, False)
    assert Axis("hop", every=2, from_zero=True).look() == {
        "title": {"text": "hop"}, "tickformat": "d", "dtick": 2, "rangemode": "tozero",
    }  # fmt: skip
