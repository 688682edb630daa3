"""An autoencoder: from an example to its code, and from a code to an example."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.exhibits.latent.data import Dataset
from engine.exhibits.latent.networks import Pca, decoder, encoder
from engine.exhibits.latent.params import LatentParams


class Model:
    """Encoder and decoder.

    Args:
        params: which, and how large. data: what is encoded.
        rng: draws the start.
        pca: of the examples that are learnt from; it is the model where ``params`` says so.
    """

    def __init__(self, params: LatentParams, data: Dataset, rng: torch.Generator, pca: Pca) -> None:
        self.k, self.variational = params.k, params.model == "vae"
        self.pca = pca if params.model == "pca" else None
        self.parts: list[Tensor] = []
        self.weights: list[Tensor] = []
        if self.pca is None:
            self.encoder = encoder(params, data, 2 * self.k if self.variational else self.k, rng)
            self.decoder = decoder(params, data, rng)
            self.parts = [self.encoder.flat, self.decoder.flat]
            self.weights = [*self.encoder.weights, *self.decoder.weights]

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """The code; of a variational model its mean and the logarithm of its variance.

        Shapes:
            x: (B, d). Returns (B, k) each, or (B, k) and None.
        """
        if self.pca is not None:
            return self.pca.encode(x), None
        told = self.encoder(x)
        if not self.variational:
            return told, None
        mu, log_var = told.split(self.k, dim=1)
        return mu, log_var

    def decode(self, z: Tensor) -> Tensor:
        """What the decoder says of a code, before the likelihood makes an example of it.

        Shapes:
            z: (B, k). Returns (B, d).
        """
        return self.pca.decode(z) if self.pca is not None else self.decoder(z)

    @torch.no_grad()
    def copy_from(self, others: Sequence[Tensor]) -> None:
        """Take over the weights ``others``, in the order of ``parts``."""
        for mine, other in zip(self.parts, others, strict=True):
            mine.copy_(torch.as_tensor(other))
