r"""The loss as a function of all weights: L(w), its gradient, its curvature, and both losses over many places at once.

L(w) = mean_i l(f(x_i; w), y_i),   H v = d/dw (dL/dw . v)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.func import functional_call, vmap
from torch.nn import functional

from engine.exhibits.landscape.networks import Network
from engine.exhibits.landscape.planes import Plane
from engine.exhibits.landscape.sight import Sight
from engine.exhibits.landscape.tasks import Task

Loss = Literal["cross-entropy", "squared error"]
TOGETHER = 128  # weight vectors in one batch, on a GPU
FLOPS, LAYER_S, ROW_S = 6e10, 5e-5, 1.5e-7  # what one core does in a second; what a layer, and a sample's loss, take
PRODUCT = 12  # a product with the Hessian takes so many times what the loss takes, at most
LONGEST_S, FEWEST = 0.012, 64  # of a product, and samples that it looks at
WEIGHED_S, LEAST = 0.012, 64  # that a frame's numbers may take, and samples of either kind that they are of at least


def loss_of(kind: Loss, outputs: Tensor, y: Tensor) -> Tensor:
    """Mean over the batch of -log softmax, or of half the squared distance from the one-hot label.

    Shapes:
        outputs: (..., B, classes). y: (B,). Returns (...).
    """
    if kind == "cross-entropy":
        logs = functional.log_softmax(outputs, dim=-1)
        return -logs.gather(-1, y.expand(outputs.shape[:-1])[..., None])[..., 0].mean(dim=-1)
    target = functional.one_hot(y, outputs.shape[-1]).to(outputs.dtype)
    return 0.5 * (outputs - target).square().sum(dim=-1).mean(dim=-1)


def error_of(outputs: Tensor, y: Tensor) -> Tensor:
    """Share of samples whose largest output is not their class; a NaN is wrong.

    Shapes:
        outputs: (..., B, classes). y: (B,). Returns (...).
    """
    right = (outputs.argmax(dim=-1) == y) & outputs.isfinite().all(dim=-1)
    return 1 - right.to(outputs.dtype).mean(dim=-1)


def seconds(network: Network, rows: int) -> float:
    """About how long one core takes for the loss of so many samples."""
    operations, layers = network.cost
    return rows * (operations / FLOPS + ROW_S) + layers * LAYER_S


def rows_within(network: Network, most_s: float) -> int:
    """Of how many samples the loss takes one core so long."""
    operations, layers = network.cost
    return max(0, int((most_s - layers * LAYER_S) / (operations / FLOPS + ROW_S)))


@dataclass(frozen=True)
class Worth:
    """What weights are worth: training loss, shares of wrong answers, and what is said of the test, (n, classes)."""

    loss: float
    train_error: float
    error: float
    answers: Tensor


class Judge:
    """Says what any weights are worth.

    Args:
        network: whose shape it judges; its own weights are overwritten by those that are looked at.
        task: the samples.
        kind: of loss.
        networks: so many are weighed for a frame.
    """

    def __init__(self, network: Network, task: Task, kind: Loss, networks: int = 1) -> None:
        self.network, self.task, self.kind, self.networks = network, task, kind, networks
        self.shapes = network.shapes
        self.standing: object = None  # whose weights the network has, where somebody wants to know
        self.names = [name for name, _ in network.named_parameters()]

    def at(self, w: Tensor) -> Network:
        """The network with these weights, (P,)."""
        self.standing = None
        self.network.flat.copy_(w)
        return self.network

    @torch.no_grad()
    def outputs(self, w: Tensor, x: Tensor) -> Tensor:
        """What the network says: (B, classes)."""
        return self.at(w)(x)

    def loss(self, w: Tensor, rows: slice | Tensor | None = None) -> float:
        """L(w) over some training rows, or all of them."""
        rows = slice(self.task.train) if rows is None else rows
        return float(loss_of(self.kind, self.outputs(w, self.task.x[rows]), self.task.y[rows]))

    def error(self, w: Tensor, rows: slice | None = None) -> float:
        """Share of wrong answers on some rows; default those for testing."""
        rows = rows or self.task.tested
        return float(error_of(self.outputs(w, self.task.x[rows]), self.task.y[rows]))

    @property
    def weighed(self) -> tuple[slice, slice]:
        """Training and test samples that numbers are of: of a large network not all, so that no frame takes long."""
        train, tested = self.task.train, len(self.task.x) - self.task.train
        share = min(1.0, rows_within(self.network, WEIGHED_S / self.networks) / (train + tested))
        few, some = (min(count, max(LEAST, int(share * count))) for count in (train, tested))
        return slice(few), slice(train, train + some)

    @torch.no_grad()
    def weigh(self, w: Tensor) -> Worth:
        """All numbers of some weights in one go."""
        network, (train, tested), x = self.at(w), self.weighed, self.task.x
        if network.mixes:
            learnt, answers = network(x[train]), network(x[tested])
        else:
            rows = torch.cat([x[train], x[tested]]) if train.stop < tested.start else x[: tested.stop]
            learnt, answers = network(rows).split([train.stop, tested.stop - tested.start])
        y, truth = self.task.y[train], self.task.y[tested]
        loss, wrong, error = loss_of(self.kind, learnt, y), error_of(learnt, y), error_of(answers, truth)
        return Worth(float(loss), float(wrong), float(error), answers)

    def gradient(self, w: Tensor, rows: slice | Tensor | None = None) -> Tensor:
        """The gradient of L at w: (P,)."""
        return self._flat(self._slopes(w, rows, graph=False))

    def bend(self, w: Tensor, v: Tensor, rows: slice | Tensor | None = None) -> Tensor:
        """The Hessian at w times v, by differentiating the gradient along v (Pearlmutter 1994): (P,)."""
        slopes = self._slopes(w, rows, graph=True)
        parts = v.split([each.numel() for each in slopes])
        along = sum((slope * part.view_as(slope)).sum() for slope, part in zip(slopes, parts, strict=True))
        assert isinstance(along, Tensor)
        bent = torch.autograd.grad(along, self.network.weights, allow_unused=True)
        return self._flat([
            torch.zeros_like(weight) if each is None else each
            for each, weight in zip(bent, self.network.weights, strict=True)
        ])  # fmt: skip

    @property
    def felt(self) -> int:
        """How many training samples curvature is felt on: of a large network not all, so that no product takes long."""
        share = LONGEST_S / (PRODUCT * seconds(self.network, len(self.task.x)))
        return min(self.task.train, max(FEWEST, int(share * self.task.train)))

    def bender(self, w: Tensor) -> Callable[[Tensor], Tensor]:
        """Products with the Hessian at w, over those samples on which curvature is felt."""
        rows, here = slice(self.felt), w.clone()
        return lambda v: self.bend(here, v, rows)

    def _slopes(self, w: Tensor, rows: slice | Tensor | None, *, graph: bool) -> tuple[Tensor, ...]:
        rows = slice(self.task.train) if rows is None else rows
        loss = loss_of(self.kind, self.at(w)(self.task.x[rows]), self.task.y[rows])
        return torch.autograd.grad(loss, self.network.weights, create_graph=graph)

    @staticmethod
    def _flat(parts: tuple[Tensor, ...] | list[Tensor]) -> Tensor:
        return torch.cat([each.detach().reshape(-1) for each in parts])

    @torch.no_grad()
    def many(self, ws: Tensor, train: int | None = None) -> tuple[Tensor, Tensor]:
        """Training loss and test error of many weight vectors in one batch.

        Args:
            train: look at so many training rows only.

        Shapes:
            ws: (K, P). Returns (K,), (K,).
        """
        rows = slice(train or self.task.train)
        outputs = vmap(self._called, in_dims=(0, None), chunk_size=TOGETHER)
        loss = loss_of(self.kind, outputs(ws, self.task.x[rows]), self.task.y[rows])
        tested = self.task.tested
        return loss, error_of(outputs(ws, self.task.x[tested]), self.task.y[tested])

    def _called(self, w: Tensor, x: Tensor) -> Tensor:
        parts = w.split([shape.numel() for shape in self.shapes])
        named = {name: part.view(shape) for name, part, shape in zip(self.names, parts, self.shapes, strict=True)}
        return functional_call(self.network, named, (x,))

    def on(self, plane: Plane, train: int | None = None, tested: int | None = None, *, bits: int = 1) -> Sight:
        """Training loss and test error as functions of the two coordinates of a plane.

        Args:
            train, tested: look at so many samples of either kind only.
            bits: into so many a place may come apart.
        """
        here = self.task.x[self.task.tested].shape[0]
        return Sight(self, plane, train or self.task.train, here if tested is None else tested, bits)

    @torch.no_grad()
    def first_layers(self, plane: Plane, x: Tensor) -> tuple[Tensor, ...]:
        """What the first layer makes of x at the plane's centre, and along both its directions."""
        return tuple(self.at(w).first(x) for w in (plane.centre, plane.u, plane.v))

    def verdict(self, outputs: Tensor, y: Tensor, answers: Tensor, truth: Tensor) -> tuple[float, float]:
        """Loss of the outputs for training samples, and error of the answers in the test."""
        return float(loss_of(self.kind, outputs, y)), float(error_of(answers, truth))
