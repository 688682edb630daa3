"""What a file of points says that it holds, and how such words are read."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_BYTES = 32 << 20
MOST_POINTS, MOST_FACES = 1_000_000, 2_000_000
MOST_HEADER = 1 << 16

NUMBER = r"[-+]?+(?:\d++(?:\.\d*+)?+|\.\d++|nan|inf)(?:e[-+]?+\d++)?+"
ODD_ROW = re.compile(
    rf"^(?![ \t\r]*+$)(?![ \t]*+{NUMBER}(?:[ \t]++{NUMBER}){{2,}}+[ \t\r]*+$).*+$", re.MULTILINE | re.IGNORECASE
)
"""A line that is neither blank nor three or more numbers; it never goes back, so a line of any length is read once."""


Place = tuple[float, float, float]


@dataclass(frozen=True)
class Claim:
    """What a file says that it holds.

    Args:
        points: how many. faces: how many; None for a format, or a file, that is a cloud.
        blob: the file as it is to be read, which may lack what is of no use here.
        origin: of the coordinates in ``blob``, in the file's own.
    """

    points: int
    faces: int | None
    blob: bytes
    origin: Place = (0.0, 0.0, 0.0)


def whole(text: str, what: str) -> int:
    """A count out of a header."""
    if not re.fullmatch(r"\d{1,18}", text):
        raise ValueError(f"The header gives {text[:20]!r} as {what}, which is no whole number.")
    return int(text)


def text_of(blob: bytes, what: str) -> str:
    """A file, or a part of one, that has to be text."""
    if b"\0" in blob:
        raise ValueError(f"The file is no text, as {what} has to be.")
    return blob.decode("latin-1")


def long_enough(there: int, wanted: int) -> None:
    """Refuse a file whose header promises more than follows, both in bytes."""
    if there < wanted:
        raise ValueError(
            f"The file breaks off: its header promises at least {wanted:,} bytes of data, {there:,} follow."
        )


def rows_of(text: str) -> int:
    """How many lines of numbers there are.

    Raises:
        ValueError: a line holds something else.
    """
    odd = ODD_ROW.search(text)
    if odd:
        number = text.count("\n", 0, odd.start()) + 1
        raise ValueError(f"Row {number:,} of the points is {odd[0].strip()[:40]!r}; three numbers are wanted, x y z.")
    return sum(1 for _ in re.finditer(r"^.*\S", text, re.MULTILINE))
