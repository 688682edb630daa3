"""A page whose exhibit raises an exception."""

from tests.probes import Fail
from ui.page import open_page
from ui.views import controls

run = open_page(Fail)
controls(run)
