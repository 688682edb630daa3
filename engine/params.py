"""Hyperparameters, declared once.

A :class:`Params` field is declared with :func:`live` (takes effect before the next step) or :func:`setup`
(rebuilds the run). Default, bounds, step, unit, label and help stand in that declaration and nowhere else:
widgets, the URL codec, validation, command-line flags and documentation are all read off it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any, Literal, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core.core_schema import ValidationInfo

from engine.knobs import Kind, Knob, ParamError, Value

__all__ = ["Declared", "Kind", "Knob", "ParamError", "Params", "Value", "explain", "live", "setup"]


def live(default: Any, *, label: str, help: str, **details: Any) -> Any:
    """Declare a hyperparameter that takes effect before the next step.

    Args:
        default: its default value.
        label: what the widget is called.
        help: one sentence saying what it does.
        **details: ``ge``, ``le``, ``step``, ``log`` for numbers; ``max_length`` for text; ``unit``; ``group``;
            ``when={"field": ("value", ...)}``; ``marks=(("metric", "what it is of"), ...)``, which the slider bears
            wherever the metric of the frame or scene is a number within its bounds, and ``marked``, what they mean.
    """
    return _declare("live", default, label=label, help=help, **details)


def setup(default: Any, *, label: str, help: str, **details: Any) -> Any:
    """Declare a hyperparameter whose change rebuilds the run. Arguments as for :func:`live`."""
    return _declare("setup", default, label=label, help=help, **details)


def _declare(kind: Kind, default: Any, *, when: Mapping[str, tuple[Value, ...]] | None = None, **details: Any) -> Any:
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
    if knob.marks and (kind not in ("int", "float") or knob.kind != "live"):
        raise TypeError(f"{name}: only the slider of a live number has marks")
    if kind == "text" and not knob.max_length:
        raise TypeError(f"{name}: a text needs max_length")
    return knob


class Declared(BaseModel):
    """Fields declared with :func:`live` and :func:`setup`: immutable, validated against their declarations.

    Raises:
        pydantic.ValidationError: a value is out of bounds or off the grid; see :func:`explain`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    @classmethod
    @cache
    def knobs(cls) -> dict[str, Knob]:
        """Every declared hyperparameter, in declaration order with ``seed`` last."""
        found = {name: _knob(name, field) for name, field in cls.model_fields.items()}
        return {name: knob for name, knob in found.items() if name != "seed"} | {
            name: knob for name, knob in found.items() if name == "seed"
        }

    @field_validator("*", mode="before")
    @classmethod
    def _allowed(cls, value: Any, info: ValidationInfo) -> Any:
        return cls.knobs()[str(info.field_name)].check(value)


class Params(Declared):
    """Base of every exhibit's hyperparameters. A choice that brings parameters of its own (an optimiser, a layer) is
    declared with :class:`engine.variants.Variants`.
    """

    seed: int = setup(
        0,
        label="Seed",
        help="Same parameters and same seed give the same frames.",
        ge=0,
        le=999_999,
        step=1,
        group="Run",
    )

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
    def in_labels(cls, text: str) -> str:
        """A sentence as people read it: the names of parameters in it become their labels. A name that is a word of the
        language too, such as ``size``, does where it is given a value or a verdict.
        """
        names = sorted(cls.knobs(), key=len, reverse=True)
        odd = "|".join(re.escape(name) for name in names if "_" in name)
        all_ = "|".join(map(re.escape, names))
        pattern = rf"(?<![\w'-])(?:({odd or '(?!)'})(?![\w-])|({all_})(?= = | is \d+ characters| rebuilds ))"
        return re.sub(pattern, lambda found: cls.knobs()[found[1] or found[2]].label.removesuffix(" ="), text)

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


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
