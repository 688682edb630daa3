"""What the exhibit needs to know of a reaction."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from engine.params import Params

UV = tuple[Any, Any]
"""One entry for u and one for v; numbers or arrays of one shape."""

Matrix = tuple[Any, Any, Any, Any]
"""A 2 by 2 matrix row by row; entries are numbers or arrays of one shape."""


@dataclass(frozen=True)
class Model:
    """Two morphogens, their reaction, and where things stand in the parameters.

    Args:
        name: value of the parameter ``model``.
        label: for people.
        latex: the equations, as computed.
        note: one sentence about what is special.
        reaction: ``(u, v, *constants) -> (f, g)``, plain arithmetic: the compiled loop, NumPy and torch use this one.
        jacobian: ``(u, v, *constants) -> (f_u, f_v, g_u, g_v)``.
        rest: ``(*constants) -> (u, v)``, the uniform state that seeds are put into; works on arrays.
        states: ``(*constants) -> [(u, v), ...]``, every uniform steady state.
        kinetics: names of the parameters behind ``constants``.
        diffusion: names of the parameters D_u and D_v.
        dt: name of the time step's parameter.
        plane: the two parameters spanning the stability map.
        activator: which field the name *activator* means.
        brushes: what a dab of activator, and one of inhibitor, is called: *inhibitor* may mean to take away what the
            activator lives on.
        dose: what a full dab of activator, or of inhibitor, adds to the rest state.
        below, above: the colour scale reaches at least from ``rest - below`` to ``rest + above``.
        base: ``(*constants) -> (u, v)``, the uniform state that may turn unstable, where that is not ``rest``; NaN
            where there is none.
        floor: what u and v never fall below: a step that would use up more than there is stops there.
        odd: the equations stay the same if the signs of both u and v are turned: spots of either sign are sown.
    """

    name: str
    label: str
    latex: str
    note: str
    reaction: Callable[..., UV]
    jacobian: Callable[..., Matrix]
    rest: Callable[..., UV]
    states: Callable[..., list[tuple[float, float]]]
    kinetics: tuple[str, ...]
    diffusion: tuple[str, str]
    dt: str
    plane: tuple[str, str]
    activator: Literal["u", "v"]
    brushes: tuple[str, str]
    dose: dict[str, tuple[float, float]]
    below: tuple[float, float]
    above: tuple[float, float]
    base: Callable[..., UV] | None = None
    floor: tuple[float, float] = (-math.inf, -math.inf)
    odd: bool = False

    def constants(self, params: Params) -> tuple[float, ...]:
        """The reaction's constants, in its order."""
        return tuple(float(getattr(params, name)) for name in self.kinetics)

    def diffusivities(self, params: Params) -> tuple[float, float]:
        """(D_u, D_v) in squared cells per unit of time."""
        of_u, of_v = self.diffusion
        return float(getattr(params, of_u)), float(getattr(params, of_v))

    def time_step(self, params: Params) -> float:
        """dt, in the model's unit of time."""
        return float(getattr(params, self.dt))
