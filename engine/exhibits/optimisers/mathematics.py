"""What the page shows of the mathematics, beside the surface's own formula."""

from __future__ import annotations

from engine.exhibits.optimisers.racers import AveragedWeights, Newton, WarmRestarts
from engine.exhibits.optimisers.surfaces.base import Surface
from engine.exhibits.optimisers.theory import LATEX, promised_drop

CODE = (Surface.slope, promised_drop, Newton.step, WarmRestarts.rate, AveragedWeights.step)
"""What every step runs of our own where these take part; the other optimisers are torch's."""

FORMULAS = rf"""\begin{{aligned}}
L_0 - L_T &\ge {LATEX["drop"]} \quad (\eta = 1/\beta) \\
T &\le {LATEX["steps"]} \\
w_t &= {LATEX["closed"]} \quad \text{{(quadratic, each direction)}}
\end{{aligned}}"""

__all__ = ["CODE", "FORMULAS"]
