"""Hyperparameters, declared once.

A :class:`Params` field is declared with :func:`live` (takes effect before the next step) or :func:`setup`
(rebuilds the run). Default, bounds, step, unit, label and help stand in that declaration and nowhere else:
widgets, the URL codec, validation, command-line flags and documentation are all read off it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core.core_schema import ValidationInfo

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
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()

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


def live(default: Any, *, label: str, help: str, **details: Any) -> Any:
    """Declare a hyperparameter that takes effect before the next step.

    Args:
        default: its default value.
        label: what the widget is called.
        help: one sentence saying what it does.
        **details: ``ge``, ``le``, ``step``, ``log`` for numbers; ``max_length`` for text; ``unit``; ``group``;
            ``when={"field": ("value", ...)}``.
    """
    return _declare("live", default, label=label, help=help, **details)


def setup(default: Any, *, label: str, help: str, **details: Any) -> Any:
    """Declare a hyperparameter whose change rebuilds the run. Arguments as for :func:`live`."""
    return _declare("setup", default, label=label, help=help, **details)


def _declare(kind: Kind, default: Any, *, when: Mapping[str, tuple[str, ...]] | None = None, **details: Any) -> Any:
    details = {
        "kind": kind,
        "minimum": details.pop("ge", None),
        "maximum": details.pop("le", None),
        "when": tuple((name, tuple(values)) for name, values in (when or {}).items()),
        **details,
    }
    return Field(default, description=details["help"], json_schema_extra={"knob": details})


def _knob(name: str, field: FieldInfo) -> Knob:
    extra = field.json_schema_extra
    if not isinstance(extra, dict) or "knob" not in extra:
        raise TypeError(f"{name}: declare it with live(...) or setup(...)")
    details: dict[str, Any] = dict(extra["knob"])  # type: ignore[arg-type]
    choices: tuple[str, ...] = ()
    if get_origin(field.annotation) is Literal:
        kind, choices = "choice", get_args(field.annotation)
    else:
        kinds: dict[Any, str] = {bool: "bool", int: "int", float: "float", str: "text"}
        if field.annotation not in kinds:
            raise TypeError(f"{name}: declare it as float, int, bool, str or a Literal of texts")
        kind = kinds[field.annotation]
    if kind == "int":
        details.setdefault("step", 1)
    knob = Knob(name=name, type=kind, default=field.default, choices=choices, **details)  # type: ignore[arg-type]
    if kind in ("int", "float") and (
        knob.minimum is None or knob.maximum is None or (knob.step is None and not knob.log)
    ):
        raise TypeError(f"{name}: a number needs ge, le and either step or log=True")
    if kind == "text" and not knob.max_length:
        raise TypeError(f"{name}: a text needs max_length")
    return knob


class Params(BaseModel):
    """Base of every exhibit's hyperparameters: immutable, validated against its declarations.

    Raises:
        pydantic.ValidationError: a value is out of bounds or off the grid; see :func:`explain`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    seed: int = setup(
        0,
        label="Seed",
        help="Same parameters and same seed give the same frames.",
        ge=0,
        le=999_999,
        step=1,
        group="Run",
    )

    @classmethod
    @cache
    def knobs(cls) -> dict[str, Knob]:
        """Every declared hyperparameter, in declaration order with ``seed`` last."""
        found = {name: _knob(name, field) for name, field in cls.model_fields.items()}
        found["seed"] = found.pop("seed")
        return found

    @field_validator("*", mode="before")
    @classmethod
    def _allowed(cls, value: Any, info: ValidationInfo) -> Any:
        return cls.knobs()[str(info.field_name)].check(value)

    def replaced(self, **changes: Any) -> Self:
        """A copy with ``changes``, validated.

        Raises:
            ParamError: a name is unknown or a value not allowed.
        """
        try:
            return type(self)(**{**self.model_dump(), **changes})
        except ValidationError as error:
            raise ParamError(explain(error)) from None

    def to_query(self) -> dict[str, str]:
        """The fields that differ from their defaults, as URL query parameters."""
        return {
            name: _text(getattr(self, name))
            for name, knob in self.knobs().items()
            if getattr(self, name) != knob.default
        }

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Read URL query parameters, snapping what is not allowed.

        Returns:
            The parameters, and one sentence for each value that could not be taken as it stood. Keys that name
            no parameter are left to others.
        """
        values: dict[str, Any] = {}
        notices: list[str] = []
        for name, knob in cls.knobs().items():
            if name in query:
                values[name], notice = knob.snap(query[name])
                notices += [notice] if notice else []
        try:
            return cls(**values), notices
        except ValidationError as error:  # each value is fine, their combination is not
            kept = {name: value for name, value in values.items() if cls.knobs()[name].kind == "setup"}
            try:
                return cls(**kept), [*notices, f"{explain(error)}. Using the defaults of the live parameters."]
            except ValidationError:
                return cls(), [*notices, f"{explain(error)}. Using the defaults."]

    @classmethod
    def from_flags(cls, flags: list[str], base: Mapping[str, Any] | None = None) -> Self:
        """Read ``name=value`` flags strictly.

        Raises:
            ParamError: a flag has no ``=``, names no parameter, or its value is not allowed.
        """
        values: dict[str, Any] = dict(base or {})
        knobs = cls.knobs()
        for flag in flags:
            name, equals, text = flag.partition("=")
            if not equals:
                raise ParamError(f"{flag!r} is not of the form name=value")
            if name not in knobs:
                raise ParamError(f"there is no parameter {name!r}; there are {', '.join(knobs)}")
            values[name] = knobs[name].parse(text)
        try:
            return cls(**values)
        except ValidationError as error:
            raise ParamError(explain(error)) from None

    @classmethod
    def schema_for_browser(cls) -> list[dict[str, Any]]:
        """The declarations as plain JSON, for the control panel in the browser."""
        return [asdict(knob) for knob in cls.knobs().values()]


def explain(error: ValidationError) -> str:
    """A pydantic error as one line that names each field and what is allowed."""
    sentences = []
    for item in error.errors(include_url=False):
        where = ".".join(str(part) for part in item["loc"])
        cause = item.get("ctx", {}).get("error")
        sentences.append(
            str(cause) if isinstance(cause, ValueError) else f"{where}: {item['msg']}" if where else item["msg"]
        )
    return "; ".join(sentences)


def _short(value: object) -> str:
    return repr(value)[:60]


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
