"""A field: one array or two as a picture, a stack of them as tiles, to look at or to paint on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from ui import theme
from ui.mount import Handle, Need, mount
from ui.views.touch import Brush, Radius, Touch


def field(
    handle: Handle[Any],
    channels: Mapping[str, str],
    *,
    alt: str,
    key: str = "field",
    scale: Literal["sequential", "diverging"] = "sequential",
    compare: bool = False,
    stack: int = 0,
    aspect: float = 1,
    height: float = 0,
    smooth: bool = True,
    wrap: bool = False,
    brushes: Sequence[Brush] = (),
    radius: Radius | None = None,
    touch: Touch | None = None,
    relief: bool = False,
    rows: str = "",
    columns: str = "",
    spotlight: str = "",
    kin: str = "",
    lines: str = "",
    colours: bool = True,
) -> None:
    """A field.

    Touches arrive in cells: x from the left, y upwards from the lower edge; of a stack in those of one tile, whose
    number is ``index``.

    Args:
        channels: arrays (H, W), (H, W, 3) of colours, or stacks (n, h, w), and what to call them; row 0 lies on top.
        alt: the picture in words.
        scale: colour maps to choose from; a diverging one has its neutral colour in the middle of the array's range.
        compare: the first two channels side by side on one scale; otherwise one at a time, or both as coloured light.
        stack: lay tiles out in so many columns.
        aspect: width / height. height: at most so many rem; 0 for the usual.
        smooth: let cells pass into each other.
        wrap: the field is periodic.
        brushes, radius: what to paint with. touch: what a click does, where there is no brush.
        relief: offer a 3D view.
        rows, columns: words, comma-separated: what rows and columns are called.
        spotlight: an array to show instead whenever a frame has it.
        kin: what rows and columns are, such as nodes; see :func:`plane`. lines: (things,), in which row and column each
            of them is.
        colours: whether there is a choice of colour maps.
    """
    needs = [Need(name) for name in channels] + [Need(word, "word") for word in (rows, columns) if word]
    if kin:
        needs.append(Need(lines))
    if spotlight:
        needs.append(Need(spotlight, where="frame"))
    maps = dict(list(theme.color_maps(scale).items())[: None if colours else 1])
    mount(
        handle, "field", key, needs=needs, channels=list(channels), labels=list(channels.values()), alt=alt,
        maps=maps, compare=compare, stack=stack, aspect=aspect, height=height, smooth=smooth,
        wrap=wrap, brushes=[asdict(brush) for brush in brushes], radius=asdict(radius) if radius else None,
        touch=asdict(touch) if touch else None, relief=relief, rows=rows, columns=columns, spotlight=spotlight,
        kin=kin, lines=lines,
    )  # fmt: skip


def tiles(handle: Handle[Any], array: str, label: str, in_a_row: int, alt: str, **more: Any) -> None:
    """A stack of small images, (n, h, w), pixel by pixel, all in the usual colours unless there is to be a choice;
    further arguments as for :func:`field`.
    """
    key = f"{array}-{in_a_row}-{more.get('aspect', 1):g}"
    field(handle, {array: label}, stack=in_a_row, smooth=False, key=key, alt=alt, **{"colours": False} | more)
