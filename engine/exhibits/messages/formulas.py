"""Formulas of logic as graphs: as trees, or with equal parts drawn once; each node is a part, its class its value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from engine.exhibits.messages.graph import Alphabet, Graph, beside, linked

SIGNS = Alphabet(("1", "0", "∧", "∨", "¬"), upright=True)
COUNT, DEPTH = 25, 3
AGAIN = 0.4  # how often a part is taken that the formula has already
LONGEST = 40  # letters of a part's name

Formula = tuple[Any, ...]
"""A sign and the formulas it joins: ("1",), ("¬", f) or ("∧", f, g)."""


def value(formula: Formula) -> bool:
    """Whether it is true."""
    sign, *parts = formula
    if sign in "10":
        return bool(sign == "1")
    values = [value(part) for part in parts]
    return not values[0] if sign == "¬" else all(values) if sign == "∧" else any(values)


def written(formula: Formula) -> str:
    """As one writes it."""
    sign, *parts = formula
    if len(parts) == 2:
        return f"({written(parts[0])}{sign}{written(parts[1])})"
    return sign + "".join(map(written, parts))


def drawn(depth: int, random: np.random.Generator, made: list[tuple[int, Formula]] | None = None) -> Formula:
    """A formula of a depth; parts of it may occur again.

    Args:
        made: parts that there are, with their depths; those that are made now are added.
    """
    made = [] if made is None else made
    again = [formula for deep, formula in made if 0 < deep <= depth]
    if again and random.random() < AGAIN:
        return again[random.integers(len(again))]
    if depth == 0:
        return (str(random.integers(2)),)
    sign = str(random.choice(SIGNS.kinds[2:]))
    found = (sign, *(drawn(depth - 1, random, made) for _ in range(1 if sign == "¬" else 2)))
    made.append((depth, found))
    return found


def as_graph(formula: Formula, shared: bool, first: int = 0) -> Graph:
    """Its parts, each linked with the parts it joins.

    Args:
        shared: equal parts are one node, which then has several parents. first: number in the name of the first node.
    """
    parts: list[Formula] = []
    pairs: list[tuple[int, int]] = []
    known: dict[Formula, int] = {}

    def add(part: Formula) -> int:
        if shared and part in known:
            return known[part]
        number = known[part] = len(parts)
        parts.append(part)
        below = [add(each) for each in part[1:]]
        pairs.extend((number, child) for child in below)
        return number

    add(formula)
    names = tuple(f"{first + number + 1}: {written(part)[:LONGEST]}" for number, part in enumerate(parts))
    truth = np.array([value(part) for part in parts], np.int64)
    plain = linked(names, np.array(pairs), truth, np.random.default_rng(0))
    return replace(plain, classes=2, alphabet=SIGNS, kinds=np.array([SIGNS.kinds.index(part[0]) for part in parts]))


def formulas(shared: bool, random: np.random.Generator) -> Graph:
    """Some formulas beside each other; the same ones, shared or not, for one state of ``random``."""
    found: list[Graph] = []
    for formula in [drawn(DEPTH, random) for _ in range(COUNT)]:
        found.append(as_graph(formula, shared, sum(graph.n for graph in found)))
    return beside(found, random)
