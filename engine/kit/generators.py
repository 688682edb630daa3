"""NumPy's random generators as states that can be saved."""

from __future__ import annotations

import numpy as np

from engine.exhibit import State


def portable(random: np.random.Generator) -> State:
    """The state of a generator, its 128-bit integers as text: nothing else in a saved run is as long."""
    state = random.bit_generator.state
    return {**state, "state": {name: str(number) for name, number in state["state"].items()}}


def restore(random: np.random.Generator, state: State) -> None:
    """Put ``random`` back to where :func:`portable` found it."""
    random.bit_generator.state = {**state, "state": {name: int(number) for name, number in state["state"].items()}}
