"""A small page for the cloud view, until an exhibit of point clouds comes."""

from tests.probes import Cloud
from ui import theme
from ui.page import open_page
from ui.views import Panel, Points3, controls, space

run = open_page(Cloud)
space(run, [Panel([Points3(at="points", color=theme.CATEGORIES[0])])], alt="Points that wander.")
controls(run)
