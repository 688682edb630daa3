"""The equations that are shown, read back and compared with the reaction that is computed."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pytest

from engine.exhibits.turing.models import Model
from tests.exhibits.test_turing import ALL, each_model

TOKEN = re.compile(
    r"\\nabla\^2 [uv]|D_[uv]|[XY]_(?:r|\{r[+-]1\})|\\t?frac|\\mu|\\nu|\d+|[A-Za-z]|[-+^(){}]|\\left\(|\\right\)"
)
SPACES = re.compile(r"\\,|\s")


class Reader:
    """A value for the right-hand side of an equation in LaTeX, by recursive descent.

        sum = ["-"] product {("+" | "-") product}        product = power {power}        power = atom ["^" number]
        atom = number | name | "(" sum ")" | ("\\frac" | "\\tfrac") part part           part = "{" sum "}" | number

    Args:
        values: what each name stands for.
    """

    def __init__(self, latex: str, values: Mapping[str, float]) -> None:
        self.tokens, self.values = [], values
        while latex:
            if space := SPACES.match(latex):
                latex = latex[space.end() :]
                continue
            token = TOKEN.match(latex)
            assert token, f"cannot read {latex!r}"
            self.tokens.append(token[0].replace(r"\left", "").replace(r"\right", ""))
            latex = latex[token.end() :]

    def read(self) -> float:
        total = self.sum()
        assert not self.tokens, f"cannot read {self.tokens}"
        return total

    def sum(self) -> float:
        total = 0.0 if self.tokens[0] == "-" else self.product()
        while self.tokens and self.tokens[0] in "+-":
            sign = 1 if self.tokens.pop(0) == "+" else -1
            total += sign * self.product()
        return total

    def product(self) -> float:
        total = self.power()
        while self.tokens and self.tokens[0] not in "+-)}":
            total *= self.power()
        return total

    def power(self) -> float:
        base = self.atom()
        if self.tokens[:1] != ["^"]:
            return base
        self.tokens.pop(0)
        return base ** int(self.tokens.pop(0))

    def atom(self) -> float:
        token = self.tokens.pop(0)
        if token in (r"\frac", r"\tfrac"):
            above = self.part()
            return above / self.part()
        if token in "({":
            inside = self.sum()
            assert self.tokens.pop(0) == {"(": ")", "{": "}"}[token]
            return inside
        return float(token) if token.isdigit() else self.values[token]

    def part(self) -> float:
        """An argument of a fraction: what stands in braces, or, as in \\tfrac1{32}, a single digit."""
        return self.atom()


def shown(latex: str, values: Mapping[str, float]) -> list[float]:
    """Values of the right-hand sides of an ``aligned`` block of two equations, for u (or X) first."""
    inside = latex.removeprefix("\\begin{aligned}").removesuffix("\\end{aligned}")
    sides = [line.split("&=") for line in inside.split("\\\\\n")]
    assert [left.strip() for left, _ in sides] in ([r"\partial_t u", r"\partial_t v"], [r"\dot X_r", r"\dot Y_r"])
    return [Reader(right, values).read() for _, right in sides]


def symbol(name: str) -> str:
    """How a parameter is written: gs_F is F, gs_Du is D_u, ring_mu is \\mu."""
    short = name.split("_")[1]
    return {"Du": "D_u", "Dv": "D_v", "mu": r"\mu", "nu": r"\nu"}.get(short, short)


def setting(model: Model, rng: np.random.Generator) -> tuple[dict[str, float], list[float]]:
    """Random values for all that is in the equations, and what the code makes of them."""
    constants, D = rng.uniform(0.3, 2, len(model.kinetics)), rng.uniform(0.3, 2, 2)
    (u, v), before, after = rng.uniform(0.3, 2, (3, 2))
    lap = before - 2 * np.array([u, v]) + after  # on a line of cells
    values = dict(zip(map(symbol, (*model.kinetics, *model.diffusion)), (*constants, *D), strict=True))
    values |= {"u": u, "v": v, r"\nabla^2 u": lap[0], r"\nabla^2 v": lap[1], "X_r": u, "Y_r": v}
    values |= {"X_{r-1}": before[0], "Y_{r-1}": before[1], "X_{r+1}": after[0], "Y_{r+1}": after[1]}
    return values, list(np.array(model.reaction(u, v, *constants)) + D * lap)


def agrees(model: Model, latex: str) -> bool:
    rng = np.random.default_rng(0)
    return all(np.allclose(shown(latex, values), want) for values, want in (setting(model, rng) for _ in range(5)))


@each_model
def test_the_equations_shown_are_those_computed(model: Model) -> None:
    assert agrees(model, model.latex)


SIGNS = [(model, sign.start()) for model in ALL for sign in re.finditer(r"(?<!\{r)[+-]", model.latex)]


@pytest.mark.parametrize(("model", "place"), SIGNS, ids=lambda value: getattr(value, "label", value))
def test_one_wrong_sign_would_be_noticed(model: Model, place: int) -> None:
    wrong = {"+": "-", "-": "+"}[model.latex[place]]
    assert not agrees(model, model.latex[:place] + wrong + model.latex[place + 1 :])
