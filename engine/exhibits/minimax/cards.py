"""What to try."""

from __future__ import annotations

from engine.exhibit import Card

CARDS = (
    Card(
        "Five ways, one field",
        "The field only turns. Simultaneous steps fly apart by √(1 + η²) each, alternating steps circle, looking ahead "
        "and optimism come home. Raise η and watch the gap widen.",
        {},
    ),
    Card(
        "A brake for momentum",
        "Negative momentum with alternating steps closes in. Drag β up through 0: at 0 it circles, above 0 it flies "
        "apart. Then let it move both players at once: no β helps.",
        {"simultaneous": False, "extragradient": False, "optimistic": False, "eta": 0.2},
    ),
    Card(
        "A little damping",
        "Drag the damping a of x: at 0 everything is x · y again; at a = η the simultaneous steps circle, above "
        "it they converge.",
        {"game": "quadratic", "a": 0.1, "c": 0.0},
    ),
    Card(
        "The smallest GAN",
        "A point mass chases a point mass. Unregularised, the eigenvalues ±i/2 give no pull towards the middle: "
        "simultaneous steps drift out, alternating ones circle.",
        {"game": "dirac", "eta": 0.2},
    ),
    Card(
        "R1 brings it home",
        "A penalty on the discriminator's slope at the data. Drag γ to 0 and back: the eigenvalues move in "
        "and all paths turn inwards. Past γ = 1 they turn real.",
        {"game": "dirac-r1", "eta": 0.2},
    ),
    Card(
        "Clipping is no brake",
        "The dashed lines are the clip. Simultaneous and alternating steps run around between them "
        "for ever; only looking ahead or a brake on momentum brings them home.",
        {"game": "dirac-wgan", "eta": 0.2},
    ),
    Card(
        "WGAN-GP does not settle",
        "The penalty wants slope g₀, the equilibrium needs slope 0. Everybody ends on a small cycle; set g₀ to 0 and "
        "the same penalty converges.",
        {"game": "dirac-wgan-gp", "eta": 0.2},
    ),
    Card(
        "Ten powers of ten",
        "In the logarithmic picture every ring is a hundred times as far out. A constant factor per step is a "
        "logarithmic spiral, and here an even one.",
        {"view": "logarithmic", "eta": 0.3},
    ),
)
