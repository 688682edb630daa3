"""The numbers in which theory is read off a race."""

from __future__ import annotations

from engine.kit.lamps import Lamp
from engine.kit.readings import Reading

NOBODY = "nobody descends"
THEORY = {
    "beta": Reading("β", "Largest eigenvalue of the Hessian, in size, in sight and no higher than the start"),
    "beta_here": Reading("β here", "The same where the optimiser stands that you look inside",
                         missing="flat or broken here"),
    "eta": Reading("η", "Learning rate of gradient descent, momentum and SGD"),
    "safe_rate": Reading("1/β", "Up to here every step is sure to lower the loss"),
    "last_rate": Reading("2/β", "From here on the steepest direction diverges"),
    "dropped": Reading("L₀ − L_T", "What gradient descent has dropped", missing=NOBODY),
    "promised": Reading("at least", "Sum of η (1 − βη/2) ‖∇L‖² over its steps; with η = 1/β the lecture's bound",
                        missing=NOBODY),
    "counted": Reading("steps T", "Steps of gradient descent since start or last change of rate", missing=NOBODY),
    "longest": Reading("at most", "2β (L₀ − L_T) / ε², with ε the smallest gradient so far and η = 1/β",
                       missing="the gradient is still 0"),
}  # fmt: skip
LAMPS = {
    "broken": Lamp("promise broken", "Gradient descent has dropped less than promised: here the surface bends more."),
}
