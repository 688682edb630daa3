"""A page whose exhibit diverges at step 500."""

from tests.probes import NotANumber
from ui.page import open_page
from ui.views import controls

run = open_page(NotANumber)
controls(run)
