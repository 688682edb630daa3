"""A frame as bytes: one safetensors blob, read without a copy in the browser and by ``safetensors.numpy`` alike.

Layout: 8-byte little-endian header length, JSON header, raw buffers. The header's ``__metadata__`` holds one key,
``about``: JSON with ``kind`` (``frame``, ``scene`` or ``history``), ``metrics``, ``words``, ``ranges`` and whatever
the sender adds (of a frame: step, status, version of the parameters, and as ``scene`` the ``version`` of the scene to
which it belongs). NaN and infinities, which JSON lacks, are written as null; in an array an infinity is sent as NaN,
*not available*: what is drawn can rely on it. An array whose range is not finite is sent as it is.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from engine.exhibit import Frame


def encode(kind: str, frame: Frame, **about: Any) -> bytes:
    """Turn a frame into bytes.

    Args:
        kind: ``frame``, ``scene`` or ``history``.
        frame: arrays named in ``frame.ranges`` become uint8: 0 is the low end, 255 the high end.
        **about: further JSON-ready metadata.
    """
    ranges = {
        name: (float(low), float(high))
        for name, (low, high) in frame.ranges.items()
        if name in frame.arrays and math.isfinite(low) and math.isfinite(high)
    }
    arrays = {name: _for_the_wire(array, ranges.get(name)) for name, array in frame.arrays.items()}
    metadata = {
        "kind": kind,
        "metrics": {name: float(value) if math.isfinite(value) else None for name, value in frame.metrics.items()},
        "words": frame.words,
        "ranges": ranges,
        **about,
    }
    return save(arrays, metadata={"about": json.dumps(metadata)})


def decode(blob: bytes) -> tuple[Frame, dict[str, Any]]:
    """The frame in ``blob`` and its metadata; arrays with a range come back as float32.

    Raises:
        ValueError: the bytes are not such a blob.
    """
    try:
        length = int.from_bytes(blob[:8], "little")
        about = json.loads(json.loads(blob[8 : 8 + length])["__metadata__"]["about"])
        arrays = load(blob)
        ranges = {name: (low, high) for name, (low, high) in about["ranges"].items()}
        for name, (low, high) in ranges.items():
            arrays[name] = (low + arrays[name].astype(np.float32) * ((high - low) / 255)).astype(np.float32)
        metrics = {name: math.nan if value is None else value for name, value in about["metrics"].items()}
        return Frame(arrays, metrics, about["words"], ranges), about
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SafetensorError) as error:
        raise ValueError(f"not a frame: {error!r}") from None


def _for_the_wire(array: np.ndarray, limits: tuple[float, float] | None) -> np.ndarray:
    if limits is not None:
        low, high = limits
        with np.errstate(all="ignore"):
            levels = np.subtract(array, np.float32(low), dtype=np.float32)
            levels *= np.float32(255 / max(high - low, 1e-30))
            levels += np.float32(0.5)
            np.clip(levels, 0, 255, out=levels)
            if math.isnan(levels.sum()):
                np.nan_to_num(levels, copy=False)  # what is not a number becomes 0
            return levels.astype(np.uint8)
    if array.dtype == np.float64:
        with np.errstate(over="ignore"):
            array = array.astype(np.float32)
    elif array.dtype == np.int64:
        array = array.astype(np.int32)
    elif array.dtype == np.bool_:
        array = array.astype(np.uint8)
    if array.dtype.kind == "f":
        with np.errstate(all="ignore"):
            doubtful = not math.isfinite(array.sum())
        if doubtful:
            array = np.where(np.isinf(array), array.dtype.type(math.nan), array)
    return np.asarray(array, order="C")
