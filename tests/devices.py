"""A device that only pretends to be one, so that code meant for a GPU is tried on machines without.

Under :class:`NamedDevices` tensors made for ``DEVICE`` compute as ever, on the host, but they say that they live on
``DEVICE``, and whatever a GPU would refuse, or would silently do on the host, is an error:

- a tensor made without saying where,
- an operation on tensors of both devices, even where one is a single number: a CUDA graph would freeze it,
- random numbers for one device from a generator of the other,
- ``numpy()`` without ``cpu()``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter, tree_map

DEVICE = "meta"  # PyTorch knows a device of this name, with autograd and all, and no exhibit has another use for it
FACTORIES = {
    torch.empty, torch.zeros, torch.ones, torch.full, torch.tensor, torch.eye, torch.arange, torch.linspace,
    torch.logspace, torch.rand, torch.randn, torch.randint, torch.randperm, torch.empty_strided, torch.scalar_tensor,
}  # fmt: skip
CROSSING = {torch.ops.aten.copy_, torch.ops.aten._to_copy}  # what carries numbers from one device to the other
SUPPORTED = (
    "_get_fused_kernels_supported_devices", "_get_capturable_supported_devices",
    "_get_foreach_kernels_supported_devices",
)  # fmt: skip
"""PyTorch's optimisers ask these which devices they have kernels for."""


class DeviceError(AssertionError):
    """What a GPU would not have."""


class Pretender(torch.Tensor):
    """A tensor that says it lives on ``DEVICE``; ``held`` has its numbers."""

    held: torch.Tensor

    @staticmethod
    def __new__(cls, real: torch.Tensor) -> Pretender:
        """Wrap ``real``, whose memory is shared."""
        made = torch.Tensor._make_wrapper_subclass(
            cls, real.size(), strides=real.stride(), storage_offset=real.storage_offset(), dtype=real.dtype,
            device=DEVICE, requires_grad=False,
        )  # fmt: skip
        made.held = real
        return made

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _perform(func, args, kwargs or {})


class _Generator(torch.Generator):
    """A generator that says it belongs to the device it was made for."""

    def __new__(cls, device: torch.device | str | None = None) -> _Generator:
        made = super().__new__(cls)
        made.claimed = torch.device(device or "cpu")
        return made

    def __init__(self, device: torch.device | str | None = None) -> None:
        """All is done."""

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        """Where it claims to be."""
        return self.claimed


class NamedDevices(TorchFunctionMode):
    """A context. ``done`` counts operations on ``DEVICE`` and on the host, ``fetches`` copies from there to here."""

    def __init__(self) -> None:
        super().__init__()
        self.done = {DEVICE: 0, "cpu": 0}
        self.fetches = 0

    def __enter__(self) -> NamedDevices:
        """Everything in this thread is watched from here on."""
        self._patches = [mock.patch.object(torch, "Generator", _Generator)]
        for name in SUPPORTED:
            for module in [each for each in list(sys.modules.values()) if _of_torch(each)]:
                if callable(there := vars(module).get(name)):
                    self._patches.append(mock.patch.object(module, name, _also(there)))
        for patch in self._patches:
            patch.start()
        self._dispatch = _Dispatch(self)
        self._dispatch.__enter__()
        super().__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        """All is as before."""
        super().__exit__(*error)
        self._dispatch.__exit__(*error)
        for patch in reversed(self._patches):
            patch.stop()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        device = kwargs.get("device")
        if func in FACTORIES and device is None and not _called_by_torch():
            raise DeviceError(f"torch.{func.__name__} was called without naming a device ({_caller()})")
        if (rng := kwargs.get("generator")) is not None:
            wanted = torch.device(device) if device is not None else args[0].device
            if rng.device.type != wanted.type:
                raise DeviceError(f"random numbers for {wanted} from a generator of {rng.device} ({_caller()})")
        if func is torch.tensor and device is not None and torch.device(device).type == DEVICE:
            return Pretender(func(*args, **kwargs | {"device": "cpu"}))  # else PyTorch would leave the numbers out
        return func(*args, **kwargs)


class _Dispatch(TorchDispatchMode):
    def __init__(self, mode: NamedDevices) -> None:
        super().__init__()
        self.mode = mode

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        answer = _perform(func, args, kwargs or {})
        there = any(isinstance(each, Pretender) for each in tree_iter(answer))
        self.mode.done[DEVICE if there else "cpu"] += 1
        asked = any(isinstance(each, Pretender) for each in tree_iter((args, kwargs)))
        self.mode.fetches += asked and not there and answer is not None
        return answer


def _perform(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Do on the host what was asked of ``DEVICE``, and say that it was done there."""
    given = [each for each in tree_iter((args, kwargs)) if isinstance(each, torch.Tensor)]
    pretenders = sum(isinstance(each, Pretender) for each in given)
    if 0 < pretenders < len(given) and func.overloadpacket not in CROSSING:
        shapes = ", ".join(f"{tuple(each.shape)} on {each.device}" for each in given)
        raise DeviceError(f"{func} was given tensors of both devices: {shapes} ({_caller()})")
    device = kwargs.get("device")
    there = pretenders > 0 if device is None else torch.device(device).type == DEVICE
    if func.overloadpacket is torch.ops.aten.copy_:
        there = isinstance(args[0], Pretender)
    if device is not None and there:
        kwargs = kwargs | {"device": torch.device("cpu")}
    args, kwargs = tree_map(_real, (args, kwargs))
    answer = func(*args, **kwargs)
    if not there:
        return answer
    return tree_map(lambda each: Pretender(each) if isinstance(each, torch.Tensor) else each, answer)


def _real(each: Any) -> Any:
    return each.held if isinstance(each, Pretender) else each


def _also(supported: Callable[..., list[str]]) -> Callable[..., list[str]]:
    return lambda *args, **kwargs: [*supported(*args, **kwargs), DEVICE]


def _of_torch(module: Any) -> bool:
    return getattr(module, "__name__", "").startswith(("torch.optim", "torch.utils._foreach"))


def _frames() -> Any:
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename != __file__:
            yield frame
        frame = frame.f_back


def _called_by_torch() -> bool:
    return "/torch/" in next(_frames()).f_code.co_filename


def _caller() -> str:
    """The nearest line of code that is not PyTorch's."""
    frame = next(each for each in _frames() if "/torch/" not in each.f_code.co_filename)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
