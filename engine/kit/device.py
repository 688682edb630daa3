"""Where tensors live: random numbers made there, results fetched from there in one copy, a stream for every run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor


def generator(seed: int, device: torch.device | str) -> torch.Generator:
    """A random generator of ``device``'s own."""
    return torch.Generator(device=device).manual_seed(seed)


def fetch(tensors: Mapping[str, Tensor]) -> dict[str, np.ndarray]:
    """Copies, as float32 in the host's memory, of tensors on one device: a GPU is waited for once, not for each."""
    if not tensors:
        return {}
    parts = [each.detach().reshape(-1).float() for each in tensors.values()]
    packed = torch.cat(parts).cpu().numpy()
    pieces = np.split(packed, np.cumsum([len(each) for each in parts])[:-1])
    shaped = zip(tensors.items(), pieces, strict=True)
    return {name: piece.reshape(tuple(tensor.shape)) for (name, tensor), piece in shaped}


def on_host(tree: Any) -> Any:
    """A tree of dicts and lists with every tensor in it in the host's memory; those that lie there are not copied."""
    if isinstance(tree, dict):
        return {name: on_host(each) for name, each in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [on_host(each) for each in tree]
    return tree.detach().cpu() if isinstance(tree, Tensor) else tree


def own_stream(device: torch.device | str) -> torch.cuda.Stream | None:
    """A CUDA stream for one run, so that the kernels of several need not wait for each other; None on the CPU."""
    return torch.cuda.Stream(device) if torch.device(device).type == "cuda" else None


@contextmanager
def working_on(stream: torch.cuda.Stream | None) -> Iterator[None]:
    """What happens inside goes to ``stream`` and is done at the end: who times it, times the work."""
    if stream is None:
        yield
        return
    stream.wait_stream(torch.cuda.current_stream(stream.device))  # whatever was changed in between
    with torch.cuda.stream(stream):
        yield
    stream.synchronize()
