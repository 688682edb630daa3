"""What goes wrong in adversarial training, and when it is said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from engine.exhibits.gan.params import GanParams
from engine.kit.lamps import Lamp

SETTLED = 500  # steps before which nothing is called a collapse
FLAT = 0.02
"""Of the slope that would bridge the difference of D's scores over the distance to go."""

TOO_SLOW = 10_000  # steps
EVERYONE = 20  # generated samples nearest to a mode from which their spread is measured


LAMPS = {
    "collapse": Lamp(
        "mode collapse",
        "Lit, after the first 500 steps, when fewer than half of the real samples have a generated one nearby although "
        "the gradient has not vanished. (Nearby: within a twentieth of the picture, or 2.5 times the noise.)",
    ),
    "narrow": Lamp(
        "collapse within modes",
        "Lit, after the first 500 steps, when the generated samples of a mode are on average less than half as far "
        "spread as its real ones, although most real samples have a generated one nearby.",
    ),
    "too_strong": Lamp(
        "D too strong",
        "Lit when a discriminator scores the real sample above the generated one in more than 95 % of the pairs of the "
        "last 128 steps. (A critic of a Wasserstein objective is meant to be that good.)",
    ),
    "oscillation": Lamp(
        "oscillation",
        "Lit when the centre of the generated samples swings back and forth: over the last 1,024 steps its "
        "autocorrelation falls below -0.3 and comes back above 0.3, with a swing of more than a fifth of the data's "
        "spread, also in the later half; and W₁ is above twice its floor and a twentieth of that spread.",
    ),
    "vanishing": Lamp(
        "vanishing gradient",
        "Lit when the gradient that reaches a generated sample is shorter than 2 % of what bridges the difference of "
        "D's scores over the distance W₁, so it is measured on D's own scale. Also lit when the optimiser takes the "
        "gradient at its length (SGD, momentum) and 10,000 steps of that length would not go as far as W₁. "
        "Dark once W₁ is below twice its floor, or a twentieth of the data's spread: then there is nowhere to go.",
    ),
}


def lit(
    found: Mapping[str, float], params: GanParams, *, settled: bool, critic: bool, swinging: bool
) -> dict[str, bool]:
    """Which lamps are lit.

    Args:
        found: the metrics, and ``_reached``, the share of real samples with a generated one nearby, NaN for a generator
            that can only shift, and ``_little``, a W1 that is next to nothing.
        settled: the last look was after the first ``SETTLED`` steps. critic: D is one. swinging: see :func:`swings`.
    """
    under_way = found["w1"] > found["_little"]
    vanishing = under_way and (vanishes(found["gradient"], found["gap"], found["w1"]) or crawls(found, params))
    return {
        "collapse": settled and found["_reached"] < 0.5 and not vanishing,
        "narrow": settled and found["_reached"] >= 0.5 and found["within"] < 0.5,
        "too_strong": not critic and found["ranked"] > 0.95,
        "oscillation": swinging and under_way,
        "vanishing": vanishing,
    }


def vanishes(gradient: float, gap: float, distance: float) -> bool:
    """Whether the gradient that reaches a generated sample is next to nothing on D's own scale.

    Were D's rise from generated to real samples even, its slope would be gap / distance; a loss that does not saturate
    passes this on whole. To multiply D's scores or the data by a number changes nothing.

    Args:
        gradient: mean length of the gradient of m L_G. gap: E D(x) - E D(G(z)), of the scores. distance: W1.
    """
    return gap > 0 and gradient * distance < FLAT * gap


def crawls(found: Mapping[str, float], params: GanParams) -> bool:
    """Whether an optimiser that takes the gradient at its length would be under way for more than 10,000 steps."""
    if params.optimiser not in ("sgd", "momentum"):
        return False
    lengthened = 1 / (1 - params.beta1) if params.optimiser == "momentum" else 1.0
    return TOO_SLOW * lengthened * params.lr_G * found["gradient"] < found["w1"]


def swings(path: np.ndarray, spread: float) -> bool:
    """Whether a path (T, 2) goes back and forth by more than a fifth of ``spread``, and has not come to rest."""
    if not all(_power(part) > (0.2 * spread) ** 2 / 2 for part in (path, path[len(path) // 2 :])):
        return False
    path = path - path.mean(0)
    longest = len(path) * 3 // 4
    spectrum = np.abs(np.fft.rfft(path, 2 * len(path), axis=0)) ** 2
    correlation = np.fft.irfft(spectrum, axis=0).sum(1)[:longest] / (
        np.arange(len(path), len(path) - longest, -1) * _power(path)
    )
    below = np.flatnonzero(correlation < -0.3)
    return bool(below.size and (correlation[below[0] :] > 0.3).any())


def _power(path: np.ndarray) -> float:
    return float(((path - path.mean(0)) ** 2).sum(1).mean())


def modes_covered(fakes: np.ndarray, modes: np.ndarray, sigma: float) -> tuple[int, float]:
    """How many modes have a high-quality sample, and the share of such samples.

    A sample is of high quality within 3 sigma of its nearest mode (Lin et al., PacGAN, 2018).

    Shapes:
        fakes: (n, d). modes: (m, d).
    """
    apart, nearest = torch.cdist(torch.as_tensor(fakes).float(), torch.as_tensor(modes).float()).min(1)
    good = apart <= 3 * sigma
    return len(torch.unique(nearest[good])), float(good.float().mean())


def within_modes(fakes: np.ndarray, real: np.ndarray, modes: np.ndarray) -> float:
    """How far the generated samples of a mode are spread, as a share of how far its real ones are; 1 is right.

    The spread is the median distance from the middle (the median along each axis) of those samples whose nearest mode
    it is, so that a few on the way between modes do not count; the mean is over the modes that have enough samples.

    Shapes:
        fakes, real: (n, d). modes: (m, d). Returns NaN where there is nothing to compare.
    """
    shares = []
    for made, true in zip(_by_mode(fakes, modes), _by_mode(real, modes), strict=True):
        if min(len(made), len(true)) >= EVERYONE and _spread(true) > 0:
            shares.append(_spread(made) / _spread(true))
    return float(np.mean(shares)) if shares else float("nan")


def _by_mode(samples: np.ndarray, modes: np.ndarray) -> list[np.ndarray]:
    nearest = torch.cdist(torch.as_tensor(samples).float(), torch.as_tensor(modes).float()).argmin(1).numpy()
    return [samples[nearest == mode] for mode in range(len(modes))]


def _spread(samples: np.ndarray) -> float:
    return float(np.median(np.linalg.norm(samples - np.median(samples, axis=0), axis=1)))
