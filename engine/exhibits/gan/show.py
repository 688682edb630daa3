"""What is drawn: the surface of D, generated samples with the gradients that reach them, the warped latent plane."""

from __future__ import annotations

import numpy as np
import torch
from scipy.ndimage import zoom
from scipy.special import ndtri
from torch import Tensor

from engine.exhibits.gan import coulomb
from engine.exhibits.gan.objectives import Batch
from engine.exhibits.gan.theory import optimal_discriminator
from engine.exhibits.gan.training import Trainer
from engine.kit.density import Cells
from engine.kit.device import fetch, generator
from engine.kit.pointset import PointSet

ALONG = 40  # cells of the surface along each axis
FEWER = 26  # where each cell costs a lot to ask D about
ALONG_1D = 160
SMOOTH_1D = 0.07  # standard deviation with which samples are smoothed into a density
FAKES = 512
ARROWS = 96
CHARGES = 160  # of either kind in the Coulomb potential that is shown
SIDE = 17  # of the latent mesh
LINES = 25  # from z to x, in one dimension

Arrays = dict[str, np.ndarray]
Ranges = dict[str, tuple[float, float]]


class Show:
    """Looks at the networks through a fixed set of latent points, so that what moves is the generator alone.

    Args:
        trainer, data: what is looked at.
    """

    def __init__(self, trainer: Trainer, data: PointSet) -> None:
        self.trainer, self.data, self.device = trainer, data, trainer.device
        rng = generator(2, self.device)
        z = trainer.draw_latent(FAKES, rng)
        self.labels = torch.randint(max(1, trainer.classes), (FAKES,), generator=rng, device=self.device)
        self.dimension = data.source.dimension
        costly = trainer.params.width**2 * trainer.params.depth > 40_000
        along = ALONG_1D if self.dimension == 1 else FEWER if costly else ALONG
        self.cells = Cells(data.source.extent, along, self.dimension, SMOOTH_1D if self.dimension == 1 else None)
        self._centres = torch.from_numpy(self.cells.centres()).to(self.device)
        self.latent, self.shape = latent_mesh(*trainer.latent, LINES if self.dimension == 1 else 0)
        self._z = torch.cat([z, torch.from_numpy(self.latent).to(self.device)])
        self._p: tuple[int, np.ndarray] = (-1, np.zeros(0))

    def ask(self) -> dict[str, Tensor]:
        """What the networks say now, to be fetched from the device.

        Shapes:
            fakes: (512, d). arrows: (96, d), see :meth:`_arrows`. manifold: (mesh points, d).
            says: (cells,), what D says of every cell; potential: (cells,), the Coulomb potential there, if it is shown.
        """
        label = min(self.trainer.params.label, max(0, self.trainer.classes - 1))
        with torch.no_grad():
            labels = torch.cat([self.labels, self._labels(len(self.latent), label)])
            made = self.trainer.G(self._z, labels)
        fakes, surface = made[:FAKES], self.trainer.params.surface
        asked = {"fakes": fakes, "manifold": made[FAKES:], "arrows": self._arrows(fakes)}
        if self.dimension == 1:
            return asked | {"says": self._says(0)}
        if surface == "Coulomb potential":
            return asked | {"potential": self._potential(fakes)}
        return asked | ({"says": self._says(label)} if surface in ("D", "D - optimal D") else {})

    def draw(self, told: Arrays) -> tuple[Arrays, Ranges, dict[str, str]]:
        """Arrays, the ranges of those that are for the eye only, and words.

        Args:
            told: what :meth:`ask` asked for, fetched.

        Shapes:
            surface: (40, 40) or, of big networks, (26, 26), rows from the top, in the plane only.
            fakes: (512, d). arrows: (96, d), where the first of them are sent.
            manifold: (rows, columns, d), the image of a mesh of latent points with equally probable cells.
            line_D, line_optimal, line_pG: (160,), on the line only. map_z, map_Gz: (25,).
        """
        arrays = {"fakes": told["fakes"], "arrows": told["arrows"]}
        if self.dimension == 1:
            return arrays | self._line(told), {}, {}
        arrays["manifold"] = told["manifold"].reshape(*self.shape, 2)
        if self.trainer.params.surface == "none":
            return arrays, {}, {"surface": ""}
        surface, limits, name = self._surface(told)
        return arrays | {"surface": surface}, {"surface": limits}, {"surface": name}

    def _labels(self, count: int, label: int) -> Tensor:
        return torch.full((count,), label, device=self.device)

    def _arrows(self, fakes: Tensor) -> Tensor:
        """Where each of the first generated samples is sent: minus the gradient of m L_G, or Coulomb's force itself."""
        trainer, p = self.trainer, self.trainer.params
        if p.surface == "Coulomb potential":
            real, _ = self.data.first(CHARGES)
            return coulomb.force(fakes[:ARROWS], real, fakes[:CHARGES], p.coulomb_dim, p.coulomb_epsilon)
        at, labels, variation = fakes[:ARROWS].detach().requires_grad_(), self.labels[:ARROWS], self._variation()
        D_Gz = trainer.D(at, labels, variation=variation)
        D_x = D_Gz.detach()
        if trainer.objective.pairs:
            with torch.no_grad():
                D_x = trainer.D(*self.data.first(ARROWS), variation=variation)
        loss = trainer.objective.loss_G(Batch(at, at, D_x, D_Gz))
        return -torch.autograd.grad(loss, at)[0] * len(at)

    @torch.no_grad()
    def _variation(self) -> Tensor | None:
        """The batch statistic with which D is looked at: that of real samples."""
        return self.trainer.D.variation(*self.data.first(128)) if self.trainer.D.minibatch else None

    @torch.no_grad()
    def _says(self, label: int) -> Tensor:
        """What D says of the centre of every cell; beside D* always a probability."""
        scores = self.trainer.D(self._centres, self._labels(len(self._centres), label), variation=self._variation())
        compared = self.dimension == 2 and self.trainer.params.surface == "D - optimal D"
        return torch.sigmoid(scores) if compared else self.trainer.objective.opinion(scores)

    def _potential(self, fakes: Tensor) -> Tensor:
        p, (real, _) = self.trainer.params, self.data.first(CHARGES)
        return coulomb.potential(self._centres, real, fakes[:CHARGES], p.coulomb_dim, p.coulomb_epsilon)

    def _surface(self, told: Arrays) -> tuple[np.ndarray, tuple[float, float], str]:
        """What the plane is coloured by, between which limits, and what it is called."""
        kind, objective = self.trainer.params.surface, self.trainer.objective
        shape = (self.cells.along, self.cells.along)
        if kind == "Coulomb potential":
            size = max(float(np.abs(told["potential"]).max()), 1e-9)
            return told["potential"].reshape(shape), (-size, size), "potential Φ"
        if kind == "optimal D":
            return self._optimal(told["fakes"]), (0, 1), "optimal D = p / (p + p_G)"
        says = told["says"].reshape(shape)
        if kind == "D - optimal D":
            return says - self._optimal(told["fakes"]), (-1, 1), "learned D minus optimal D"
        if objective.squash:
            return says, (0, 1), "D(x), probability of real"
        low, high = float(says.min()), float(says.max())
        return says, (low, max(high, low + 1e-6)), f"{objective.judge} D(x)"

    def density(self) -> np.ndarray:
        """Probability of every cell under the data."""
        if self._p[0] != self.data.version:
            self._p = (self.data.version, self.cells.density(self.data.points))
        return self._p[1]

    def _optimal(self, fakes: np.ndarray) -> np.ndarray:
        p, p_G = self.density(), self.cells.density(fakes)
        return optimal_discriminator(p, p_G, floor=0.02 / p.size)

    def _line(self, told: Arrays) -> Arrays:
        """The picture of the lectures in one dimension: p_G, D, D* and the lines from z to x."""
        widest = max(float(np.abs(self.latent[:, 0]).max()), 1e-9)
        return {
            "line_D": told["says"],
            "line_optimal": self._optimal(told["fakes"]),
            "line_pG": self.cells.density(told["fakes"]) / self.cells.size,
            "map_z": self.latent[:, 0] / widest * self.cells.extent,
            "map_Gz": told["manifold"][:, 0],
        }

    @torch.no_grad()
    def portrait(self, height: int = 90, width: int = 160) -> np.ndarray:
        """A wide picture, (4 height, 4 width): what D says of the plane, and both kinds of samples."""
        across, down = width / height * self.cells.extent, self.cells.extent
        x, y = np.meshgrid(np.linspace(-across, across, width), np.linspace(down, -down, height))
        at = torch.from_numpy(np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)).to(self.device)
        scores = self.trainer.D(at, self._labels(len(at), 0), variation=self._variation())
        fakes = self.trainer.G(self._z[:FAKES], self.labels)
        told = fetch({"says": self.trainer.objective.opinion(scores), "fakes": fakes})
        canvas = zoom(told["says"].reshape(height, width), 4, order=1)
        canvas = 0.3 + 0.4 * (canvas - canvas.min()) / max(np.ptp(canvas), 1e-9)
        for points, shade in ((self.data.points[:1000], 1.0), (told["fakes"], 0.0)):
            columns, rows = (points[:, 0] / across + 1) * 2 * width, (1 - points[:, 1] / down) * 2 * height
            for column, row in zip(columns.astype(int), rows.astype(int), strict=True):
                canvas[max(row - 1, 0) : max(row + 2, 0), max(column - 1, 0) : max(column + 2, 0)] = shade
        return np.asarray(canvas)


def latent_mesh(dimension: int, kind: str, lines: int = 0) -> tuple[np.ndarray, tuple[int, int]]:
    """Latent points that cut the prior into cells of equal probability, in the plane of the first two coordinates.

    Args:
        lines: on the line, so many points; else a mesh, or a curve where z is one-dimensional.

    Returns:
        Points (rows * columns, dimension) float32, and (rows, columns).
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
    return z.reshape(-1, dimension), (rows, columns)
