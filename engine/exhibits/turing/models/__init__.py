"""One file per reaction; here they are by name."""

from __future__ import annotations

from engine.exhibits.turing.models import (
    brusselator,
    dapples,
    fitzhugh_nagumo,
    gierer_meinhardt,
    gray_scott,
    ring,
    schnakenberg,
)
from engine.exhibits.turing.models.base import Model

PLANAR: dict[str, Model] = {
    module.MODEL.name: module.MODEL
    for module in (gray_scott, schnakenberg, gierer_meinhardt, brusselator, fitzhugh_nagumo, dapples)
}
"""The models on a square, by the value of the parameter ``model``."""

RINGS: dict[str, Model] = {"linear": ring.LINEAR, "nonlinear": ring.NONLINEAR}
"""The models on Turing's ring, by the value of the parameter ``ring_reaction``."""

__all__ = ["PLANAR", "RINGS", "Model"]
