"""What the page says of the mathematics."""

LATEX = r"\min_G \max_D\; \mathbb E\log D(x)+\mathbb E\log\bigl(1-D(G(z))\bigr)"
WORDS = """
The **discriminator** $D$ learns to tell real samples $x$ from generated ones $G(z)$, the **generator** $G$ learns to be
taken for real; all it ever hears of the data is $D$'s gradient at its own samples, the arrows.

Were $D$ perfect for the present generator, it would be $D^*(x) = p(x) / (p(x) + p_G(x))$, and the minimax value
$2\\,\\mathrm{JS}(p, p_G) - 2\\log 2$. With $p_G = p$ that is $D^* = \\tfrac12$ and $-2\\log 2$. The background
“optimal D” is there to compare the learned one with. Least squares has the same $D^*$, as a number and not as a
probability; with labels it is that of the label shown. A critic, a relativistic pair and Coulomb's potential have none,
and the picture then says so. If the two distributions do not overlap, JS is $\\log 2$ however far
apart they are: a perfect $D$ is then flat, and no gradient is left. The **Wasserstein** distance still tells near from
far, and its critic has slope one in between.

Algorithm 1 of Goodfellow et al. draws fresh noise for the generator's step; here it takes the noise of the
discriminator's last one. The networks are shown through fixed latent points, so what moves is the generator.

With **packing** (Lin et al., 2018) $D$ judges $p$ samples side by side, all real or all generated:
$D(x_1, \\dots, x_p)$. Samples that are too much alike give $G$ away at once. What such a $D$ should come to is a ratio
of densities of whole packs, no function of one place, so no optimal $D$ is drawn; the background is what it says of a
place beside real samples, on average.
"""
