"""What is measured besides the answer: smoothing against its theory, what one node feels of another, and colours."""

from __future__ import annotations

import numpy as np

from engine.exhibit import Frame
from engine.exhibits.messages.board import Board
from engine.exhibits.messages.relations import refined, resistance, sensitivity
from engine.exhibits.messages.spectra import second_eigenvalue
from engine.exhibits.messages.training import Trainer

NAN = float("nan")


class Instruments:
    """Measures the network of a trainer on the graph of a board; what depends on the graph alone, once for it."""

    def __init__(self, trainer: Trainer, board: Board) -> None:
        self.trainer, self.board = trainer, board
        self.take()

    def take(self) -> None:
        """The graph has changed."""
        self.colours = refined(self.board.graph, self.trainer.x.numpy(), self.trainer.params.layers)
        self._second: float | None = None
        self._between: tuple[tuple[int, int], float] | None = None

    @property
    def second(self) -> float:
        """The second eigenvalue of the propagation."""
        if self._second is None:
            self._second = second_eigenvalue(self.board.graph)
        return self._second

    @property
    def resistance(self) -> float:
        """Between the two nodes that were looked at last."""
        which = (self.board.chosen, self.board.other)
        if self._between is None or self._between[0] != which:
            self._between = (which, resistance(self.board.graph, *which))
        return self._between[1]

    def frame(self, feel: bool) -> Frame:
        """What changes while it learns; how much the node looked at feels of all others only if one asks for it."""
        t, board, colours = self.trainer, self.board, float(self.colours.max(initial=-1) + 1)
        if not feel:
            return Frame(metrics={"resistance": NAN, "sensitivity": NAN, "wl_classes": colours})
        felt = sensitivity(t.network, t.given, t.wiring, t.ways, board.chosen)
        metrics = {"resistance": self.resistance, "sensitivity": float(felt[board.other]), "wl_classes": colours}
        return Frame({"felt": felt / max(float(felt.max(initial=0.0)), 1e-12)}, metrics)

    def smoothing(self, seen: Frame) -> Frame:
        """What theory says of the energies by hop that were ``seen``."""
        start, hops = seen.metrics["energy_start"], seen.arrays["hops"]
        theory = np.maximum(start * self.second ** (2 * hops), 1e-9).astype(np.float32)
        return Frame({"energy_theory": theory}, {"rate_theory": self.second**2})

    def scene(self, feel: bool) -> Frame:
        """Colours of Weisfeiler and Leman, and the nodes that were touched; nothing felt, where nobody asks for it."""
        board = self.board
        felt = {} if feel else {"felt": np.zeros(board.graph.n, np.float32)}
        tied = np.empty((0, 2), np.float32) if board.tied is None else board.at[[board.tied]]
        wl = self.colours.astype(np.int32)
        return Frame(felt | {"tied": tied, "other": board.at[[board.other]], "wl": wl})
