"""The names this module had before ``grid`` and ``euler``; for the callers that still use them."""

from engine.exhibits.turing.euler import laplacian
from engine.exhibits.turing.grid import Step
from engine.exhibits.turing.grid import make_grid as make_lattice

__all__ = ["Step", "laplacian", "make_lattice"]
