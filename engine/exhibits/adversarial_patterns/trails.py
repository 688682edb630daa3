"""The way of each neuron through weight space, seen in the plane in which the neurons move most."""

from __future__ import annotations

import numpy as np
import torch

from engine.exhibit import State
from engine.kit.trace import Trace

NEURONS = 24
MOMENTS = 32


class Trails:
    """Displacements (u_j - u_j(0), v_j - v_j(0)) of some neurons in both trainings, and their principal plane.

    The plane holds the two leading principal directions, about the common start, of everything seen so far. It is
    followed by orthogonal iteration from where it was before, so that the picture does not flip.

    Args:
        neurons: how many are followed.
        dimension: of (u_j, v_j).
    """

    def __init__(self, neurons: int, dimension: int) -> None:
        self.neurons = min(NEURONS, neurons)
        self.trace = Trace(MOMENTS, points=(2, self.neurons, dimension))
        self.plane = np.eye(dimension, 2, dtype=np.float32)  # (dimension, 2)
        self._lines: dict[int, np.ndarray] = {}  # drawn since the last moment kept

    def add(self, step: float, points: np.ndarray) -> None:
        """Note where the neurons are.

        Shapes:
            points: (2, neurons, dimension), of the training without and the one with adversary.
        """
        if self.trace.add(step, {"points": points}):
            self._lines.clear()
            if self.trace.count > 1:
                self.plane = principal_plane(self.trace["points"].reshape(-1, len(self.plane)), self.plane)

    def line(self, which: int) -> np.ndarray:
        """All trails of a training in one line, (points, 2): as all begin at 0, it goes out and back along each."""
        if which not in self._lines:
            points = torch.from_numpy(self.trace["points"][:, which])
            there = (points @ torch.from_numpy(self.plane)).numpy()  # (T, neurons, 2)
            self._lines[which] = np.concatenate([there, there[::-1]]).transpose(1, 0, 2).reshape(-1, 2)
            self._lines[which].setflags(write=False)  # several frames may hold it
        return self._lines[which]

    def state_dict(self) -> State:
        """Trails and plane."""
        return {"trace": self.trace.state_dict(), "plane": self.plane}

    def load_state_dict(self, state: State) -> None:
        """Go on from ``state``."""
        self.trace.load_state_dict(state["trace"])
        self.plane = np.array(state["plane"], np.float32)
        self._lines.clear()


def principal_plane(points: np.ndarray, plane: np.ndarray, rounds: int = 3) -> np.ndarray:
    """Orthogonal iteration towards the two leading eigenvectors of points^T points.

    Shapes:
        points (N, dimension), plane and result (dimension, 2) with orthonormal columns.
    """
    cloud = torch.as_tensor(points)  # torch keeps to one core
    for _ in range(rounds):
        turned = (cloud.T @ (cloud @ torch.as_tensor(plane).to(cloud.dtype))).numpy()
        if not np.abs(turned).max() > 0:
            return plane
        q, r = np.linalg.qr(turned)
        plane = (q * np.where(np.diag(r) < 0, -1, 1)).astype(np.float32)
    return plane
