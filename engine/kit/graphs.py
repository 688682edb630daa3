"""A step of fixed shapes as a CUDA graph: one launch in place of hundreds, and numbers that may change under it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import torch
from torch import Tensor

T = TypeVar("T")
Recorder = Callable[[Callable[[], T]], tuple[Callable[[], None], T]]
"""Records what a function launches, without doing it; returns how to do it, and where its results then lie."""

WARM = 3  # calls before one is recorded: PyTorch wants libraries, gradients and optimisers to have made their buffers


class Captured(Generic[T]):
    """A step that is recorded once and replayed from then on.

    Args:
        body: does one step and returns tensors to look at. It may draw from registered generators, and read numbers
            that change from a :class:`LiveNumbers`; whatever else it reads from Python stays as it was when recorded.
        record: see :func:`cuda_recorder`. None: every call runs ``body``, as befits a CPU.
    """

    def __init__(self, body: Callable[[], T], record: Recorder[T] | None) -> None:
        self.body, self.record = body, record
        self.forget()

    def forget(self) -> None:
        """Tensors have come to lie elsewhere: record anew."""
        self._structure: Hashable = None
        self._warm = 0
        self._replay: Callable[[], None] | None = None
        self._results: T | None = None

    def __call__(self, structure: Hashable) -> T:
        """Do one step.

        Args:
            structure: whatever decides which operations a step is made of; if it changes, the step is recorded anew.
        """
        if self.record is None:
            return self.body()
        if structure != self._structure:
            self.forget()
            self._structure = structure
        if self._replay is None and self._warm < WARM:
            self._warm += 1
            return self.body()
        if self._replay is None and not self._recorded(self.record):
            return self.body()
        assert self._replay is not None and self._results is not None
        self._replay()
        return self._results

    def _recorded(self, record: Recorder[T]) -> bool:
        try:
            self._replay, self._results = record(self.body)
        except RuntimeError as error:
            warnings.warn(f"The step cannot be a CUDA graph and runs kernel by kernel: {error}", stacklevel=3)
            self.record = None
            return False
        return True


def cuda_recorder(device: torch.device | str, *generators: torch.Generator) -> Recorder[T] | None:
    """Records CUDA graphs, to be replayed on the stream that is current then; None elsewhere than on CUDA.

    Args:
        generators: those from which the step draws; every replay draws further numbers.
    """
    if torch.device(device).type != "cuda":
        return None

    def record(body: Callable[[], T]) -> tuple[Callable[[], None], T]:
        graph = torch.cuda.CUDAGraph()
        for each in generators:
            graph.register_generator_state(each)
        aside = torch.cuda.Stream(device)  # the default stream cannot be recorded
        with torch.cuda.graph(graph, stream=aside, capture_error_mode="thread_local"):  # other runs go on meanwhile
            results = body()
        return graph.replay, results

    return record


class LiveNumbers:
    """Numbers that a captured step reads and that change between steps.

    On the CPU they are plain floats; elsewhere entries of one tensor on the device, which every replay reads.
    """

    def __init__(self, device: torch.device | str) -> None:
        self.device, self.plain = torch.device(device), torch.device(device).type == "cpu"
        self._values: dict[str, float] = {}
        self._tensor = torch.empty(0, device=self.device)

    def put(self, **values: float) -> None:
        """Set all of them; always the same names. Nothing is copied unless one has changed."""
        if values == self._values:
            return
        self._values = values
        if self.plain:
            return
        fresh = torch.tensor(list(values.values()), dtype=torch.float32, device="cpu").to(self.device)
        if len(self._tensor) == len(fresh):
            self._tensor.copy_(fresh)
        else:
            self._tensor = fresh

    def __getitem__(self, name: str) -> float | Tensor:
        if self.plain:
            return self._values[name]
        return self._tensor[list(self._values).index(name)]
