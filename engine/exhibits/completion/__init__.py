"""Point-cloud completion: a shape seen in part, and imagined whole."""

from engine.exhibits.completion.exhibit import Completion
from engine.exhibits.completion.export import file_of
from engine.exhibits.completion.files import LEAST_SHARE, Gap, Side, read
from engine.exhibits.completion.hand import MOST_POINTS, Touch
from engine.exhibits.completion.mathematics import LATEX, WORDS
from engine.exhibits.completion.models import LABELS, PARTS
from engine.exhibits.completion.params import SHOWN_FAMILIES, VIEWS
from engine.exhibits.completion.training import CODE

__all__ = [
    "CODE",
    "LABELS",
    "LATEX",
    "LEAST_SHARE",
    "MOST_POINTS",
    "PARTS",
    "SHOWN_FAMILIES",
    "VIEWS",
    "WORDS",
    "Completion",
    "Gap",
    "Side",
    "Touch",
    "file_of",
    "read",
]
