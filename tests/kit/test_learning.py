"""The optimiser that may be changed at work."""

from __future__ import annotations

import pytest
import torch

from engine.kit.learning import Kind, Optimiser

SHAPES = ((5, 3), (5,), (2, 5))


def weights() -> list[torch.Tensor]:
    draws = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=draws).requires_grad_() for shape in SHAPES]


def gradients(count: int) -> list[list[torch.Tensor]]:
    draws = torch.Generator().manual_seed(1)
    return [[torch.randn(shape, generator=draws) for shape in SHAPES] for _ in range(count)]


@pytest.mark.parametrize(
    ("kind", "beta1", "beta2", "reference"),
    [
        ("sgd", 0.5, 0.9, lambda w: torch.optim.SGD(w, lr=0.01)),
        ("momentum", 0.8, 0.9, lambda w: torch.optim.SGD(w, lr=0.01, momentum=0.8)),
        ("rmsprop", 0.5, 0.95, lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.95)),
        ("adam", 0.5, 0.9, lambda w: torch.optim.Adam(w, lr=0.01, betas=(0.5, 0.9))),
    ],
)  # fmt: skip
def test_each_kind_is_the_usual_one(kind: str, beta1: float, beta2: float, reference) -> None:
    ours, theirs = weights(), weights()
    optimiser, usual = Optimiser(ours, kind, beta1, beta2), reference(theirs)
    for each in gradients(5):
        optimiser.step(each, 0.01)
        for weight, gradient in zip(theirs, each, strict=True):
            weight.grad = gradient
        usual.step()
    for want, got in zip(theirs, ours, strict=True):
        torch.testing.assert_close(got, want, rtol=1e-5, atol=1e-6)


def test_another_kind_starts_without_memory_and_coefficients_change_at_work() -> None:
    (first, second, *rest), ours = gradients(6), weights()
    optimiser = Optimiser(ours, "momentum", 0.9, 0.9)
    optimiser.step(first, 0.1)
    before = [each.detach().clone() for each in ours]
    optimiser.configure("momentum", 0.0, 0.9)  # nothing of the last direction is kept
    optimiser.step(second, 0.1)
    for was, now, gradient in zip(before, ours, second, strict=True):
        torch.testing.assert_close(now, was - 0.1 * gradient)
    optimiser.configure("adam", 0.9, 0.999)
    assert all(not memory for memory in optimiser.state_dict()["memory"])
    before = [each.detach().clone() for each in ours]
    optimiser.step(rest[0], 0.1)  # Adam's first step is lr long in every direction
    for was, now in zip(before, ours, strict=True):
        torch.testing.assert_close((now - was).abs(), torch.full_like(was, 0.1), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", ["adam", "rmsprop", "momentum", "sgd"])
def test_memory_goes_on_where_it_was(kind: str) -> None:
    ours, other = weights(), weights()
    one, two = Optimiser(ours, kind), Optimiser(other, kind)
    for each in gradients(4)[:2]:
        one.step(each, 0.01)
    for weight, value in zip(other, ours, strict=True):
        weight.detach().copy_(value)
    two.load_state_dict(one.state_dict())
    for each in gradients(4)[2:]:
        one.step(each, 0.01)
        two.step(each, 0.01)
    assert all(torch.equal(a, b) for a, b in zip(ours, other, strict=True))
    other_kind = Optimiser(weights(), "sgd" if kind == "adam" else "adam")
    other_kind.load_state_dict(one.state_dict())
    assert all(not memory for memory in other_kind.state_dict()["memory"])


@pytest.mark.parametrize("kind", ["adam", "sgd"])
def test_a_gradient_counts_by_its_numbers_however_it_lies_in_memory(kind: Kind) -> None:
    weights = [torch.zeros(2, 3), torch.zeros(2, 3)]
    gradient = torch.arange(6.0).reshape(2, 3)
    for weight, lying in zip(weights, (gradient, gradient.T.contiguous().T), strict=True):
        Optimiser([weight], kind).step([lying], 0.1)
    assert torch.equal(*weights) and len(set(weights[0].flatten().tolist())) > 1
