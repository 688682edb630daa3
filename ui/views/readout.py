"""A readout: numbers, a table, lamps and sentences of the newest frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from engine.kit.lamps import Lamp
from engine.kit.readings import Reading
from ui.mount import Handle, Need, mount


@dataclass(frozen=True)
class Row:
    """A row of a table; with a colour also a sign, the same as at the end of its path in a plane."""

    name: str
    label: str
    color: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table; ``digits`` behind the point, or None for three in all."""

    name: str
    label: str
    help: str
    digits: int | None = None


@dataclass(frozen=True)
class Mark:
    """What a colour of the picture means, for the caption below it.

    Args:
        row: with the sign of this row of the picture's paths, and only while this row of ``mask`` is not 0.
        mask: an array of the frame.
    """

    color: str
    label: str
    row: int | None = None
    mask: str = ""


@dataclass(frozen=True)
class Table:
    """A cell shows the word ``column_row`` where a frame has it, else the metric of that name.

    Args:
        status: prefix of the words in the last column; empty for no such column.
        mask: an array of the frame: a row is shown only while its number is not 0.
    """

    rows: Sequence[Row]
    columns: Sequence[Column]
    status: str = ""
    mask: str = ""


def readout(
    handle: Handle[Any],
    numbers: Mapping[str, Reading] = MappingProxyType({}),
    *,
    key: str = "readout",
    table: Table | None = None,
    lamps: Mapping[str, Lamp] = MappingProxyType({}),
    words: Sequence[str] = (),
    caption: Sequence[Mark] | None = None,
) -> None:
    """What the newest frame says, in numbers and words: lamps, then numbers, the table, and sentences below.

    Args:
        numbers: by metric; one that is not available says why in the word of its name, or by its ``missing``.
        lamps: by metric, lit while that is 1. table, words: below.
        caption: for below a picture: what its colours mean; in slow motion the phase stands there.
    """
    needs = [Need(metric, "metric", "frame") for metric in (*numbers, *lamps)]
    needs += [Need(word, "word", "frame") for word in words]
    needs += [Need(mark.mask, where="frame") for mark in caption or () if mark.mask]
    if table:
        needs += [Need(table.mask, where="frame")] if table.mask else []
        needs += [
            Need(f"{column.name}_{row.name}", "metric", "frame") for column in table.columns for row in table.rows
        ]
        needs += [Need(f"{table.status}_{row.name}", "word", "frame") for row in table.rows if table.status]
    mount(
        handle, "readout", key, needs=needs, table=asdict(table) if table else None, words=list(words),
        numbers=[{"metric": metric, **reading._asdict()} for metric, reading in numbers.items()],
        lamps=[{"metric": metric, "label": lamp.label, "help": lamp.definition} for metric, lamp in lamps.items()],
        caption=None if caption is None else [asdict(mark) for mark in caption],
    )  # fmt: skip
