"""A mode in which tensors must name their device: without a GPU it finds those that would be left on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

FACTORIES = {
    torch.arange, torch.as_tensor, torch.empty, torch.empty_strided, torch.eye, torch.full, torch.linspace,
    torch.logspace, torch.normal, torch.ones, torch.rand, torch.randint, torch.randn, torch.randperm,
    torch.scalar_tensor, torch.tensor, torch.zeros,
}  # fmt: skip


class NamedDevices(TorchFunctionMode):
    """Inside, a factory function called without ``device=`` raises."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Mapping | None = None
    ) -> Any:
        if func in FACTORIES and (kwargs or {}).get("device") is None:
            raise AssertionError(f"torch.{func.__name__} makes a tensor without naming its device")
        return func(*args, **(kwargs or {}))
