"""What the page shows of the mathematics: the formulas, as the code states them, and the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.exhibits.landscape import averaging, connection, curvature, planes
from engine.exhibits.landscape.judge import Judge

FORMULAS = rf"""\begin{{aligned}}
L(w) &= \tfrac1n\textstyle\sum_i \ell\bigl(f(x_i; w), y_i\bigr), \qquad w(a, b) = c + a\,u + b\,v \\
u_j &\leftarrow u_j\,\frac{{\lVert c_j\rVert}}{{\lVert u_j\rVert}} \quad\text{{for every filter }} j \\
\lambda_{{\max}} &= \max_v {curvature.LATEX["rayleigh"]}, \qquad
\text{{stable while }} \lambda_{{\max}} < {curvature.LATEX["limit"]} \\
\phi(t) &= {connection.LATEX["curve"]} \\
m &\leftarrow {averaging.LATEX["mean"]}
\end{{aligned}}"""

CODE: tuple[Callable[..., Any], ...] = (
    planes.filter_normalised, Judge.on, Judge.bend, curvature.Sharpness.look, connection.bezier, averaging.mean_with,
)  # fmt: skip
"""What runs at full speed."""

WORDS = """
**The plane.** A network with $P$ weights walks in $P$ dimensions. A plane shows two of them: $c$ is its centre, $u$
and $v$ its directions, $a$ and $b$ the picture's coordinates. *Random* directions are made as long, filter by filter,
as the network's own weights $c_j$; otherwise a network with larger weights would look flatter for no reason. The
plane of the *trajectory* holds its two principal components: it explains much of any long walk, also of a random one.
*Curvature* takes the two sharpest directions, *three* whatever three weights you like.

**Sharpness.** Where the loss curves more than $2/\\eta$, full gradient descent overshoots. It does not avoid such
places: $\\lambda_{\\max}$ rises until it is there, and stays (*edge of stability*). A Hessian $H$ of $P^2$ numbers is
never written down: $Hv$ is the derivative of the gradient along $v$.

**Two networks** that learnt apart have a barrier between them on the straight line. The curve $\\phi$ from $u$ to $w$
has one control point $\\theta$, which learns to lower the mean loss along it. **The mean** $m$ of $n$ weights that a
cyclic rate meets, and of the next, $w$: stochastic weight averaging.
"""
