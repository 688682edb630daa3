"""What theory says D should come to."""

from __future__ import annotations

import numpy as np


def optimal_discriminator(p: np.ndarray, p_G: np.ndarray, floor: float = 1e-6) -> np.ndarray:
    """D*(x) = p(x) / (p(x) + p_G(x)), which maximises V(D) = E log D(x) + E log(1 - D(G(z))) for a given G.

    Args:
        p, p_G: probabilities of the same cells, of the data and of generated samples.
        floor: added to either, so that D* is one half where there is next to nothing of both.

    References:
        Goodfellow et al. (2014), proposition 1.
    """
    return np.asarray((p + floor) / (p + p_G + 2 * floor))
