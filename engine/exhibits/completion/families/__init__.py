"""Families of shapes: meshes with named parts, drawn from smooth random parameters, all standing in one pose.

y points upwards, the front looks along +z, and a shape is centred and scaled by :meth:`Mesh.normalised`: the middle of
its bounding box lies in the origin, its farthest vertex at distance 1.
"""

from __future__ import annotations

import numpy as np

from engine.exhibits.completion.families import curves, furniture, vehicles, vessels
from engine.exhibits.completion.families.mesh import Family, Mesh

_EVERY = (*furniture.FAMILIES, *vessels.FAMILIES, *vehicles.FAMILIES, *curves.FAMILIES)

FAMILIES: dict[str, Family] = {family.name: family for family in _EVERY}
"""Every family by its name. The place in this order is the number by which data sets call it."""


def make(name: str, rng: np.random.Generator) -> Mesh:
    """One shape of the family ``name``, normalised.

    Raises:
        ValueError: there is no such family.
    """
    if name not in FAMILIES:
        raise ValueError(f"There is no family {name!r}; there are {', '.join(FAMILIES)}.")
    return FAMILIES[name].draw(rng).normalised()


__all__ = ["FAMILIES", "Family", "Mesh", "make"]
