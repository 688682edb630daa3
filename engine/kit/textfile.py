"""Text out of the bytes of a visitor's file."""

from __future__ import annotations


def text_of(blob: bytes, most: int, wanted: str) -> str:
    """The text of a file.

    Args:
        most: bytes that are read. wanted: a sentence that says what a file should hold.

    Raises:
        ValueError: it is longer, or no text; the sentence says so.
    """
    if len(blob) > most:
        raise ValueError(f"The file is {len(blob) / 2**20:.0f} MB long; at most {most >> 20} MB are read.")
    try:
        text = blob.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError(f"The file is no text. {wanted}")
    return text
