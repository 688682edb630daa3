"""A diagram: boxes and arrows with a number each and live pictures, lit up by the phase of the step under way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ui import theme
from ui.mount import Handle, Need, mount
from ui.views.plane import Bounds, Layer


@dataclass(frozen=True)
class Node:
    """A box of the diagram, or a pill, with its upper left corner at a place of the drawing.

    Args:
        picture, bounds: layers of a small live picture in the box, and its bounds, as of a plane.
        shows: the switch of the page's picture whose layers show the same: pointed at, in focus or pressed, the box
            brings them out; and where the picture or the switch is pointed at, the box lights up.
    """

    name: str
    label: str
    at: tuple[float, float]
    width: float
    color: str
    shape: Literal["box", "pill"] = "box"
    height: float = 32
    picture: tuple[Layer, ...] = ()
    bounds: Bounds | str = (-1, 1, -1, 1)
    shows: str = ""

    def needs(self) -> list[Need]:
        """What its picture reads."""
        measured = [Need(self.bounds, "metric")] if isinstance(self.bounds, str) else []
        return [need for layer in self.picture for need in layer.needs()] + measured

    def to_json(self) -> dict[str, Any]:
        """For the browser."""
        return asdict(self) | {"picture": [layer.to_json() for layer in self.picture]}


@dataclass(frozen=True)
class Wire:
    """An arrow from one node to another; lit up by the name ``start-end``."""

    start: str
    end: str


@dataclass(frozen=True)
class Number:
    """A metric, written with its middle at a place of the drawing, behind a label."""

    metric: str
    at: tuple[float, float]
    label: str = ""


def diagram(
    handle: Handle[Any],
    nodes: Sequence[Node],
    wires: Sequence[Wire],
    *,
    alt: str,
    size: tuple[float, float],
    numbers: Sequence[Number] = (),
    lit: Mapping[str, Collection[str]] | None = None,
    backwards: Collection[str] = (),
    phase: str = "highlight",
    key: str = "diagram",
) -> None:
    """A diagram.

    Args:
        alt: the diagram in words.
        size: width and height of the drawing, in its own units.
        lit: which nodes and wires light up in which phase; ``backwards``: phases in which signals run against arrows.
        phase: the word of the frame that names the phase.

    Raises:
        ValueError: a wire, or what lights up, names something that is not there.
    """
    names = {node.name for node in nodes}
    there = names | {f"{wire.start}-{wire.end}" for wire in wires}
    named = {end for wire in wires for end in (wire.start, wire.end)} - names
    named |= {name for parts in (lit or {}).values() for name in parts} - there
    if named:
        raise ValueError(f"the diagram has no {', '.join(sorted(named))}; it has {', '.join(sorted(there))}")
    needs = [Need(number.metric, "metric") for number in numbers] + ([Need(phase, "word")] if lit else [])
    needs += [need for node in nodes for need in node.needs()]
    mount(
        handle, "diagram", key, needs=needs, nodes=[node.to_json() for node in nodes],
        wires=[asdict(wire) for wire in wires], numbers=[asdict(number) for number in numbers], alt=alt, size=size,
        lit={name: list(parts) for name, parts in (lit or {}).items()}, backwards=list(backwards), phase=phase,
        back=theme.GRADIENT,
    )  # fmt: skip
