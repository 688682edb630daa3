"""A page whose exhibit raises an exception."""

from tests.probes import Fail
from ui.exhibit_page import open_page
from ui.live import controls

run = open_page(Fail)
controls(run)
