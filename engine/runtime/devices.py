"""Where a run lives: which devices there are, which of them an exhibit is put on, and its own queue on a GPU."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from engine.exhibit import Exhibit
from engine.params import Knob, ParamError, Params

AUTO = "auto"
DEVICES = ("cpu", "cuda")
PIN = Knob(
    name="device", kind="setup", type="choice", default=AUTO, label="Device", help="Where the run lives.",
    choices=(AUTO, *DEVICES),
)  # fmt: skip


def available() -> tuple[str, ...]:
    """The devices of this machine."""
    return DEVICES if torch.cuda.is_available() else ("cpu",)


def device_of(kind: type[Exhibit[Any]], params: Params, there_are: Collection[str], pinned: str | None = None) -> str:
    """Where a run of ``kind`` with ``params`` should live.

    Args:
        there_are: the devices to choose from.
        pinned: there and nowhere else; None for where the exhibit says.

    Raises:
        ParamError: the exhibit or the machine does not have the device it is pinned to.
        ValueError: the exhibit asks for a device it was not offered.
    """
    if pinned is not None:
        return _possible(kind, there_are, pinned)
    offered = tuple(name for name in kind.devices if name in there_are) or ("cpu",)
    chosen = kind.device_for(params, offered)
    if chosen not in offered:
        raise ValueError(f"{kind.slug} wants to live on {chosen!r}; it was offered {', '.join(offered)}")
    return chosen


def _possible(kind: type[Exhibit[Any]], there_are: Collection[str], device: str) -> str:
    usable = [AUTO, *(name for name in kind.devices if name in there_are)]
    if device in usable:
        return device
    why = f"{kind.slug} does not run there" if device not in kind.devices else f"this machine has no {device} device"
    raise ParamError(f"device = {device} is not possible: {why}; use one of {', '.join(usable)}")


def read_pin(
    kind: type[Exhibit[Any]], query: Mapping[str, str], there_are: Collection[str]
) -> tuple[str | None, list[str]]:
    """The device that a link pins a run to, None if to none; and a sentence if what it says cannot be."""
    if "device" not in query:
        return None, []
    device, notice = PIN.snap(query["device"].strip().lower())
    if notice or device == AUTO:
        return None, [notice] if notice else []
    try:
        return _possible(kind, there_are, str(device)), []
    except ParamError as error:
        return None, [f"{error}. Using {AUTO!r}."]


class Lane(AbstractContextManager["Lane"]):
    """A run's own queue on a GPU, so that its kernels wait for no other run's; on the CPU, nothing at all.

    Args:
        wanted: whether the run may ever live on a GPU.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted
        self._stream: Any = None
        self._inside: AbstractContextManager[Any] = nullcontext()

    def __enter__(self) -> Lane:
        if self._wanted:
            self._stream = self._stream or torch.cuda.Stream()
            self._inside = torch.cuda.stream(self._stream)
        self._inside.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._inside.__exit__(*error)

    def settle(self) -> None:
        """Wait until all that was queued is done, so that the time it took can be told."""
        if self._stream is not None:
            self._stream.synchronize()


def to_host(state: Any) -> Any:
    """A copy of a state tree whose tensors lie in the host's memory, which is larger and outlives the device."""
    if isinstance(state, dict):
        return {key: to_host(value) for key, value in state.items()}
    if isinstance(state, (list, tuple)) and type(state) in (list, tuple):
        return type(state)(to_host(value) for value in state)
    if isinstance(state, torch.Tensor):
        return state.detach().to("cpu", copy=True)
    return copy.deepcopy(state)
