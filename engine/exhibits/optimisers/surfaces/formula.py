r"""A user's own loss, read without ever running what was written.

The text is parsed into a syntax tree, and only what stands on the list below is understood: the two numbers x and y, pi
and e, sums, products, quotients, powers and a few functions. It becomes a chain of torch operations; nothing is
compiled or evaluated as Python, so there is no way from a formula to anything else.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from engine.exhibits.optimisers.surfaces.base import Formula, Surface

LONGEST, DEEPEST, MOST_NODES = 200, 30, 150
HIGHEST_POWER, LARGEST = 12.0, 1e6
NAMES = {"pi": math.pi, "e": math.e}
FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sin": torch.sin, "cos": torch.cos, "tan": torch.tan, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt,
    "abs": torch.abs, "tanh": torch.tanh, "sinh": torch.sinh, "cosh": torch.cosh, "atan": torch.atan,
}  # fmt: skip
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b, ast.Div: lambda a, b: a / b,
}  # fmt: skip
ALLOWED = f"numbers, x, y, pi, e, + - * / ^ and {', '.join(FUNCTIONS)}"


def read_formula(text: str) -> Formula:
    """The formula as a function of two tensors.

    Raises:
        ValueError: with a sentence that says what cannot be read, and what can.
    """
    if len(text) > LONGEST:
        raise ValueError(f"The formula is {len(text)} characters long; use at most {LONGEST}.")
    try:
        tree = ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"The formula {text[:40]!r} cannot be read; use {ALLOWED}.") from None
    count = sum(1 for _ in ast.walk(tree))
    if count > MOST_NODES:
        raise ValueError(f"The formula has {count} parts; use at most {MOST_NODES}.")
    term = _term(tree, 1)
    return lambda x, y: torch.broadcast_to(torch.as_tensor(term(x, y), dtype=x.dtype), x.shape)


def _term(node: ast.AST, depth: int) -> Callable[[Tensor, Tensor], Any]:
    """A part of the tree as a function of x and y."""
    if depth > DEEPEST:
        raise ValueError(f"The formula is nested more than {DEEPEST} deep.")
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _constant(number)
        case ast.Name(id="x"):
            return lambda x, y: x
        case ast.Name(id="y"):
            return lambda x, y: y
        case ast.Name(id=name) if name in NAMES:
            return lambda x, y: torch.full_like(x, NAMES[name])
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inside):
            term, factor = _term(inside, depth + 1), -1 if isinstance(sign, ast.USub) else 1
            return lambda x, y: factor * term(x, y)
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            return _power(base, exponent, depth)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            first, second, act = _term(left, depth + 1), _term(right, depth + 1), OPERATORS[type(operator)]
            return lambda x, y: act(first(x, y), second(x, y))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            of, function = _term(argument, depth + 1), FUNCTIONS[name]
            return lambda x, y: function(of(x, y))
    raise ValueError(f"The formula has {_named(node)}, which is not understood; use {ALLOWED}.")


def _constant(number: float) -> Callable[[Tensor, Tensor], Any]:
    if not abs(number) <= LARGEST:
        raise ValueError(f"The formula has a number beyond {LARGEST:g}.")
    return lambda x, y: torch.full_like(x, float(number))


def _power(base: ast.AST, exponent: ast.AST, depth: int) -> Callable[[Tensor, Tensor], Any]:
    """A power with a number for exponent; e to whatever is the exponential."""
    term = _term(base, depth + 1)
    if isinstance(base, ast.Name) and base.id == "e":
        of = _term(exponent, depth + 1)
        return lambda x, y: torch.exp(of(x, y))
    value = _exponent(exponent)
    return lambda x, y: term(x, y) ** value


def _exponent(node: ast.AST) -> float:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inside):
            return -_exponent(inside)
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if abs(number) <= HIGHEST_POWER:
                return number
            raise ValueError(f"The formula has a power of {str(number)[:12]}; use at most {HIGHEST_POWER:g}.")
    raise ValueError("An exponent must be a number, as in x^2; for others use exp and log.")


def _named(node: ast.AST) -> str:
    try:
        return repr(ast.unparse(node)[:40])
    except (RecursionError, ValueError):
        return "something"


def own(text: str, half: float) -> Surface:
    """The surface of a user's formula, in a window about the origin.

    Raises:
        ValueError: the formula cannot be read; says why.
    """
    shown = text.replace("\\", "").replace("**", "^")
    for sign in "#$%&_{}~":
        shown = shown.replace(sign, rf"\{sign}")
    return Surface(
        label="Your own",
        latex=rf"\texttt{{{shown.replace('^', chr(92) + 'textasciicircum ')}}}",
        note="Your formula, as it was read; its gradient and its curvature come by automatic differentiation.",
        formula=read_formula(text),
        half=half,
        start=(0.7 * half, -0.6 * half),
    )
