"""A small page for the cloud view, until an exhibit of point clouds comes."""

from tests.probes import Cloud
from ui import theme
from ui.exhibit_page import open_page
from ui.live import cloud, controls

run = open_page(Cloud)
cloud(run, [{"array": "points", "color": theme.GENERATED, "size": 0.03}], alt="Points that wander.")
controls(run)
