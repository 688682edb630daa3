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

WORDS = """
**Every racer** is torch's own optimiser where torch has one; Newton's jump, the cosine of SGDR and the mean of SWA are
the code beside. The learning rate is given in units of $1/\\beta$, so that one slider means the same on every surface:
$\\beta$ is the largest curvature anywhere in sight that is no higher than the start. The step $\\alpha$ of those who
divide by the size of the gradient is a share of half the picture's width.

**The bound.** One step of gradient descent lowers the loss by at least
$\\eta(1-\\beta\\eta/2)\\lVert\\nabla L\\rVert^2$. Summed over $T$ steps with $\\eta = 1/\\beta$ and
$s_t = \\lVert\\nabla L\\rVert^2$ that is the first line, and since every $s_t \\ge \\varepsilon^2$ while the gradient
is that large, the second bounds the number of steps.

**A quadratic** falls apart into its eigendirections: from $u$ towards the minimum $w$ each shrinks by $1-\\eta\\lambda$
a step. It diverges where $\\eta\\lambda > 2$. With momentum a direction shrinks by the spectral radius of
$\\begin{pmatrix}1+\\mu-\\eta\\lambda & -\\mu\\\\1&0\\end{pmatrix}$, and the slowest direction sets the pace: the map.

**Basins** are found by walkers that set out from every place of a grid at once. L-BFGS learns the curvature from its
own way and searches along a line of its own, Muon looks at all it moves as one matrix: walkers of theirs cannot share
a step, and thousands walking one by one would stall the race. They have no map.
"""
