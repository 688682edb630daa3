"""What is shown beside the fields: the theory of a run as arrays for the page, and the code of a step."""

from __future__ import annotations

import numpy as np

from engine.exhibit import Frame
from engine.exhibits.turing.euler import euler, laplacian
from engine.exhibits.turing.letters import LETTERS
from engine.exhibits.turing.models import Model
from engine.exhibits.turing.models.gray_scott import MODEL as GRAY_SCOTT
from engine.exhibits.turing.models.gray_scott import hopf, saddle_node
from engine.exhibits.turing.models.ring import NAME as RING
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.prediction import Prediction

CODE = (laplacian, euler)
"""What a step calls besides the model's ``reaction``, to be read beside the equations."""


def growth_range(growth: np.ndarray) -> np.ndarray:
    """The stretch of growth rates worth seeing: both sides of zero, however fast short waves die."""
    scale = max(abs(float(growth.max())), 0.4 * abs(float(growth[0])), 1e-3)
    return np.array([-3.0 * scale, 1.6 * scale])


def scene_of(
    params: TuringParams, model: Model, theory: Prediction, stability: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> Frame:
    """Dispersion relation, stability map and the point in it; for Gray-Scott also the pattern classes.

    Shapes:
        dispersion_k, dispersion_growth: (400,). growth_range: (2,), what to show of it.
        band: (2,), NaN if empty.
        modes_k, modes_growth: one entry for each wave on a ring, empty on a square.
        ring_angle, ring_radius: (cells,), where to draw the cells of a ring, in degrees on the unit circle.
        map_x, map_y: (m,). map_class: (m, m), row i for map_y[i], codes as in ``theory.KINDS``.
        amplitude_d and the other amplitude arrays: see :class:`~engine.exhibits.turing.competition.Competition`.
        map_F, map_k: one entry for each class of patterns. saddle_k, saddle_F, hopf_k, hopf_F: curves.
    """
    curve = theory.dispersion
    arrays = {
        "dispersion_k": curve.k,
        "dispersion_growth": curve.growth,
        "growth_range": growth_range(curve.growth),
        "band": np.array(curve.band),
        "modes_k": theory.modes_k,
        "modes_growth": theory.modes_growth,
    }
    words = {"latex": model.latex, "label": model.label, "note": model.note, "plane": ",".join(model.plane)}
    words |= {"theory": theory.sentence, "kind": theory.kind}
    if model is GRAY_SCOTT:
        saddle, oscillation = saddle_node(), hopf()
        arrays |= {"saddle_k": saddle[0], "saddle_F": saddle[1], "hopf_k": oscillation[0], "hopf_F": oscillation[1]}
        for axis in "kF":
            arrays[f"map_{axis}"] = np.array([letter.values[f"gs_{axis}"] for letter in LETTERS])
        words["map_names"] = ",".join(letter.title for letter in LETTERS)
    if params.model == RING:
        arrays["ring_angle"] = np.linspace(0, 360, params.ring_cells, endpoint=False)
        arrays["ring_radius"] = np.ones(params.ring_cells)
    arrays = {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in arrays.items()}
    arrays |= theory.competition.curves
    arrays |= dict(zip(("map_x", "map_y", "map_class"), stability, strict=True))
    metrics = {
        "fastest_growth": theory.growth,
        "predicted_wavelength": theory.wavelength,
        "critical_ratio": theory.critical_ratio,
        "ratio": theory.competition.now,
        "point_x": float(getattr(params, model.plane[0])),
        "point_y": float(getattr(params, model.plane[1])),
        "state_u": theory.state[0],
        "state_v": theory.state[1],
    }
    return Frame(arrays, metrics, words)
