"""What is known of a node before any message has come."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.messages.graph import NOISE, PLAIN, Graph

SPARE = 40
"""Nodes that may be added by hand."""


def width_of(features: str, graph: Graph, capacity: int) -> int:
    """How many numbers are known of a node."""
    kinds = len(graph.alphabet.kinds)
    return {
        "identity": capacity if graph.alphabet == PLAIN else kinds,
        "hint": NOISE,
        "degree": 2,
        "constant": 1,
        "random": NOISE,
    }[features]


def features_of(features: str, graph: Graph, capacity: int, signal: float) -> Tensor:
    """What is known of every node, (n, width).

    Args:
        features: ``identity``: what it is, and nothing else, a one-hot vector: its element, its sign, or, where nodes
            have no kinds, which it is. ``hint``: its class, faint in
            noise. ``degree``: log(1 + degree) beside a 1. ``constant``: a 1. ``random``: noise.
        signal: how far from 0 the middle of a class lies, in standard deviations of the noise, for ``hint``.
    """
    if features == "identity" and graph.alphabet != PLAIN:
        x = np.eye(len(graph.alphabet.kinds))[graph.kinds]
    elif features == "identity":
        x = np.zeros((graph.n, capacity))
        x[np.arange(graph.n), graph.slots] = 1
    elif features == "degree":
        x = np.stack([np.ones(graph.n), np.log1p(graph.degree)], 1)
    elif features == "constant":
        x = np.ones((graph.n, 1))
    else:
        x = graph.noise.astype(np.float64)
        if features == "hint":
            x[np.arange(graph.n), graph.truth] += signal
    return torch.from_numpy(x.astype(np.float32))
