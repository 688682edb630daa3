"""A landscape as a file: NPZ, VTK, PNG, or a page of HTML that stands alone.

Without a browser: ``python -m engine.exhibits.landscape.export surface.vtk --set plane=random --steps 200``.

References:
    The VTK file formats, Kitware, 2010 (legacy ASCII structured grid: read by ParaView and PyVista).
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from engine.exhibit import Frame
from engine.frames import decode
from engine.params import ParamError

SCALE = 12  # pixels of a PNG for each cell


def surface(frame: Frame) -> dict[str, np.ndarray]:
    """What of a frame of the exhibit goes into a file.

    Shapes:
        a, b: (n,), coordinates in halves of the window. loss, test_error: (n, n), row 0 is b = -1.
        trails, path: (M, m, 2).
    """
    arrays = frame.arrays
    height = arrays["heights"][::-1].astype(np.float64)  # exact, which what is coloured need not be
    side = np.linspace(-1, 1, len(height))
    error, half = arrays["errors"][::-1].astype(np.float64), np.array(frame.metrics.get("half", np.nan))
    return {"a": side, "b": side, "loss": 10.0**height, "test_error": error, "trails": arrays["trails"],
            "path": arrays["path"], "half_width": half}  # fmt: skip


def as_npz(found: Mapping[str, np.ndarray]) -> bytes:
    """All arrays, for ``numpy.load``."""
    file = io.BytesIO()
    np.savez_compressed(file, **found)  # type: ignore[arg-type]
    return file.getvalue()


def as_vtk(found: Mapping[str, np.ndarray]) -> bytes:
    """A structured grid whose height is log10 of the loss, with loss and test error at every place."""
    a, b = np.meshgrid(found["a"], found["b"])
    height = np.log10(found["loss"])
    n = height.size
    lines = ["# vtk DataFile Version 3.0", "loss landscape", "ASCII", "DATASET STRUCTURED_GRID",
             f"DIMENSIONS {height.shape[1]} {height.shape[0]} 1", f"POINTS {n} double"]  # fmt: skip
    lines += [f"{x:.9g} {y:.9g} {z:.9g}" for x, y, z in zip(a.flat, b.flat, height.flat, strict=True)]
    lines.append(f"POINT_DATA {n}")
    for name in ("loss", "test_error"):
        lines += [f"SCALARS {name} double 1", "LOOKUP_TABLE default", *(f"{value:.9g}" for value in found[name].flat)]
    return ("\n".join(lines) + "\n").encode()


def as_png(found: Mapping[str, np.ndarray]) -> bytes:
    """The landscape from above, dark where the loss is high, with the ways over it."""
    from PIL import Image, ImageDraw

    height = np.log10(found["loss"])[::-1]
    low, high = height.min(), height.max()
    shade = 255 * (1 - 0.8 * (height - low) / max(high - low, 1e-9))
    size = SCALE * len(height)
    image = Image.fromarray(shade.astype(np.uint8)).resize((size, size), Image.Resampling.BICUBIC).convert("RGB")
    draw = ImageDraw.Draw(image)
    for path in found["path"]:
        draw.line([((x + 1) / 2 * size, (1 - y) / 2 * size) for x, y in path.tolist()], fill=(0, 158, 115), width=4)
    for trail in found["trails"]:
        places = [((x + 1) / 2 * size, (1 - y) / 2 * size) for x, y in trail.tolist()]
        draw.line(places, fill=(213, 94, 0), width=3)
        x, y = places[-1]
        draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=(213, 94, 0))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def as_html(found: Mapping[str, np.ndarray]) -> bytes:
    """The relief to turn with the mouse, in a page that needs nothing else."""
    import plotly.graph_objects as go

    height = np.log10(found["loss"])
    fig = go.Figure(go.Surface(x=found["a"], y=found["b"], z=height, colorscale="Viridis", surfacecolor=height))
    fig.update_layout(
        title="Loss landscape: log10 of the training loss",
        scene={"xaxis": {"title": "a"}, "yaxis": {"title": "b"}, "zaxis": {"title": "log10 loss"}},
    )
    return str(fig.to_html(include_plotlyjs=True, full_html=True)).encode()


FORMATS: dict[str, tuple[str, Callable[[Mapping[str, np.ndarray]], bytes]]] = {
    "npz": ("application/octet-stream", as_npz),
    "vtk": ("application/octet-stream", as_vtk),
    "png": ("image/png", as_png),
    "html": ("text/html", as_html),
}
"""By the ending of the file: its media type, and how it is written."""


def file_of(blob: bytes, ending: str) -> bytes:
    """A published frame of the exhibit as a file.

    Args:
        ending: one of ``FORMATS``.
    """
    frame, _ = decode(blob)
    return FORMATS[ending][1](surface(frame))


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    from engine.exhibits.landscape.exhibit import Landscape

    parser = argparse.ArgumentParser(prog="python -m engine.exhibits.landscape.export", description=__doc__)
    parser.add_argument("file", type=Path, help=f"ends in {', '.join('.' + name for name in FORMATS)}")
    parser.add_argument("--set", action="append", default=[], metavar="name=value", dest="values", help="a parameter")
    parser.add_argument("--steps", type=int, default=200, help="of learning (default 200)")
    options = parser.parse_args(arguments)
    ending = options.file.suffix[1:]
    if ending not in FORMATS or options.steps < 0:
        parser.error(f"{options.file}: end it in one of {', '.join('.' + name for name in FORMATS)}; steps from 0 on")
    try:
        params = Landscape.Params.from_flags(options.values)
    except ParamError as error:
        parser.error(str(error))
    exhibit = Landscape(params, seed=params.seed)
    exhibit.advance(options.steps)
    exhibit.finish_landscape()
    frame = exhibit.frame()
    options.file.write_bytes(FORMATS[ending][1](surface(frame)))
    print(json.dumps({name: value for name, value in frame.metrics.items() if np.isfinite(value)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
