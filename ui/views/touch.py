"""What a hand may do to a picture. It arrives as a poke in the units of the picture's data, y upwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Touch:
    """A click or a drag.

    Args:
        event: what the poke says beside where: ``x`` and ``y`` are added to it.
        drag: whether ``x0`` and ``y0``, where the drag began, are added too.
        pick: an array of points; the poke says which of them is meant (``index``), and is not sent where none is near.
        tap: whether only a tap counts: under a finger that moves on, the page scrolls.
    """

    event: Mapping[str, Any] = field(default_factory=dict)
    drag: bool = False
    pick: str = ""
    tap: bool = False


@dataclass(frozen=True)
class Brush:
    """Something to paint with.

    Args:
        label: what it is called.
        event: what the poke says beside where: ``x, y``, where the stroke came from (``x0, y0``), and the radius.
        radius: in data units, on a plane; a field's brushes share one that can be chosen.
    """

    label: str
    event: Mapping[str, Any]
    radius: float = 0.0


@dataclass(frozen=True)
class Radius:
    """Of a field's brushes, in cells: where the slider begins, and from where to where it goes."""

    value: float
    min: float
    max: float
    step: float = 1


@dataclass(frozen=True)
class Button:
    """A poke that needs no place."""

    label: str
    event: Mapping[str, Any]
