"""What the places of a plane are worth: each at once, or bit by bit, so that nothing waits long for a large network."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.exhibits.landscape.planes import Plane

if TYPE_CHECKING:
    from engine.exhibits.landscape.judge import Judge


class Sight:
    """Training loss and test error as functions of the two coordinates of a plane.

    The first layer is computed for the plane's centre and both its directions only; see :mod:`networks`. A place comes
    apart into bits: a share of the samples each or, where what is said of one sample depends on the others, a layer.

    Args:
        judge: says what outputs are worth.
        plane: where.
        train, tested: look at so many samples of either kind.
        bits: into so many a place may come apart.
    """

    def __init__(self, judge: Judge, plane: Plane, train: int, tested: int, bits: int = 1) -> None:
        task, self.judge, self.plane = judge.task, judge, plane
        first, rows = task.tested.start, train + tested
        x = torch.cat([task.x[:train], task.x[first : first + tested]])
        self.y, self.truth = task.y[:train], task.y[first : first + tested]
        self.z, self.zu, self.zv = judge.first_layers(plane, x)
        self.z_row, self.here = torch.empty_like(self.z), torch.empty_like(self.z)
        self.row, self.w_row = math.nan, torch.empty_like(plane.centre)
        self.by_layers = bits > 1 and judge.network.mixes
        edges = [0, train, rows] if judge.network.mixes else [rows * bit // bits for bit in range(bits + 1)]
        self.parts = [slice(*pair) for pair in itertools.pairwise(edges) if pair[0] < pair[1]]

    def __call__(self, a: float, b: float) -> tuple[float, float]:
        """Loss and error at (a, b), at once."""
        bits = self.bits(a, b)
        while True:
            try:
                next(bits)
            except StopIteration as over:
                return over.value

    def bits(self, a: float, b: float) -> Generator[None, None, tuple[float, float]]:
        """The same bit by bit; in between the judge may look elsewhere."""
        outputs: list[Tensor] = []
        place = object()
        for number, part in enumerate(self.parts):
            if number:
                yield
            self._stand(a, b, place, anew=number == 0)
            with torch.no_grad():
                layers = self.judge.network.layers(self.here[part])
            said = self._step(layers)
            while (after := self._step(layers)) is not None:
                said = after
                if self.by_layers:
                    yield
                    self._stand(a, b, place)
            assert said is not None
            outputs.append(said)
        every = torch.cat(outputs) if len(outputs) > 1 else outputs[0]
        return self.judge.verdict(every[: len(self.y)], self.y, every[len(self.y) :], self.truth)

    @staticmethod
    @torch.no_grad()
    def _step(layers: Generator[Tensor, None, None]) -> Tensor | None:
        return next(layers, None)

    @torch.no_grad()
    def _stand(self, a: float, b: float, place: object, *, anew: bool = False) -> None:
        """Put the network's weights to (a, b), unless nobody has moved them since; what all places of a row have in
        common is computed once.
        """
        if self.judge.standing is place:
            return
        self.judge.standing = place
        plane = self.plane
        if b != self.row:
            self.row = b
            torch.add(plane.centre, plane.v, alpha=b, out=self.w_row)
            torch.add(self.z, self.zv, alpha=b, out=self.z_row)
        torch.add(self.w_row, plane.u, alpha=a, out=self.judge.network.flat)
        if anew:
            torch.add(self.z_row, self.zu, alpha=a, out=self.here)
