"""From the trainings to what the page shows. Pictures of two have *without* on the left and *with* on the right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from engine.exhibit import Frame
from engine.exhibits.adversarial_patterns.bridge import Bridge
from engine.exhibits.adversarial_patterns.ensemble import Ensemble
from engine.exhibits.adversarial_patterns.homogeneity import entropy, participation, spread, variation
from engine.exhibits.adversarial_patterns.record import MOMENTS, Record
from engine.exhibits.adversarial_patterns.walls import SHOWN, beside, reach, wall

TRAININGS = ("without", "with")


def filters(ensemble: Ensemble, basis: torch.Tensor, show: str, x: np.ndarray) -> Frame:
    """The filters of both trainings: change since the start, weights, or features of the input x.

    The feature of neuron j at x is u_j x where the neuron sees x (u_j . x >= 0), and nothing where it does not; its
    sum over the pixels is what the neuron says.

    Shapes:
        basis (r, d_in), x (d_in,). wall: two squares of k images, k the largest square up to m and 64.
    """
    m, d_in = ensemble.filters.shape
    k, side = int(min(SHOWN, m) ** 0.5) ** 2, round(d_in**0.5)
    found = []
    for training in ensemble.trainings:
        change = ((training.U[0, :k] - training.U0[0, :k]) @ basis).cpu().numpy()
        if show != "change":
            change += ensemble.filters[:k]
        if show == "features":
            change *= x
            change *= change.sum(axis=1, keepdims=True) >= 0
        found.append(change.reshape(k, side, side))
    return _two_walls("wall", found)


def step_part(parts: list[torch.Tensor], basis: torch.Tensor) -> Frame:
    """A part of the step of both trainings, on walls as the filters are.

    Shapes:
        parts: two (rows, r).
    """
    k, side = int(len(parts[0]) ** 0.5) ** 2, round(basis.shape[1] ** 0.5)
    images = [(part[:k] @ basis).cpu().numpy().reshape(k, side, side) for part in parts]
    picture = _two_walls("part", images).arrays["part"]
    top = max(float(np.abs(picture).max()), 1e-12)
    return Frame({"part": picture}, ranges={"part": (-top, top)})


def _two_walls(name: str, images: list[np.ndarray]) -> Frame:
    """Both walls beside each other, on one colour scale with 0 in the middle."""
    top = reach(*images)
    without, adversarial = (wall(each, 0.0) for each in images)
    picture = beside(without, adversarial, 0.0, gap=max(6, 2 * images[0].shape[1] // 3))
    return Frame({name: picture}, ranges={name: (-top, top)})


def chemistry(bridge: Bridge) -> Frame:
    """The activator without and with diffusion."""
    without, together = bridge.fields()
    low, high = bridge.limits
    within = min(low, float(together.min())), max(high, float(together.max()))
    fields = {"chemistry_without": without, "chemistry_with": together}
    return Frame(fields, ranges=dict.fromkeys(fields, within))


def chosen_input(x: np.ndarray) -> Frame:
    """The input x, (d_in,), as an image."""
    side, top = round(x.size**0.5), float(np.abs(x).max())
    return Frame({"input": x.reshape(side, side)}, ranges={"input": (-top, top)})


def neighbours(moved: list[np.ndarray], grid: np.ndarray) -> Frame:
    """How far each neuron has moved, on the grid on which alike neurons are neighbours; both trainings."""
    without, adversarial = (distance[grid] for distance in moved)
    both = np.concatenate([without.ravel(), adversarial.ravel()])
    low, high = float(both.min()), max(float(both.max()), 1e-6)
    return Frame({"neighbours": beside(without, adversarial, low, gap=1)}, ranges={"neighbours": (low, high)})


class Past:
    """What is drawn of the moments kept, worked out once for each that comes."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._drawn_at, self._drawn = (0, 0), Frame()

    def frame(self) -> Frame:
        """Map, curves and trails; several frames hold the same arrays."""
        trace = self._record.trace
        if self._drawn_at != (trace.count, trace.stride):
            self._drawn_at = trace.count, trace.stride
            self._drawn = heat(self._record) | distances(self._record) | trails(self._record)
            for array in self._drawn.arrays.values():
                array.setflags(write=False)
        return self._drawn


def heat(record: Record) -> Frame:
    """|u_j(t) - u_j(0)|, one row per neuron, from the start on the left to now on the right; both trainings."""
    moved = record.trace.even("heat", MOMENTS)  # (T, 2 trainings, neurons)
    picture = beside(moved[:, 0].T, moved[:, 1].T, 0.0, gap=8)
    return Frame({"heat": picture}, ranges={"heat": (0.0, max(float(moved.max()), 1e-6))})


