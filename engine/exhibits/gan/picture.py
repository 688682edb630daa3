"""What is drawn: the surface of D, generated samples with the gradients that reach them, the warped latent plane."""

from __future__ import annotations

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from engine.exhibits.gan import coulomb
from engine.exhibits.gan.data import Dataset
from engine.exhibits.gan.densities import Lattice, optimal_discriminator
from engine.exhibits.gan.objectives import Batch
from engine.exhibits.gan.training import Trainer

CELLS = 40  # of the surface, along each axis
FEWER = 26  # where each cell costs a lot to ask D about
CELLS_1D = 160
SMOOTH_1D = 0.07  # standard deviation with which samples are smoothed into a density
FAKES = 512
ARROWS = 96
SIDE = 17  # of the latent lattice
LINES = 25  # from z to x, in one dimension

Arrays = dict[str, np.ndarray]
Ranges = dict[str, tuple[float, float]]


class Picture:
    """Looks at the networks through a fixed set of latent points, so that what moves is the generator alone.

    Args:
        trainer, data: what is looked at.
    """

    def __init__(self, trainer: Trainer, data: Dataset) -> None:
        self.trainer, self.data = trainer, data
        rng = torch.Generator().manual_seed(2)
        z = trainer.draw_latent(FAKES, rng)
        self.labels = torch.randint(max(1, trainer.classes), (FAKES,), generator=rng)
        self.dimension = data.source.dimension
        costly = trainer.params.width**2 * trainer.params.depth > 40_000
        cells = CELLS_1D if self.dimension == 1 else FEWER if costly else CELLS
        self.lattice = Lattice(data.source.extent, cells, self.dimension, SMOOTH_1D if self.dimension == 1 else None)
        self._grid = torch.from_numpy(self.lattice.points())
        self.latent, self.shape = latent_lattice(*trainer.latent, LINES if self.dimension == 1 else 0)
        self._z = torch.cat([z, self.latent])
        self._p: tuple[int, np.ndarray] = (-1, np.zeros(0))

    def draw(self) -> tuple[Arrays, Ranges, dict[str, str]]:
        """Arrays, the ranges of those that are for the eye only, and words.

        Shapes:
            surface: (40, 40) or, of big networks, (26, 26), rows from the top, in the plane only.
            fakes: (512, d). arrows: (96, d), minus the gradient of B L_G at the first of them.
            manifold: (rows, columns, d), the image of a lattice of latent points with equally probable cells.
            line_D, line_optimal, line_pG: (160,), on the line only. map_z, map_Gz: (25,).
        """
        label = min(self.trainer.params.label, max(0, self.trainer.classes - 1))
        with torch.no_grad():
            labels = torch.cat([self.labels, torch.full((len(self.latent),), label)])
            made = self.trainer.G(self._z, labels)
        fakes, manifold = made[:FAKES], made[FAKES:]
        arrays = {"fakes": fakes.numpy(), "arrows": self._arrows(fakes).numpy()}
        if self.dimension == 1:
            return arrays | self._line(fakes, manifold), {}, {}
        arrays["manifold"] = manifold.reshape(*self.shape, 2).numpy()
        surface, limits, words = self._surface(fakes, label)
        if surface is None:
            return arrays, {}, words
        return arrays | {"surface": surface}, {"surface": limits}, words

    def _arrows(self, fakes: Tensor) -> Tensor:
        """Where each of the first generated samples is sent: minus the gradient of B L_G, or Coulomb's force itself."""
        trainer, p = self.trainer, self.trainer.params
        if p.surface == "Coulomb potential":
            return coulomb.force(fakes[:ARROWS], self._real(160), fakes[:160], p.coulomb_dim, p.coulomb_epsilon)
        at = fakes[:ARROWS].detach().requires_grad_()
        labels = self.labels[:ARROWS]
        D_Gz = trainer.D(at, labels, variation=self._variation())
        D_x = D_Gz.detach()
        if trainer.objective.pairs and len(self.data):
            with torch.no_grad():
                D_x = trainer.D(self._real(ARROWS), self._real_labels(ARROWS), variation=self._variation())
        loss = trainer.objective.loss_G(Batch(at, at, D_x, D_Gz))
        return -torch.autograd.grad(loss, at)[0] * len(at)

    def _real(self, count: int) -> Tensor:
        """So many real samples, the first ones, again and again if there are too few."""
        return self.data.points[torch.arange(count) % len(self.data)]

    def _real_labels(self, count: int) -> Tensor:
        return self.data.labels[torch.arange(count) % len(self.data)]

    def _variation(self) -> Tensor | None:
        """The batch statistic with which D is looked at: that of real samples."""
        if not self.trainer.D.minibatch or len(self.data) == 0:
            return None
        with torch.no_grad():
            return self.trainer.D.variation(self._real(128), self._real_labels(128))

    @torch.no_grad()
    def _scores(self, label: int) -> Tensor:
        labels = torch.full((len(self._grid),), label)
        return self.trainer.D(self._grid, labels, variation=self._variation())

    def _surface(self, fakes: Tensor, label: int) -> tuple[np.ndarray | None, tuple[float, float], dict[str, str]]:
        """What the plane is coloured by, between which limits, and what it is called."""
        p, objective = self.trainer.params, self.trainer.objective
        shape = (self.lattice.cells, self.lattice.cells)
        if p.surface == "none":
            return None, (0, 1), {"surface": ""}
        if p.surface == "Coulomb potential":
            field = coulomb.potential(self._grid, self._real(160), fakes[:160], p.coulomb_dim, p.coulomb_epsilon)
            size = max(float(field.abs().max()), 1e-9)
            return field.numpy().reshape(shape), (-size, size), {"surface": "potential Φ"}
        if p.surface == "optimal D":
            return self._optimal(fakes), (0, 1), {"surface": "optimal D = p / (p + p_G)"}
        if p.surface == "D - optimal D":
            learned = torch.sigmoid(self._scores(label)).numpy().reshape(shape)
            return learned - self._optimal(fakes), (-1, 1), {"surface": "learned D minus optimal D"}
        says = objective.opinion(self._scores(label)).numpy().reshape(shape)
        if objective.squash:
            return says, (0, 1), {"surface": "D(x), probability of real"}
        low, high = float(says.min()), float(says.max())
        return says, (low, max(high, low + 1e-6)), {"surface": f"{objective.judge} D(x)"}

    def density(self) -> np.ndarray:
        """Probability of every cell under the data."""
        if self._p[0] != self.data.version:
            self._p = (self.data.version, self.lattice.density(self.data.points.numpy()))
        return self._p[1]

    def _optimal(self, fakes: Tensor) -> np.ndarray:
        p, p_G = self.density(), self.lattice.density(fakes.numpy())
        return optimal_discriminator(p, p_G, floor=0.02 / p.size)

    def _line(self, fakes: Tensor, manifold: Tensor) -> Arrays:
        """The picture of the lectures in one dimension: p_G, D, D* and the lines from z to x."""
        widest = max(float(self.latent[:, 0].abs().max()), 1e-9)
        scores = self.trainer.objective.opinion(self._scores(0))
        return {
            "line_D": scores.numpy(),
            "line_optimal": self._optimal(fakes),
            "line_pG": self.lattice.density(fakes.numpy()) / self.lattice.cell,
            "map_z": (self.latent[:, 0] / widest * self.lattice.extent).numpy(),
            "map_Gz": manifold[:, 0].numpy(),
        }


def latent_lattice(dimension: int, kind: str, lines: int = 0) -> tuple[Tensor, tuple[int, int]]:
    """Latent points that cut the prior into cells of equal probability, in the plane of the first two coordinates.

    Args:
        lines: on the line, so many points; else a lattice, or a curve where z is one-dimensional.

    Returns:
        Points (rows * columns, dimension), and (rows, columns).
    """
    rows, columns = (1, lines or 200) if lines or dimension == 1 else (SIDE, SIDE)

    def ticks(count: int) -> np.ndarray:
        if kind == "uniform":
            return np.linspace(-1, 1, count)
        return np.asarray(ndtri((np.arange(count) + 0.5) / count))

    z = np.zeros((rows, columns, dimension), np.float32)
    z[:, :, 0] = ticks(columns)[None, :]
    if rows > 1:
        z[:, :, 1] = ticks(rows)[:, None]
    return torch.from_numpy(z.reshape(-1, dimension)), (rows, columns)
