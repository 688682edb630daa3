"""What the page shows of the mathematics: the formulas, put together from where the code states them, and the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.exhibits.adversarial_patterns import critic, terms, theory
from engine.exhibits.adversarial_patterns.training import Training

LATEX = rf"""\begin{{aligned}}
f(x) &= {terms.LATEX["generator"]}, \qquad g(y) = {terms.LATEX["critic"]}\\[2pt]
\mathcal L_{{aug}} &= {terms.LATEX["supervised"]}
 - {terms.LATEX["adversary"]}\\[2pt]
\frac{{du_j}}{{dt}} &= R_j + D_j\\[2pt]
\text{{reaction}}\quad R_j &= {terms.LATEX["reaction"]}\\
\text{{diffusion}}\quad D_j &= {terms.LATEX["diffusion"]}\\[4pt]
\lVert u_j(t)-u_j(0)\rVert &\le \underbrace{{{theory.LATEX["theorem 1"]}}}_{{\text{{Theorem 1}}}}
 \; \underbrace{{+\,{theory.LATEX["theorem 2 adds"]}}}_{{\text{{Theorem 2}}}}\\
\mu &= {theory.LATEX["mu"]}, \qquad \kappa = {theory.LATEX["kappa"]}\\
\text{{Bernoulli}}\quad \tfrac{{d\psi}}{{dt}} &\le {theory.LATEX["bernoulli"]}, \qquad
 \psi=\lVert z-y\rVert^2,\; r = {theory.LATEX["r"]},\; K = {theory.LATEX["K"]}\\
\text{{logistic}}\quad \tfrac{{dP}}{{dt}} &= {theory.LATEX["logistic"]}
\end{{aligned}}"""

CODE: tuple[Callable[..., Any] | type, ...] = (
    terms.hidden, terms.output, terms.reaction, terms.slope, terms.diffusion, terms.pull, Training.flow,
    Training.move, critic.gradients,
)  # fmt: skip
"""What every step runs at full speed, in the order of a step."""

FOUND: dict[str, tuple[tuple[float, float], ...]] = {
    "digits": ((0.50, 0.61), (0.54, 0.69), (0.98, 1.15)),
    "smooth": ((0.12, 0.14), (0.18, 0.21), (1.15, 1.42)),
    "gratings": ((0.12, 0.13), (0.11, 0.12), (0.87, 0.98)),
    "gaussian": ((0.12, 0.15), (0.08, 0.09), (0.79, 0.96)),
}
"""What is found of the defaults with other inputs after 1,440 steps, over six seeds: the least and the greatest
coefficient of variation without adversary, with it, and the ratio with / without at equal distance."""
