"""What the page shows of the mathematics: the formulas, put together from where the code states them, and the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.exhibits.divergences import distances, transport

LATEX = rf"""\begin{{aligned}}
\mathrm{{KL}}(p\,\|\,q) &= {distances.LATEX["KL"]} \qquad
\mathrm{{JS}}(p,q) = {distances.LATEX["JS"]},\; m={distances.LATEX["m"]}\\
W(p,q) &= {transport.LATEX["W"]}\\
\mathrm{{TV}}(p,q) &= {distances.LATEX["TV"]} \qquad
H^2(p,q) = {distances.LATEX["H2"]}\\
\mathrm{{MMD}}^2(p,q) &= {distances.LATEX["MMD2"]}, \qquad k(x,y) = {distances.LATEX["k"]}
\end{{aligned}}"""

CODE: tuple[Callable[..., Any], ...] = (
    distances.of_lines, distances.of_gaussians, distances.kl, distances.js, distances.wasserstein, distances.tv,
    distances.mmd2, transport.earth_movers,
)  # fmt: skip
"""What runs at full speed: the distances in every step, the plan whenever a bar has been moved."""
