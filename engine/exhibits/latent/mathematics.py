"""The formulas of the page; tests compare them with the code."""

from __future__ import annotations

ELBO = r"-\log p(x|z) + \beta\,\tfrac12\sum_j (\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2)"
TRICK = r"\mu + \sigma\,\epsilon"
KERNEL = r"\sum_s \frac{C_s}{C_s + \lVert a - b\rVert^2}"

LATEX = rf"""\begin{{aligned}}
z &= {TRICK}, \quad \epsilon \sim \mathcal N(0, 1) \\
L(x) &= {ELBO}
\end{{aligned}}"""

WORDS = """
**Encoder and decoder.** The encoder makes a code $z$ of an example $x$; the decoder makes an example $y$ of a code.
Both learn together, from nothing but how badly $x$ is rebuilt. If both are matrices, the best code is that of **PCA**,
and its error is the floor that no linear autoencoder passes.

**The VAE** encodes not a point but a cloud, $q(z|x) = \\mathcal N(\\mu, \\sigma^2)$, and pays for its distance from the
prior $\\mathcal N(0, 1)$ by the KL divergence, weighted by $\\beta$. A draw from the cloud cannot be differentiated;
written as $z = \\mu + \\sigma\\epsilon$ with $\\epsilon$ from outside, it can: the **reparameterisation trick**. With
$\\beta = 1$ the loss is minus the ELBO, a lower bound of $\\log p(x)$; averaging several draws inside the logarithm
gives a tighter one.

**Others** keep their codes in order in other ways: by what they rebuild (denoising), by what a code may cost
(sparse: $|z|$; contractive: $\\lVert\\partial z/\\partial x\\rVert^2$), or by how the crowd of all codes compares with
the prior (Wasserstein: by a kernel $k(a,b) = \\sum_s C_s/(C_s + \\lVert a-b\\rVert^2)$, $C_s = 2 k s$, or by a
discriminator). A plain autoencoder keeps no order at all: to draw from it one fits a Gaussian to its codes.
"""
