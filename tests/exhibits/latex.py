"""The value of a formula as the page shows it, so that a test can hold it against the code.

What is understood is what the pages use: sums, products, quotients, powers and roots, fractions, brackets, |x| and
norms, functions, and indices bound by a sum, a minimum or a maximum. A product of two arrays is a matrix product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Scope = Mapping[str, Any]
Meaning = Callable[[Scope], Any]
TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?|\S")
SILENT = {r"\,", r"\;", r"\!", r"\quad", r"\big", r"\bigl", r"\bigr", r"\left", r"\right", r"\textstyle", r"\mathbb"}
EXTREMES: dict[str, Callable[[Any], Any]] = {
    r"\min": lambda found: np.min(found, axis=0), r"\max": lambda found: np.max(found, axis=0),
}  # fmt: skip
CLOSING = {")", "}", ",", r"\|", r"\rVert", r"\pm", "+", "-", ""}


class Function:
    """A name in the scope that is applied to what follows it, not multiplied with it.

    Args:
        call: of as many arguments as stand in the brackets.
        wide: without brackets it takes all that follows in the product, as an expectation does, not one factor only.
    """

    def __init__(self, call: Callable[..., Any], *, wide: bool = False) -> None:
        self.call, self.wide = call, wide


BUILT_IN: dict[str, Any] = {
    "e": np.e,
    "ranges": {},
    "log": Function(np.log),
    "sign": Function(np.sign),
    "sigma": Function(lambda x: np.maximum(x, 0)),
}


def value(formula: str, scope: Scope) -> Any:
    """What ``formula`` is worth where the names in it have the values of ``scope``.

    Args:
        scope: numbers and arrays by name, without backslash, a subscript that is no bound index joined by ``_``;
            :class:`Function` for what takes arguments; ``ranges`` says how far the index of a sum runs. A name with
            bound indices is an array, or a callable of the indices.
    """
    scope = BUILT_IN | dict(scope)
    reader = _Reader(formula, scope)
    meaning = reader.sum()
    assert reader.next == "", f"cannot read {formula!r} from {' '.join(reader.tokens)!r} on"
    return meaning(scope)


class _Reader:
    """Recursive descent; every method reads on and returns what it has read as a function of the scope."""

    def __init__(self, formula: str, scope: Scope) -> None:
        self.functions = {name: each for name, each in scope.items() if isinstance(each, Function)}
        self.tokens = [token for token in TOKEN.findall(formula) if token not in SILENT]
        self.within_bars = False

    @property
    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, *wanted: str) -> str:
        token = self.tokens.pop(0)
        assert not wanted or token in wanted, f"{token!r} where one of {wanted} should be"
        return token

    def sum(self) -> Meaning:
        sign = self.take() if self.next in ("+", "-") else "+"
        parts = [(sign, self.product())]
        while self.next in ("+", "-", r"\pm"):
            parts.append((self.take(), self.product()))
        return lambda scope: sum(
            {"+": 1, "-": -1, r"\pm": scope.get("pm", 1)}[sign] * part(scope) for sign, part in parts
        )

    def product(self) -> Meaning:
        meaning = self.power()
        while self.next not in CLOSING and not (self.next == "|" and self.within_bars):
            divide = self.next == "/" and self.take()
            meaning = _combined(meaning, self.power(), divide=bool(divide))
        return meaning

    def power(self) -> Meaning:
        base = self.atom()
        while self.next in ("^", "_"):
            base = self.raised(base) if self.take() == "^" else self.indexed(base)
        return base

    def raised(self, base: Meaning) -> Meaning:
        if self.next == r"\top":
            self.take()
            return lambda scope: base(scope).T
        exponent = self.argument()
        return lambda scope: base(scope) ** exponent(scope)

    def indexed(self, base: Meaning) -> Meaning:
        names = self.subscript()
        return lambda scope: base(scope)[tuple(scope[name] for name in names)]

    def subscript(self) -> str:
        if self.next != "{":
            return self.take()
        self.take()
        letters = ""
        while self.next != "}":
            letters += self.take()
        self.take("}")
        return letters

    def argument(self) -> Meaning:
        """A group in braces, or a single token: of a number a single digit."""
        if self.next == "{":
            return self.between("{", "}")
        if self.next.isdigit():
            digit, rest = self.next[0], self.next[1:]
            self.tokens[:1] = [rest] if rest else []
            return lambda scope: float(digit)
        return self.atom()

    def between(self, opening: str, closing: str) -> Meaning:
        self.take(opening)
        bars, self.within_bars = self.within_bars, False
        meaning = self.sum()
        self.within_bars = bars
        self.take(closing)
        return meaning

    def atom(self) -> Meaning:
        token = self.next
        if token == "(":
            return self.between("(", ")")
        if token == "{":
            return self.between("{", "}")
        if token == r"\lVert":
            inside = self.between(r"\lVert", r"\rVert")
            if self.next == "_":  # of Frobenius
                self.take(), self.take("F")
            return lambda scope: np.linalg.norm(inside(scope))
        self.take()
        if token == "|":
            self.within_bars = True
            inside = self.sum()
            self.within_bars = False
            self.take("|")
            return lambda scope: abs(inside(scope))
        if token in (r"\frac", r"\tfrac"):
            return _combined(self.argument(), self.argument(), divide=True)
        if token == r"\sqrt":
            inside = self.argument()
            return lambda scope: np.sqrt(inside(scope))
        if token == r"\sum":
            return self.big_sum()
        if token in EXTREMES:
            return self.extreme(EXTREMES[token])
        if token[0].isdigit():
            return lambda scope: float(token)
        assert token[-1].isalpha(), f"{token!r} is not understood"
        return self.name(token)

    def big_sum(self) -> Meaning:
        self.take("_")
        indices, term = self.subscript(), self.product()

        def total(scope: Scope, left: str = indices) -> Any:
            if not left:
                return term(scope)
            return sum(total({**scope, left[0]: i}, left[1:]) for i in range(scope["ranges"][left[0]]))

        return total

    def extreme(self, which: Callable[[Any], Any]) -> Meaning:
        self.take("_")
        index, term = self.subscript(), self.product()
        return lambda scope: which([term({**scope, index: i}) for i in range(scope["ranges"][index])])

    def name(self, token: str) -> Meaning:
        name = self.subscript() if token == r"\mathrm" else token.lstrip("\\")
        if self.next == "'":
            name += self.take()
        below = ""
        if self.next == "_":
            self.take()
            below = self.subscript()
        whole = f"{name}_{below}" if below else name
        if whole in self.functions:
            return self.application(self.functions[whole])

        def meaning(scope: Scope) -> Any:
            if not below or whole in scope:
                return scope[whole]
            index = tuple(scope[letter] for letter in below)
            return scope[name](*index) if callable(scope[name]) else scope[name][index]

        return meaning

    def application(self, function: Function) -> Meaning:
        if self.next != "(":
            arguments = [self.product() if function.wide else self.power()]
        else:
            self.take("(")
            arguments = [self.sum()]
            while self.next in (",", r"\|"):
                self.take()
                arguments.append(self.sum())
            self.take(")")
        return lambda scope: function.call(*(argument(scope) for argument in arguments))


def _combined(left: Meaning, right: Meaning, *, divide: bool) -> Meaning:
    def meaning(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if divide:
            return a / b
        return a @ b if np.ndim(a) and np.ndim(b) else a * b

    return meaning
