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
def _kept() -> tuple[dict[str, Tensor], dict[str, str]]:
    return _read(FILE)


def load(model: Completer, params: CompletionParams) -> bool:
    """Give a network the weights that one of its kind has learnt; answers whether there are any."""
    weights = _kept()[0].get(name_of(params))
    if weights is None or len(weights) != len(model.flat):
        return False
    model.flat.copy_(weights)
    return True


def fill(model: Completer, file: Path, params: CompletionParams) -> None:
    """Give a network the weights that are kept in a file.

    Raises:
        ValueError: there are none of its kind.
    """
    weights = _read(file)[0].get(name_of(params))
    if weights is None or len(weights) != len(model.flat):
        raise ValueError(f"{file} holds no network {name_of(params)}.")
    model.flat.copy_(weights)


def about() -> dict[str, object]:
    """How the kept networks were taught and what they have reached, as :mod:`~.pretrain` noted it."""
    return {name: json.loads(text) for name, text in _kept()[1].items()}


def keep(file: Path, name: str, weights: Tensor, note: Mapping[str, object], *, large: bool = False) -> None:
    """Put the weights of one network into a file, in half precision, with a note; others that it holds stay.

    Raises:
        ValueError: the file would be larger than 10 MB, and is not meant to be ``large``.
    """
    tensors, notes = _read(file)
    halves = {**tensors, name: weights.detach().cpu().half().contiguous()}
    if (size := sum(2 * each.numel() for each in halves.values())) > MOST_BYTES and not large:
        raise ValueError(f"The weights take {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB are kept.")
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(halves, file, {**notes, name: json.dumps(note)})


def _read(file: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    if not file.exists():
        return {}, {}
    with safe_open(file, "pt") as kept:
        return {name: kept.get_tensor(name) for name in kept.keys()}, kept.metadata() or {}  # noqa: SIM118


def start_words(params: CompletionParams, trained: bool) -> str:
    """A sentence about where the network began."""
    if trained:
        return "This network has learnt before you came; it goes on learning now."
    if params.start == "trained":
        return "There is no trained network of this kind: it begins with random weights."
    return "It begins with random weights."
