"""Regenerate the gallery's pictures with the engine itself: ``python -m ui.pictures``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from engine.exhibit import Exhibit, catalogue
from ui import theme

FOLDER = Path(__file__).parent.parent / "assets" / "pictures"
SIZE = (640, 360)


def paint(array: np.ndarray, color_map: str = "Ink") -> Image.Image:
    """A 2D array as a picture, from its least to its greatest value."""
    low, high = float(array.min()), float(array.max())
    colors = np.array(theme.color_map(color_map, 256), dtype=np.uint8)
    return Image.fromarray(colors[((array - low) / max(high - low, 1e-12) * 255).astype(np.uint8)])


def portrait(kind: type[Exhibit]) -> Image.Image:
    """An exhibit after ``portrait_steps`` steps from its defaults, cropped to the gallery's format."""
    exhibit = kind(kind.Params(), seed=0)
    exhibit.advance(kind.portrait_steps)
    picture = paint(exhibit.portrait())
    width, height = picture.size
    crop = round(width * SIZE[1] / SIZE[0])
    top = max(0, (height - crop) // 2)
    return picture.crop((0, top, width, min(height, top + crop))).resize(SIZE, Image.Resampling.LANCZOS)


def main() -> None:
    """Paint every exhibit."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for slug, kind in catalogue().items():
        picture = portrait(kind)
        picture.quantize(128).save(FOLDER / f"{slug}.png", optimize=True)
        print(FOLDER / f"{slug}.png")


if __name__ == "__main__":
    main()
