"""Point-cloud completion: a shape seen in part, and imagined whole."""

from engine.exhibits.completion.exhibit import Completion
from engine.exhibits.completion.hand import Touch
from engine.exhibits.completion.models import LABELS
from engine.exhibits.completion.training import CODE

__all__ = ["CODE", "LABELS", "Completion", "Touch"]
