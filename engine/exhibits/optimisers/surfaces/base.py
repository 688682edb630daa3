r"""A loss over the plane: its formula once, and by automatic differentiation its gradient and its curvature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

Formula = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Surface:
    """A loss L(x, y), and the window through which it is looked at.

    Args:
        label: for people.
        latex: the formula, as computed.
        note: what is special, in a sentence or two.
        formula: ``(x, y) -> L``, elementwise on tensors of one shape.
        centre, half: the window is the square of half width ``half`` about ``centre``.
        start: where the racers begin unless somebody says otherwise.
        axes: what the two numbers are called.
        names: what the names in ``latex`` stand for, besides the two numbers.
        data: rows over which the loss is a mean, if it is one.
        batch: for such a loss, the same over some of the rows only.
    """

    label: str
    latex: str
    note: str
    formula: Formula
    centre: tuple[float, float] = (0.0, 0.0)
    half: float = 2.0
    start: tuple[float, float] = (0.0, 0.0)
    axes: tuple[str, str] = ("x", "y")
    names: Mapping[str, Any] = field(default_factory=dict)
    data: int = 0
    batch: Callable[[Any], Surface] | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top of the window."""
        (x, y), h = self.centre, self.half
        return (x - h, x + h, y - h, y + h)

    @property
    def equation(self) -> str:
        """The formula with its left side."""
        x, y = (axis.split()[-1] for axis in self.axes)
        return f"L({x}, {y}) = {self.latex}"

    def value(self, w: Tensor) -> Tensor:
        """L at places.

        Shapes:
            w: (..., 2). Returns (...).
        """
        return self.formula(w[..., 0], w[..., 1])

    def slope(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """L and its gradient.

        Shapes:
            w: (n, 2). Returns (n,) and (n, 2).
        """
        with torch.enable_grad():
            at = w.detach().requires_grad_()
            value = self.value(at)
            gradient = _derivative(value.sum(), at, again=False)
        return value.detach(), gradient

    def hessian(self, w: Tensor) -> Tensor:
        """The second derivatives.

        Shapes:
            w: (n, 2). Returns (n, 2, 2), symmetric.
        """
        with torch.enable_grad():
            at = w.detach().requires_grad_()
            total = self.value(at).sum()
            if not total.requires_grad:  # a constant
                return w.new_zeros(len(w), 2, 2)
            (gradient,) = torch.autograd.grad(total, at, create_graph=True)
            rows = [_derivative(gradient[:, i].sum(), at) for i in (0, 1)]
        both = torch.stack(rows, dim=1)
        return (both + both.mT) / 2

    def grid(self, cells: int) -> Tensor:
        """The middles of so many cells along each side of the window, row 0 on top: (cells, cells, 2)."""
        left, right, bottom, top = self.bounds
        edge = (torch.arange(cells, dtype=torch.float64, device="cpu") + 0.5) / cells
        x, y = left + edge * (right - left), top - edge * (top - bottom)
        return torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)


def _derivative(total: Tensor, at: Tensor, *, again: bool = True) -> Tensor:
    """The derivative of a sum, or zero where it does not depend on ``at``; its graph is needed ``again`` or not."""
    if not total.requires_grad:
        return torch.zeros_like(at)
    (found,) = torch.autograd.grad(total, at, retain_graph=again, allow_unused=True)
    return torch.zeros_like(at) if found is None else found.detach()


def eigenvalues(hessian: Tensor) -> Tensor:
    """Of symmetric 2 x 2 matrices in closed form, the smaller first.

    Shapes:
        hessian: (..., 2, 2). Returns (..., 2).
    """
    a, b, c = hessian[..., 0, 0], hessian[..., 0, 1], hessian[..., 1, 1]
    middle, reach = (a + c) / 2, torch.hypot((a - c) / 2, b)
    return torch.stack([middle - reach, middle + reach], dim=-1)
