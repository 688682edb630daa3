"""What linear theory says about the run at hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.exhibits.turing.models import Model
from engine.exhibits.turing.models.base import Matrix
from engine.exhibits.turing.models.ring import NAME as RING
from engine.exhibits.turing.params import TuringParams, model_of
from engine.exhibits.turing.theory import (
    HOPF,
    KINDS,
    TURING,
    Dispersion,
    critical_ratio,
    dispersion,
    eigenvalue,
    kind,
    lattice_square,
)


@dataclass(frozen=True)
class Prediction:
    """Linear theory about one uniform state.

    Args:
        state: the steady state (u, v).
        dispersion: growth of every wave along an axis of the lattice.
        wavelength: of the fastest growing wave, in cells; on a ring, of the fastest that fits; NaN if none grows.
        growth: its growth rate, NaN if none grows.
        critical_ratio: D_inhibitor / D_activator at onset, NaN if diffusion cannot destabilise this state.
        kind: one of ``theory.KINDS``.
        sentence: all this in words.
        facts: the steady states, the Jacobian at ``state``, and how far the diffusivities are from onset, in one line.
        modes_k, modes_growth: the waves that fit on a ring; empty on a square.
    """

    state: tuple[float, float]
    dispersion: Dispersion
    wavelength: float
    growth: float
    critical_ratio: float
    kind: str
    sentence: str
    facts: str
    modes_k: np.ndarray
    modes_growth: np.ndarray


def uniform_state(model: Model, params: TuringParams) -> tuple[float, float]:
    """The steady state a run starts about: ``rest``, or for noise ``base`` where there is one."""
    constants = model.constants(params)
    if model.base and params.start == "noise":
        u, v = (float(value) for value in model.base(*constants))
        if np.isfinite(u) and np.isfinite(v):
            return u, v
    u, v = (float(value) for value in model.rest(*constants))
    return u, v


def predict(params: TuringParams) -> Prediction:
    """Work out the theory for ``params``."""
    model = model_of(params)
    ring = params.model == RING
    state, D = uniform_state(model, params), model.diffusivities(params)
    J = model.jacobian(*state, *model.constants(params))
    curve = dispersion(J, D)
    fastest, growth = curve.fastest, float(np.max(curve.growth))
    modes_k = 2 * np.pi * np.arange(params.ring_cells // 2 + 1 if ring else 0) / params.ring_cells
    modes_growth = eigenvalue(J, D, lattice_square(modes_k)).real
    if ring:
        top = int(np.argmax(modes_growth))
        growth = float(modes_growth[top])
        fastest = float(modes_k[top]) if top > 0 and growth > 0 else float("nan")
    code = int(kind(J, D, highest=4.0 if ring else 8.0))
    return Prediction(
        state=state,
        dispersion=curve,
        wavelength=2 * np.pi / fastest,
        growth=growth if np.isfinite(fastest) else float("nan"),
        critical_ratio=critical_ratio(J),
        kind=KINDS[code],
        sentence=_sentence(params, model, state, fastest, growth, code, curve),
        facts=_facts(model, model.states(*model.constants(params)), state, J, D),
        modes_k=modes_k,
        modes_growth=modes_growth,
    )


def _facts(
    model: Model, states: list[tuple[float, float]], state: tuple[float, float], J: Matrix, D: tuple[float, float]
) -> str:
    """Steady states, Jacobian, and the ratio of the diffusivities beside its critical value."""
    fu, fv, gu, gv = (float(entry) + 0.0 for entry in J)  # no minus zero
    others = ", ".join(f"({u:.3g}, {v:.3g})" for u, v in states if math.dist((u, v), state) > 1e-6)
    text = f"(u, v) = ({state[0]:.3g}, {state[1]:.3g})" + (f", steady too: {others}" if others else "")
    text += f"; J = [{fu:.3g} {fv:.3g}; {gu:.3g} {gv:.3g}]"
    slow, fast = (D[0], D[1]) if model.activator == "u" else (D[1], D[0])
    critical = critical_ratio(J)
    if np.isfinite(critical) and slow > 0:
        text += f", d = {fast / slow:.4g}, critical d = {critical:.4g}"
    return text


def _sentence(
    params: TuringParams,
    model: Model,
    state: tuple[float, float],
    fastest: float,
    growth: float,
    code: int,
    curve: Dispersion,
) -> str:
    """The verdict of linear theory for a reader."""
    where = f"({state[0]:.3g}, {state[1]:.3g})"
    if np.isfinite(fastest):
        size = f"{2 * np.pi / fastest:.1f} cells"
        if params.model == RING:
            size = f"{size}, {fastest * params.ring_cells / (2 * np.pi):.0f} around the ring,"
        both = " The uniform state also oscillates." if code == 3 else ""
        return f"Linear theory: waves of {size} grow fastest, e-fold in {1 / growth:.3g} time units.{both}"
    if curve.growth[0] > 0:
        manner = "starts to oscillate" if code == HOPF else "is left without a wave"
        return f"Linear theory: the uniform state {where} is unstable and {manner}; no wavelength is preferred."
    verdict = f"Linear theory says nothing here: {where} is stable to every small wave. A pattern needs a finite seed."
    return verdict + _other_state(params, model, state)


def _other_state(params: TuringParams, model: Model, state: tuple[float, float]) -> str:
    """A remark if the model's other uniform state is the one with a Turing instability."""
    if not model.base:
        return ""
    constants = model.constants(params)
    u, v = (float(value) for value in model.base(*constants))
    if not np.isfinite(v) or (u, v) == state:
        return ""
    turing = int(kind(model.jacobian(u, v, *constants), model.diffusivities(params))) == TURING
    return f" The state ({u:.2g}, {v:.2g}) is Turing-unstable: start from noise to see it." if turing else ""
