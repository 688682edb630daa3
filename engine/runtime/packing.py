"""A state tree as JSON and named arrays, and back. No pickle, so what is read is only ever data."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch


def pack(state: Any, arrays: dict[str, np.ndarray]) -> Any:
    """Turn a state tree into JSON, moving its arrays and tensors into ``arrays``.

    Raises:
        TypeError: something in the tree is neither data nor a container of data.
    """
    if isinstance(state, dict):
        return {"dict": [[pack(key, arrays), pack(value, arrays)] for key, value in state.items()]}
    if isinstance(state, (list, tuple)):
        return {"list": [pack(value, arrays) for value in state], "tuple": isinstance(state, tuple)}
    if isinstance(state, torch.Tensor):
        name = f"t{len(arrays)}"
        arrays[name] = np.asarray(state.detach().cpu().numpy(), order="C")
        return {"tensor": name}
    if isinstance(state, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = np.asarray(state, order="C")
        return {"array": name}
    if isinstance(state, np.generic):
        return {"value": state.item()}
    if state is None or isinstance(state, (bool, int, float, str)):
        return {"value": state}
    raise TypeError(f"a {type(state).__name__} cannot be saved in a checkpoint")


def unpack(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The inverse of :func:`pack`."""
    if "dict" in tree:
        return {unpack(key, arrays): unpack(value, arrays) for key, value in tree["dict"]}
    if "list" in tree:
        items = [unpack(value, arrays) for value in tree["list"]]
        return tuple(items) if tree["tuple"] else items
    if "tensor" in tree:
        return torch.from_numpy(arrays[tree["tensor"]].copy())
    if "array" in tree:
        return arrays[tree["array"]].copy()
    return tree["value"]
