"""The surfaces there are to walk on."""

from __future__ import annotations

import numpy as np

from engine.exhibits.optimisers.surfaces.base import Surface, eigenvalues
from engine.exhibits.optimisers.surfaces.classic import BEALE, HIMMELBLAU, RASTRIGIN, ROSENBROCK, STYBLINSKI_TANG
from engine.exhibits.optimisers.surfaces.data import line_fit, read_table
from engine.exhibits.optimisers.surfaces.formula import own, read_formula
from engine.exhibits.optimisers.surfaces.painted import painted as by_hand
from engine.exhibits.optimisers.surfaces.shapes import CLIFF, MONKEY, quadratic

__all__ = ["FIXED", "LABELS", "Surface", "eigenvalues", "make", "read_formula", "read_table"]

FIXED: dict[str, Surface] = {
    "rosenbrock": ROSENBROCK, "beale": BEALE, "himmelblau": HIMMELBLAU, "rastrigin": RASTRIGIN,
    "styblinski-tang": STYBLINSKI_TANG, "monkey-saddle": MONKEY, "cliff": CLIFF,
}  # fmt: skip
"""Those without parameters."""

LABELS = {"line": "Line fit", "quadratic": "Quadratic"} | {name: surface.label for name, surface in FIXED.items()}
LABELS |= {"formula": "Your own formula", "painted": "Painted by hand"}


def make(name: str, *, kappa: float, angle: float, table: str, formula: str, half: float, dabs: np.ndarray) -> Surface:
    """The surface called ``name``; the others say how it looks where it has parameters.

    Raises:
        ValueError: a table or a formula cannot be read.
    """
    if name == "line":
        return line_fit(read_table(table))
    if name == "quadratic":
        return quadratic(kappa, angle)
    if name == "formula":
        return own(formula, half)
    return by_hand(dabs) if name == "painted" else FIXED[name]
