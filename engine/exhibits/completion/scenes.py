"""What is seen of the held-out shapes in the picture: by the virtual camera, and after the rubber."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.exhibits.completion.data import held_out
from engine.exhibits.completion.hand import Hand
from engine.exhibits.completion.models import SIZES
from engine.exhibits.completion.params import SHOWN_FAMILIES, CompletionParams
from engine.exhibits.completion.partial import CAMERA_DISTANCE, Erasure, aimed, drawn, spoiled, unhidden, visible


@dataclass(frozen=True)
class Seen:
    """A shape and what is seen of it.

    Shapes:
        truth (n, 3), the whole; parts (n,) uint8, which part each of its points belongs to, all 0 of one's own shape;
        seen (n,), which of it; x (N, 3), what goes into the network.
    """

    truth: np.ndarray
    parts: np.ndarray
    seen: np.ndarray
    x: np.ndarray


@lru_cache(maxsize=8)
def shown(points: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (SHOWN, n, 3) of the held-out shapes in the picture, the first of their families, and the parts (SHOWN, n)
    to which they belong.
    """
    shapes = held_out(points)
    rows = [shapes.names.index(name) for name in SHOWN_FAMILIES]
    return shapes.points[rows], shapes.parts[rows].astype(np.uint8)


@lru_cache(maxsize=2400)
def _in_sight(points: int, shape: int, towards: tuple[float, float, float]) -> np.ndarray:
    """Which points (n,) of a shape in the picture a camera there does not find hidden: kept for all runs, for a camera
    that goes round by whole degrees comes by again.
    """
    found = unhidden(shown(points)[0][shape], CAMERA_DISTANCE * np.array(towards))
    found.flags.writeable = False
    return found


def seen_of(params: CompletionParams, hand: Hand, shape: int, turned: float, seed: int, *, own: bool = False) -> Seen:
    """What is seen now of a shape.

    Args:
        shape: its number in the picture. turned: degrees by which the camera has gone on by itself.
        seed: of holes, noise, and of which points are drawn where there are too many.
        own: the shape that somebody has brought, if anybody has, instead.
    """
    random = np.random.default_rng([seed, shape])
    mine = own and hand.own is not None
    points, parts = (each[shape] for each in shown(SIZES[params.size].truth))
    truth = hand.own if mine and hand.own is not None else points
    left = ~(hand.own_erased if mine else hand.erased[shape])
    how = erasure(params, turned)
    seen = left if mine else left & _visible(params, shape, truth, how, random)
    seen = seen if seen.any() else left
    x = drawn(truth[seen], SIZES[params.size].partial, random)
    parts = np.zeros(len(truth), np.uint8) if mine else parts
    return Seen(truth, parts, seen, spoiled(x[None], how, random)[0].astype(np.float32))


def _visible(
    params: CompletionParams, shape: int, truth: np.ndarray, how: Erasure, random: np.random.Generator
) -> np.ndarray:
    """Which points of a shape of the picture remain, (n,)."""
    assert how.towards is not None
    by_sight = how.kind in ("camera", "rings")
    known = _in_sight(SIZES[params.size].truth, shape, how.towards) if by_sight else None
    return visible(truth, how, np.array(how.towards), random, known)


def erasure(params: CompletionParams, turned: float) -> Erasure:
    """How the shapes of the picture are seen, from where the virtual camera is now."""
    towards = aimed((params.azimuth + turned) % 360, params.elevation)
    return Erasure(kind=params.shown_view, missing=params.missing, towards=towards, noise=params.noise)
