"""One hyperparameter as it was declared: what it may be, and how it is read from code, a flag or a link."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["live", "setup"]
Value = bool | int | float | str


class ParamError(ValueError):
    """A value is outside what its declaration allows; the message names the field and the way out."""


@dataclass(frozen=True)
class Knob:
    """One declared hyperparameter, with everything a widget, a URL or a flag needs to know of it.

    Args:
        name: field name, also its URL key and command-line name.
        kind: ``live`` or ``setup``.
        type: ``float``, ``int``, ``bool``, ``choice`` or ``text``.
        minimum, maximum, step: the allowed grid, ``minimum + i * step``. A ``log`` knob has no step: its grid
            is the numbers of three significant digits.
        unit: physical unit, empty when dimensionless.
        choices: allowed values of a ``choice``; ``max_length``: longest ``text``.
        group: heading under which widgets are gathered.
        when: show only when every named field has one of the listed values.
        marks: (metric of the frame or scene, what it is of): places to mark on the slider of a number; ``marked`` says
            what they mean.
    """

    name: str
    kind: Kind
    type: Literal["float", "int", "bool", "choice", "text"]
    default: Value
    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    max_length: int = 0
    log: bool = False
    group: str = ""
    when: tuple[tuple[str, tuple[Value, ...]], ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    marked: str = ""

    def allowed(self) -> str:
        """Say in words which values are allowed."""
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        if self.type == "bool":
            return "true or false"
        if self.type == "text":
            return f"a text of at most {self.max_length} characters"
        grid = "with three significant digits" if self.log else f"in steps of {self.step:g}"
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.minimum:g} to {self.maximum:g}{unit}, {grid}"

    def visible(self, values: Mapping[str, Any]) -> bool:
        """Whether this knob means anything beside the other ``values``."""
        return all(values.get(name) in options for name, options in self.when)

    def nearest(self, number: float) -> float | int:
        """The allowed number nearest to ``number``."""
        assert self.minimum is not None and self.maximum is not None
        number = min(max(number, self.minimum), self.maximum)
        if self.log:
            snapped = min(max(float(f"{number:.3g}"), self.minimum), self.maximum)
        else:  # in decimals, so that -0.3 + 3 * 0.1 is 0
            assert self.step is not None
            low, high, step = (Decimal(repr(each)) for each in (self.minimum, self.maximum, self.step))
            index = min(round((number - self.minimum) / self.step), int((high - low) / step))
            snapped = float(low + index * step)
        return round(snapped) if self.type == "int" else snapped

    def check(self, value: Value) -> Value:
        """Return ``value`` as the knob stores it.

        Raises:
            ParamError: it is not allowed; the message says what is.
        """
        if self.type in ("float", "int"):
            return self._check_number(value)
        if self.type == "text" and isinstance(value, str) and len(value) > self.max_length:
            raise ParamError(f"{self.name} is {len(value)} characters long; use {self.allowed()}")
        fits = {"choice": value in self.choices, "text": isinstance(value, str), "bool": isinstance(value, bool)}
        if not fits[self.type]:
            raise ParamError(f"{self.name} = {_short(value)} is not allowed; use {self.allowed()}")
        return value

    def _check_number(self, value: Value) -> float | int:
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise ParamError(f"{self.name} = {_short(value)} is not a finite number; use {self.allowed()}")
        snapped = self.nearest(number)
        if not self._same(snapped, number):
            raise ParamError(f"{self.name} = {number:g} is not allowed; use {self.allowed()} (nearest: {snapped:g})")
        return snapped

    def _same(self, snapped: float, number: float) -> bool:
        return math.isclose(snapped, number, rel_tol=1e-6, abs_tol=1e-6 * (self.step or 0.0))

    def parse(self, text: str) -> Value:
        """Read ``text`` (a URL value, a command-line flag) strictly.

        Raises:
            ParamError: the text cannot be read as this knob's type, or the value is not allowed.
        """
        return self.check(self._read(text))

    def snap(self, text: str) -> tuple[Value, str | None]:
        """Read ``text`` forgivingly: the nearest allowed value, and a sentence if that is not what it says."""
        try:
            value = self._read(text)
        except ParamError as error:
            return self.default, f"{error}. Using {self.default!r}."
        if self.type in ("float", "int") and math.isfinite(float(value)):
            snapped = self.nearest(float(value))
            if self._same(snapped, float(value)):
                return snapped, None
            return snapped, f"{self.name} = {text[:40]} is not allowed ({self.allowed()}). Using {snapped:g}."
        try:
            return self.check(value), None
        except ParamError as error:
            return self.default, f"{error}. Using {self.default!r}."

    def _read(self, text: str) -> Value:
        text = text.strip()
        if self.type == "bool":
            words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
            if text.lower() not in words:
                raise ParamError(f"{self.name} = {text[:40]!r} is not allowed; use {self.allowed()}")
            return words[text.lower()]
        if self.type in ("choice", "text"):
            return text
        try:
            return float(text)
        except ValueError:
            raise ParamError(f"{self.name} = {text[:40]!r} is not a number; use {self.allowed()}") from None


def _short(value: object) -> str:
    return repr(value)[:60]
