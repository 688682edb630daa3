"""The hyperparameters of the exhibit: what is shared here, each model's own in its file."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from engine.exhibits.turing.models import PLANAR, RINGS, Model
from engine.exhibits.turing.models.brusselator import BrusselatorParams
from engine.exhibits.turing.models.dapples import DapplesParams
from engine.exhibits.turing.models.fitzhugh_nagumo import FitzHughNagumoParams
from engine.exhibits.turing.models.gierer_meinhardt import GiererMeinhardtParams
from engine.exhibits.turing.models.gray_scott import GrayScottParams
from engine.exhibits.turing.models.ring import NAME as RING
from engine.exhibits.turing.models.ring import RingParams
from engine.exhibits.turing.models.schnakenberg import SchnakenbergParams
from engine.exhibits.turing.theory import sharpest_factor
from engine.params import Params, setup

ON_A_SQUARE = {"model": tuple(PLANAR)}


class RunParams(Params):
    """Which model runs, where, and how it starts."""

    model: Literal[
        "gray-scott", "schnakenberg", "gierer-meinhardt", "brusselator", "fitzhugh-nagumo", "dapples-1952",
        "ring-1952",
    ] = setup(
        "gray-scott", label="Model", help="Which reaction the two morphogens undergo.", group="Model",
    )  # fmt: skip
    size: Literal["128", "256", "512", "1024"] = setup(
        "256", label="Grid", help="Cells along each side of the square.", group="Model", when=ON_A_SQUARE,
    )  # fmt: skip
    boundary: Literal["periodic", "no-flux"] = setup(
        "periodic", label="Edges", help="Periodic: what leaves on one side enters on the other. No-flux: walls.",
        group="Model", when=ON_A_SQUARE,
    )  # fmt: skip
    start: Literal["centre", "noise", "spots", "word", "disc", "wave", "skate"] = setup(
        "spots", label="Start", help="Where the uniform state is disturbed at first.", group="Start", when=ON_A_SQUARE,
    )  # fmt: skip
    through_time: bool = setup(
        False, label="A row through time", group="Model", when=ON_A_SQUARE,
        help="Also show the middle row of the square as it changes: standing stripes, swings or waves.",
    )  # fmt: skip
    word: str = setup(
        "Turing", label="Word", help="What is written into the uniform state.", max_length=12, group="Start",
        when={**ON_A_SQUARE, "start": ("word",)},
    )  # fmt: skip


class TuringParams(
    RingParams,
    DapplesParams,
    FitzHughNagumoParams,
    BrusselatorParams,
    GiererMeinhardtParams,
    SchnakenbergParams,
    GrayScottParams,
    RunParams,
):
    """All of them. Pydantic reads the bases from last to first, so that is the order in which they appear."""

    @model_validator(mode="after")
    def _stable(self) -> Self:
        model, number = model_of(self), diffusion_number(self)
        dt, D = model.time_step(self), max(model.diffusivities(self))
        if number > 1 + 1e-9:
            raise ValueError(
                f"{model.dt} = {dt:g} is too long a step for a diffusivity of {D:g}: the diffusion number would be "
                f"{number:.3g}, and Euler steps are unstable beyond its limit of 1; "
                f"take {model.dt} up to {dt / number:.3g} or a smaller diffusivity"
            )
        factor = checkerboard_factor(self)
        if factor < -1 - 1e-9:
            raise ValueError(
                f"{model.dt} = {dt:g} is too long a step: diffusion and reaction together would multiply a "
                f"checkerboard by {factor:.3g} in each, and Euler steps are unstable beyond the limit of -1; "
                f"take {model.dt} up to {2 * dt / (1 - factor):.3g} or a smaller diffusivity"
            )
        return self


def model_of(params: TuringParams) -> Model:
    """The model that ``params`` selects."""
    return RINGS[params.ring_reaction] if params.model == RING else PLANAR[params.model]


def diffusion_number(params: TuringParams) -> float:
    """2 n D dt / h^2 in n dimensions with the larger D: an Euler step of pure diffusion is stable up to 1."""
    model = model_of(params)
    dimensions = 1 if params.model == RING else 2
    return 2 * dimensions * max(model.diffusivities(params)) * model.time_step(params)


def checkerboard_factor(params: TuringParams) -> float:
    """What one Euler step does to the shortest wave there is, on the uniform state: it must not go below -1."""
    model = model_of(params)
    constants = model.constants(params)
    u, v = (float(value) for value in model.rest(*constants))
    J, D = model.jacobian(u, v, *constants), model.diffusivities(params)
    return sharpest_factor(J, D, model.time_step(params), 4.0 if params.model == RING else 8.0)
