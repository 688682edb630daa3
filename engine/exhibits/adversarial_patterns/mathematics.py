"""What the page shows of the mathematics: the formulas, put together from where the code states them, and the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def found(labels: Mapping[str, str]) -> str:
    """What is found, as a table in Markdown, with the inputs called by their ``labels``."""
    rows = ["| inputs | unevenness without | with | with / without at equal distance |", "| --- | --- | --- | --- |"]
    for data, ranges in FOUND.items():
        cells = [f"{low:.2f} to {high:.2f}" for low, high in ranges]
        rows.append(f"| {' | '.join([labels.get(data, data), *cells])} |")
    return "\n".join(rows)


WORDS = """
Here $z_p = f(x_p)$ is what the network says to input $p$, $s_{jp} = 1$ where neuron $j$ sees that input
($u_j^\\top x_p \\ge 0$), $A_p = \\mathrm{diag}\\,1\\{Wz_p \\ge 0\\}$, and α is how strong the adversary is. Both
trainings begin with the same weights and see the same data; one lacks $D$.

**What the analogy is.** A chemical reaction left to itself becomes even; with diffusion beside it, it may not. Here the
pull of the residual, $R$, has the reaction's part, and $D$, the slope of a critic, stands beside it: the
*pseudo-diffusion*. $D$ is not a Laplacian. Neurons have no neighbours and nothing flows from one to another; both
terms couple them, through the outputs they make together, and both know the targets, on which the critic is trained
too. What sets $D$ apart is that it need not end with the residual.

**What is found.** Whether patterns grow is a question about evenness, so it is asked in numbers that do not change if
everything moves twice as far: the coefficient of variation of the neurons' ways (*unevenness*), participation and
entropy. The adversary carries neurons farther on all of these data; whether it makes them less even depends on the
data, and digits are uneven without it. After 1,440 steps of the default network, over six seeds:

{found}

**What is proved.** Without adversary a neuron's way stays below a bound that levels off (Theorem 1). With one, the
bound grows with time (Theorem 2): an upper bound, which allows a neuron to go on moving and does not say that it will.
The theorems need one output, inputs of unit norm, fixed top layers and a critic whose rows $w$ are no longer than $L$:
the network *strict* has all that. They also need a critic whose signs $a$ know nothing of its rows, and a network so
wide that the smallest eigenvalue of $H(t)$ stays above $\\lambda_0/2$: this is measured while it runs, and said under
*Theory*. With such signs the critic's slope is below $L\\sqrt{2\\log(2/\\delta)}$ with probability $1-\\delta$.
Training the critic ends that: it may then be as steep as $L\\sqrt m$, and the residual may pass its bound. One caution:
$\\mu$ is drawn as published, times α; a slope of that size gives a constant larger by $\\sqrt m$.

**Two curves.** What the theorem allows the squared residual ψ follows a Bernoulli equation, with a rate $r$ and a
resting place $\\psi = K^2$. It is drawn beside logistic growth, the textbook's population $P$ with growth rate $r$ and
capacity $K$, here with $\\lambda_0/2$ and $K^2$ for them: both curves begin and end alike, and settle at the same rate.

Filters can only move within the span of the inputs, so training runs in coordinates of that span: the same training,
several times as fast. A critic of another width $k$ has $1/\\sqrt{k}$ where the paper has $1/\\sqrt{m}$.
"""
"""What is said beside the formulas; ``{found}`` is where the table stands."""
