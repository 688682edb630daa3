"""A map of two parameters: where uniform states are stable, and where patterns or oscillations grow."""

from __future__ import annotations

import numpy as np

from engine.exhibits.turing.models import Model
from engine.exhibits.turing.models.ring import NAME as RING
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.theory import kind
from engine.params import Knob


def stability_map(model: Model, params: TuringParams, points: int = 81) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Classify the uniform state over the plane ``model.plane``, all other parameters as they are.

    Shapes:
        x: (points,), y: (points,), classes: (points, points) uint8, row i for y[i]; see :mod:`theory` for the codes.
    """
    x, y = (_axis(params.knobs()[name], points) for name in model.plane)
    values = {name: getattr(params, name) for name in (*model.kinetics, *model.diffusion)}
    values |= dict(zip(model.plane, np.meshgrid(x, y), strict=True))
    constants = [values[name] for name in model.kinetics]
    with np.errstate(divide="ignore", invalid="ignore"):
        state = (model.base or model.rest)(*constants)
        J = model.jacobian(*state, *constants)
        D = (values[model.diffusion[0]], values[model.diffusion[1]])
        classes = kind(J, D, highest=4.0 if params.model == RING else 8.0)
    return x.astype(np.float32), y.astype(np.float32), np.ascontiguousarray(np.broadcast_to(classes, (points, points)))


def _axis(knob: Knob, points: int) -> np.ndarray:
    """From one end of the parameter's range to the other."""
    if knob.minimum is None or knob.maximum is None:
        raise TypeError(f"{knob.name} has no bounds, so it cannot span a map")
    return np.linspace(knob.minimum, knob.maximum, points)


def map_key(model: Model, params: TuringParams) -> tuple[object, ...]:
    """What a map depends on: it stays the same while only the point in it moves."""
    names = (*model.kinetics, *model.diffusion)
    return (model.label, *(getattr(params, name) for name in names if name not in model.plane))
