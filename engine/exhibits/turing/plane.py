"""A map of two parameters: where uniform states are stable, and where patterns or oscillations grow."""

from __future__ import annotations

import numpy as np

from engine.exhibits.turing.models import Model
from engine.exhibits.turing.models.ring import NAME as RING
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.theory import kind


def stability_map(model: Model, params: TuringParams, points: int = 81) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Classify the uniform state over the plane ``model.plane``, all other parameters as they are.

    Shapes:
        x: (points,), y: (points,), classes: (points, points) uint8, row i for y[i]; see :mod:`theory` for the codes.
    """
    knobs = type(params).knobs()
    x, y = (np.linspace(knobs[name].minimum, knobs[name].maximum, points) for name in model.plane)  # type: ignore[arg-type]
    values = {name: getattr(params, name) for name in (*model.kinetics, *model.diffusion)}
    values |= dict(zip(model.plane, np.meshgrid(x, y), strict=True))
    constants = [values[name] for name in model.kinetics]
    with np.errstate(divide="ignore", invalid="ignore"):
        state = (model.base or model.rest)(*constants)
        J = model.jacobian(*state, *constants)
        D = (values[model.diffusion[0]], values[model.diffusion[1]])
        classes = kind(J, D, highest=4.0 if params.model == RING else 8.0)
    return x.astype(np.float32), y.astype(np.float32), np.ascontiguousarray(np.broadcast_to(classes, (points, points)))


def map_key(model: Model, params: TuringParams) -> tuple[object, ...]:
    """What a map depends on: it stays the same while only the point in it moves."""
    names = (*model.kinetics, *model.diffusion)
    return (model.label, *(getattr(params, name) for name in names if name not in model.plane))
