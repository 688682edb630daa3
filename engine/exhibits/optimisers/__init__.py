"""Optimisers racing over surfaces of two variables."""

from engine.exhibits.optimisers.exhibit import Optimisers, Touch, surface_of
from engine.exhibits.optimisers.mathematics import CODE, FORMULAS
from engine.exhibits.optimisers.racers import RACERS
from engine.exhibits.optimisers.surfaces import LABELS, Surface

__all__ = ["CODE", "FORMULAS", "LABELS", "RACERS", "Optimisers", "Surface", "Touch", "surface_of"]
