"""Autoencoders and the latent spaces they make."""

from engine.exhibits.latent.exhibit import Latent
from engine.exhibits.latent.families import LABELS
from engine.exhibits.latent.hand import Touch
from engine.exhibits.latent.lamps import LAMPS
from engine.exhibits.latent.mathematics import LATEX, WORDS
from engine.exhibits.latent.narration import at_work
from engine.exhibits.latent.picture_file import parse_picture
from engine.exhibits.latent.training import CODE

__all__ = ["CODE", "LABELS", "LAMPS", "LATEX", "WORDS", "Latent", "Touch", "at_work", "parse_picture"]
