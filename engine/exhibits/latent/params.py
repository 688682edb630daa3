"""The hyperparameters of the exhibit, in the order in which a person meets them."""

from __future__ import annotations

from typing import Literal

from engine.exhibits.latent.families import FAMILIES, LINEAR, WITH_PRIOR, Name
from engine.kit.images import ARCHIVES
from engine.params import Params, live, setup

IMAGES = ("digits", "shapes", *ARCHIVES)
NETWORKS = ("plain", "denoising", "sparse", "contractive", *WITH_PRIOR)
DIMENSIONS = ("1", "2", "3", "8", "16")


class SetupParams(Params):
    """What the run is built from."""

    data: Literal["digits", "shapes", "moons", "spiral", "swiss-roll", "mnist", "fashion-mnist"] = setup(
        "digits", label="Data", group="Data",
        help="What is encoded: images, or points of the plane. MNIST and Fashion-MNIST are fetched when they are first "
        "asked for, 10 and 26 MB.",
    )  # fmt: skip
    model: Name = setup("vae", label="Model", help="Which autoencoder, and what keeps its codes in order.",
                        group="Model")  # fmt: skip
    latent_dim: Literal["1", "2", "3", "8", "16"] = setup(
        "2", label="Numbers in a code", help="Dimension of the latent space.", group="Model",
    )  # fmt: skip
    shapes_vary: Literal["position and size", "position and rotation", "everything"] = setup(
        "position and size", label="What varies", help="Which factors differ from shape to shape.", group="Data",
        when={"data": ("shapes",)},
    )  # fmt: skip
    network: Literal["dense", "convolutional"] = setup(
        "dense", label="Network", help="Layers that connect everything, or convolutions that know neighbours.",
        group="Model", when={"data": IMAGES, "model": NETWORKS},
    )  # fmt: skip
    width: int = setup(
        128, label="Width", help="Neurons in each hidden layer; of a convolutional network a quarter as many channels.",
        ge=4, le=512, step=4, group="Model", when={"model": NETWORKS},
    )  # fmt: skip
    depth: int = setup(
        2, label="Depth", help="Hidden layers of the encoder, and of the decoder.", ge=1, le=4, step=1, group="Model",
        when={"model": NETWORKS},
    )  # fmt: skip
    likelihood: Literal["bernoulli", "gaussian"] = setup(
        "bernoulli", label="Likelihood", help="What a pixel is taken for: a probability, or a number with noise.",
        group="Model", when={"data": IMAGES, "model": NETWORKS},
    )  # fmt: skip


@FAMILIES.declared
class LatentParams(SetupParams):
    """All of them; those of the model at hand come last."""

    rate: float = live(
        0.003, label="Learning rate", help="Step size of encoder and decoder.", ge=1e-5, le=0.1, log=True,
        group="Learning",
    )  # fmt: skip
    batch: int = live(
        128, label="Batch size", help="Examples per step.", ge=2, le=512, step=1, group="Learning",
    )  # fmt: skip
    sigma_x: float = live(
        0.1, label="Noise of a pixel σₓ", help="Standard deviation of the Gaussian likelihood.", ge=0.02, le=1.0,
        step=0.01, group="Learning",
    )  # fmt: skip
    axes: Literal["principal", "chosen"] = live(
        "principal", label="Axes of the plane", group="Picture",
        help="With three or more numbers in a code: the directions in which codes vary most, or two of the numbers.",
    )  # fmt: skip
    axis_x: int = live(
        1, label="Rightwards", help="Which number of the code.", ge=1, le=16, step=1, group="Picture",
        when={"axes": ("chosen",)},
    )  # fmt: skip
    axis_y: int = live(
        2, label="Upwards", help="Which number of the code.", ge=1, le=16, step=1, group="Picture",
        when={"axes": ("chosen",)},
    )  # fmt: skip
    iw_samples: int = live(
        16, label="Samples of the bound", help="Draws per image of the importance-weighted bound.", ge=1, le=64, step=1,
        group="Picture", when={"model": ("vae",)},
    )  # fmt: skip

    @property
    def k(self) -> int:
        """Numbers in a code."""
        return int(self.latent_dim)

    @property
    def linear(self) -> bool:
        """Whether encoder and decoder are matrices."""
        return self.model in LINEAR

    @property
    def of_images(self) -> bool:
        """Whether the examples are images."""
        return self.data in IMAGES

    @property
    def convolutional(self) -> bool:
        """Whether the networks are."""
        return self.of_images and not self.linear and self.network == "convolutional"

    @property
    def bernoulli(self) -> bool:
        """Whether a pixel is a probability."""
        return self.of_images and not self.linear and self.likelihood == "bernoulli"

    @property
    def with_prior(self) -> bool:
        """Whether the model is told how its codes should lie."""
        return self.model in WITH_PRIOR
