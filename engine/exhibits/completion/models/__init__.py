"""The networks that complete clouds, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import torch

from engine.exhibits.completion.models.folding import FoldingNet
from engine.exhibits.completion.models.parts import Completer, Passage
from engine.exhibits.completion.models.pcn import Pcn
from engine.exhibits.completion.models.pointr import PoinTr
from engine.exhibits.completion.models.sizes import SIZES, Size

__all__ = ["LABELS", "PARTS", "SIZES", "Completer", "FoldingNet", "Name", "Passage", "Pcn", "PoinTr", "Size", "build"]

Name = Literal["pointr", "pcn", "folding"]
LABELS: Mapping[Name, str] = {"pointr": "PoinTr", "pcn": "PCN", "folding": "FoldingNet"}
PARTS: Mapping[Name, tuple[str, ...]] = {
    "pointr": ("centres", "proxies", "encode", "queries", "decode", "fold"),
    "pcn": ("encode", "coarse", "fold"),
    "folding": ("encode", "first fold", "fold"),
}
"""What each does, in its order."""


def build(name: Name, size: Size, heads: int, k: int, rng: torch.Generator) -> Completer:
    """A network at its start.

    Args:
        heads, k: of PoinTr's attention, and neighbours of its geometry-aware branch.
        rng: draws the weights, on its own device.
    """
    if name == "pointr":
        return PoinTr(size, heads, k, rng)
    return Pcn(size, rng) if name == "pcn" else FoldingNet(size, rng)
