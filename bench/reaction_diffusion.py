"""Gray-Scott against its peers: ``python -m bench.reaction_diffusion``.

Every contender runs in this process, in turns, so that a noisy machine treats all alike; the table shows medians.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numba
import numpy as np
import torch

from engine.exhibits.turing.grid import CompiledGrid, Step
from engine.exhibits.turing.models.gray_scott import MODEL
from engine.exhibits.turing.params import TuringParams
from engine.exhibits.turing.start import Palette, initial
from engine.exhibits.turing.tensor import TensorGrid

PARAMS = TuringParams()
STEP = Step(MODEL.reaction, MODEL.constants(PARAMS), MODEL.diffusivities(PARAMS), MODEL.time_step(PARAMS))
Contender = Callable[[int], None]
"""Does so many steps."""


def fields(size: int) -> tuple[np.ndarray, np.ndarray]:
    """The same start for everyone."""
    rng = np.random.default_rng(0)
    rest = (1.0, 0.0)
    palette = Palette(rest, rest, None, MODEL.dose["activator"], MODEL.dose["inhibitor"])
    u, v = initial("spots", palette, size, "", True, rng)
    return u.astype(np.float32), v.astype(np.float32)


def ours(size: int, cores: int) -> Contender:
    """The exhibit's compiled loop."""
    lattice = CompiledGrid(*fields(size), (True, True), (1.0, 0.0))
    return lambda steps: lattice.advance(steps, STEP, cores)


def numpy_roll(size: int) -> Contender:
    """The usual NumPy program, float32, in place where that is easy."""
    u, v = fields(size)
    F, k = (np.float32(value) for value in STEP.constants)
    Du, Dv, dt = (np.float32(value) for value in (*STEP.D, STEP.dt))

    def laplacian(w: np.ndarray) -> np.ndarray:
        out = np.roll(w, 1, 0)
        out += np.roll(w, -1, 0)
        out += np.roll(w, 1, 1)
        out += np.roll(w, -1, 1)
        out -= 4 * w
        return out

    def run(steps: int) -> None:
        for _ in range(steps):
            uvv = u * v * v
            du, dv = Du * laplacian(u) - uvv + F * (1 - u), Dv * laplacian(v) + uvv - (F + k) * v
            u[:] += dt * du
            v[:] += dt * dv

    return run


def py_pde(size: int) -> Contender:
    """py-pde's explicit Euler with its numba backend on one thread, without trackers; float64, as it does."""
    import pde

    numba.set_num_threads(1)

    F, k = STEP.constants
    grid = pde.CartesianGrid([(0, size)] * 2, size, periodic=True)
    equation = pde.PDE(
        {
            "u": f"{STEP.D[0]}*laplace(u) - u*v**2 + {F}*(1-u)",
            "v": f"{STEP.D[1]}*laplace(v) + u*v**2 - {F + k}*v",
        }
    )
    state = pde.FieldCollection([pde.ScalarField(grid, field) for field in fields(size)])
    stepper = pde.EulerSolver(equation, backend="numba").make_stepper(state, dt=STEP.dt)
    clock = [0.0]

    def run(steps: int) -> None:
        clock[0] = stepper(state, clock[0], clock[0] + steps * STEP.dt)

    return run


def compare(contenders: dict[str, tuple[Contender, int]], repetitions: int = 5) -> dict[str, float]:
    """Median steps/s of each.

    Args:
        contenders: by name, with how many steps to do in each repetition.
    """
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for run, _ in contenders.values():
        run(2)  # compile
    for _ in range(repetitions):
        for name, (run, steps) in contenders.items():
            begin = time.perf_counter()
            run(steps)
            rates[name].append(steps / (time.perf_counter() - begin))
    return {name: median(values) for name, values in rates.items()}


def peers(repetitions: int = 5) -> dict[str, float]:
    """256 x 256, one thread: ours, py-pde and NumPy, in steps/s."""
    contenders = {"ours": (ours(256, 1), 4000), "py-pde": (py_pde(256), 600), "numpy": (numpy_roll(256), 600)}
    return compare(contenders, repetitions)


def cores(size: int = 512, repetitions: int = 25) -> dict[str, float]:
    """The compiled loop on one thread and on two, in steps/s."""
    steps = 500 * (512 // size) ** 2
    return compare({"one": (ours(size, 1), steps), "two": (ours(size, 2), steps)}, repetitions)


def on_cuda(size: int, fused: bool) -> Contender:
    """The same steps on a graphics card, by one kernel or by torch's operators."""
    grid = TensorGrid(*fields(size), (True, True), "cuda", (1.0, 0.0), fused=fused)
    return lambda steps: grid.advance(steps, STEP, 1)


def memory_bound(size: int) -> float:
    """Steps/s if a step only read and wrote both fields once, as fast as the card copies memory."""
    source = torch.empty(2**28, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    target.copy_(source)  # wakes the card up
    begin.record()
    for _ in range(20):
        target.copy_(source)
    end.record()
    end.synchronize()
    bytes_per_s = 20 * 2 * source.numel() / (begin.elapsed_time(end) / 1e3)
    return bytes_per_s / (2 * 2 * 4 * size**2)


def devices(size: int) -> dict[str, float]:
    """One core against a graphics card, in steps/s."""
    steps = max(64, 2**30 // size**2 // 4)
    contenders = {"cpu": (ours(size, 1), steps // 8), "cuda": (on_cuda(size, True), 8 * steps)}
    contenders["cuda, torch's operators"] = (on_cuda(size, False), steps)
    return compare(contenders) | {"cuda, memory bound": memory_bound(size)}


def main() -> None:
    """Print the tables."""
    rates = peers()
    print("Gray-Scott 256x256, one thread")
    for name, rate in rates.items():
        print(f"  {name:8s} {rate:9.0f} steps/s   ours is {rates['ours'] / rate:5.2f} times as fast")
    for size in (256, 512):
        pair = cores(size)
        print(f"Gray-Scott {size}x{size}, ours")
        for name, rate in pair.items():
            print(f"  {name:8s} {rate:9.0f} steps/s   {rate / pair['one']:5.2f} times one thread")
    for size in (128, 256, 512, 1024) if torch.cuda.is_available() else ():
        found = devices(size)
        print(f"Gray-Scott {size}x{size}, by device")
        for name, rate in found.items():
            print(f"  {name:24s} {rate:9.0f} steps/s   {rate / found['cpu']:7.2f} times one core")


if __name__ == "__main__":
    main()