def distances(record: Record) -> Frame:
    """Distance from the start over all initialisations, at every moment kept.

    Shapes:
        distance (T, 9): the step; for the training without and then for that with adversary, least, greatest and mean
        distance of the hidden layer, and the mean of the top layer.
    """
    past = record.trace["distance"]  # (T, inits, 2 trainings, 2 layers)
    hidden, mean = past[..., 0], past.mean(axis=1)
    each = [hidden.min(axis=1), hidden.max(axis=1), mean[..., 0], mean[..., 1]]  # (T, trainings)
    columns = np.stack(each, axis=2).reshape(len(past), 8)
    return Frame({"distance": np.column_stack([record.trace.steps, columns]).astype(np.float32)})


def trails(record: Record) -> Frame:
    """Every followed neuron's way in the plane of most motion, and where it is: (points, 2) each."""
    arrays: dict[str, np.ndarray] = {}
    moments = record.trails.trace.count
    for which, name in enumerate(TRAININGS):
        line = record.trails.line(which)
        arrays |= {f"trail_{name}": line, f"tip_{name}": line[moments - 1 :: 2 * moments].copy()}
    return Frame(arrays)


def spectra(record: Record) -> Frame:
    """Radial power of the filters' change and of the neighbours' grid: a row per wavenumber, a column per training."""
    powers = {"filter_power": record.filter_power, "grid_power": record.grid_power}
    return Frame({name: np.ascontiguousarray(power.T, dtype=np.float32) for name, power in powers.items()})


def decomposition(ensemble: Ensemble, alpha: float) -> Frame:
    """Reaction and diffusion of the neurons on the wall: norms, cosine, and how exactly they add up to what automatic
    differentiation says of the loss.

    Shapes:
        split (k, 3): |R|, |D| and their cosine, a row per neuron.
    """
    rows = slice(min(SHOWN, len(ensemble.filters)))
    parts = ensemble.adversarial.parts(alpha, rows)
    R, D, _ = parts
    descent = ensemble.adversarial.descent(alpha, rows)
    norm_R, norm_D, inner = torch.stack([*parts[:2].norm(dim=2), (R * D).sum(dim=1)]).cpu().numpy()
    product = norm_R * norm_D
    moving = product > 0  # a neuron that sees no input, or no adversary, has no angle: 0 in the picture
    cosine = inner / np.where(moving, product, 1)
    largest, error = float(parts[:2].abs().max()), float((R + D - descent).abs().max())
    metrics = {
        "reaction": float(norm_R.mean()),
        "diffusion": float(norm_D.mean()),
        "diffusion_share": float((norm_D > norm_R).mean()),
        "cosine": float(cosine[moving].mean()) if moving.any() else float("nan"),
        "split_error": error / largest if largest > 0 else float("nan"),
    }
    return Frame({"split": np.stack([norm_R, norm_D, cosine], axis=1).astype(np.float32)}, metrics)


def evenness(ensemble: Ensemble, record: Record, moved: list[np.ndarray]) -> dict[str, float]:
    """How far both trainings have come, and how evenly; every ratio is with / without.

    Of the first initialisation: residual, distance, farthest, spread. Means over all of them: what does not change if
    everything moves twice as far (variation, also at equal distance, participation, entropy), the ratio of the
    distances, and the mean way of a neuron as a share of |z_0 - y|, which is what Theorem 1 says goes with 1/sqrt(m).

    Shapes:
        moved: two (inits, m), |u_j(t) - u_j(0)|.
    """
    metrics: dict[str, float] = {}
    near = record.at_equal_distance()
    for which, (name, training, ways) in enumerate(zip(TRAININGS, ensemble.trainings, moved, strict=True)):
        distance = ways[0]
        metrics |= {
            f"residual_{name}": float(training.residual()[0]),
            f"distance_{name}": float(np.linalg.norm(distance)),
            f"farthest_{name}": float(distance.max()),
            f"spread_{name}": spread(distance),
            f"variation_{name}": _mean(variation, ways),
            f"near_variation_{name}": near[which],
            f"participation_{name}": _mean(participation, ways),
            f"entropy_{name}": _mean(entropy, ways),
            f"way_{name}": float((ways.mean(axis=1) / record.start).mean()),
        }
    far = [float(np.linalg.norm(ways, axis=1).mean()) for ways in moved]
    ratios = {name: _ratio(*(metrics[f"{name}_{which}"] for which in TRAININGS)) for name in RATIOS}
    return metrics | {"distance_ratio": _ratio(*far)} | {f"{name}_ratio": value for name, value in ratios.items()}


RATIOS = ("spread", "variation", "near_variation")


def _mean(measure: Callable[[np.ndarray], float], ways: np.ndarray) -> float:
    return float(np.mean([measure(distance) for distance in ways]))


def _ratio(without: float, adversarial: float) -> float:
    return adversarial / without if without > 0 else float("nan")
