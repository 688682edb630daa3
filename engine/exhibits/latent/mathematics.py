"""The formulas of the page; tests compare them with the code."""

from __future__ import annotations

ELBO = r"-\log p(x|z) + \beta\,\tfrac12\sum_j (\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2)"
TRICK = r"\mu + \sigma\,\epsilon"
KERNEL = r"\sum_s \frac{C_s}{C_s + \lVert a - b\rVert^2}"

LATEX = rf"""\begin{{aligned}}
z &= {TRICK}, \quad \epsilon \sim \mathcal N(0, 1) \\
L(x) &= {ELBO}
\end{{aligned}}"""
