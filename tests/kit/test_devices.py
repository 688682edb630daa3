"""Exhibits name the device of every tensor and never mix two; tried on a device that only pretends to be one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.exhibit import Exhibit, catalogue
from engine.kit.device import fetch, generator
from tests.devices import DEVICE, DeviceError, NamedDevices
from tests.settings import settings_of

# ---- the pretended device ------------------------------------------------------------------------------------------


def test_numbers_are_as_on_the_host_and_derivatives_too() -> None:
    x, w = torch.rand(5, 3), torch.rand(3, 2, requires_grad=True)
    (want,) = torch.autograd.grad((x @ w).square().sum(), w)
    with NamedDevices():
        there_x, there_w = x.to(DEVICE), w.detach().to(DEVICE).requires_grad_()
        loss = (there_x @ there_w).square().sum()
        (got,) = torch.autograd.grad(loss, there_w)
        assert loss.device.type == got.device.type == DEVICE
        assert torch.equal(got.cpu(), want) and loss.item() == float((x @ w).square().sum())
        there_w.detach().add_(1)
        assert torch.equal(there_w.detach().cpu(), w.detach() + 1)


@pytest.mark.parametrize(
    "offence",
    [
        lambda x: torch.zeros(3),
        lambda x: torch.tensor(1.0),
        lambda x: torch.arange(4),
        lambda x: torch.randn(2, generator=generator(0, "cpu")),
        lambda x: x + torch.ones(3, device="cpu"),
        lambda x: x * torch.tensor(2.0, device="cpu"),
        lambda x: x[torch.arange(2, device="cpu")],
        lambda x: torch.cat([x, torch.ones(3, device="cpu")]),
        lambda x: torch.rand(3, device=DEVICE, generator=generator(0, "cpu")),
        lambda x: x.uniform_(generator=generator(0, "cpu")),
    ],
)  # fmt: skip
def test_what_a_gpu_would_not_have_is_an_error(offence) -> None:
    with NamedDevices(), pytest.raises(DeviceError):
        offence(torch.ones(3, device=DEVICE))


def test_numpy_wants_the_host_first() -> None:
    with NamedDevices():
        x = torch.ones(3, device=DEVICE)
        with pytest.raises((TypeError, RuntimeError)):
            x.numpy()
        assert x.cpu().numpy().sum() == 3


# ---- what carries tensors between devices --------------------------------------------------------------------------


def test_many_tensors_are_fetched_in_one_copy() -> None:
    want = {"a": torch.rand(3, 2), "b": torch.rand(0, 2), "c": torch.tensor(4.0), "d": torch.tensor([1, 2])}
    assert fetch({}) == {}
    with NamedDevices() as mode:
        there = {name: each.to(DEVICE) for name, each in want.items()}
        got = fetch(there)
        assert mode.fetches == 1
    for name, each in want.items():
        np.testing.assert_array_equal(got[name], each.numpy())
        assert got[name].shape == tuple(each.shape)


# ---- every exhibit -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", catalogue().values(), ids=catalogue())
def test_every_tensor_of_a_step_is_made_where_it_belongs(kind: type[Exhibit]) -> None:
    params = kind.Params(**settings_of(kind.slug)[0])
    device = DEVICE if "cuda" in kind.devices else "cpu"
    with NamedDevices() as mode:
        there = kind(params, seed=0, device=device)
        there.advance(3)
        there.set(params)
        for _ in there.phases():
            there.frame()
        there.load_state_dict(there.state_dict())
        assert there.diverged() is None
        shown = there.frame()
    if not any(mode.done.values()):
        pytest.skip(f"{kind.slug} has no tensors")
    assert device == "cpu" or mode.done[DEVICE] > mode.done["cpu"]
    here = kind(params, seed=0, device="cpu")
    here.advance(4)
    for name, array in here.frame().arrays.items():
        close = 1.0 if array.dtype == np.uint8 else 1e-3  # a shade of a colour may be rounded the other way
        there_shown = shown.arrays[name].astype(float)
        np.testing.assert_allclose(there_shown, array.astype(float), rtol=1e-3, atol=close, err_msg=name)
