"""The nine views: what a page can show of a run. Each has a module of the same name in ``assets/js/views``; so has the
tour, which every page offers.
"""

from ui.views.cards import cards
from ui.views.controls import controls
from ui.views.diagram import Node, Number, Wire, diagram
from ui.views.field import field, tiles
from ui.views.figure import Bind, figure
from ui.views.plane import (
    Area,
    Arrows,
    Axes,
    Bars,
    Bounds,
    Contours,
    Curve,
    Ellipses,
    Images,
    Layer,
    Letters,
    Levels,
    Links,
    Mesh,
    Note,
    Paths,
    Points,
    Segments,
    Surface,
    Travellers,
    plane,
)  # fmt: skip
from ui.views.readout import Column, Mark, Row, Table, readout
from ui.views.space import Links3, Panel, Paths3, Points3, Surface3, Touch3, space
from ui.views.tokens import tokens
from ui.views.touch import Brush, Button, Radius, Touch

__all__ = [
    "Area", "Arrows", "Axes", "Bars", "Bind", "Bounds", "Brush", "Button", "Column", "Contours", "Curve", "Ellipses",
    "Images", "Layer", "Letters", "Levels", "Links", "Links3", "Mark", "Mesh", "Node", "Note", "Number", "Panel",
    "Paths", "Paths3", "Points", "Points3", "Radius", "Row", "Segments", "Surface", "Surface3", "Table", "Touch",
    "Touch3", "Travellers", "Wire", "cards", "controls", "diagram", "field", "figure", "plane", "readout", "space",
    "tiles", "tokens",
]  # fmt: skip
