"""A sentence for every phase of a training step, with the numbers of the batch at hand."""

from __future__ import annotations

import math

from engine.exhibits.completion.training import Trainer


def narrate(part: str, trainer: Trainer) -> str:
    """Say what has just been done."""
    tell = {"pointr": _pointr, "pcn": _pcn, "folding": _folding}[trainer.params.model]
    return _common(part, trainer) or tell(part, trainer)


def _common(part: str, trainer: Trainer) -> str:
    size, p = trainer.size, trainer.params
    if part == "sample":
        return f"Input: of {p.batch} shapes it sees {size.partial} points each; the first of them is shown, in grey"
    if part == "losses":
        J0, J1 = float(trainer.J0), float(trainer.J1)
        coarse = "" if math.isnan(J0) else f"J₀ = {J0:.3f} of the coarse points, "
        return f"Losses: {coarse}J₁ = {J1:.3f} of all points: how far the whole shape and the completed one are apart"
    if part == "learn":
        return "Learn: every weight takes a step down the gradient, and the next batch comes"
    return ""


def _pointr(part: str, trainer: Trainer) -> str:
    size, p = trainer.size, trainer.params
    return {
        "centres": f"Centres, in red: {size.centres} points, each the one farthest from those picked before it",
        "proxies": f"Proxies: each centre looks around and becomes {size.dim} numbers: what the shape is like there, "
        "and where that is",
        "encode": f"Encoder: every proxy attends to those that are like it, in {p.heads} heads, and to the "
        f"{p.k} nearest",
        "queries": f"Queries: from the whole it guesses {size.queries} places where there is something; for the eye "
        "each sets out from the nearest proxy",
        "decode": "Decoder: every query asks the other queries and the proxies what should be at its place",
        "fold": f"Folding: each query bends a small square of {size.fold**2} points about its place; what was seen is "
        "added as it is",
    }[part]


def _pcn(part: str, trainer: Trainer) -> str:
    a, coarse = trainer.size.pcn[3], trainer.size.pcn[5]
    return {
        "encode": f"Encoder: all points that are seen become {a} numbers, by a maximum over them",
        "coarse": f"Coarse: these numbers say at once where {coarse} points of the whole shape are",
        "fold": "Fine: about each coarse point a small square is bent into a patch",
    }[part]


def _folding(part: str, trainer: Trainer) -> str:
    size = trainer.size
    return {
        "encode": f"Encoder: points and their neighbours become one codeword of {size.codeword} numbers",
        "first fold": f"First folding: a square of {size.grid} × {size.grid} points is bent by the codeword",
        "fold": "Second folding: what has come of it is bent once more, into the whole shape",
    }[part]
