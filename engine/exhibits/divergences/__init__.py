"""The divergences that a GAN's players may fight over."""

from engine.exhibits.divergences.exhibit import Divergences, Touch
from engine.exhibits.divergences.mathematics import CODE, LATEX

__all__ = ["CODE", "LATEX", "Divergences", "Touch"]
