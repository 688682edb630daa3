"""From the trainings to arrays for the page."""

from __future__ import annotations

import numpy as np
import torch

from engine.exhibits.adversarial_patterns.ensemble import Pair
from engine.exhibits.adversarial_patterns.picture import SHOWN, beside, reach, wall
from engine.exhibits.adversarial_patterns.record import MOMENTS, Record

Arrays = dict[str, np.ndarray]
Ranges = dict[str, tuple[float, float]]
TRAININGS = ("without", "with")


def filters(pair: Pair, basis: torch.Tensor, show: str, x: np.ndarray) -> list[np.ndarray]:
    """The filters of both trainings: change since the start, weights, or features of the input x.

    The feature of neuron j at x is u_j x where the neuron sees x (u_j . x >= 0), and nothing where it does not; its
    sum over the pixels is what the neuron says.

    Shapes:
        basis (r, d_in), x (d_in,). Returns two arrays (k, side, side), k the largest square up to m and 64.
    """
    m, d_in = pair.filters.shape
    k, side = int(min(SHOWN, m) ** 0.5) ** 2, round(d_in**0.5)
    found = []
    for training in pair.trainings:
        change = ((training.U[0, :k] - training.U0[0, :k]) @ basis).cpu().numpy()
        if show != "change":
            change += pair.filters[:k]
        if show == "features":
            change *= x
            change *= change.sum(axis=1, keepdims=True) >= 0
        found.append(change.reshape(k, side, side))
    return found


def two_walls(images: list[np.ndarray]) -> tuple[np.ndarray, tuple[float, float]]:
    """Both walls beside each other, and the range of one colour scale for both, with 0 in the middle."""
    top = reach(*images)
    left, right = (wall(each, 0.0) for each in images)
    return beside(left, right, 0.0, gap=max(3, images[0].shape[1] // 3)), (-top, top)


def heat(record: Record) -> tuple[np.ndarray, tuple[float, float]]:
    """|u_j(t) - u_j(0)|, one row per neuron, from the start on the left to now on the right; both trainings."""
    left, right = (record.timeline.even("heat", MOMENTS)[:, which].T for which in (0, 1))
    return beside(left, right, 0.0, gap=8), (0.0, max(float(max(left.max(), right.max())), 1e-6))


def neighbours(moved: list[np.ndarray], grid: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """How far each neuron has moved, on the grid on which alike neurons are neighbours; both trainings."""
    left, right = (distance[grid] for distance in moved)
    both = np.concatenate([left.ravel(), right.ravel()])
    low, high = float(both.min()), max(float(both.max()), 1e-6)
    return beside(left, right, low, gap=1), (low, high)


def distances(record: Record) -> Arrays:
    """Distance from the start over all initialisations, at every moment kept.

    Shapes:
        distance (T, 9): the step; for the training without and then for that with adversary, least, greatest and mean
        distance of the hidden layer, and the mean of the top layer.
    """
    past = record.timeline["distance"]  # (T, inits, 2 trainings, 2 layers)
    hidden, mean = past[..., 0], past.mean(axis=1)
    each = [hidden.min(axis=1), hidden.max(axis=1), mean[..., 0], mean[..., 1]]  # (T, trainings)
    columns = np.stack(each, axis=2)
    return {"distance": np.column_stack([record.timeline.when, columns.reshape(len(past), 8)]).astype(np.float32)}


def trails(record: Record) -> Arrays:
    """Every followed neuron's way in the plane of most motion, and where it is: (points, 2) each."""
    arrays: Arrays = {}
    moments = record.trails.timeline.count
    for which, name in enumerate(TRAININGS):
        line = record.trails.line(which)
        arrays |= {f"trail_{name}": line, f"tip_{name}": line[moments - 1 :: 2 * moments].copy()}
    return arrays


def spectra(record: Record) -> Arrays:
    """Radial power of the filters' change and of the neighbours' grid: a row per wavenumber, a column per training."""
    powers = {"filter_power": record.filter_power, "grid_power": record.grid_power}
    return {name: np.ascontiguousarray(power.T, dtype=np.float32) for name, power in powers.items()}


def decomposition(pair: Pair, strength: float) -> tuple[Arrays, dict[str, float]]:
    """Reaction and diffusion of the neurons on the wall: norms, cosine, and how exactly they add up to du/dt.

    Shapes:
        split (k, 3): |R|, |D| and their cosine, a row per neuron.
    """
    rows = slice(min(SHOWN, len(pair.filters)))
    parts = pair.adversarial.parts(strength, rows)
    R, D, flow = parts
    norm_R, norm_D, inner = torch.stack([*parts[:2].norm(dim=2), (R * D).sum(dim=1)]).cpu().numpy()
    product = norm_R * norm_D
    moving = product > 0  # a neuron that sees no input, or no adversary, has no angle: 0 in the picture
    cosine = inner / np.where(moving, product, 1)
    largest, error = float(parts[:2].abs().max()), float((R + D - flow).abs().max())
    arrays = {"split": np.stack([norm_R, norm_D, cosine], axis=1).astype(np.float32)}
    metrics = {
        "reaction": float(norm_R.mean()),
        "diffusion": float(norm_D.mean()),
        "diffusion_share": float((norm_D > norm_R).mean()),
        "cosine": float(cosine[moving].mean()) if moving.any() else float("nan"),
        "split_error": error / largest if largest > 0 else float("nan"),
    }
    return arrays, metrics
