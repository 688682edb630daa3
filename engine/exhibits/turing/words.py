"""What the page says of the mathematics, on a square and on a ring."""

WORDS = """
Diffusion evens things out, and yet it can destroy evenness. An *activator* makes more of itself, and something that
spreads faster holds it down. Either it makes an *inhibitor* too, which runs ahead and stops it in the surroundings
(Gierer-Meinhardt, FitzHugh-Nagumo); or it eats a *substrate*, which flows in from the surroundings until they are
starved (Gray-Scott, Schnakenberg, the Brusselator). So the brush adds inhibitor in the first kind of model, and takes
substrate away in the second.

**Linear theory** follows a small wave of wavenumber $k$ on the uniform state, where the reaction is replaced by its
Jacobian $J$. The wave grows at the rate $\\mathrm{Re}\\,\\lambda(k)$, the larger eigenvalue of
$J - k^2\\,\\mathrm{diag}(D_u, D_v)$; on the grid $k^2$ becomes $4\\sin^2(k/2)$ along an axis. A *Turing instability* is
a uniform state that is stable when stirred ($\\lambda(0) < 0$) but lets a band of waves grow, which takes unequal
diffusion. A state that is unstable even when stirred swings away in growing oscillations (*Hopf*, a focus) or departs
straight (*unstable node*). How tall the waves become, and whether spots or stripes win, linear theory does not say.

**Spots or stripes.** Near onset the field is made of three waves at 120 degrees, whose amplitudes $A_1, A_2, A_3$ obey

$$\\dot A_1 = \\mu A_1 + h\\,A_2^* A_3^* - \\bigl(g_0|A_1|^2 + g_1|A_2|^2 + g_1|A_3|^2\\bigr) A_1,$$

and likewise the other two. The coefficients come from the first three derivatives of the reaction. Stripes are one
wave alone. Three together are spots where $h > 0$, and holes where $h < 0$; they are there already at
$\\mu > -h^2 / 4(g_0 + 2g_1)$, below onset, where the even state holds as well: *hysteresis*. Stripes hold from
$\\mu = h^2 g_0/(g_1-g_0)^2$ on, spots up to $\\mu = h^2(2g_0+g_1)/(g_1-g_0)^2$.
All this is exact only where $\\mu$ and $h$ are small: far from onset the dot leaves the curves.

Each frame is computed by explicit Euler steps with the five-point Laplacian. Diffusion alone stays stable while
$4 D\\,\\Delta t \\le 1$; steps beyond that, or beyond what the reaction allows, are refused.
"""
RING_WORDS = """
Each cell $r$ of the ring exchanges both substances with its two neighbours, so that the Laplacian of $X$ is
$X_{r+1} - 2X_r + X_{r-1}$. Only waves that fit a whole number of times around the ring can stand; linear theory gives
each its growth rate. The fastest has the best chance, not certainty: its neighbours grow nearly as fast, the noise may
have given them more to begin with, and what has grown tall first holds the others down.

Turing's own example has 20 cells, $\\mu = 1/2$ and $\\nu = 1/4$, which is exactly at onset, and a slowly growing
*evocator* that drives it beyond; there is none here, but $\\mu = 0.65$ by default. In the nonlinear reaction $Y$ is
used up at a rate that does not ask how much is left. A step stops at zero, so that no concentration becomes negative.
Explicit Euler steps with $2 \\max(\\mu, \\nu)\\,\\Delta t > 1$ are refused, as diffusion alone would be unstable, and
so are steps that the reaction does not allow.

**Two cells** were Turing's first example. Their difference loses twice what one cell gives away: with
$\\mu = \\tfrac14$, $\\nu = \\tfrac94$ and his reaction $(5, -6; 6, -7)$, $J$ alone has the double eigenvalue $-1$,
and the difference grows with the eigenvalue $2$.
"""
