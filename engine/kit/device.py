"""Where tensors live: random numbers made there, results fetched from there in one copy."""

from __future__ import annotations

from collections.abc import Mapping

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
