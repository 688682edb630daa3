r"""Planes in the space of all weights: w(a, b) = c + a u + b v, seen in the window a, b in [-1, 1].

References:
    Li et al., "Visualizing the loss landscape of neural nets", NeurIPS 2018 (filter normalisation, the plane of the
    trajectory); Garipov et al., "Loss surfaces, mode connectivity, and fast ensembling of DNNs", NeurIPS 2018 (the
    plane through three weights); Antognini, Sohl-Dickstein, "PCA of high dimensional random walks with comparison to
    neural network training", NeurIPS 2018 (what the explained variance does not say).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

ROOM = 0.75  # of the window's half: what a plane is made for lies within
AHEAD = 3.0  # so many times as much as a young way has gone is left free for what is ahead of it
TINY = 1e-12


@dataclass(frozen=True)
class Plane:
    """A window on the plane through ``centre`` along ``u`` and ``v``.

    Args:
        explained: share of the variance of what it was made for that lies in it; NaN where it was made for nothing.

    Shapes:
        centre, u, v: (P,).
    """

    centre: Tensor
    u: Tensor
    v: Tensor
    explained: float = float("nan")

    def at(self, a: float, b: float) -> Tensor:
        """The weights at (a, b)."""
        return self.centre + a * self.u + b * self.v

    def project(self, ws: Tensor) -> tuple[Tensor, Tensor]:
        """The coordinates of the nearest places in the plane, and the distances from them.

        Shapes:
            ws: (n, P). Returns (n, 2), (n,).
        """
        axes, inverse = self._axes
        away = ws - self.centre
        coordinates = torch.zeros(len(ws), 2, dtype=torch.float64, device=ws.device)
        for _ in range(2):  # what the first time has left over by rounding, the second finds
            more = (axes @ away.T).double().T @ inverse
            coordinates += more
            away.addmm_(more.to(axes.dtype), axes, alpha=-1)
        return coordinates, away.norm(dim=1).double()

    def places(self, ws: Tensor) -> Tensor:
        """The coordinates alone, as exact as a picture needs: (n, 2) for (n, P)."""
        axes, inverse = self._axes
        return (axes @ (ws - self.centre).T).double().T @ inverse

    @cached_property
    def _axes(self) -> tuple[Tensor, Tensor]:
        """Both directions, (2, P), and the inverse of their products with each other, (2, 2) float64."""
        axes = torch.stack([self.u, self.v])
        gram = (axes.double() @ axes.double().T) + TINY * torch.eye(2, dtype=torch.float64, device=axes.device)
        return axes, torch.linalg.inv(gram)

    @property
    def half(self) -> float:
        """Half the window's width, as a distance between weights."""
        return float(self.u.norm())


def filter_normalised(direction: Tensor, w: Tensor, shapes: Sequence[torch.Size]) -> Tensor:
    """Each filter of the direction as long as the filter of the network, d_i <- d_i ||w_i|| / ||d_i||; biases stay put.

    A filter is what makes one neuron or channel: a row of a matrix, a slice of a convolution's kernel. Parameters of
    one dimension get 0.

    Shapes:
        direction, w, and what is returned: (P,).
    """
    parts = []
    sizes = [shape.numel() for shape in shapes]
    for d, of, shape in zip(direction.split(sizes), w.split(sizes), shapes, strict=True):
        if len(shape) < 2:
            parts.append(torch.zeros_like(d))
            continue
        d, of = d.reshape(shape[0], -1), of.reshape(shape[0], -1)
        parts.append((d * of.norm(dim=1, keepdim=True) / d.norm(dim=1, keepdim=True).clamp(min=TINY)).reshape(-1))
    return torch.cat(parts)


def random_plane(w: Tensor, shapes: Sequence[torch.Size], directions: Tensor, reach: float) -> Plane:
    """Around w, along two given random directions, each normalised filter by filter.

    Args:
        reach: the window's half width, in lengths of the filters.

    Shapes:
        w: (P,). directions: (2, P).
    """
    u, v = (reach * filter_normalised(direction, w, shapes) for direction in directions)
    return Plane(w.clone(), u, v)


def along(w: Tensor, u: Tensor, v: Tensor, half: float) -> Plane:
    """Around w, along two given orthogonal directions, ``half`` as wide as that to each side."""
    return Plane(w.clone(), half * u / u.norm().clamp(min=TINY), half * v / v.norm().clamp(min=TINY))


def through(ws: Tensor, aside: Tensor, reach: float = 1.0) -> Plane:
    """The plane through three weight vectors, all of them in sight.

    Args:
        aside: directions that take part where the three do not span a plane.

    Shapes:
        ws: (3, P). aside: (2, P).
    """
    u, v = orthonormal(ws[1] - ws[0], ws[2] - ws[0], aside)
    return _framed(ws[0], u, v, ws, reach)


def orthonormal(first: Tensor, second: Tensor, aside: Tensor) -> tuple[Tensor, Tensor]:
    """Two orthonormal directions that span what two given ones span, or with what is ``aside`` where that is less.

    Shapes:
        first, second, and what is returned: (P,). aside: (2, P).
    """
    u = first if float(first.norm()) > TINY else aside[0]
    u = u / u.norm()
    v = second - (second @ u) * u
    if not float(v.norm()) > 1e-4 * float(second.norm()) + TINY:
        v = aside[1] - (aside[1] @ u) * u
    v = v - (v @ u) * u  # twice is enough
    return u, v / v.norm()


def of_trajectory(ws: Tensor, last: Tensor, aside: Tensor, reach: float = 1.0, young: float = 0.0) -> Plane:
    """The plane of the two principal components of places passed, through the last of them.

    Args:
        aside: directions that take part where the places do not span a plane.
        young: how much of the way is still to come, 0 to 1: the window is wider by so much, and about the last place.

    Shapes:
        ws: (n, P), n >= 2. last: (P,). aside: (2, P).
    """
    away = (ws - ws.mean(dim=0)).double()
    values, vectors = torch.linalg.eigh(away @ away.T)  # (n,), smallest first: P is much larger than n
    u, v = ((vectors[:, -k] @ away).to(ws.dtype) for k in (1, 2))
    explained = float(values[-2:].sum() / values.sum().clamp(min=TINY))
    framed = _framed(last, *orthonormal(u, v, aside), ws, reach * (1 + AHEAD * young), explained)
    return Plane(torch.lerp(framed.centre, last, young), framed.u, framed.v, explained)


def _framed(origin: Tensor, u: Tensor, v: Tensor, ws: Tensor, reach: float, explained: float = float("nan")) -> Plane:
    """Window on the plane through ``origin`` along orthonormal u and v, in which all of ws are to be seen."""
    coordinates = torch.stack([(ws - origin) @ u, (ws - origin) @ v], dim=1)
    low, high = coordinates.amin(dim=0), coordinates.amax(dim=0)
    half = reach * float((high - low).max().clamp(min=1e-6)) / 2 / ROOM
    middle = (low + high) / 2
    return Plane(origin + middle[0] * u + middle[1] * v, half * u, half * v, explained)


def turned_like(plane: Plane, before: Plane | None) -> Plane:
    """The same plane, mirrored where that makes it lie as the one before did: no picture jumps over for nothing."""
    if before is None:
        return plane
    u, v = (mine if float(mine @ old) >= 0 else -mine for mine, old in ((plane.u, before.u), (plane.v, before.v)))
    return Plane(plane.centre, u, v, plane.explained)
