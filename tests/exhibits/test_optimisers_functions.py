"""What losses are built of: every function is torch's, every derivative autograd's, and so is every error signal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.exhibits.optimisers import ACTIVATIONS, FAMILIES, through_a_chain, values_and_slopes
from engine.exhibits.optimisers.functions import LEAK, LOSSES, PRELU

BETA = 1.7
TORCHS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": functional.relu,
    "leaky": lambda x: functional.leaky_relu(x, LEAK),
    "prelu": lambda x: functional.prelu(x, torch.tensor([PRELU], dtype=x.dtype)),
    "elu": functional.elu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "swish": lambda x: functional.silu(BETA * x) / BETA,
    "mish": functional.mish,
    "l1": lambda r: functional.l1_loss(r, torch.zeros_like(r), reduction="none"),
    "l2": lambda r: functional.mse_loss(r, torch.zeros_like(r), reduction="none"),
    "huber": lambda r: functional.huber_loss(r, torch.zeros_like(r), reduction="none"),
    "cross-entropy": lambda r: functional.binary_cross_entropy_with_logits(r, torch.ones_like(r), reduction="none"),
    "hinge": lambda r: functional.multi_margin_loss(
        torch.stack([r, torch.zeros_like(r)], 1), torch.zeros(len(r), dtype=torch.long), reduction="none"
    ) * 2,
}  # fmt: skip


@pytest.mark.parametrize("name", [*ACTIVATIONS, *LOSSES])
def test_functions_are_torchs_and_slopes_autograds(name: str) -> None:
    function = (ACTIVATIONS | LOSSES)[name]
    x = torch.linspace(-30.05, 30.05, 602, dtype=torch.float64, requires_grad=True)  # beside every kink
    value = TORCHS[name](x)
    (slope,) = torch.autograd.grad(value.sum(), x)
    np.testing.assert_allclose(function.value(x.detach().numpy(), BETA), value.detach(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(function.slope(x.detach().numpy(), BETA), slope, rtol=1e-9, atol=1e-12)


def test_swish_is_half_the_line_at_beta_0_and_relu_in_the_limit() -> None:
    x = np.linspace(-4, 4, 101)
    swish = ACTIVATIONS["swish"]
    np.testing.assert_allclose(swish.value(x, 0.0), x / 2)
    np.testing.assert_allclose(swish.value(x, 1e4), ACTIVATIONS["relu"].value(x, 0), atol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_drawn_are_all_functions_of_the_family(family: str) -> None:
    x, found = values_and_slopes(family, BETA)  # type: ignore[arg-type]
    assert list(found) == [each.label for each in FAMILIES[family].values()]  # type: ignore[index]
    for value, slope in found.values():
        numeric = np.gradient(value, x)
        assert np.median(np.abs(numeric - slope)) < 1e-3


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "swish"])
@pytest.mark.parametrize("weight", [0.5, 1.0, 4.0])
def test_every_error_signal_and_gradient_of_the_chain_is_autograds(name: str, weight: float) -> None:
    depth = 7
    w = torch.full((depth,), weight, dtype=torch.float64, requires_grad=True)
    a, sums = torch.tensor(1.0, dtype=torch.float64), []
    for layer in range(depth):
        z = w[layer] * a
        z.retain_grad()
        sums.append(z)
        a = TORCHS[name](z) if name != "swish" else functional.silu(z)
    (a**2 / 2).backward()
    chain = through_a_chain(depth, weight, name)
    np.testing.assert_allclose(chain.deltas, [float(z.grad) for z in sums], rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(chain.gradients, w.grad, rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(chain.deltas[:-1] / chain.deltas[1:], chain.factors[:-1], rtol=1e-9)


def test_ten_sigmoids_leave_less_than_a_millionth() -> None:
    chain = through_a_chain(11, 1.0, "sigmoid")
    assert (np.abs(chain.factors) <= 0.25).all()
    assert chain.deltas[0] / chain.deltas[-1] < 1e-6
