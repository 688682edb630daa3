"""The family of models, and the hyperparameters that each of them brings."""

from __future__ import annotations

from typing import Any, Literal

from engine.params import live
from engine.variants import Variant, Variants


def weight(default: float, of: str, lowest: float, highest: float) -> Any:
    """A penalty's weight, lambda."""
    return live(default, label="Penalty λ", help=f"Weight of {of}.", ge=lowest, le=highest, log=True, group="Model")


class Family(Variant):
    """A model without hyperparameters of its own."""


class Denoising(Family):
    """It sees a spoilt example and is to say what it was."""

    corruption: Literal["gaussian", "salt and pepper", "occlusion", "masking"] = live(
        "gaussian", label="Corruption", help="How examples are spoilt before the encoder sees them.", group="Model",
    )  # fmt: skip
    level: float = live(
        0.4, label="Noise level", help="Standard deviation of the noise, or the share that is lost.", ge=0.0, le=1.0,
        step=0.01, group="Model",
    )  # fmt: skip


class Sparse(Family):
    """It pays for every code that is not zero."""

    lam: float = weight(1.0, "|z|, summed over the code", 0.001, 100.0)


class Contractive(Family):
    """It pays for codes that move when the input is nudged."""

    lam: float = weight(1.0, "the squared slopes of all codes, ‖∂z/∂x‖²", 0.001, 100.0)


class Variational(Family):
    """Its codes are clouds, held near the prior by their KL divergence."""

    beta: float = live(
        1.0, label="Pull β towards the rings", ge=0.0, le=20.0, step=0.05, group="Model",
        help="The KL (Kullback-Leibler) divergence says how far the clouds are from the prior. With 1 it is the VAE; "
        "more pulls harder to the prior, less lets the clouds go.",
    )  # fmt: skip
    anneal: Literal["off", "once", "cycles"] = live(
        "off", label="β grows (annealing)", group="Model",
        help="Let β rise from 0, once from now on or again and again, so that codes come before the KL term.",
    )  # fmt: skip
    anneal_steps: int = live(
        2000, label="Steps of annealing", help="How long β takes to rise, or one cycle takes.", ge=100, le=20_000,
        step=100, group="Model",
    )  # fmt: skip


class WassersteinMmd(Family):
    """The crowd of its codes is compared with the prior, by a kernel."""

    lam: float = weight(300.0, "the MMD between the codes and the prior", 0.1, 10_000.0)


class WassersteinGan(Family):
    """The crowd of its codes is compared with the prior, by a discriminator."""

    lam: float = weight(10.0, "looking like the prior to the discriminator", 0.1, 1000.0)
    critic_rate: float = live(
        0.002, label="Discriminator's rate", help="Learning rate of the discriminator of codes.", ge=1e-5, le=0.1,
        log=True, group="Model",
    )  # fmt: skip


Name = Literal[
    "pca", "linear", "plain", "denoising", "sparse", "contractive", "vae", "wae-mmd", "wae-gan"
]  # fmt: skip
FAMILIES = Variants(
    "model",
    {
        "pca": Family, "linear": Family, "plain": Family, "denoising": Denoising, "sparse": Sparse,
        "contractive": Contractive, "vae": Variational, "wae-mmd": WassersteinMmd, "wae-gan": WassersteinGan,
    },
)  # fmt: skip
LINEAR = ("pca", "linear")
WITH_PRIOR = ("vae", "wae-mmd", "wae-gan")
"""Models that are told how their codes should lie; to draw from another, a Gaussian is fitted to its codes."""

LABELS = {
    "model": {
        "pca": "PCA (exact)", "linear": "linear autoencoder", "plain": "plain autoencoder",
        "denoising": "denoising autoencoder", "sparse": "sparse autoencoder",
        "contractive": "contractive autoencoder", "vae": "VAE and β-VAE", "wae-mmd": "Wasserstein AE (MMD)",
        "wae-gan": "Wasserstein AE (GAN)",
    },
    "data": {
        "digits": "handwritten digits", "shapes": "shapes of known factors", "moons": "two moons", "spiral": "spiral",
        "swiss-roll": "Swiss roll", "mnist": "MNIST, fetched once", "fashion-mnist": "Fashion-MNIST, fetched once",
    },
    "latent_dim": {"1": "1 number", "2": "2 numbers", "3": "3 numbers", "8": "8 numbers", "16": "16 numbers"},
    "network": {"dense": "dense layers", "convolutional": "convolutions"},
    "likelihood": {"bernoulli": "Bernoulli", "gaussian": "Gaussian"},
}  # fmt: skip
"""How the values of choices are called."""
