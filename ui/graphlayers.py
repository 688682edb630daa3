"""What the picture of a graph is made of: nodes and links, what the network says of them, and messages on their way."""

from __future__ import annotations

from dataclasses import replace

from engine.exhibits.messages import nodes_of
from engine.exhibits.messages.params import OF_MANY, MessagesParams
from ui import theme
from ui.views import Images, Layer, Letters, Links, Note, Points, Travellers

CLASSES = theme.CATEGORIES[:5]
TRAVEL = ("message",)
HOP = ("embed", "message", "gather", "update")
SPEED = ("", "read", "learn")
SIGNED = theme.between(theme.REAL, theme.GRADIENT, 1.0)
TONE = theme.Scale(theme.VIRIDIS.colors[16:])  # without what is too dark for a dark page
LOOKED, FELT, WAITING = theme.CATEGORIES[8], theme.CATEGORIES[5], theme.CATEGORIES[2]
HIDDEN, ABSENT = theme.CATEGORIES[2], theme.CATEGORIES[3]


def filling(task: str, r: float, gap: float) -> list[Layer]:
    """Rims and fillings of nodes: what is true, and what the network says."""
    rim, inside, ground = r + 2.2, r - gap, Points(at="at", size=r + 0.4, color=theme.BACKGROUND)
    tone = Points(at="at", values="tone", scale=TONE, size=inside, phases=HOP)
    if task == "links":
        return [ground, replace(tone, phases=None)]
    if task in ("diameter", "triangles"):
        return [
            Points(at="at", values="right_value", scale=TONE, size=rim, toggle="truth"), ground,
            Points(at="at", values="guess_value", scale=TONE, size=inside, phases=SPEED), tone,
        ]  # fmt: skip
    return [
        Points(at="at", classes="truth", palette=CLASSES, size=rim, toggle="truth"), ground,
        Points(at="at", classes="prediction", sizes="confidence", palette=CLASSES, size=inside, phases=SPEED), tone,
    ]  # fmt: skip


def lines(params: MessagesParams, small: bool, letters: bool) -> list[Layer]:
    """Links: those there are, how much they count, and those that are asked for."""
    wide, bonds = 1.2 if small else 0.6, letters and params.task in OF_MANY
    weighed = small and not letters and params.task != "links"
    found: list[Layer] = [
        Links(nodes="at", pairs="pairs", weight="bonds", alpha=0.45, width=5) if bonds
        else Links(nodes="at", pairs="pairs", alpha=0.25, width=wide),
        Links(nodes="at", pairs="pairs", weight="strength", alpha=0.6, width=5 if small else 2.5,
              toggle="weights", shown=weighed),
    ]  # fmt: skip
    if params.task == "links":
        found += [
            Links(nodes="at", pairs="absent_pairs", weight="absent_belief", color=ABSENT, alpha=0.8, width=3,
                  dash=(4, 3), toggle="never linked"),
            Links(nodes="at", pairs="hidden_pairs", weight="hidden_belief", color=HIDDEN, width=4, toggle="hidden"),
        ]  # fmt: skip
    return found


def lettered(params: MessagesParams) -> bool:
    """Whether nodes bear signs: the elements of molecules, the signs of formulas."""
    return params.collection == "molecules" if params.task in OF_MANY else params.graph.startswith("formulas")


def layers(params: MessagesParams) -> list[Layer]:
    """The picture of a graph, the finer the more there is in it; without hops nothing travels."""
    nodes, pooled, letters = nodes_of(params), params.task in OF_MANY, lettered(params)
    r = 9.0 if nodes <= 40 else 6.5 if nodes <= 120 or letters else 4.2 if pooled else 3.2
    small = nodes <= 120
    known = Points(at="at", mask="known", size=r + 3.2, hollow=True) if letters else Points(
        at="at", mask="known", size=max(0.5 * r, 1.8), color=theme.BACKGROUND)  # fmt: skip
    travelling: list[Layer] = [
        Travellers(at="flow", values="flow_tone", scale=TONE, size=3.2 if small else 1.4, phases=TRAVEL),
        Travellers(at="parcel_flow", array="parcels", size=0.075, scale=SIGNED, phases=TRAVEL),
    ]  # fmt: skip
    return [
        Points(at="at", size=3.0 * r, sizes="reach", color=LOOKED, alpha=0.22, toggle="whom it hears"),
        Points(at="at", size=3.0 * r, sizes="felt", color=FELT, alpha=0.35, toggle="who moves it"),
        *lines(params, small, letters),
        *filling(params.task, r, 0.8 if small else 0.0),
        known,
        Points(at="at", classes="wl", size=r, toggle="refined colours", shown=False),
        *([Letters(at="at", letters="symbols", size=9)] if letters else []),
        Points(at="other", size=r + 5.5, hollow=True, width=1.5, color=LOOKED, dash=(3, 3)),
        Points(at="looked", size=r + 5.5, hollow=True, width=2.5, color=LOOKED),
        Letters(at="name_at", letters="looked_name", size=12),
        Points(at="tied", size=r + 7, hollow=True, width=2.5, color=WAITING),
        Images(at="vectors_at", array="vectors", size=0.07, scale=SIGNED, toggle="vectors", shown=False),
        *(travelling if params.layers else []),
        Points(at="at", size=r, alpha=0.0, names="names"),
        Note(word="note"),
    ]  # fmt: skip
