"""A page whose exhibit diverges at step 500."""

from tests.probes import NotANumber
from ui.exhibit_page import open_page
from ui.live import controls

run = open_page(NotANumber)
controls(run)
