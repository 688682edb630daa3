"""A plane on a canvas: layers fed from the stream over each other, in the units of the data, y upwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Literal

from ui import theme
from ui.mount import Handle, Need, mount
from ui.views.touch import Brush, Button, Touch

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What all layers have in common.

    Args:
        color: of ``theme``; empty for the page's text colour.
        alpha: opacity, 0 to 1.
        width: of lines, in pixels.
        dash: lengths of dashes and gaps, in pixels.
        toggle: name of the switch that hides it and others of that name; empty for none.
        shown: whether the switch is on at first.
        phases: shown only while the plane's phase is one of these (empty at full speed); None for always.
    """

    color: str = ""
    alpha: float = 1.0
    width: float = 1.0
    dash: tuple[float, ...] = ()
    toggle: str = ""
    shown: bool = True
    phases: tuple[str, ...] | None = None

    ARRAYS: ClassVar[tuple[str, ...]] = (
        "array", "at", "along", "x", "nodes", "pairs", "weight", "mean", "cov", "mask", "classes", "values", "sizes",
        "levels", "ticks",
    )  # fmt: skip
    WORDS: ClassVar[tuple[str, ...]] = ("word", "labels", "rings", "up", "right", "names")
    METRICS: ClassVar[tuple[str, ...]] = ("chosen", "size")

    def _names(self, which: tuple[str, ...]) -> list[str]:
        texts = [getattr(self, each.name) for each in fields(self) if each.name in which]
        return [text for text in texts if isinstance(text, str) and text]

    def arrays(self) -> list[str]:
        """Names of the arrays without which it cannot be drawn."""
        return self._names(self.ARRAYS)

    def needs(self) -> list[Need]:
        """Everything it reads."""
        named = ((self.ARRAYS, "array"), (self.WORDS, "word"), (self.METRICS, "metric"))
        return [Need(name, what) for which, what in named for name in self._names(which)]  # type: ignore[arg-type]

    def to_json(self) -> dict[str, Any]:
        """For the browser."""
        return asdict(self) | {"kind": type(self).__name__.lower(), "needs": self.arrays()}


@dataclass(frozen=True, kw_only=True)
class Surface(Layer):
    """(H, W): cells over the whole plane, row 0 on top.

    Args:
        label: a word of the frame that says what is shown, in a legend.
    """

    array: str
    scale: theme.Scale = theme.INK
    label: str = ""

    WORDS: ClassVar[tuple[str, ...]] = ("label",)


@dataclass(frozen=True, kw_only=True)
class Contours(Layer):
    """(H, W): lines of equal height, at the heights of an array ``levels`` or at ``count`` between the extremes."""

    array: str
    levels: str = ""
    count: int = 8


@dataclass(frozen=True, kw_only=True)
class Points(Layer):
    """(n, 2) or, with a size between 0 and 1, (n, 3).

    Args:
        at: the places.
        size: radius in pixels.
        sizes: (n,) between 0 and 1: share of the area.
        classes: (n,) whole numbers, which choose from the palette.
        chosen: a metric: points of other classes are faint, where it is a number.
        values: (n,), coloured on the scale.
        mask: (n,): 0 hides a point.
        hollow: only the rims. edge: a rim in the background's colour.
        names: a word of comma-separated names, shown of the point under the pointer.
    """

    at: str
    size: float = 3.0
    sizes: str = ""
    classes: str = ""
    palette: tuple[str, ...] = theme.CATEGORIES
    chosen: str = ""
    values: str = ""
    scale: theme.Scale = theme.VIRIDIS
    mask: str = ""
    hollow: bool = False
    edge: bool = False
    names: str = ""


@dataclass(frozen=True, kw_only=True)
class Arrows(Layer):
    """From places (n, 2) along vectors (m, 2) with m <= n; without ``along`` (n, 4): middle and vector.

    Args:
        length: ``true`` to scale, or ``saturating``: however long the vector, the arrow stays in the picture.
    """

    at: str
    along: str = ""
    length: Literal["true", "saturating"] = "true"


@dataclass(frozen=True, kw_only=True)
class Paths(Layer):
    """(m, n, 2): m paths of n places; a path ends where places are NaN.

    Args:
        palette: a colour for each.
        mask: (m,): 0 hides a path.
        fade: towards the beginning.
        ends: size in pixels of a sign at the end, another for each path; 0 for none.
    """

    at: str
    palette: tuple[str, ...] = theme.CATEGORIES
    mask: str = ""
    fade: bool = True
    ends: float = 6.0


@dataclass(frozen=True, kw_only=True)
class Links(Layer):
    """Pairs (m, 2) of rows of nodes (n, 2), as wide as their weight (m,) between 0 and 1 says."""

    nodes: str
    pairs: str
    weight: str = ""


