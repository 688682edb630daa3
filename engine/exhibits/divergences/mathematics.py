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

WORDS = """
The lines are Arjovsky's example: all real data on one line, all generated data on another. As soon as the two share no
point, $p/q$ is 0 or infinite everywhere, and whatever is built from it no longer depends on how far apart they are:
KL is infinite both ways, JS is $\\log 2$, total variation (TV) and squared Hellinger distance are 1. The Wasserstein
distance asks for the cheapest *transport plan* instead, and changes steadily with θ.

**What a generator feels** is not the distance but its slope: it moves θ downhill. A discriminator trained to
optimality hands on the slope of JS: twice that with the saturating loss, and that of $\\mathrm{KL}(q\\,\\|\\,p)$ less
twice that of JS with the non-saturating one. Where JS is flat the first of them vanishes. The slope of $W$ is 1 however
far away; that of KL grows with the distance; that of MMD, whose kernel is as wide as 1, is largest about one width away
and fades beyond it.

**Which side is asked.** KL averages over the real distribution $p$: it is large where something real is not made.
Reverse KL averages over the generated $q$: it is large where something made is not real. Between Gaussians of one
width both are $\\theta^2/2\\sigma^2$; give the generated one another width and they part. For equal widths
$W = |\\theta|$ and $\\mathrm{TV} = 2\\Phi(|\\theta|/2\\sigma) - 1$; squared Hellinger and MMD have closed forms for
any widths, JS has none. The tests compare all of them with the numbers shown here.
"""
