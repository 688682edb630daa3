"""Turing patterns: reaction and diffusion of two morphogens."""

from engine.exhibits.turing.exhibit import Paint, Turing
from engine.exhibits.turing.letters import LETTERS
from engine.exhibits.turing.models import PLANAR, RINGS
from engine.exhibits.turing.models.gray_scott import CLASSES
from engine.exhibits.turing.theory import KINDS

__all__ = ["CLASSES", "KINDS", "LETTERS", "PLANAR", "RINGS", "Paint", "Turing"]
