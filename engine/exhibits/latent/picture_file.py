"""A picture of the user's own, read from the bytes of a file."""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.exhibits.latent.hand import PAD

MOST_BYTES = 16 << 20
MOST_PIXELS = 24_000_000
SMALLEST, LONGEST = 8, 4.0  # pixels along a side, and longer side over shorter
CONTRAST = 12  # of 255 levels; less is taken for an empty page


def parse_picture(blob: bytes) -> np.ndarray:
    """A drawing pad with the picture on it: bright ink on dark paper, whichever way round it came.

    Returns:
        (32, 32) float32 between 0 and 1.

    Raises:
        ValueError: it cannot be read; the sentence says what is wrong and what is allowed.
    """
    if len(blob) > MOST_BYTES:
        raise ValueError(f"The file is {len(blob) / 2**20:.0f} MB long; at most {MOST_BYTES >> 20} MB are read.")
    grey = np.asarray(_opened(blob), np.float32)
    if np.ptp(grey) < CONTRAST:
        tone = "black" if grey.max() < 64 else "white" if grey.min() > 191 else "of one colour"
        raise ValueError(f"The picture is all {tone}: there is nothing on it to encode. Take one with a drawing on it.")
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    light = np.median(edge) > (grey.max() + grey.min()) / 2  # dark ink on light paper
    ink = (grey.max() - grey if light else grey - grey.min()) / np.ptp(grey)
    return _on_pad(np.clip((ink - 0.25) / 0.6, 0, 1))  # shades of the paper go


def _opened(blob: bytes) -> Image.Image:
    """The picture in grey, turned upright, once it is sure to be one that may be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is looked at below
            picture = Image.open(io.BytesIO(blob))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, Image.DecompressionBombError):
            raise ValueError(f"The picture is too large; at most {MOST_PIXELS // 10**6} megapixels are read.") from None
        raise ValueError("The file is no picture that can be read. Take a PNG, a JPEG or a WebP.") from None
    wide, tall = picture.size
    if wide * tall > MOST_PIXELS:
        found, allowed = wide * tall / 1e6, MOST_PIXELS // 10**6
        raise ValueError(f"The picture has {found:.0f} megapixels; at most {allowed} are read. Make it smaller.")
    if getattr(picture, "n_frames", 1) > 1:
        raise ValueError("The picture moves; take a still one, or a single frame of it.")
    if min(wide, tall) < SMALLEST or max(wide, tall) > LONGEST * min(wide, tall):
        raise ValueError(
            f"The picture has {wide} x {tall} pixels; it must have at least {SMALLEST} along each side, and one side "
            f"may be at most {LONGEST:g} times as long as the other."
        )
    try:
        return _flat(ImageOps.exif_transpose(picture))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValueError("The picture is damaged and cannot be read to its end. Save it anew.") from None


def _flat(picture: Image.Image) -> Image.Image:
    """In grey; what is transparent lies on white paper."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        on = Image.new("RGBA", picture.size, "white")
        on.alpha_composite(picture.convert("RGBA"))
        picture = on
    return picture.convert("L")


def _on_pad(ink: np.ndarray) -> np.ndarray:
    """Fitted into a square, (32, 32)."""
    scale = PAD / max(ink.shape)
    size = tuple(max(1, round(length * scale)) for length in ink.shape)
    small = Image.fromarray((255 * ink).astype(np.uint8)).resize((size[1], size[0]), Image.Resampling.BOX)
    pad = np.zeros((PAD, PAD), np.float32)
    top, left = ((PAD - length) // 2 for length in size)
    pad[top : top + size[0], left : left + size[1]] = np.asarray(small, np.float32) / 255
    return pad
