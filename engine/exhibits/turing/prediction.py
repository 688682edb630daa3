"""What linear theory says about the run at hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.exhibits.turing.competition import Competition, compete
from engine.exhibits.turing.models import Model
from engine.exhibits.turing.models.base import Matrix
from engine.exhibits.turing.models.ring import NAME as RING
from engine.exhibits.turing.params import TuringParams, model_of
from engine.exhibits.turing.theory import (
    BOTH,
    HOPF,
    KINDS,
    NODE,
    OTHER,
    TURING,
    Dispersion,
    critical_ratio,
    diffusion_ratio,
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
        competition: spots or stripes, near onset.
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
    competition: Competition


def uniform_state(model: Model, params: TuringParams) -> tuple[float, float]:
    """The steady state a run starts about: ``rest``, or for noise and for a U within it ``base`` where there is one."""
    base = second_state(model, params)
    if base and params.start in ("noise", "skate"):
        return base
    u, v = (float(value) for value in model.rest(*model.constants(params)))
    return u, v


def second_state(model: Model, params: TuringParams) -> tuple[float, float] | None:
    """The uniform state ``base`` of a model that has one besides ``rest``; None where it has not."""
    if not model.base:
        return None
    u, v = (float(value) for value in model.base(*model.constants(params)))
    return (u, v) if np.isfinite(u) and np.isfinite(v) else None


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
        facts=_facts(model.states(*model.constants(params)), state, J, D),
        modes_k=modes_k,
        modes_growth=modes_growth,
        competition=compete(model, params, state),
    )


def _facts(states: list[tuple[float, float]], state: tuple[float, float], J: Matrix, D: tuple[float, float]) -> str:
    """Steady states, Jacobian, and the ratio of the diffusivities beside its critical value."""
    fu, fv, gu, gv = (float(entry) + 0.0 for entry in J)  # no minus zero
    others = ", ".join(f"({u:.3g}, {v:.3g})" for u, v in states if math.dist((u, v), state) > 1e-6)
    text = f"(u, v) = ({state[0]:.3g}, {state[1]:.3g})" + (f", steady too: {others}" if others else "")
    text += f"; J = [{fu:.3g} {fv:.3g}; {gu:.3g} {gv:.3g}]"
    critical, ratio = critical_ratio(J), diffusion_ratio(J, D)
    if np.isfinite(critical) and np.isfinite(ratio):
        text += f", d = {ratio:.4g}, critical d = {critical:.4g}"
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
    ring = params.model == RING
    if np.isfinite(fastest):
        size = f"{2 * np.pi / fastest:.1f} cells"
        hint = "" if ring or params.through_time or code != BOTH else ROW
        if ring:
            size = f"{size}, {fastest * params.ring_cells / (2 * np.pi):.0f} around the ring,"
        also = f"{ALSO.get(code, '')}{hint}"
        return f"Linear theory: waves of {size} grow fastest, e-fold in {1 / growth:.3g} time units.{also}"
    if curve.growth[0] > 0:
        hint = ROW if code in (HOPF, BOTH) and not (ring or params.through_time) else ""
        return f"Linear theory: the uniform state {where} is unstable and {ALONE[code]}.{hint}"
    fits = " that fits" if ring and growth < 0 < curve.growth.max() else ""
    rate = f", at the slowest to 1/e in {-1 / growth:.3g} time units" if growth < 0 else ""
    stable = f"Linear theory: {where} is stable to every small wave{fits}, so"
    if ring or params.start == "noise":
        verdict = f"{stable} the noise dies out{rate}.{_remedy(model, params, state)}"
    else:
        verdict = f"{stable} a faint trace dies out{rate}. Whether a seed as strong as this one spreads it cannot tell."
    return verdict + _other_state(params, model, state)


ROW = " “A row through time”, under *Set up*, shows it."

ALSO = {
    BOTH: " The uniform state also oscillates.",
    NODE: " The uniform state is unstable by itself, too.",
    OTHER: " The uniform state is unstable by itself, too.",
}
"""What is said of a state where some wave grows fastest, by its kind."""

ALONE = {
    HOPF: "starts to oscillate; no wavelength is preferred",
    BOTH: "starts to oscillate; waves grow too, but more slowly",
    NODE: "is left without a wave; no wavelength is preferred",
    OTHER: "is left without a wave; no wavelength is preferred",
}
"""What an unstable state does where no wave grows faster than all cells together, by its kind."""


def _remedy(model: Model, params: TuringParams, state: tuple[float, float]) -> str:
    """What would have to change for noise to grow."""
    J = model.jacobian(*state, *model.constants(params))
    critical, ratio = critical_ratio(J), diffusion_ratio(J, model.diffusivities(params))
    if not np.isfinite(critical):
        return " No ratio of the diffusivities changes that."
    if ratio < critical:
        return f" Diffusion is too even: waves grow once d = {ratio:.4g} exceeds {critical:.4g}."
    return ""


def _other_state(params: TuringParams, model: Model, state: tuple[float, float]) -> str:
    """A remark if the model's other uniform state is the one with a Turing instability."""
    base = second_state(model, params)
    if base is None or base == state:
        return ""
    J = model.jacobian(*base, *model.constants(params))
    turing = int(kind(J, model.diffusivities(params))) == TURING
    where = f"({base[0]:.2g}, {base[1]:.2g})"
    return f" The state {where} is Turing-unstable: start from noise to see it." if turing else ""
