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
\mu &= {theory.LATEX["mu"]},\qquad \psi=\lVert z-y\rVert^2\\
\text{{Bernoulli}}\quad \tfrac{{d\psi}}{{dt}} &\le {theory.LATEX["bernoulli"]}
\end{{aligned}}"""

CODE: tuple[Callable[..., Any] | type, ...] = (
    terms.hidden, terms.output, terms.reaction, terms.slope, terms.diffusion, terms.pull, Training.flow,
    Training.move, critic.gradients,
)  # fmt: skip
"""What every step runs at full speed, in the order of a step."""
