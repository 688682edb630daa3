"""How far two clouds of points are apart: Chamfer distance, earth mover's distance, F-score; and farthest points."""

from __future__ import annotations

import numba
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from torch import Tensor

LANES, FAR = 128, np.float32(1e30)
FAST = {"nnan", "nsz", "reassoc", "contract"}


def nearest(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """For every point the number of the nearest in the other cloud.

    Args:
        a: (B, n, 3).
        b: (B, m, 3).

    Returns:
        (B, n) numbers of points of ``b``, and (B, m) of ``a``; int64, without gradient.
    """
    with torch.no_grad():
        if a.device.type != "cpu":
            return _nearest_dense(a, b)
        first, second = (each.detach().float().transpose(1, 2).contiguous().numpy() for each in (a, b))  # (B, 3, n)
        there, back = (np.empty((len(first), each.shape[2]), np.int64) for each in (first, second))
        _nearest_many(first, _padded(second), there)
        _nearest_many(second, _padded(first), back)
    return torch.from_numpy(there), torch.from_numpy(back)


def _padded(points: np.ndarray) -> np.ndarray:
    """Points (B, 3, m) with others far away, so that m is a multiple of the lanes."""
    return np.pad(points, ((0, 0), (0, 0), (0, -points.shape[2] % LANES)), constant_values=1e18)


def _nearest_dense(a: Tensor, b: Tensor, most: int = 1 << 28) -> tuple[Tensor, Tensor]:
    """The same by all distances, at most ``most`` of them at a time, each as exact as its coordinates."""
    found = []
    for one, other in zip(*(each.split(max(1, most // (a.shape[1] * b.shape[1]))) for each in (a, b)), strict=True):
        apart = torch.cdist(one, other, compute_mode="donot_use_mm_for_euclid_dist")  # (B', n, m)
        found.append((apart.argmin(2), apart.argmin(1)))
    return torch.cat([there for there, _ in found]), torch.cat([back for _, back in found])


@numba.njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")
def _nearest_many(asked, held, found):  # type: ignore[no-untyped-def]
    """``asked`` (B, 3, n), ``held`` (B, 3, m) with m a multiple of LANES, ``found`` (B, n)."""
    for batch in range(len(asked)):
        _nearest_one(asked[batch], held[batch], found[batch])


@numba.njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")
def _nearest_one(asked, held, found):  # type: ignore[no-untyped-def]
    """One pair of clouds of the above.

    Every lane keeps the least distance that it has met and where, without a branch: the compiler makes one instruction
    of sixteen lanes. That beats a k-d tree up to some thousand points, wherever they lie.
    """
    least, where = np.empty(LANES, np.float32), np.empty(LANES, np.int32)
    for i in range(asked.shape[1]):
        px, py, pz = asked[0, i], asked[1, i], asked[2, i]
        least[:], where[:] = FAR, 0
        for start in range(0, held.shape[1], LANES):
            x, y, z = held[0, start : start + LANES], held[1, start : start + LANES], held[2, start : start + LANES]
            for lane in range(LANES):
                dx, dy, dz = x[lane] - px, y[lane] - py, z[lane] - pz
                square = dx * dx + dy * dy + dz * dz
                where[lane] = start if square < least[lane] else where[lane]
                least[lane] = square if square < least[lane] else least[lane]
        best = 0
        for lane in range(1, LANES):
            best = lane if least[lane] < least[best] else best
        found[i] = where[best] + best if least[best] < FAR else 0


def chamfer(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Squared distances to the nearest point of the other cloud, min_j |a_i - b_j|² and min_i |a_i - b_j|².

    Gradients flow to both clouds. No matrix of all distances is kept.

    Args:
        a: (B, n, 3).
        b: (B, m, 3).

    Returns:
        (B, n) from each point of ``a`` to ``b``, and (B, m) from each point of ``b`` to ``a``.
    """
    there, back = nearest(a, b)
    return (a - taken(b, there)).square().sum(-1), (b - taken(a, back)).square().sum(-1)


def taken(points: Tensor, index: Tensor) -> Tensor:
    """(B, k, 3): of points (B, n, 3) those numbered by ``index`` (B, k)."""
    return points.gather(1, index[..., None].expand(-1, -1, points.shape[-1]))


def chamfer_l2(a: Tensor, b: Tensor) -> Tensor:
    """(B,) mean_i min_j |a_i - b_j|² + mean_j min_i |a_i - b_j|²."""
    there, back = chamfer(a, b)
    return there.mean(1) + back.mean(1)


def chamfer_l1(a: Tensor, b: Tensor) -> Tensor:
    """(B,) half of mean_i min_j |a_i - b_j| + mean_j min_i |a_i - b_j|; the gradient of a distance 0 is 0."""
    there, back = chamfer(a, b)
    return (root(there).mean(1) + root(back).mean(1)) / 2


def root(square: Tensor) -> Tensor:
    """The square root, whose gradient at 0 is taken as 0."""
    nothing = square == 0
    return torch.where(nothing, 1.0, square).sqrt().masked_fill(nothing, 0.0)


def farthest(points: Tensor, count: int, start: int | Tensor = 0) -> Tensor:
    """Farthest-point sampling: each pick is the point farthest from all picks before it.

    Args:
        points: (B, n, 3).
        count: k, at most n.
        start: number of the first pick, for all or (B,) for each; see :func:`outermost`.

    Returns:
        (B, k) int64.
    """
    if not 0 < count <= points.shape[1]:
        raise ValueError(f"{count} farthest points of {points.shape[1]}; it takes between 1 and all of them")
    first = torch.as_tensor(start, device=points.device).expand(len(points))
    if points.device.type != "cpu":
        return _farthest_dense(points.detach(), count, first)
    found = np.empty((len(points), count), np.int64)
    cloud = points.detach().float().transpose(1, 2).contiguous().numpy()  # (B, 3, n)
    _farthest_many(cloud, first.to(torch.int64).contiguous().numpy(), found)
    return torch.from_numpy(found)


def outermost(points: Tensor) -> Tensor:
    """(B,) the point farthest from the mean: a start for :func:`farthest` that does not depend on their order."""
    return (points - points.mean(1, keepdim=True)).square().sum(-1).argmax(1)


def _farthest_dense(points: Tensor, count: int, first: Tensor) -> Tensor:
    found = torch.empty(len(points), count, dtype=torch.int64, device=points.device)
    away = torch.full(points.shape[:2], torch.inf, device=points.device)  # (B, n)
    pick = first.to(torch.int64)
    for place in range(count):
        found[:, place] = pick
        away = torch.minimum(away, (points - taken(points, pick[:, None])).square().sum(-1))
        pick = away.argmax(1)
    return found


@numba.njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")
def _farthest_many(points, first, found):  # type: ignore[no-untyped-def]
    """``points`` (B, 3, n), ``first`` (B,), ``found`` (B, k)."""
    n = points.shape[2]
    away = np.empty(n, np.float32)
    for batch in range(len(points)):
        x, y, z = points[batch, 0], points[batch, 1], points[batch, 2]
        away[:] = np.float32(np.inf)
        pick = first[batch]
        for place in range(found.shape[1]):
            found[batch, place] = pick
            px, py, pz = x[pick], y[pick], z[pick]
            for j in range(n):
                dx, dy, dz = x[j] - px, y[j] - py, z[j] - pz
                away[j] = min(away[j], dx * dx + dy * dy + dz * dz)
            pick = 0
            for j in range(n):
                if away[j] > away[pick]:
                    pick = j


def f_score(there: Tensor, back: Tensor, threshold: float) -> Tensor:
    """(B,) harmonic mean of precision and recall: the shares of points within ``threshold`` of the other cloud.

    Args:
        there: (B, n) squared distances of the output's points to the truth.
        back: (B, m) squared distances of the truth's points to the output.
        threshold: a distance.
    """
    precision = (there < threshold**2).float().mean(1)
    recall = (back < threshold**2).float().mean(1)
    return 2 * precision * recall / (precision + recall).clamp(min=1e-12)


THRESHOLD = 0.05
"""Distance within which a point counts as right for the F-score: a fortieth of the largest shape's diameter."""


@torch.no_grad()
def measures(
    output: Tensor,
    truth: Tensor,
    seen: Tensor,
    threshold: float = THRESHOLD,
    matched: tuple[Tensor, Tensor] | None = None,
) -> dict[str, Tensor]:
    """How well clouds are completed, each number (B,).

    ``cd_l1``, ``cd_l2``: Chamfer distances. ``f_score``: at ``threshold``. ``seen``, ``unseen``: Chamfer distance L1 of
    one part S of the truth Y alone: half of the mean distance of S to the output, and half of the mean distance to Y of
    those output points whose nearest point of Y lies in S; the first mean alone where no output point does, NaN where S
    is empty.

    Args:
        output: (B, k, 3). truth: (B, n, 3). seen: (B, n) bool, which points of the truth the input shows.
        matched: what :func:`nearest` says of both, if that is known.
    """
    nearest_truth, nearest_output = matched or nearest(output, truth)  # (B, k), (B, n)
    there = (output - taken(truth, nearest_truth)).square().sum(-1)
    back = (truth - taken(output, nearest_output)).square().sum(-1)
    lands = seen.gather(1, nearest_truth)  # (B, k): whether the point of the truth there is seen
    return {
        "cd_l1": (there.sqrt().mean(1) + back.sqrt().mean(1)) / 2,
        "cd_l2": there.mean(1) + back.mean(1),
        "f_score": f_score(there, back, threshold),
        "seen": _of_part(there.sqrt(), back.sqrt(), lands, seen),
        "unseen": _of_part(there.sqrt(), back.sqrt(), ~lands, ~seen),
    }


def _of_part(there: Tensor, back: Tensor, lands: Tensor, part: Tensor) -> Tensor:
    covered = (back * part).sum(1) / part.sum(1)  # (B,), NaN of an empty part
    strays = (there * lands).sum(1) / lands.sum(1)
    return torch.where(lands.any(1), (covered + strays) / 2, covered)


def emd(a: Tensor, b: Tensor, count: int, rng: np.random.Generator) -> Tensor:
    """Earth mover's distance: the mean distance of the best assignment of one cloud's points to the other's.

    min over one-to-one assignments σ of 1/k Σ_i |a_i - b_σ(i)|, solved exactly on k points of each, drawn without
    replacement: all of them where there are no more.

    Args:
        a: (B, n, 3).
        b: (B, m, 3).
        count: most points that are assigned; the work grows like its third power.

    Returns:
        (B,).
    """
    size = min(count, a.shape[1], b.shape[1])
    found = torch.empty(len(a), dtype=torch.float32, device=a.device)
    for number, (one, other) in enumerate(zip(_host(a), _host(b), strict=True)):
        one, other = (each if len(each) == size else rng.choice(each, size, replace=False) for each in (one, other))
        apart = cdist(one, other)  # (k, k)
        found[number] = apart[linear_sum_assignment(apart)].mean()
    return found


def _host(points: Tensor) -> np.ndarray:
    return np.asarray(points.detach().double().cpu().numpy())
