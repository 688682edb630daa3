"""What the page says of the mathematics; tests compare the formulas with the code."""

from __future__ import annotations

CHAMFER_L1 = (
    r"\tfrac12\bigl(\tfrac1n\sum_i \min_j \lVert a_i - b_j\rVert + \tfrac1m\sum_j \min_i \lVert a_i - b_j\rVert\bigr)"
)
ATTENTION = r"\mathrm{softmax}\bigl(\tfrac{Q K^\top}{\sqrt d}\bigr) V"
NEIGHBOURS = r"\max_j\, \sigma\bigl(U (g_j - f) + W f + b\bigr)"
LOSS = r"\lambda J_0 + J_1"

LATEX = rf"""\begin{{aligned}}
\text{{loss}} &= {LOSS} \\
J_0 &= d(\text{{coarse}}, \text{{whole}}),\quad J_1 = d(\text{{completed}}, \text{{whole}}) \\
d(a, b) &= {CHAMFER_L1} \\
\text{{alike}} &= {ATTENTION} \\
\text{{near}} &= {NEIGHBOURS}
\end{{aligned}}"""
"""The neighbours of a point with feature f have the features g."""

WORDS = """
**Chamfer distance.** Two clouds are compared without saying which point belongs to which: every point looks for the
nearest of the other cloud, and back. The way there asks that nothing is invented, the way back that nothing is left
out. Beside it stands the earth mover's distance, which pairs the points one to one, and the F-score, the share of
points that are right to within a threshold.

**PoinTr** treats completion as translation, from the points that are there into those that are missing. A cloud is
too long for a transformer, so it is told in *point proxies*: centres picked by farthest-point sampling, each with a
feature of its surroundings and of its place. The blocks look in two ways: by **attention**, at proxies that are
alike, wherever they are; and at the $k$ **nearest in space**, which attention does not know of. From the encoded
whole come the *dynamic queries*, places where something should be; the decoder gives each a feature, and **folding**
bends a small square about it. What was seen is kept, so only what is missing has to be imagined. $J_0$ teaches the
places, $J_1$ all points.

**PCN** makes one feature of the whole cloud, of that a coarse cloud, and a patch about each coarse point.
**FoldingNet** bends one single square into the whole shape: a sheet of paper, with no way to tear a hole. Taught from
nothing with the same 1,600 views of shapes, PoinTr comes nearest and FoldingNet least near, on each of three seeds.

**Seen and unseen.** Most of the distance is easy, because most of the shape is given. So the error is told apart for
the part that is not seen, beside two baselines that need no network: the *input itself*, as if nothing were missing,
and the *nearest training shape*, the one whose points come closest to what is seen. A network that only remembers is
no better than that.
"""
