r"""The racers: torch's own optimisers wherever torch has them, each on one tensor of places w (k, 2).

A racer is handed the gradient at w and makes one step. Most treat every coordinate for itself, so that one tensor can
hold many walkers at once: the map of basins does so.

References:
    Polyak 1964 (momentum), Nesterov 1983, Riedmiller & Braun 1993 (Rprop), Duchi et al. 2011 (Adagrad), Hinton 2012
    (RMSProp), Kingma & Ba 2015 (Adam), Loshchilov & Hutter 2017 and 2019 (SGDR, AdamW), Izmailov et al. 2018 (SWA),
    Jordan 2024 (Muon).
"""

from __future__ import annotations

from engine.exhibits.optimisers.racers.adaptive import Adagrad, Adam, AdamW, RMSProp, Rprop
from engine.exhibits.optimisers.racers.base import Internals, Racer, Rules
from engine.exhibits.optimisers.racers.first_order import GradientDescent, Momentum, Muon, Nesterov, StochasticDescent
from engine.exhibits.optimisers.racers.schedules import AveragedWeights, WarmRestarts
from engine.exhibits.optimisers.racers.second_order import LBFGS, Newton

__all__ = ["NAMES", "RACERS", "AveragedWeights", "Internals", "Newton", "Racer", "Rules", "WarmRestarts"]

RACERS: tuple[type[Racer], ...] = (
    GradientDescent, Momentum, Nesterov, RMSProp, Adam, LBFGS, StochasticDescent, Rprop, Adagrad, AdamW, Newton,
    AveragedWeights, WarmRestarts, Muon,
)  # fmt: skip
NAMES = tuple(racer.name for racer in RACERS)
