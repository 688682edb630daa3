"""The fields in torch tensors, for graphics cards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import torch
from torch import Tensor

from engine.exhibits.turing.euler import euler, laplacian
from engine.exhibits.turing.grid import Grid, Step, single
from engine.exhibits.turing.kernel import Reaction, Wrap

Euler = Callable[[Tensor, Tensor], None]
"""Does one step from the first tensor into the second, both (2, height, width): u and v."""

Sides = tuple[Tensor, Tensor]
"""Along one axis, the index of the cell before each cell and of the one behind."""

IN_GRAPH = 32
"""Steps that CUDA does at one call; even, so that they end in the tensor where they began."""


class TensorGrid(Grid):
    """On a torch device, float32.

    A step is one kernel of :mod:`cuda_kernel` where numba can compile for the device, elsewhere some thirty of torch's
    own. On CUDA, steps go out ``IN_GRAPH`` at a time as one graph, on a stream that belongs to these fields; what live
    parameters change is read from a tensor there, so the graph stays valid when they do.

    Args:
        device: name of a torch device.
        base: what the fields are counted from.
        fused: whether to step by numba's kernel; by default, wherever that is possible.
    """

    def __init__(
        self,
        u: np.ndarray,
        v: np.ndarray,
        wrap: Wrap,
        device: str,
        base: tuple[float, float] = (0.0, 0.0),
        *,
        fused: bool | None = None,
    ) -> None:
        self.wrap, self.device, self.base = wrap, torch.device(device), single(base)
        on_cuda = self.device.type == "cuda"
        self._stream = torch.cuda.Stream(self.device) if on_cuda else None
        self._fused = on_cuda and _numba_compiles() if fused is None else fused
        self._reaction: Reaction | None = None
        self._written: tuple[float, ...] = ()
        self._graph: torch.cuda.CUDAGraph | None = None
        with self._streaming():
            self._now, self._next = (torch.empty((2, *u.shape), device=self.device) for _ in range(2))
            self._rows, self._columns = (self._sides(size, w) for size, w in zip(u.shape, wrap, strict=True))
        self.store(u, v)

    def _sides(self, size: int, wrap: bool) -> Sides:
        index = torch.arange(size, device=self.device)
        if wrap:
            return index.roll(1), index.roll(-1)
        return (index - 1).clamp(min=0), (index + 1).clamp(max=size - 1)

    def _streaming(self) -> AbstractContextManager[object]:
        return nullcontext() if self._stream is None else torch.cuda.stream(self._stream)

    def deviations(self) -> tuple[np.ndarray, np.ndarray]:
        with self._streaming():
            u, v = self._now.cpu().numpy()
        return u.copy(), v.copy()

    def middle_row(self) -> np.ndarray:
        with self._streaming():
            row = self._now[0, self._now.shape[1] // 2].cpu().numpy()
        return np.float32(self.base[0]) + row

    def store_deviations(self, u: np.ndarray, v: np.ndarray) -> None:
        with self._streaming():
            self._now.copy_(torch.from_numpy(np.stack([u, v]).astype(np.float32)))

    def advance(self, steps: int, step: Step, cores: int) -> None:
        with self._streaming():
            self._prepare(step)
            if self._graph is not None:
                for _ in range(steps // IN_GRAPH):
                    self._graph.replay()
                steps %= IN_GRAPH
            self._do(steps)
        if self._stream is not None:
            self._stream.synchronize()

    def _prepare(self, step: Step) -> None:
        """Put the step's numbers where the kernels read them; for a new reaction build those anew."""
        numbers = (*self.numbers(step), *step.constants)
        fresh = step.reaction is not self._reaction
        if fresh:
            self._reaction, self._graph = step.reaction, None
            self._numbers = torch.empty(len(numbers), device=self.device)
        if fresh or numbers != self._written:
            self._numbers.copy_(torch.tensor(numbers, dtype=torch.float32, device="cpu"))
            self._written = numbers
        if fresh:
            if self._fused:
                both = (self._now, self._next)
                self._euler = _by_one_kernel(step.reaction, self._numbers, both, self.wrap, self._stream)
            else:
                self._euler = _by_operators(step.reaction, self._numbers, self._rows, self._columns)
            self._graph = self._capture()

    def _do(self, steps: int) -> None:
        """Queue so many steps, to end in the tensor where they begin."""
        for _ in range(steps // 2):
            self._euler(self._now, self._next)
            self._euler(self._next, self._now)
        if steps % 2:
            self._euler(self._now, self._next)
            self._now.copy_(self._next)

    def _capture(self) -> torch.cuda.CUDAGraph | None:
        """A graph of ``IN_GRAPH`` steps; None where the device has no graphs.

        Other threads may use the device meanwhile: only what this thread does is captured.
        """
        if self._stream is None:
            return None
        self._euler(self._now, self._next)  # compiles, and leaves the fields as they are
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=self._stream, capture_error_mode="thread_local"):
            self._do(IN_GRAPH)
        return graph

    def not_finite(self) -> str | None:
        with self._streaming():
            finite = self._now.sum(dim=(1, 2)).isfinite().tolist()
        return next((name for name, fine in zip("uv", finite, strict=True) if not fine), None)


def _numba_compiles() -> bool:
    from engine.exhibits.turing import cuda_kernel  # importing numba's CUDA takes a while

    return cuda_kernel.possible()


def _by_one_kernel(
    reaction: Reaction, numbers: Tensor, fields: tuple[Tensor, Tensor], wrap: Wrap, stream: torch.cuda.Stream | None
) -> Euler:
    """One step between two tensors, by numba's kernel; without a stream, in numba's simulator on the CPU."""
    from numba import cuda

    from engine.exhibits.turing import cuda_kernel

    view = Tensor.numpy if stream is None else cuda.as_cuda_array
    views = {id(tensor): view(tensor) for tensor in fields}
    read = view(numbers)
    on = 0 if stream is None else cuda.external_stream(stream.cuda_stream)
    kernel = cuda_kernel.build(reaction, len(numbers) - cuda_kernel.FIRST)
    launch = kernel[cuda_kernel.blocks(*fields[0].shape[1:]), cuda_kernel.BLOCK, on]
    return lambda now, then: launch(views[id(now)], views[id(then)], read, *wrap)


def _by_operators(reaction: Reaction, numbers: Tensor, rows: Sides, columns: Sides) -> Euler:
    """One step between two tensors, by torch's operators."""

    def neighbours(field: Tensor) -> list[Tensor]:  # west, east, north, south
        return [field.index_select(1, index) for index in columns] + [field.index_select(0, index) for index in rows]

    def step(now: Tensor, then: Tensor) -> None:
        D, dt, base, floor, constants = numbers[:2], numbers[2], numbers[3:5], numbers[5:7], numbers[7:]
        rates = reaction(base[0] + now[0], base[1] + now[1], *constants)
        for i in range(2):
            changed = euler(now[i], rates[i], laplacian(now[i], *neighbours(now[i])), D[i], dt)
            then[i] = torch.maximum(changed, floor[i])

    return step
