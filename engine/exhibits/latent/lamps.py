"""What goes wrong in a latent space, and when it is said."""

from __future__ import annotations

from collections.abc import Mapping

from engine.kit.lamps import Lamp

SETTLED = 300  # steps before which nothing is called a collapse or a hole
HOLLOW = 0.2  # share of the prior in holes from which that is said; a perfect crowd of codes leaves a twentieth
SILENT = 0.5  # nats of KL that say next to nothing of an example
LITTLE = 1.0  # nats by which a reconstruction is hardly better than the mean of all examples


LAMPS = {
    "collapsed": Lamp(
        "posterior collapse",
        "Lit, after the first 300 steps of a VAE, when none of the numbers of its code is active: the variance of "
        "their means over the data is 0.01 or less, so the code says nothing of the example.",
    ),
    "hollow": Lamp(
        "holes",
        "Lit, after the first 300 steps, when more than a fifth of the prior's draws lie in a hole: farther from every "
        "code than 95 % of the prior's draws lie from as many others. Models without a prior are measured by the "
        "Gaussian that fits their codes.",
    ),
    "silent": Lamp(
        "KL vanishes before reconstruction",
        "Lit when the KL term of a VAE is below 0.5 nats while its reconstruction is less than 1 nat better than the "
        "mean of all examples: it has given up the code before it has learnt to use it.",
    ),
}


def lit(found: Mapping[str, float], *, settled: bool) -> dict[str, bool]:
    """Which lamps are lit; a NaN lights none.

    Args:
        found: the metrics ``active``, ``holes``, ``kl``, ``rebuilt_test``, and ``_mean``, what the mean of all examples
            would be rebuilt for. settled: the first 300 steps are over.
    """
    return {
        "collapsed": settled and found["active"] == 0,
        "hollow": settled and found["holes"] > HOLLOW,
        "silent": found["kl"] < SILENT and found["rebuilt_test"] > found["_mean"] - LITTLE,
    }
