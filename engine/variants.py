"""Variants: a choice that brings its own hyperparameters, such as an optimiser, a layer or a model.

    class Sgd(Variant):
        momentum: float = live(0.9, label="Momentum", help="Share of the last step.", ge=0.0, le=0.99, step=0.01)

    class Adam(Variant):
        beta1: float = live(0.9, label="β₁", help="Memory of the mean.", ge=0.0, le=0.99, step=0.01)

    OPTIMISERS = Variants("optimiser", {"sgd": Sgd, "adam": Adam})

    @OPTIMISERS.declared
    class TrainingParams(Params):
        optimiser: Literal["sgd", "adam"] = live("sgd", label="Optimiser", help="How a gradient becomes a step.")

``TrainingParams`` now also has ``sgd_momentum``, shown only beside ``sgd``, and ``adam_beta1``, shown only beside
``adam``; ``OPTIMISERS.variant(params)`` is the chosen ``Sgd`` or ``Adam`` with its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import Field, ValidationError, create_model, model_validator

from engine.params import Declared, Params, explain

P = TypeVar("P", bound=Params)


class Variant(Declared):
    """Base of what belongs to one of several options: fields under their own short names."""


V = TypeVar("V", bound=Variant)


class Variants(Generic[V]):
    """The options of one choice, each with its own parameters.

    Args:
        choice: the field that says which; the class it is declared in is to be :meth:`declared`.
        options: for every value of it, the parameters that it brings.
        prefix: what their names begin with in URLs and flags: the same text for all, or one for each value; default
            the value itself and an underscore. Options may share a name if they declare it alike: it is then shown
            beside each of them.
    """

    def __init__(
        self, choice: str, options: Mapping[str, type[V]], *, prefix: str | Mapping[str, str] | None = None
    ) -> None:
        self.choice, self.options = choice, dict(options)
        if prefix is None:
            prefix = {value: f"{value.replace('-', '_')}_" for value in options}
        self._prefixes = {value: prefix if isinstance(prefix, str) else prefix[value] for value in options}

    def variant(self, params: Params) -> V:
        """The chosen option with the values it has in ``params``.

        Raises:
            pydantic.ValidationError: they do not go together.
        """
        value = getattr(params, self.choice)
        names = self._names(value)
        return self.options[value](**{own: getattr(params, outer) for own, outer in names.items()})

    def declared(self, params: type[P]) -> type[P]:
        """Class decorator: ``params``, which declares the choice, with the fields of all options after its own.

        Raises:
            TypeError: the choice is not declared or has other values; a name is taken or declared in two ways.
        """
        self._check_choice(params)
        fields: dict[str, Any] = {}
        for value in self.options:
            for own, outer in self._names(value).items():
                if outer in params.model_fields:
                    raise TypeError(f"{outer} of {self.choice} = {value} is declared already; use another prefix")
                fields[outer] = self._shared(fields.get(outer), value, own, outer, params)
        ready = {name: (annotation, _field(details)) for name, (annotation, details) in fields.items()}
        validators = {f"_{self.choice}_fits": model_validator(mode="after")(lambda made: self._fits(made))}
        return create_model(  # type: ignore[call-overload]
            params.__name__, __base__=params, __module__=params.__module__, __doc__=params.__doc__,
            __validators__=validators, **ready,
        )  # fmt: skip

    def _names(self, value: str) -> dict[str, str]:
        """Own name and outer name of each parameter of an option."""
        return {own: self._prefixes[value] + own for own in self.options[value].model_fields}

    def _check_choice(self, params: type[Params]) -> None:
        knob = params.knobs().get(self.choice)
        if knob is None or set(knob.choices) != set(self.options):
            expected = ", ".join(self.options)
            raise TypeError(f"{params.__name__} must declare {self.choice} as a Literal of {expected}")

    def _shared(
        self, known: tuple[Any, dict[str, Any]] | None, value: str, own: str, outer: str, params: type[Params]
    ) -> tuple[Any, dict[str, Any]]:
        """Annotation and declaration of a field, visible beside ``value`` and where it was visible already."""
        field, names = self.options[value].model_fields[own], self._names(value)
        details = _details(field)
        beside = (*params.knobs()[self.choice].when, *((names.get(name, name), own) for name, own in details["when"]))
        if known is not None and (known[0], _without(known[1], self.choice)) != (
            field.annotation, _without({**details, "when": beside}, self.choice)
        ):  # fmt: skip
            raise TypeError(f"{outer} is declared in two ways by the options of {self.choice}; use prefixes")
        values = (*dict(known[1]["when"])[self.choice], value) if known is not None else (value,)
        return field.annotation, {**details, "when": (*beside, (self.choice, values))}

    def _fits(self, params: P) -> P:
        """The values of the chosen option go together."""
        try:
            self.variant(params)
        except ValidationError as error:
            raise ValueError(explain(error)) from None
        return params


def _details(field: Any) -> dict[str, Any]:
    return {**field.json_schema_extra["knob"], "default": field.default}


def _without(details: dict[str, Any], choice: str) -> dict[str, Any]:
    """A declaration without what it says of ``choice``."""
    return {**details, "when": [each for each in details["when"] if each[0] != choice]}


def _field(details: dict[str, Any]) -> Any:
    knob = {name: value for name, value in details.items() if name != "default"}
    return Field(details["default"], description=details["help"], json_schema_extra={"knob": knob})
