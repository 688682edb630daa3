"""Space: points, paths, surfaces and links in three dimensions, under a camera that stays where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar

from ui import theme
from ui.mount import Handle, Need, mount


@dataclass(frozen=True, kw_only=True)
class Layer3:
    """What all layers have in common; as in a plane."""

    color: str = ""
    alpha: float = 1.0
    toggle: str = ""
    shown: bool = True

    ARRAYS: ClassVar[tuple[str, ...]] = ("at", "colors", "classes", "nodes", "pairs", "vertices", "triangles")

    def arrays(self) -> list[str]:
        """Names of the arrays without which it cannot be drawn."""
        return [text for each in fields(self) if each.name in self.ARRAYS and (text := getattr(self, each.name))]

    def to_json(self) -> dict[str, Any]:
        """For the browser."""
        return asdict(self) | {"kind": type(self).__name__.lower(), "needs": self.arrays()}


@dataclass(frozen=True, kw_only=True)
class Points3(Layer3):
    """(n, 3), ``size`` data units wide; ``colors`` (n, 3) of uint8, or ``classes`` (n,) that choose from a palette.

    Args:
        names: a word of the frame, what the classes are called, with commas between: told below while they are shown.
        eased: a point goes on to its place in the next frame, as long as there are as many; for points that stay the
            same ones.
    """

    at: str
    size: float = 0.03
    colors: str = ""
    classes: str = ""
    names: str = ""
    eased: bool = False
    palette: tuple[str, ...] = theme.CATEGORIES


@dataclass(frozen=True, kw_only=True)
class Paths3(Layer3):
    """(m, n, 3): m paths of n places."""

    at: str


@dataclass(frozen=True, kw_only=True)
class Surface3(Layer3):
    """Vertices (n, 3) and triangles (m, 3) of their rows."""

    vertices: str
    triangles: str


@dataclass(frozen=True, kw_only=True)
class Links3(Layer3):
    """Pairs (m, 2) of rows of nodes (n, 3)."""

    nodes: str
    pairs: str


@dataclass(frozen=True)
class Panel:
    """One of several pictures side by side under one camera."""

    layers: Sequence[Layer3]
    label: str = ""


@dataclass(frozen=True)
class Touch3:
    """A click picks a point of an array: its ``index`` is added to the event. With ``erase``, in pixels, a rubber adds
    the rows of the points under it as ``erase``. With ``choose`` a click chooses a panel instead: that parameter is set
    to its number, counted from 1.
    """

    layer: str = ""
    event: Mapping[str, Any] = field(default_factory=dict)
    erase: float = 0.0
    choose: str = ""


def space(
    handle: Handle[Any],
    panels: Sequence[Panel],
    *,
    alt: str,
    key: str = "space",
    camera: tuple[float, float, float] = (1.6, 1.1, 1.9),
    aspect: float = 4 / 3,
    height: float = 0,
    touch: Touch3 | None = None,
) -> None:
    """Space, in one panel or several.

    Args:
        alt: the picture in words.
        camera: where the eye is at first; it looks at the origin, y is up.
        aspect: width / height. height: at most so many rem; 0 for the usual.
        touch: what a click does.
    """
    layers = [layer for panel in panels for layer in panel.layers]
    needs = [Need(name) for layer in layers for name in layer.arrays()]
    needs += [Need(layer.names, "word", "frame") for layer in layers if isinstance(layer, Points3) and layer.names]
    mount(
        handle, "space", key, needs=needs, alt=alt, camera=camera, aspect=aspect, height=height,
        panels=[{"label": panel.label, "layers": [layer.to_json() for layer in panel.layers]} for panel in panels],
        touch=asdict(touch) if touch else None,
    )  # fmt: skip
