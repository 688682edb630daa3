"""What the page shows of the mathematics, beside a game's own formula and field."""

from __future__ import annotations

from engine.exhibits.minimax.methods import METHODS, Method

CODE: tuple[type[Method], ...] = tuple(type(method) for method in METHODS)
"""What every step runs at full speed, with the ``field`` of the game that is played."""

WORDS = """
**Theory.** Near the equilibrium the field is linear, $v \\approx A w$, and one move of a method is a matrix $M$ made of
$B = \\mathrm{diag}(\\eta_x, \\eta_y)\\,A$. In the long run each step multiplies the distance by the *spectral radius*
$\\rho(M) = \\max_i |\\lambda_i|$: inside the unit circle the method converges, outside it runs away.

**Measurement.** The linear map that fits the last 32 moves best in least squares, and its eigenvalues. On $xy$ and the
quadratic it agrees with theory to rounding; elsewhere once the path is close to the equilibrium. Where no linear map
fits the path, the table shows how fast its envelope grows instead, and no measured eigenvalues are drawn.

On $xy$ the eigenvalues are $1 \\pm i\\eta$ (simultaneous, $\\rho = \\sqrt{1+\\eta^2}$), a pair on the unit circle
for $\\eta < 2$ (alternating, $\\det M = 1$), $1-\\eta^2 \\pm i\\eta$ (extragradient) and $1-\\gamma\\eta \\pm i\\eta$
(consensus).

**Steps, and what they are steps of.** The thin line in the picture is the *continuous flow* $\\dot w = v(w)$ from the
same start, which infinitely short steps would follow. On $xy$ it circles for ever; what a method makes of it there is
the method's own doing. *Consensus* changes the flow itself to $\\dot w = v - \\gamma J^\\top v$, where $J$ is the
derivative of the field and $J^\\top v$ the slope of $\\tfrac12\\lVert v\\rVert^2$: it goes to wherever the field is
short, and that need not be an equilibrium.

**How fast.** The table says below which learning rate $\\eta$ a method converges near the equilibrium, all else being
as it is: on $xy$ optimism below $1/\\sqrt3$, extragradient below 1, momentum in turns below $2(1+\\beta)$, consensus
below $2\\gamma/(1+\\gamma^2)$.
"""
