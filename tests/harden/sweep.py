"""Settings drawn at random from all that an exhibit's parameters allow, the ends of their ranges as often as not."""

from __future__ import annotations

import random
from typing import Any

from pydantic import ValidationError

from engine.exhibit import Exhibit
from engine.kit.images import ARCHIVES
from engine.knobs import Knob
from engine.params import Params


def any_params(kind: type[Exhibit[Any]], rng: random.Random, small: dict[str, Any]) -> Params:
    """Some setting of ``kind`` that is allowed, where ``small`` does not say what it is."""
    for _ in range(1000):
        values = {name: _any_value(knob, rng) for name, knob in kind.Params.knobs().items() if rng.random() < 0.5}
        try:
            return kind.Params(**values | small)
        except ValidationError:  # each is fine, but not together
            continue
    raise AssertionError(f"no setting of {kind.slug} is allowed with {small}")


def _any_value(knob: Knob, rng: random.Random) -> Any:
    if knob.type == "bool":
        return rng.random() < 0.5
    if knob.type == "choice":
        return rng.choice([each for each in knob.choices if each not in ARCHIVES])  # which would have to be fetched
    if knob.type == "text":
        return "ab"
    low, high = float(knob.minimum or 0), float(knob.maximum or 0)
    share = rng.choice([0.0, 1.0, rng.random(), rng.random()])
    if knob.log:
        value = low * (high / low) ** share if 0 < share < 1 else (low, high)[int(share)]
        return round(value) if knob.type == "int" else value
    step = float(knob.step or 1)
    value = low + step * int(share * int((high - low) / step + 1e-9))
    return int(value) if knob.type == "int" else knob.snap(str(value))[0]
