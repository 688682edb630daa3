"""What is drawn: the surface of D, generated samples with the gradients that reach them, the warped latent plane."""

from __future__ import annotations

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from engine.exhibits.gan import coulomb
from engine.exhibits.gan.objectives import Batch
from engine.exhibits.gan.theory import optimal_discriminator
from engine.exhibits.gan.training import Trainer
from engine.kit.density import Cells
from engine.kit.device import generator
from engine.kit.pointset import PointSet

ALONG = 40  # cells of the surface along each axis
FEWER = 26  # where each cell costs a lot to ask D about
ALONG_1D = 160
SMOOTH_1D = 0.07  # standard deviation with which samples are smoothed into a density
FAKES = 512
ARROWS = 96
BESIDE = 8  # choices of real samples beside a place that a D of packs is asked about
CHARGES = 160  # of either kind in the Coulomb potential that is shown
SIDE = 17  # of the latent mesh
LINES, TICKS, PUSHES = 25, 200, 40  # in one dimension: lines from z to x, samples and arrows that are drawn
AGAINST_OPTIMUM = ("optimal D", "D - optimal D")  # backgrounds that need D*
FLOOR, X_AXIS, Z_AXIS = 0.34, 0.26, 0.05  # and where its axes are

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
        self.noise = _in_the_plane(z.cpu().numpy())
        self._p: dict[tuple[int, int | None], np.ndarray] = {}

    def ask(self) -> dict[str, Tensor]:
        """What the networks say now, to be fetched from the device.

        Shapes:
            fakes: (512, d). arrows: (96, d), see :meth:`_arrows`. manifold: (mesh points, d). of_label: (512, d),
            generated for the label shown, where D* is wanted and there are labels.
            says: (cells,), what D says of every cell; potential: (cells,), the Coulomb potential there, if it is shown.
        """
        with torch.no_grad():
            labels = torch.cat([self.labels, self._labels(len(self.latent))])
            made = self.trainer.G(self._z, labels)
        fakes, surface = made[:FAKES], self._kind()
        asked = {"fakes": fakes, "manifold": made[FAKES:], "arrows": self._arrows(fakes)}
        if self._label is not None and (self.dimension == 1 or surface in AGAINST_OPTIMUM):
            asked["of_label"] = self._of_label()
        if self.dimension == 1:
            return asked | {"says": self._says()}
        if surface == "Coulomb potential":
            return asked | {"potential": self._potential(fakes)}
        return asked | ({"says": self._says()} if surface in ("D", "D - optimal D") else {})

    @property
    def _label(self) -> int | None:
        """The label shown, where there are labels."""
        classes = self.trainer.classes
        return min(self.trainer.params.label, classes - 1) if classes > 1 else None

    def _kind(self) -> str:
        """The background: the one asked for, or D where the objective has no D* to compare with."""
        surface = self.trainer.params.surface
        return "D" if surface in AGAINST_OPTIMUM and self.trainer.without_optimum else surface

    def draw(self, told: Arrays) -> tuple[Arrays, Ranges, dict[str, str]]:
        """Arrays, the ranges of those that are for the eye only, and words.

        Args:
            told: what :meth:`ask` asked for, fetched.

        Shapes:
            surface: (40, 40) or, of big networks, (26, 26), rows from the top, in the plane only.
            fakes: (512, d). arrows: (96, d), where the first of them are sent.
            manifold: (rows, columns, d), the image of a mesh of latent points with equally probable cells.
            On the line only: curve_D, curve_optimal, curve_pG (160,) as heights; line_map (25, 4) and line_fakes
            (200, 4) as segments; line_pushes (40, 2), from line_pushed (40, 2).
        """
        arrays = {"fakes": told["fakes"], "arrows": told["arrows"]}
        if self.dimension == 1:
            return arrays | self._line(told), {}, {}
        arrays["manifold"] = told["manifold"].reshape(*self.shape, 2)
        if self.trainer.params.surface == "none":
            return arrays, {}, {"surface": ""}
        surface, limits, name = self._surface(told)
        return arrays | {"surface": surface}, {"surface": limits}, {"surface": name}

    def _labels(self, count: int) -> Tensor:
        """The label shown, (count,)."""
        return torch.full((count,), self._label or 0, device=self.device)

    @torch.no_grad()
    def _of_label(self) -> Tensor:
        """Samples of the label shown, (512, d)."""
        return self.trainer.G(self._z[:FAKES], self._labels(FAKES))

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
        D = self.trainer.D
        return D.variation(*self.data.first(128 // D.pack * D.pack)) if D.minibatch else None

    @torch.no_grad()
    def _says(self) -> Tensor:
        """What D says of the centre of every cell; with packing, on average over choices of real samples beside it."""
        D, labels, variation = self.trainer.D, self._labels(len(self._centres)), self._variation()
        opinion, others = self.trainer.objective.opinion, D.pack - 1
        if not others:
            return opinion(D(self._centres, labels, variation=variation))
        real, of = self.data.first(BESIDE * others)
        choices = zip(real.split(others), of.split(others), strict=True)
        says = [opinion(D.beside(self._centres, labels, *choice, variation)) for choice in choices]
        return torch.stack(says).mean(0)

    def _potential(self, fakes: Tensor) -> Tensor:
        p, (real, _) = self.trainer.params, self.data.first(CHARGES)
        return coulomb.potential(self._centres, real, fakes[:CHARGES], p.coulomb_dim, p.coulomb_epsilon)

    def _surface(self, told: Arrays) -> tuple[np.ndarray, tuple[float, float], str]:
        """What the plane is coloured by, between which limits, and what it is called."""
        kind, objective = self._kind(), self.trainer.objective
        shape = (self.cells.along, self.cells.along)
        if kind == "Coulomb potential":
            size = max(float(np.abs(told["potential"]).max()), 1e-9)
            return told["potential"].reshape(shape), (-size, size), "potential Φ"
        if kind == "optimal D":
            return self._optimal(told), (0, 1), "optimal D = p / (p + p_G)"
        says = told["says"].reshape(shape)
        if kind == "D - optimal D":
            apart = says - self._optimal(told)
            size = max(1.0, float(np.abs(apart).max()))  # of least squares D is not bound to [0, 1]
            return apart, (-size, size), "learned D minus optimal D"
        beside = "" if self.trainer.D.pack == 1 else " beside real samples"
        if objective.squash:
            return says, (0, 1), f"D(x){beside}, probability of real{self._apology()}"
        low, high = float(says.min()), float(says.max())
        return says, (low, max(high, low + 1e-6)), f"{objective.judge} D(x){beside}{self._apology()}"

    def _apology(self) -> str:
        """Why D is shown where D* was asked for."""
        if self.trainer.params.surface not in AGAINST_OPTIMUM:
            return ""
        return f"; there is no optimal D here: {self.trainer.without_optimum}"

    def density(self, label: int | None = None) -> np.ndarray:
        """Probability of every cell under the data, or under those of a label."""
        if (key := (self.data.version, label)) not in self._p:
            points = self.data.points if label is None else self.data.points[self.data.labels == label]
            density = self.cells.density(points) if len(points) else np.zeros_like(self.density())
            self._p = {about: kept for about, kept in self._p.items() if about[0] == self.data.version}
            self._p[key] = density
        return self._p[key]

    def _optimal(self, told: Arrays) -> np.ndarray:
        """D* of every cell; D(x, label) has to judge the samples of that label alone."""
        p, p_G = self.density(self._label), self.cells.density(told.get("of_label", told["fakes"]))
        return optimal_discriminator(p, p_G, floor=0.02 / p.size)

    def line(self) -> Arrays:
        """What stays of the picture in one dimension.

        Shapes:
            line_x: (160,). curve_p: (160,), the density of the data over its peak. line_levels: (3,), where the axes
            of p and D, of x and of z are.
        """
        return {
            "line_x": self.cells.axis,
            "curve_p": self._height(self.density()),
            "line_levels": np.array([FLOOR, X_AXIS, Z_AXIS], np.float32),
        }

    def _height(self, density: np.ndarray) -> np.ndarray:
        """A density on the line as a height: 1 is a little above the peak of the data's."""
        peak = 1.15 * max(float(self.density().max()) / self.cells.size, 0.5)
        return np.minimum(density / self.cells.size / peak, 1.05).astype(np.float32)

    def _line(self, told: Arrays) -> Arrays:
        """The picture of the lectures in one dimension: p_G, D, D* and the lines from z to x; y runs from 0 to 1."""
        fakes, widest = told["fakes"][:, 0], max(float(np.abs(self.latent[:, 0]).max()), 1e-9)
        z, Gz = self.latent[:, 0] / widest * self.cells.extent, told["manifold"][:, 0]
        says, rows = told["says"], X_AXIS + 0.024 + 0.002 * (np.arange(PUSHES) % 20)
        compared = not self.trainer.without_optimum
        # Of least squares D may leave [0, 1], and the picture; any other score has no scale of its own.
        says = (
            np.clip(says, -0.1, 1.1)
            if compared or self.trainer.objective.squash
            else (says - says.min()) / max(float(np.ptp(says)), 1e-6)
        )
        pushes = np.pad(told["arrows"][:PUSHES], ((0, 0), (0, 1)))
        arrays = {
            "curve_pG": self._height(self.cells.density(told["fakes"])),
            "curve_D": says,
            "line_map": _segments(z, Z_AXIS, Gz, X_AXIS),
            "line_fakes": _segments(fakes[:TICKS], X_AXIS, fakes[:TICKS], X_AXIS + 0.02),
            "line_pushed": np.stack([fakes[:PUSHES], rows], 1).astype(np.float32),
            "line_pushes": pushes,
        }
        if compared:
            arrays["curve_optimal"] = self._optimal(told)
        return arrays


def _in_the_plane(z: np.ndarray) -> np.ndarray:
    """The first two coordinates of latent points (n, dimension), at most 1 away from 0 along each: (n, 2)."""
    flat = z[:, :2] / max(float(np.abs(z[:, :2]).max()), 1e-9)
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1]))).astype(np.float32)


def _segments(x: np.ndarray, y: float, x_to: np.ndarray, y_to: float) -> np.ndarray:
    """From (x, y) to (x_to, y_to), (n, 4)."""
    return np.stack([x, np.full_like(x, y), x_to, np.full_like(x_to, y_to)], 1).astype(np.float32)


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
