"""Networks that have learnt already: kept in ``assets/data/completion.safetensors``, half precision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.exhibits.completion.models import Completer
from engine.exhibits.completion.params import CompletionParams

FILE = Path(__file__).parents[3] / "assets" / "data" / "completion.safetensors"
MOST_BYTES = 10_000_000


def name_of(params: CompletionParams) -> str:
    """What the weights of a network of this kind are called; those of PoinTr depend on heads and neighbours."""
    structure = f"-{params.heads}-{params.k}" if params.model == "pointr" else ""
    return f"{params.model}-{params.size}{structure}"


@lru_cache(maxsize=1)
def _kept() -> tuple[Mapping[str, Tensor], Mapping[str, str]]:
    if not FILE.exists():
        return {}, {}
    with safe_open(FILE, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118


def load(model: Completer, params: CompletionParams) -> bool:
    """Give a network the weights that one of its kind has learnt; answers whether there are any."""
    weights = _kept()[0].get(name_of(params))
    if weights is None or len(weights) != len(model.flat):
        return False
    model.flat.copy_(weights)
    return True


def about() -> dict[str, object]:
    """How the kept networks were taught and what they have reached, as :mod:`~.pretrain` noted it."""
    return {name: json.loads(text) for name, text in _kept()[1].items()}


def save(file: Path, weights: Mapping[str, Tensor], notes: Mapping[str, object]) -> None:
    """Write weights in half precision, with notes.

    Raises:
        ValueError: they take more than 10 MB.
    """
    halves = {name: each.detach().cpu().half().contiguous() for name, each in weights.items()}
    if (size := sum(2 * each.numel() for each in halves.values())) > MOST_BYTES:
        raise ValueError(f"The weights take {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB are kept.")
    save_file(halves, file, {name: json.dumps(note) for name, note in notes.items()})


def start_words(params: CompletionParams, trained: bool) -> str:
    """A sentence about where the network began."""
    if trained:
        return "This network has learnt before you came; it goes on learning now."
    if params.start == "trained":
        return "There is no trained network of this kind: it begins with random weights."
    return "It begins with random weights."