@dataclass(frozen=True, kw_only=True)
class Travellers(Layer):
    """Dots, or small pictures (n, h, w), on their way from and to (n, 4), again and again while the run plays.

    The browser moves them; who wishes for less motion sees them half way.

    Args:
        values: (n,), by which dots are coloured on the scale.
        array: pictures instead of dots, ``size`` data units wide.
        size: radius of a dot in pixels.
        seconds: that the way takes.
    """

    at: str
    values: str = ""
    array: str = ""
    size: float = 3.0
    scale: theme.Scale = theme.VIRIDIS
    seconds: float = 1.6


@dataclass(frozen=True, kw_only=True)
class Segments(Layer):
    """(n, 4), from and to, or (n, 5) with a share of the width; with ``palette`` a colour for each.

    Args:
        mask: (n,): 0 hides a segment.
        ends: radius in pixels of a ring at the end; 0 for none.
    """

    at: str
    palette: tuple[str, ...] = ()
    mask: str = ""
    ends: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Mesh(Layer):
    """(r, c, 2): a bent lattice. With a colour to ``fill`` its cells are the denser the smaller they are."""

    at: str
    fill: str = ""


@dataclass(frozen=True, kw_only=True)
class Ellipses(Layer):
    """Means (n, 2) and covariances (n, 2, 2): where a normal variable is so many standard ``deviations`` away."""

    mean: str
    cov: str
    classes: str = ""
    palette: tuple[str, ...] = theme.CATEGORIES
    mask: str = ""
    deviations: float = 1.0
    filled: bool = False


@dataclass(frozen=True, kw_only=True)
class Images(Layer):
    """(n, h, w) or (n, h, w, 3) with their middles at places (n, 2), ``size`` data units wide; or the name of a metric
    that says how wide.
    """

    array: str
    at: str
    size: float | str
    scale: theme.Scale = theme.GREY


@dataclass(frozen=True, kw_only=True)
class Curve(Layer):
    """Heights (n,) over x (n,), or over the whole width: base + scale times height."""

    array: str
    x: str = ""
    base: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Area(Curve):
    """A curve, and what is below it down to the base."""


@dataclass(frozen=True, kw_only=True)
class Bars(Layer):
    """Heights (n,) of bars side by side over the whole width: from the base, scale times height."""

    array: str
    base: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Levels(Layer):
    """(n,): lines across the whole picture at these y."""

    at: str
    dash: tuple[float, ...] = (5, 4)


@dataclass(frozen=True, kw_only=True)
class Axes(Layer):
    """Both axes through the origin, with marks (n,) at these distances from it.

    Args:
        labels: a word, comma-separated: what the marks say.
        right, up: words: what the axes are called.
        rings: a word; where it is not empty marks are rings.
    """

    ticks: str
    labels: str
    right: str
    up: str
    rings: str = ""


@dataclass(frozen=True, kw_only=True)
class Letters(Layer):
    """A letter or a short word at each place (n, 2).

    Args:
        letters: a word of the frame, comma-separated. size: in pixels.
    """

    at: str
    letters: str
    size: float = 11.0

    WORDS: ClassVar[tuple[str, ...]] = ("letters",)


@dataclass(frozen=True, kw_only=True)
class Note(Layer):
    """A sentence of the frame, or a fixed text; across the top, or to the right of a place."""

    word: str = ""
    text: str = ""
    at: tuple[float, float] | None = None
    size: float = 14
    italic: bool = False


def plane(
    handle: Handle[Any],
    layers: Sequence[Layer],
    *,
    alt: str,
    bounds: Bounds | str = (-1, 1, -1, 1),
    key: str = "plane",
    aspect: float = 1,
    height: float = 0,
    hint: str = "",
    phase: str = "highlight",
    kin: str = "",
    touch: Touch | None = None,
    brushes: Sequence[Brush] = (),
    buttons: Sequence[Button] = (),
) -> None:
    """A plane.

    Args:
        layers: from the back to the front.
        alt: the picture in words.
        bounds: left, right, bottom, top in data units; or the name of a metric, half the side of a square about 0.
        aspect: width / height. height: at most so many rem; 0 for the usual.
        hint: a sentence below the picture.
        phase: the word that says which phase is at hand, for layers that belong to some.
        kin: what the rows of the layer with names are, such as nodes: the one under the pointer is marked in all views
            of the run that show the same, and theirs here.
        touch, brushes: what a hand does to it, one of both. buttons: pokes without a place.
    """
    needs = [need for layer in layers for need in layer.needs()]
    if isinstance(bounds, str):
        needs.append(Need(bounds, "metric"))
    if any(layer.phases is not None for layer in layers):
        needs.append(Need(phase, "word"))
    mount(
        handle, "plane", key, needs=needs, layers=[layer.to_json() for layer in layers], alt=alt, bounds=bounds,
        aspect=aspect, height=height, hint=hint, phase=phase, kin=kin, touch=asdict(touch) if touch else None,
        brushes=[asdict(brush) for brush in brushes], buttons=[asdict(button) for button in buttons],
    )  # fmt: skip
