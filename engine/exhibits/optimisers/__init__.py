"""Optimisers racing over surfaces of two variables."""

from engine.exhibits.optimisers.backpropagation import through_a_chain
from engine.exhibits.optimisers.exhibit import Optimisers, Touch, surface_of
from engine.exhibits.optimisers.functions import ACTIVATIONS, FAMILIES, values_and_slopes
from engine.exhibits.optimisers.mathematics import CODE, FORMULAS, WORDS
from engine.exhibits.optimisers.racers import RACERS
from engine.exhibits.optimisers.surfaces import LABELS, Surface

__all__ = ["ACTIVATIONS", "CODE", "FAMILIES", "FORMULAS", "LABELS", "RACERS", "WORDS", "Optimisers", "Surface", "Touch",
           "surface_of", "through_a_chain", "values_and_slopes"]  # fmt: skip
