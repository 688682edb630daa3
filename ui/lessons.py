"""Panels that need no run of their own: what a loss is built of, and how its gradient comes back through layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from engine.exhibits.optimisers import ACTIVATIONS, FAMILIES, through_a_chain, values_and_slopes
from ui import charts, theme
from ui.mount import Handle


def chain(handle: Handle[Any]) -> None:
    """Backpropagation through stacked neurons, factor by factor."""
    st.header("How a gradient vanishes")
    activation, depth, weight = st.columns(3)
    name = activation.selectbox(
        "Every neuron is", ACTIVATIONS, index=4, format_func=lambda each: ACTIVATIONS[each].label
    )
    layers = int(depth.number_input("Layers in a row", 1, 30, 10))
    passed = through_a_chain(layers, weight.number_input("Weight w of each", 0.1, 6.0, 1.0, 0.1), name)
    numbers = range(1, layers + 1)
    charts.standing(
        handle, [charts.Drawn("gradient |δ|", theme.GRADIENT, numbers, np.abs(passed.deltas), bars=True),
              charts.Drawn("w s′(z)", theme.CATEGORIES[0], numbers, np.abs(passed.factors), 1, bars=True)],
        titles=[("layer", "|δ|, what reaches the layer"), ("layer", "|w s′(z)|, its factor")], log=True, key="chain",
        alt="Size of the error signal in every layer, and the factor by which the layer multiplies it.",
    )  # fmt: skip
    st.markdown(
        "Backwards, from the last layer to the first, each multiplies the error signal by its factor $w\\,s'(z)$. The "
        "slope $s'$ of a sigmoid is at most ¼: ten of them in a row with $w = 1$ leave less than a millionth. "
        "ReLU's slope is 1 or 0; a weight above 1 can make the signal explode instead."
    )


def functions(handle: Handle[Any]) -> None:
    """What losses and activations look like, and their derivatives."""
    st.header("What a loss is built of")
    choice, number = st.columns(2)
    family = choice.segmented_control("Functions", list(FAMILIES), default="activations") or "activations"
    beta = number.number_input("β of Swish", 0.0, 10.0, 1.0, 0.1, disabled=family != "activations")
    x, found = values_and_slopes(family, beta)
    shown = zip(found.items(), theme.CATEGORIES, strict=False)
    drawn = [charts.Drawn(label, color, x, curve, panel) for (label, pair), color in shown
             for panel, curve in enumerate(pair)]  # fmt: skip
    across = "x" if family == "activations" else "residual, or margin"
    alt = f"{family.capitalize()} and their derivatives side by side."
    charts.standing(
        handle, drawn, titles=[(across, "value"), (across, "derivative")], key=f"functions-{family}", alt=alt
    )
    st.markdown(
        "Learning feels only the derivative, on the right: L2 pulls the harder the farther away, L1 always alike, "
        "Huber first this, then that. Where an activation's derivative is 0 nothing comes through. Click a name to "
        "hide it."
    )
