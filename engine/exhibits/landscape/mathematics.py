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
